import { invalid, uriNotFound } from '@bqml-emulator/common';
import { checksumDigest } from '../checksum.ts';
import { gsUri } from '../gs-uri.ts';
import type { OpenOptions } from '../object-store.ts';
import { toServiceError } from './gcs-error.ts';
import { reasonOf } from './gcs-transport.ts';
import type { GcsTransport } from './gcs-transport.ts';

/**
 * The bytes of one generation. A transfer that is cut goes on where it was; a whole object is compared with the
 * checksum that came with it.
 */
export async function* download(
  transport: GcsTransport,
  url: string,
  bucket: string,
  name: string,
  options: OpenOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, end } = options;
  const first = options.start ?? 0;
  if (end !== undefined && end <= first) return;
  const isWhole = first === 0 && end === undefined;
  const digest = checksumDigest();
  let generation = options.generation;
  let position = first;
  let announced: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const response = await transport.send({
      method: 'GET',
      url,
      query: { alt: 'media', generation: generation?.toString() },
      headers:
        position > 0 || end !== undefined ? { range: `bytes=${position}-${end === undefined ? '' : end - 1}` } : {},
      signal,
    });
    // Nothing is there from this byte on.
    if (response.status === 416) return;
    if (!response.ok) throw await toServiceError(response, bucket, name);
    const { headers, body } = response;
    generation ??= headers.has('x-goog-generation') ? BigInt(headers.get('x-goog-generation') ?? 0) : undefined;
    if (generation === undefined && attempt > 1) throw uriNotFound(gsUri(bucket, name));
    // What the client inflated on the way has neither this length nor this checksum.
    const isInflated = headers.has('content-encoding') || headers.get('x-goog-stored-content-encoding') === 'gzip';
    if (isWhole && !isInflated) announced ??= /crc32c=([^,]+)/.exec(headers.get('x-goog-hash') ?? '')?.[1];
    // A server may answer a range with everything.
    let skip = response.status === 206 ? 0 : position;
    try {
      for await (const chunk of body ?? []) {
        const part = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - part.length;
        const wanted = end === undefined ? part : part.subarray(0, end - position);
        if (wanted.length === 0) continue;
        position += wanted.length;
        digest.update(wanted);
        yield wanted;
        if (position === end) return;
      }
      break;
    } catch (error) {
      signal?.throwIfAborted();
      if (isInflated || !transport.mayRetry(attempt)) {
        throw invalid(`The transfer of ${gsUri(bucket, name)} was cut: ${reasonOf(error)}`);
      }
    }
    await transport.pause(attempt, signal);
  }
  const { crc32c } = digest.digest();
  if (announced !== undefined && announced !== crc32c) {
    throw invalid(`The bytes of ${gsUri(bucket, name)} have CRC32C "${crc32c}", not "${announced}".`);
  }
}
