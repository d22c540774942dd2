import { imageNotDecoded } from '../image-error.ts';
import type { ImageOptions } from '../image-options.ts';
import type { ImageDimensions } from '../image-reference.ts';
import { isBmp, readStrictBmpHeader } from './bmp-header.ts';
import type { BmpHeader } from './bmp-header.ts';
import { readLenientBmpHeader } from './lenient-bmp-header.ts';
import { readJpegFrame, readJpegHeader } from './jpeg-header.ts';
import type { JpegFrame, JpegHeader } from './jpeg-header.ts';
import { isPng, readPngHeader } from './png-header.ts';
import type { PngHeader } from './png-header.ts';

export type ImageHeader = JpegHeader | PngHeader | BmpHeader;
/** What of a header decides the size of the pixels and how they are decoded. */
export type ImageFrame = JpegFrame | PngHeader | BmpHeader;

/** A Buffer searches faster than a plain array. */
const asBuffer = (file: Uint8Array) => Buffer.from(file.buffer, file.byteOffset, file.byteLength);

function walk(file: Uint8Array, bmp: ImageOptions['bmp']): ImageHeader | undefined {
  const bytes = asBuffer(file);
  if (bytes[0] === 0xff) return readJpegHeader(bytes);
  if (isPng(bytes)) return readPngHeader(bytes);
  if (isBmp(bytes)) return bmp === 'strict' ? readStrictBmpHeader(bytes) : readLenientBmpHeader(bytes);
  return undefined;
}

/**
 * Recognises the format by content; `undefined`, before any pixel is allocated, for what cannot be decoded or would
 * cost more than the limits allow. Microseconds for PNG and BMP; a JPEG is searched to its end for scans and EOI.
 */
export function findImageHeader(bytes: Uint8Array, options: ImageOptions): ImageHeader | undefined {
  const header = walk(bytes, options.bmp);
  if (!header) return undefined;
  const pixels = header.height * header.width;
  if (pixels > options.maxPixels) return undefined;
  const tooManyScans =
    header.format === 'jpeg' && (header.scans > options.maxScans || header.scans * pixels > options.maxScanPixels);
  return tooManyScans ? undefined : header;
}

/** `findImageHeader`, and the error of ML.DECODE_IMAGE for what it refuses. */
export function readImageHeader(bytes: Uint8Array, options: ImageOptions): ImageHeader {
  const header = findImageHeader(bytes, options);
  if (!header) throw imageNotDecoded();
  return header;
}

/** The frame of a JPEG file within the limits on pixels; whether the file is whole is not looked at. */
export function findJpegFrame(bytes: Uint8Array, options: ImageOptions): JpegFrame | undefined {
  const frame = bytes[0] === 0xff ? readJpegFrame(asBuffer(bytes)) : undefined;
  return frame && frame.height * frame.width <= options.maxPixels ? frame : undefined;
}

/** Dimensions of the decoded pixels. */
export const pixelDimensions = (frame: ImageFrame, { channels }: ImageOptions): ImageDimensions => [
  frame.height,
  frame.width,
  channels === 3 ? 3 : nativeChannels(frame),
];

/** Channels that TensorFlow decodes to with `channels=0`. */
export function nativeChannels(header: ImageFrame): number {
  switch (header.format) {
    case 'jpeg':
      return Math.min(header.components, 3);
    case 'png':
      return header.colorChannels + (header.alpha ? 1 : 0);
    case 'bmp':
      return header.coding.kind === 'channels' ? header.bitsPerPixel / 8 : 3;
  }
}
