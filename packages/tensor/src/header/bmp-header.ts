/** How a pixel's bits become a colour. */
export type BmpCoding =
  /** One byte a channel: gray, or blue, green, red and perhaps alpha. */
  | { readonly kind: 'channels' }
  /** Indexes into red, green and blue of each colour. */
  | { readonly kind: 'palette'; readonly palette: Uint8Array; readonly runLength: boolean }
  /** Bits of red, green and blue in a little-endian pixel. */
  | { readonly kind: 'masks'; readonly masks: readonly [red: number, green: number, blue: number] };

/** Where the pixels of a bitmap are. */
export interface BmpHeader {
  readonly format: 'bmp';
  readonly height: number;
  readonly width: number;
  readonly bitsPerPixel: number;
  /** Rows run from the top; the usual order is from the bottom. */
  readonly topDown: boolean;
  /** Offset of the first row. */
  readonly pixels: number;
  readonly coding: BmpCoding;
}

const MIN_BYTES = 32;
const MAX_DECODED_BYTES = 2 ** 30;

/** Bytes of a stored row: whole groups of four. */
export const bmpStride = (bitsPerPixel: number, width: number) => Math.ceil((bitsPerPixel * width) / 32) * 4;

export const isBmp = (bytes: Uint8Array) => bytes[0] === 0x42 && bytes[1] === 0x4d;

/**
 * TensorFlow's reading of a bitmap: 8 bits (the palette is ignored, an index is a gray), 24 or 32, without regard to
 * compression and masks, and a file that ends exactly where its rows end.
 * https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/kernels/image/decode_image_op.cc
 */
export function readStrictBmpHeader(bytes: Uint8Array): BmpHeader | undefined {
  if (!isBmp(bytes) || bytes.length < MIN_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixels = view.getInt32(10, true);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const bitsPerPixel = view.getInt16(28, true);
  const channels = Math.trunc(bitsPerPixel / 8);
  const height = Math.abs(signedHeight);
  if (channels !== 1 && channels !== 3 && channels !== 4) return undefined;
  if (pixels < 0 || width <= 0 || height === 0 || width * height * channels >= MAX_DECODED_BYTES) return undefined;
  if (bytes.length !== pixels + bmpStride(channels * 8, width) * height) return undefined;
  return {
    format: 'bmp',
    height,
    width,
    bitsPerPixel: channels * 8,
    topDown: signedHeight < 0,
    pixels,
    coding: { kind: 'channels' },
  };
}
