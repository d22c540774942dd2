import { readFile } from 'node:fs/promises';
import { readVersion } from './file-version.ts';
import { imageBytesTooLarge } from './image-error.ts';
import type { ImageOptions } from './image-options.ts';
import type { EncodedSource } from './image-reference.ts';

/** The whole file, when it is not over the limit: a JPEG is whole only when its end is seen. */
export async function readSource(
  source: EncodedSource,
  options: ImageOptions,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const size = source.kind === 'bytes' ? source.bytes.length : source.size;
  if (size > options.maxEncodedBytes) throw imageBytesTooLarge(size, options.maxEncodedBytes);
  const bytes = await readBytes(source);
  signal?.throwIfAborted();
  return bytes;
}

async function readBytes(source: EncodedSource): Promise<Uint8Array> {
  if (source.kind === 'bytes') return source.bytes;
  const { path, size, version } = source;
  return version === undefined ? readFile(path) : readVersion(path, size, version);
}
