import type { ColorSpace, ImageValues } from '../image-reference.ts';
import { BYTE_TO_DOUBLE } from './byte-to-float.ts';
import { fma } from './fused-multiply-add.ts';

type Weights = readonly [red: number, green: number, blue: number];

/** https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/python/ops/image_ops_impl.py */
const LUMA: Weights = [0.299, 0.587, 0.114];
const MATRICES: Readonly<Record<Exclude<ColorSpace, 'HSV'>, readonly Weights[]>> = {
  GRAYSCALE: [[0.2989, 0.587, 0.114]],
  YIQ: [LUMA, [0.59590059, -0.27455667, -0.32134392], [0.2115, -0.52273617, 0.31119955]],
  YUV: [LUMA, [-0.14714119, -0.28886916, 0.43601035], [0.61497538, -0.51496512, -0.10001026]],
};

export const colorSpaceChannels = (space: ColorSpace) => (space === 'HSV' ? 3 : MATRICES[space].length);

/** https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/kernels/image/colorspace_op.h, in float64 */
function writeHsv(r: number, g: number, b: number, out: Float64Array, at: number): void {
  const value = Math.max(r, g, b);
  const range = value - Math.min(r, g, b);
  let hue = 0;
  if (range > 0) {
    const norm = (1 / range) * (1 / 6);
    if (r === value) hue = norm * (g - b);
    else if (g === value) hue = norm * (b - r) + 2 / 6;
    else hue = norm * (r - g) + 4 / 6;
    if (hue < 0) hue += 1;
  }
  out[at] = hue;
  out[at + 1] = value > 0 ? range / value : 0;
  out[at + 2] = value;
}

/** One channel of RGB as float64: bytes and integers are divided by 255. */
function channelReader(values: Uint8Array | ImageValues): (index: number) => number {
  if (values instanceof Uint8Array) return (i) => BYTE_TO_DOUBLE[values[i]!]!;
  if (values instanceof BigInt64Array) return (i) => Number(values[i]!) / 255;
  if (values instanceof Int32Array) return (i) => values[i]! / 255;
  return (i) => values[i]!;
}

/** RGB pixels to another space, in float64; the order of the fused sums is the one that gives BigQuery's digits. */
export function convertColors(values: Uint8Array | ImageValues, pixels: number, space: ColorSpace): Float64Array {
  const read = channelReader(values);
  const out = new Float64Array(pixels * colorSpaceChannels(space));
  const matrix = space === 'HSV' ? undefined : MATRICES[space];
  let at = 0;
  for (let i = 0; i < pixels * 3; i += 3) {
    const r = read(i);
    const g = read(i + 1);
    const b = read(i + 2);
    if (!matrix) {
      writeHsv(r, g, b, out, at);
      at += 3;
      continue;
    }
    for (const [kr, kg, kb] of matrix) {
      out[at] = fma(b, kb, fma(g, kg, r * kr));
      at += 1;
    }
  }
  return out;
}
