import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { conditionsHold } from '@bqml-emulator/object-store';
import type { Checksums, ObjectMetadata, ObjectStore, WriteConditions } from '@bqml-emulator/object-store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readRange } from './byte-range.ts';
import { preconditionFailed, StorageError } from './storage-error.ts';

/** Answers 304 and returns true where a read asks only for what it has not; 412 where another condition fails. */
export function isNotModified(conditions: WriteConditions, object: ObjectMetadata): boolean {
  const { ifGenerationNotMatch, ifMetagenerationNotMatch, ...mustMatch } = conditions;
  if (!conditionsHold(mustMatch, object)) throw preconditionFailed();
  return !conditionsHold({ ifGenerationNotMatch, ifMetagenerationNotMatch }, object);
}

/** The bytes of one generation, or a range of them. Objects of any size take a few buffers. */
export async function sendMedia(
  store: ObjectStore,
  object: ObjectMetadata,
  request: FastifyRequest,
  reply: FastifyReply,
  signal: AbortSignal,
): Promise<FastifyReply> {
  const { bucket, name, generation, attributes, size } = object;
  const unzipped = attributes.contentEncoding === 'gzip' && !acceptsGzip(request);
  const range = unzipped ? undefined : readRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${size}`);
    throw new StorageError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable');
  }
  // A client checks a whole download with them, for which the bytes are read now if need be.
  const checksums = range === undefined ? await checksumsOf(store, object, signal) : knownChecksums(object);
  reply.headers({
    'content-type': object.contentType,
    'last-modified': new Date(Number(object.updatedMicros / 1000n)).toUTCString(),
    'accept-ranges': unzipped ? 'none' : 'bytes',
    'cache-control': attributes.cacheControl ?? 'no-cache, no-store, max-age=0, must-revalidate',
    'x-goog-generation': String(generation),
    'x-goog-metageneration': String(object.metageneration),
    'x-goog-storage-class': attributes.storageClass ?? 'STANDARD',
    'x-goog-stored-content-encoding': attributes.contentEncoding ?? 'identity',
    'x-goog-stored-content-length': String(size),
    ...(attributes.contentDisposition ? { 'content-disposition': attributes.contentDisposition } : {}),
    ...(attributes.contentLanguage ? { 'content-language': attributes.contentLanguage } : {}),
    ...(attributes.contentEncoding && !unzipped ? { 'content-encoding': attributes.contentEncoding } : {}),
    ...(unzipped ? { warning: '214 UploadServer gunzipped' } : {}),
    ...(checksums
      ? {
          etag: `"${Buffer.from(checksums.md5Hash, 'base64').toString('hex')}"`,
          'x-goog-hash': `crc32c=${checksums.crc32c},md5=${checksums.md5Hash}`,
        }
      : {}),
    ...Object.fromEntries(
      Object.entries(object.metadata)
        .filter(([key, value]) => /^[\w!#$%&'*+.^`|~-]+$/.test(key) && /^[\x20-\x7e]*$/.test(value))
        .map(([key, value]) => [`x-goog-meta-${key.toLowerCase()}`, value]),
    ),
  });
  if (range !== undefined) {
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${size}`);
  }
  if (!unzipped) reply.header('content-length', range === undefined ? size : range.end - range.start);
  if (request.method === 'HEAD') return reply.send('');
  const bytes = Readable.from(store.open(bucket, name, { generation, signal, ...range }), { objectMode: false });
  if (!unzipped) return reply.send(bytes);
  const gunzip = createGunzip();
  // The reader of `gunzip` meets the error of either.
  pipeline(bytes, gunzip).catch(() => undefined);
  return reply.send(gunzip);
}

function knownChecksums({ md5Hash, crc32c }: ObjectMetadata): Checksums | undefined {
  return md5Hash === undefined || crc32c === undefined ? undefined : { md5Hash, crc32c };
}

/** Reads the bytes where the checksums are not known yet. */
export async function checksumsOf(
  store: ObjectStore,
  object: ObjectMetadata,
  signal?: AbortSignal,
): Promise<Checksums> {
  return knownChecksums(object) ?? (await store.checksums(object.bucket, object.name, object.generation, signal));
}

const acceptsGzip = ({ headers }: FastifyRequest): boolean =>
  /\bgzip\b/i.test(String(headers['accept-encoding'] ?? '')) ||
  /\bno-transform\b/i.test(headers['cache-control'] ?? '');
