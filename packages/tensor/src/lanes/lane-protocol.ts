import { decodedBytes } from '../decode/decode-image-file.ts';
import type { JpegFrame } from '../header/jpeg-header.ts';
import type { ImageForm } from '../image-form.ts';
import type { ImageOptions } from '../image-options.ts';
import type { Pixels } from '../image-reference.ts';
import type { ImageStage } from '../image-stages.ts';
import type { DrainState } from './drain.ts';

/**
 * A lane sleeps on `call[CALLS]`. The main thread writes the file into shared memory, says the rest in `call`, sends the
 * terms when they are not those of the image before, and adds one to `call[CALLS]`. The lane replies by a message.
 */
export interface LaneData {
  readonly options: ImageOptions;
  readonly drain: DrainState;
  readonly call: LaneCall;
  /** Where the lane finds files that fit. */
  readonly mailbox: Uint8Array;
}

/** Shared memory of `CALL_LENGTH` integers. */
export type LaneCall = Int32Array<SharedArrayBuffer>;
export const CALLS = 0;
export const FILE_BYTES = 1;
/** Where the image's floats begin in the buffer of the terms, and how many there are, as numbers of floats. */
export const FLOATS_OFFSET = 2;
export const FLOATS_LENGTH = 3;
export const CALL_LENGTH = 4;

export const MAILBOX_BYTES = 2 ** 20;

/** What the images of one query mostly have in common. */
export interface LaneTerms {
  /** A `LanePlan` as JSON: a string is compared, sent and known again faster. */
  readonly plan: string;
  /** Shared memory for the floats of a closing resize. */
  readonly floats: SharedArrayBuffer | undefined;
  /** Lent for one image: the place of pixels that do not fit in the lane, and then the file. Else it is in the mailbox. */
  readonly buffer: Uint8Array | undefined;
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
  readonly floats: Float32Array<SharedArrayBuffer> | undefined;
}

/**
 * The first reply is `ready`. `written`: the values are in the floats of the call. `refused`: the file is not whole, or the
 * decoder does not take it. Strings, because they cost a fraction of an object.
 */
export type LaneReply = 'ready' | 'written' | 'refused' | { readonly pixels: Pixels } | { readonly error: unknown };
