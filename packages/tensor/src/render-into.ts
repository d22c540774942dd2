import { notImplemented } from '@bqml-emulator/common';
import type { ImageHost } from './image-host.ts';
import type { ImageReference } from './image-reference.ts';

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
 */
export async function renderInto(
  _image: ImageReference,
  _host: ImageHost,
  _slot: ImageSlot,
  _signal?: AbortSignal,
): Promise<void> {
  throw notImplemented('image rendering');
}
