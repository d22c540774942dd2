import { decodeImageFile } from './decode/decode-image-file.ts';
import type { DecodedFile } from './decode/decode-image-file.ts';
import type { DecodedPixels } from './decode/decoded-pixels.ts';
import { readSource } from './encoded-source.ts';
import { readImageHeader } from './header/image-header.ts';
import type { ImageHost } from './image-host.ts';

/**
 * The bytes that a file decodes to, before they become numbers, and the decoder that gave them.
 * For comparisons with other decoders; not bounded by the host's budgets.
 */
export async function decodePixels(
  file: Uint8Array,
  host: ImageHost,
): Promise<DecodedPixels & Pick<DecodedFile, 'decoder'>> {
  const header = readImageHeader(await readSource({ kind: 'bytes', bytes: file }, host.options), host.options);
  const decoded = await decodeImageFile(file, header, host);
  const { height, width, channels, decoder } = decoded;
  const bytes = Uint8Array.from(decoded.bytes.subarray(0, height * width * channels));
  decoded.release();
  return { height, width, channels, bytes, decoder };
}
