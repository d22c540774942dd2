import { MAX_DECODE_IMAGE_BYTES, MAX_IMAGE_STRUCT_BYTES } from '@bqml-emulator/common';

/** Plain data: every process that renders images of one query is given the same. */
export interface ImageOptions {
  /** Longest argument of ML.DECODE_IMAGE. */
  readonly maxEncodedBytes: number;
  /** Images with more pixels in their header are refused before anything is allocated. */
  readonly maxPixels: number;
  /** Bound on scans x pixels of a progressive JPEG, whose decoding time is proportional to it. */
  readonly maxScanPixels: number;
  readonly maxScans: number;
  /** Largest image value at 8 bytes a number; see `decodeDownscale`. */
  readonly maxStructBytes: number;
  /** Whether ML.DECODE_IMAGE shrinks images over `maxStructBytes`, as the documentation says. The formula is unconfirmed. */
  readonly decodeDownscale: 'on' | 'off';
  /** The inverse DCT of JPEG: TensorFlow's default is the fast one, which needs the optional decoder. */
  readonly jpegIdct: 'fast' | 'accurate';
  /** `strict` takes the bitmaps that TensorFlow takes; `lenient` adds palettes, 1, 4 and 16 bits, and RLE. */
  readonly bmp: 'strict' | 'lenient';
  /** ML.CONVERT_IMAGE_TYPE: `round(255 v)`, or TensorFlow's `trunc(255.5 v)`. Recorded values do not decide it. */
  readonly imageType: 'round' | 'truncate';
  /** Bytes to float32 before a resize: BigQuery's `fround(p / 255)`, or TensorFlow's multiplication by 1/255. */
  readonly byteToFloat: 'divide' | 'multiply';
  /** BigQuery always decodes to 3 channels; `native` is for comparison with TensorFlow. */
  readonly channels: 3 | 'native';
  /** Decodes at the same time, and the decoded bytes that they may hold together. */
  readonly maxConcurrentDecodes: number;
  readonly maxDecodedBytes: number;
  /** Worker threads for JPEG files, beside the main thread; see ImageLanes. */
  readonly decodeLanes: number;
}

export const DEFAULT_IMAGE_OPTIONS: ImageOptions = {
  maxEncodedBytes: MAX_DECODE_IMAGE_BYTES,
  maxPixels: 50_000_000,
  maxScanPixels: 1_000_000_000,
  maxScans: 200,
  maxStructBytes: MAX_IMAGE_STRUCT_BYTES,
  decodeDownscale: 'on',
  jpegIdct: 'fast',
  bmp: 'strict',
  imageType: 'round',
  byteToFloat: 'divide',
  channels: 3,
  maxConcurrentDecodes: 4,
  maxDecodedBytes: 256_000_000,
  decodeLanes: 4,
};
