import { readFile } from 'node:fs/promises';
import { readVersion } from './file-version.ts';
import { nativeChannels, readImageHeader } from './header/image-header.ts';
import type { ImageHeader } from './header/image-header.ts';
import { imageBytesTooLarge } from './image-error.ts';
import type { ImageOptions } from './image-options.ts';
import type { EncodedSource, ImageDimensions } from './image-reference.ts';

/** A file whose header was read and found within the limits. */
export interface OpenedFile {
  readonly bytes: Uint8Array;
  readonly header: ImageHeader;
  /** Dimensions of the decoded pixels. */
  readonly dimensions: ImageDimensions;
}

/** Reads the whole file: a JPEG is whole only when its end is seen. */
export async function openSource(
  source: EncodedSource,
  options: ImageOptions,
  signal?: AbortSignal,
): Promise<OpenedFile> {
  const size = source.kind === 'bytes' ? source.bytes.length : source.size;
  if (size > options.maxEncodedBytes) throw imageBytesTooLarge(size, options.maxEncodedBytes);
  const bytes = await readBytes(source);
  signal?.throwIfAborted();
  const header = readImageHeader(bytes, options);
  const channels = options.channels === 3 ? 3 : nativeChannels(header);
  return { bytes, header, dimensions: [header.height, header.width, channels] };
}

async function readBytes(source: EncodedSource): Promise<Uint8Array> {
  if (source.kind === 'bytes') return source.bytes;
  const { path, size, version } = source;
  return version === undefined ? readFile(path) : readVersion(path, size, version);
}
