import { imageNotDecoded } from '../image-error.ts';
import type { ImageOptions } from '../image-options.ts';
import { isBmp, readStrictBmpHeader } from './bmp-header.ts';
import type { BmpHeader } from './bmp-header.ts';
import { readLenientBmpHeader } from './lenient-bmp-header.ts';
import { readJpegHeader } from './jpeg-header.ts';
import type { JpegHeader } from './jpeg-header.ts';
import { isPng, readPngHeader } from './png-header.ts';
import type { PngHeader } from './png-header.ts';

export type ImageHeader = JpegHeader | PngHeader | BmpHeader;

function walk(file: Uint8Array, bmp: ImageOptions['bmp']): ImageHeader | undefined {
  // A Buffer searches faster than a plain array.
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes[0] === 0xff) return readJpegHeader(bytes);
  if (isPng(bytes)) return readPngHeader(bytes);
  if (isBmp(bytes)) return bmp === 'strict' ? readStrictBmpHeader(bytes) : readLenientBmpHeader(bytes);
  return undefined;
}

/**
 * Recognises the format by content and refuses, before any pixel is allocated, what cannot be decoded or would cost
 * more than the limits allow. Microseconds for PNG and BMP; a JPEG is searched to its end for scans and EOI.
 */
export function readImageHeader(bytes: Uint8Array, options: ImageOptions): ImageHeader {
  const header = walk(bytes, options.bmp);
  if (!header) throw imageNotDecoded();
  const pixels = header.height * header.width;
  if (pixels > options.maxPixels) throw imageNotDecoded();
  if (header.format === 'jpeg' && (header.scans > options.maxScans || header.scans * pixels > options.maxScanPixels)) {
    throw imageNotDecoded();
  }
  return header;
}

/** Channels that TensorFlow decodes to with `channels=0`. */
export function nativeChannels(header: ImageHeader): number {
  switch (header.format) {
    case 'jpeg':
      return Math.min(header.components, 3);
    case 'png':
      return header.colorChannels + (header.alpha ? 1 : 0);
    case 'bmp':
      return header.coding.kind === 'channels' ? header.bitsPerPixel / 8 : 3;
  }
}
