import { invalid } from '@bqml-emulator/common';
import { checksumDigest } from '../checksum.ts';
import { DEFAULT_CONTENT_TYPE } from '../content-type.ts';
import { gsUri } from '../gs-uri.ts';
import type { ObjectMetadata, PutOptions } from '../object-store.ts';
import { checkChecksums } from '../write-conditions.ts';
import { toServiceError } from './gcs-error.ts';
import { asResource, toObjectMetadata } from './gcs-resource.ts';
import type { GcsTransport } from './gcs-transport.ts';

/** Up to this size an object travels in one request, beyond it in pieces of this size: a multiple of 256 KiB. */
const CHUNK_BYTES = 8 << 20;

export interface GcsUpload {
  readonly bucket: string;
  readonly name: string;
  /** `/upload/storage/v1/b/.../o` */
  readonly url: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly resource: Readonly<Record<string, unknown>>;
  /** For the boundary between the parts. */
  readonly boundary: string;
}

type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Sends an object of any length in bounded memory; the service compares what came with its checksums. */
export async function upload(
  transport: GcsTransport,
  target: GcsUpload,
  content: Content,
  { expected, signal }: PutOptions,
): Promise<ObjectMetadata> {
  const digest = checksumDigest();
  let session: string | undefined;
  let sent = 0;
  try {
    for await (const { bytes, isLast } of chunks(content)) {
      signal?.throwIfAborted();
      digest.update(bytes);
      if (isLast) {
        const checksums = digest.digest();
        checkChecksums(expected, checksums);
        const response =
          session === undefined
            ? await sendWhole(transport, target, bytes, checksums, signal)
            : await sendChunk(transport, session, bytes, sent, sent + bytes.length, checksums.crc32c, signal);
        if (!response.ok) throw await toServiceError(response, target.bucket, target.name);
        const object = toObjectMetadata(target.bucket, asResource(await response.json()));
        if (object.crc32c !== undefined && object.crc32c !== checksums.crc32c) {
          throw invalid(`${gsUri(target.bucket, target.name)} arrived with another checksum than it was sent with.`);
        }
        return object;
      }
      session ??= await startSession(transport, target, signal);
      const response = await sendChunk(transport, session, bytes, sent, undefined, undefined, signal);
      sent += bytes.length;
      if (response.status !== 308 || receivedBytes(response) !== sent) {
        throw response.status >= 400
          ? await toServiceError(response, target.bucket, target.name)
          : invalid(`Cloud Storage kept ${receivedBytes(response)} of ${sent} bytes.`);
      }
      await response.body?.cancel();
    }
    throw invalid('An upload has a last piece.');
  } catch (error) {
    // Nothing of it is of use: the service need not keep it for a week.
    if (session !== undefined) await transport.send({ method: 'DELETE', url: session }).catch(() => undefined);
    throw error;
  }
}

async function startSession(
  transport: GcsTransport,
  { url, query, resource, bucket, name }: GcsUpload,
  signal: AbortSignal | undefined,
): Promise<string> {
  const response = await transport.send({
    method: 'POST',
    url,
    query: { ...query, uploadType: 'resumable', name },
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: JSON.stringify(resource),
    signal,
  });
  const location = response.headers.get('location');
  if (!response.ok || location === null) throw await toServiceError(response, bucket, name);
  await response.body?.cancel();
  return location;
}

async function sendChunk(
  transport: GcsTransport,
  session: string,
  bytes: Uint8Array,
  start: number,
  total: number | undefined,
  crc32c: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const range = bytes.length === 0 ? '*' : `${start}-${start + bytes.length - 1}`;
  return transport.send({
    method: 'PUT',
    url: session,
    headers: {
      'content-range': `bytes ${range}/${total ?? '*'}`,
      ...(crc32c === undefined ? {} : { 'x-goog-hash': `crc32c=${crc32c}` }),
    },
    body: bytes,
    signal,
  });
}

async function sendWhole(
  transport: GcsTransport,
  { url, query, resource, boundary }: GcsUpload,
  bytes: Uint8Array,
  checksums: { readonly md5Hash: string; readonly crc32c: string },
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { md5Hash, crc32c } = checksums;
  return transport.send({
    method: 'POST',
    url,
    query: { ...query, uploadType: 'multipart' },
    headers: { 'content-type': `multipart/related; boundary=${boundary}` },
    body: Buffer.concat([
      Buffer.from(
        `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n` +
          `${JSON.stringify({ ...resource, md5Hash, crc32c })}\r\n` +
          `--${boundary}\r\ncontent-type: ${mediaType(resource)}\r\n\r\n`,
      ),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
    signal,
  });
}

/** Cloud Storage takes the resource's; fake-gcs-server takes that of the media part. */
const mediaType = ({ contentType }: GcsUpload['resource']): string =>
  typeof contentType === 'string' && /^[\x21-\x7e][\x20-\x7e]*$/.test(contentType) ? contentType : DEFAULT_CONTENT_TYPE;

function receivedBytes(response: Response): number {
  const last = /^bytes=0-(\d+)$/.exec(response.headers.get('range') ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

/** Pieces of `CHUNK_BYTES`, and a last one that is not longer and may be empty. */
async function* chunks(content: Content): AsyncGenerator<{ readonly bytes: Uint8Array; readonly isLast: boolean }> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of content) {
    let rest = part;
    while (size + rest.length > CHUNK_BYTES) {
      const room = CHUNK_BYTES - size;
      yield { bytes: Buffer.concat([...parts, rest.subarray(0, room)]), isLast: false };
      rest = rest.subarray(room);
      parts = [];
      size = 0;
    }
    // A copy: the producer may use its buffer again.
    parts.push(Uint8Array.from(rest));
    size += rest.length;
  }
  yield { bytes: Buffer.concat(parts), isLast: true };
}
