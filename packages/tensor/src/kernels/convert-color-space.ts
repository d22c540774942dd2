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

/** Values a chunk of pixels at a time: one array type in the loops, and no copy of the image. */
const CHUNK = 3 * 1024;

/** RGB as float64 at the start of `out`: bytes and integers are divided by 255. */
function readChunk(values: Uint8Array | ImageValues, start: number, end: number, out: Float64Array): void {
  if (values instanceof Float32Array || values instanceof Float64Array) {
    out.set(values.subarray(start, end));
  } else if (values instanceof Uint8Array) {
    for (let i = start; i < end; i += 1) out[i - start] = BYTE_TO_DOUBLE[values[i]!]!;
  } else {
    for (let i = start; i < end; i += 1) out[i - start] = Number(values[i]!) / 255;
  }
}

/** RGB pixels to another space, in float64; the order of the fused sums is the one that gives BigQuery's digits. */
export function convertColors(values: Uint8Array | ImageValues, pixels: number, space: ColorSpace): Float64Array {
  const out = new Float64Array(pixels * colorSpaceChannels(space));
  const matrix = space === 'HSV' ? undefined : MATRICES[space];
  const rgb = new Float64Array(CHUNK);
  let at = 0;
  for (let start = 0; start < pixels * 3; start += CHUNK) {
    const length = Math.min(CHUNK, pixels * 3 - start);
    readChunk(values, start, start + length, rgb);
    at = matrix ? writeProducts(rgb, length, matrix, out, at) : writeHsvs(rgb, length, out, at);
  }
  return out;
}

function writeProducts(
  rgb: Float64Array,
  length: number,
  matrix: readonly Weights[],
  out: Float64Array,
  from: number,
): number {
  for (let row = 0; row < matrix.length; row += 1) {
    const [kr, kg, kb] = matrix[row]!;
    let at = from + row;
    for (let i = 0; i < length; i += 3) {
      out[at] = fma(rgb[i + 2]!, kb, fma(rgb[i + 1]!, kg, rgb[i]! * kr));
      at += matrix.length;
    }
  }
  return from + (length / 3) * matrix.length;
}

function writeHsvs(rgb: Float64Array, length: number, out: Float64Array, from: number): number {
  for (let i = 0; i < length; i += 3) writeHsv(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!, out, from + i);
  return from + length;
}
