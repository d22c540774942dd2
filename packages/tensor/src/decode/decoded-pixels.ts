/** A decoded file: bytes in rows of `width * channels`, without padding. */
export interface DecodedPixels {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** May be longer than the pixels when the buffer is reused. */
  readonly bytes: Uint8Array;
}
