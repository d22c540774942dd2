import type { ImageOptions } from '../image-options.ts';
import type { ImageValues } from '../image-reference.ts';

/** One float to 0..255. Values outside of 0..1 are clamped, which no recording confirms. */
const RULES: Readonly<Record<ImageOptions['imageType'], (value: number) => number>> = {
  round: (value) => Math.floor(value * 255 + 0.5),
  truncate: (value) => Math.trunc(Math.fround(value * 255.5)),
};

export function convertType(
  values: Uint8Array | ImageValues,
  count: number,
  rule: ImageOptions['imageType'],
): Int32Array {
  const out = new Int32Array(count);
  if (values instanceof Uint8Array) {
    // Both rules give a decoded byte back.
    for (let i = 0; i < count; i += 1) out[i] = values[i]!;
    return out;
  }
  const toByte = RULES[rule];
  for (let i = 0; i < count; i += 1) out[i] = Math.min(Math.max(toByte(Number(values[i]!)), 0), 255);
  return out;
}
