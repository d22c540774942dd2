import { decodedBytes } from '../decode/decode-image-file.ts';
import type { JpegFrame } from '../header/jpeg-header.ts';
import type { ImageForm } from '../image-form.ts';
import type { ImageOptions } from '../image-options.ts';
import type { Pixels } from '../image-reference.ts';
import type { ImageStage } from '../image-stages.ts';
import type { DrainState } from './drain.ts';

export interface LaneData {
  readonly options: ImageOptions;
  readonly drain: DrainState;
}

/** Memory of a lane's kernel: pixels that fit are decoded into it, so that they are not copied. */
export const LANE_ROOM_BYTES = 2 ** 22;

/** Bytes that the decoded pixels need outside of the lane. */
export function pixelBytesOutside(frame: JpegFrame, channels: 3 | 'native'): number {
  const bytes = decodedBytes(frame, channels);
  return bytes <= LANE_ROOM_BYTES ? 0 : bytes;
}

/** What is computed of files of one size. */
export interface LanePlan {
  readonly frame: JpegFrame;
  readonly stages: readonly ImageStage[];
  readonly form: ImageForm;
}

/** What is computed of a file for the fast decoder. */
export interface LaneWork extends LanePlan {
  /** Shared memory for the floats of a closing resize. */
  readonly floats: Float32Array | undefined;
}

export interface LaneRequest {
  /** A `LanePlan` as JSON: most images of a query have the same one, and a string is sent and known again faster. */
  readonly plan: string;
  readonly floats: Float32Array | undefined;
  /** Shared memory: the place of pixels that do not fit in the lane, and then the file. */
  readonly buffer: Buffer;
  readonly fileBytes: number;
}

/**
 * The first reply is `ready`. `written`: the values are in the request's floats. `refused`: the file is not whole, or the
 * decoder does not take it. Strings, because they cost a fraction of an object.
 */
export type LaneReply = 'ready' | 'written' | 'refused' | { readonly pixels: Pixels } | { readonly error: unknown };
