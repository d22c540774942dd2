import { invariant } from '@bqml-emulator/common';
import { ImageShapeError } from './image-error.ts';
import type { ImageHost } from './image-host.ts';
import type { ImageDimensions, ImageReference, Pixels } from './image-reference.ts';
import { BYTE_TO_DOUBLE } from './kernels/byte-to-float.ts';
import { renderImage } from './render-image.ts';

/** The place of one image in the input buffer of a model, row-major: height, width, channels. */
export interface ImageSlot {
  readonly array: Float32Array | Float64Array | Uint8Array | Int32Array | BigInt64Array;
  /** Index of the slot's first element. */
  readonly offset: number;
  readonly layout: 'NHWC';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Computes the image straight into a slot: decode, taps, kernel, store, without an image of floats between.
 * Values are stored as the array stores numbers: an integer array wants an INT64 image of values in its range.
 * Rejects with ImageShapeError, before anything is decoded, when the image has other dimensions than the slot.
 * A rejected image leaves the slot with arbitrary content.
 */
export async function renderInto(
  image: ImageReference,
  host: ImageHost,
  slot: ImageSlot,
  signal?: AbortSignal,
): Promise<void> {
  const { array, offset, height, width, channels } = slot;
  const length = height * width * channels;
  invariant(offset >= 0 && offset + length <= array.length, 'the slot lies within its array');
  const floats = array instanceof Float32Array ? array.subarray(offset, offset + length) : undefined;
  const check = (actual: ImageDimensions) => {
    if (actual[0] !== height || actual[1] !== width || actual[2] !== channels) {
      throw new ImageShapeError(actual, [height, width, channels]);
    }
  };
  const { values } = await renderImage(image, host, { form: 'pixels', check, floats }, signal);
  if (values !== floats) store(values, length, slot);
}

function store(values: Pixels['values'], length: number, { array, offset }: ImageSlot): void {
  if (array instanceof BigInt64Array) {
    for (let i = 0; i < length; i += 1) array[offset + i] = BigInt(values[i]!);
  } else if (values instanceof BigInt64Array) {
    for (let i = 0; i < length; i += 1) array[offset + i] = Number(values[i]!);
  } else if (values instanceof Uint8Array) {
    for (let i = 0; i < length; i += 1) array[offset + i] = BYTE_TO_DOUBLE[values[i]!]!;
  } else {
    array.set(values, offset);
  }
}
