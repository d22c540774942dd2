import { colorSpaceNotSupported, imageValuesMismatch, resizedToNothing } from './image-error.ts';

/** Height, width, channels. Values are row-major in that order. */
export type ImageDimensions = readonly [height: number, width: number, channels: number];

/** Values of an image. The two float arrays are FLOAT64 in SQL, the two integer arrays INT64. */
export type ImageValues = Float64Array | Float32Array | Int32Array | BigInt64Array;

export interface Image {
  readonly dimensions: ImageDimensions;
  readonly values: ImageValues;
}

/** An image file, in memory or on disk. Its format is found by content. */
export type EncodedSource =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly version?: FileVersion };

/** The file as it was found; bytes of another version are not read. */
export interface FileVersion {
  /** When its bytes changed last, microseconds since 1970-01-01T00:00:00Z, rounded down; at least 1. */
  readonly changedMicros: bigint;
  /** The object that is not found when the file is gone or is another one. */
  readonly uri: string;
}

/** Bytes stand for `byte / 255`. */
export interface Pixels {
  readonly dimensions: ImageDimensions;
  readonly values: ImageValues | Uint8Array;
}

export type ImageSource = EncodedSource | ({ readonly kind: 'pixels' } & Pixels);

export const COLOR_SPACES = ['HSV', 'GRAYSCALE', 'YIQ', 'YUV'] as const;
export type ColorSpace = (typeof COLOR_SPACES)[number];

export type ImageOperation =
  | { readonly kind: 'decode' }
  | {
      readonly kind: 'resize';
      readonly height: number;
      readonly width: number;
      readonly preserveAspectRatio: boolean;
    }
  | { readonly kind: 'convertColorSpace'; readonly space: ColorSpace }
  | { readonly kind: 'convertImageType' };

/**
 * An image that is not computed yet: where its pixels come from and what is done to them, in order.
 * Plain data: it can be cloned into another process and gives the same bits there.
 * `decode` is the first operation of an encoded source and occurs nowhere else.
 */
export interface ImageReference {
  readonly source: ImageSource;
  readonly operations: readonly ImageOperation[];
}

const append = (image: ImageReference, operation: ImageOperation): ImageReference => ({
  source: image.source,
  operations: [...image.operations, operation],
});

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-decode-image */
export const decodeImage = (source: EncodedSource): ImageReference => ({ source, operations: [{ kind: 'decode' }] });

/** An image that SQL wrote out: a struct literal, or one read back from a table. Bytes stand for `byte / 255`. */
export function pixelImage(dimensions: readonly number[], values: ImageValues | Uint8Array): ImageReference {
  const [height, width, channels] = dimensions;
  if (
    dimensions.length !== 3 ||
    !dimensions.every((side) => Number.isSafeInteger(side) && side > 0) ||
    height! * width! * channels! !== values.length
  ) {
    throw imageValuesMismatch(dimensions, values.length);
  }
  return { source: { kind: 'pixels', dimensions: [height!, width!, channels!], values }, operations: [] };
}

/**
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-resize-image
 * Keeps the element type. With `preserveAspectRatio` the target is a bounding box and nothing is padded.
 */
export function resizeImage(
  image: ImageReference,
  height: number,
  width: number,
  preserveAspectRatio: boolean,
): ImageReference {
  if (!(height > 0 && width > 0)) throw resizedToNothing();
  return append(image, { kind: 'resize', height, width, preserveAspectRatio });
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-convert-color-space */
export function convertColorSpace(image: ImageReference, space: string): ImageReference {
  const known = COLOR_SPACES.find((name) => name === space);
  if (known === undefined) throw colorSpaceNotSupported(space);
  return append(image, { kind: 'convertColorSpace', space: known });
}

/**
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-convert-image-type
 * Floats to integers 0..255. The analyzer refuses INT64 images.
 */
export const convertImageType = (image: ImageReference): ImageReference => append(image, { kind: 'convertImageType' });

/** The SQL type of the values, known without reading any of them. */
export function imageElementType(image: ImageReference): 'float64' | 'int64' {
  const last = image.operations.findLast((operation) => operation.kind !== 'resize');
  if (last) return last.kind === 'convertImageType' ? 'int64' : 'float64';
  const { source } = image;
  return source.kind === 'pixels' && (source.values instanceof BigInt64Array || source.values instanceof Int32Array)
    ? 'int64'
    : 'float64';
}
