import { decodedBytes } from '../decode/decode-image-file.ts';
import type { JpegHeader } from '../header/jpeg-header.ts';
import type { ImageForm } from '../image-form.ts';
import type { ImageOptions } from '../image-options.ts';
import type { ImageDimensions, Pixels } from '../image-reference.ts';
import type { ImageStage } from '../image-stages.ts';
import type { DrainState } from './drain.ts';

export interface LaneData {
  readonly options: ImageOptions;
  readonly drain: DrainState;
}

/** Memory of a lane's kernel: pixels that fit are decoded into it, so that they are not copied. */
export const LANE_ROOM_BYTES = 2 ** 22;

/** Bytes that the decoded pixels need outside of the lane. */
export function pixelBytesOutside(header: JpegHeader, channels: 3 | 'native'): number {
  const bytes = decodedBytes(header, channels);
  return bytes <= LANE_ROOM_BYTES ? 0 : bytes;
}

/** What is computed of a file for the fast decoder. */
export interface LaneWork {
  readonly header: JpegHeader;
  readonly stages: readonly ImageStage[];
  readonly form: ImageForm;
  /** Shared memory for the floats of a closing resize. */
  readonly floats: Float32Array | undefined;
}

export interface LaneRequest extends LaneWork {
  /** Shared memory: the place of pixels that do not fit in the lane, and then the file. */
  readonly buffer: Buffer;
  readonly fileBytes: number;
}

/** The first answer tells that the lane is ready. */
export type LaneReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rendered'; readonly pixels: Pixels }
  /** The values are in the request's floats. */
  | { readonly kind: 'written'; readonly dimensions: ImageDimensions }
  /** By the decoder. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly error: unknown };
