import sharp from 'sharp';
import type { JpegOptions } from 'sharp';

/** A reproducible stream of bytes (xorshift32). */
export function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = (seed + 1) * 0x9e3779b9;
  for (let i = 0; i < length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 0xff;
  }
  return bytes;
}

const raw = (height: number, width: number, channels: 1 | 3 | 4, seed: number) =>
  sharp(noise(height * width * channels, seed), { raw: { height, width, channels } });

export const noisePng = (height: number, width: number, seed: number) => raw(height, width, 3, seed).png().toBuffer();

/** Blurred noise, which JPEG keeps better. */
export const softJpeg = (height: number, width: number, seed: number, options: JpegOptions = {}) =>
  raw(height, width, 3, seed).blur(2).jpeg(options).toBuffer();
