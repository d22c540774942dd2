import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { uriNotFound } from '@bqml-emulator/common';
import type { ExternalSource } from '@bqml-emulator/catalog';
import { gsUri, hasWildcard, parseGsUri } from '@bqml-emulator/object-store';
import type { ObjectMetadata, ObjectStore } from '@bqml-emulator/object-store';
import { listObjects } from '../object-table/object-listing.ts';
import { readingFailed, UnreadableFileError } from './bad-record.ts';
import { decodeText } from './text-encoding.ts';
import type { DecodedText } from './text-encoding.ts';

/** One object of a source, as it was when it was listed. */
export interface DataFile {
  readonly uri: string;
  readonly object: ObjectMetadata;
}

/** The files of a source in byte order of the URI, each once. A wildcard that no object matches is `invalid`. */
export async function* listFiles(
  store: ObjectStore,
  uris: readonly string[],
  subject: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<DataFile> {
  const patterns = uris.map((uri) => ({ uri, pattern: parseGsUri(uri) }));
  for (const { uri, pattern } of patterns) {
    signal?.throwIfAborted();
    if (hasWildcard(pattern)) continue;
    if ((await store.getMetadata(pattern.bucket, pattern.pattern)) === undefined) throw uriNotFound(uri);
  }
  let found = false;
  for await (const object of listObjects(store, uris, signal)) {
    found = true;
    yield { uri: gsUri(object.bucket, object.name), object };
  }
  if (found) return;
  const [first] = patterns;
  const pattern = first?.uri ?? '';
  const table = subject.replace(/^table: /, '');
  throw readingFailed(
    subject,
    `Failed to expand table ${table} with file pattern ${pattern}: matched no files.`,
    pattern,
  );
}

/** The text of a file, unpacked if it is gzip. */
export function openText(
  store: ObjectStore,
  file: DataFile,
  { compression, encoding }: Pick<ExternalSource, 'compression' | 'encoding'>,
  signal: AbortSignal | undefined,
): DecodedText {
  return decodeText(unpacked(openFile(store, file, signal), compression), encoding ?? 'UTF-8');
}

/** The bytes of the generation that was listed. */
export const openFile = (
  store: ObjectStore,
  { object }: DataFile,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> => store.open(object.bucket, object.name, { generation: object.generation, signal });

async function* unpacked(
  bytes: AsyncIterable<Uint8Array>,
  compression: ExternalSource['compression'],
): AsyncGenerator<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const all = rejoined(head, { [Symbol.asyncIterator]: () => chunks });
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  if (!isGzip && compression === 'GZIP' && head.length > 0) {
    throw new UnreadableFileError('File is not compressed with GZIP.');
  }
  yield* isGzip && compression !== 'NONE' ? gunzipped(all) : all;
}

async function* rejoined(head: Buffer, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* gunzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const packed = Readable.from(bytes, { objectMode: false });
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  try {
    yield* packed.pipe(gunzip) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new UnreadableFileError(`Gzip stream is damaged: ${error.message}.`);
  } finally {
    packed.destroy();
  }
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
