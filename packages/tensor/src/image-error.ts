import { invalidQuery } from '@bqml-emulator/common';
import type { ImageDimensions } from './image-reference.ts';

/** BigQuery's text for any bytes it cannot decode; the decoder's own text is not shown. */
export const imageNotDecoded = () =>
  invalidQuery(
    'Input image bytes could not be decoded. Expected valid image of type PNG, JPEG, or BMP; error in ML.DECODE_IMAGE expression',
  );

export const imageBytesTooLarge = (bytes: number, limit: number) =>
  invalidQuery(`Input image has ${bytes} bytes, the limit is ${limit} bytes; error in ML.DECODE_IMAGE expression`);

export const colorSpaceNotSupported = (space: string) =>
  invalidQuery(`Color space ${space} is not supported; error in ML.CONVERT_COLOR_SPACE expression`);

export const colorSpaceNeedsRgb = (dimensions: ImageDimensions) =>
  invalidQuery(
    `Input image must have 3 channels, but its dimensions are [${dimensions.join(', ')}]; error in ML.CONVERT_COLOR_SPACE expression`,
  );

/** What BigQuery answers when a side of the resized image is zero. */
export const resizedToNothing = () =>
  invalidQuery(
    'An internal error occurred and the request could not be completed. This is usually caused by a transient issue. ' +
      'Retrying the job with back-off as described in the BigQuery SLA should solve the problem: ' +
      'https://cloud.google.com/bigquery/sla. If the error continues to occur please contact support at ' +
      'https://cloud.google.com/support. Error: 80038528',
  );

export const imageStructTooLarge = (dimensions: ImageDimensions, limit: number) =>
  invalidQuery(
    `Image of dimensions [${dimensions.join(', ')}] exceeds the limit of ${limit} bytes; error in ML.RESIZE_IMAGE expression`,
  );

export const imageValuesMismatch = (dimensions: readonly number[], values: number) =>
  invalidQuery(`Image dimensions [${dimensions.join(', ')}] do not fit an image of ${values} values`);

/** The image has not the shape of the slot it is rendered into; the caller words it for its user. */
export class ImageShapeError extends Error {
  override readonly name = 'ImageShapeError';
  /** Height, width, channels of the image. */
  readonly actual: ImageDimensions;
  /** Height, width, channels of the slot. */
  readonly expected: ImageDimensions;

  constructor(actual: ImageDimensions, expected: ImageDimensions) {
    super(`image of shape [${actual.join(', ')}] does not fit a slot of shape [${expected.join(', ')}]`);
    this.actual = actual;
    this.expected = expected;
  }
}
