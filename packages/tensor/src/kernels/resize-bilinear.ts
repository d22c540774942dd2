import type { AxisTaps } from './axis-taps.ts';
import { BYTE_TO_FLOAT } from './byte-to-float.ts';
import type { ByteStep } from './byte-to-float.ts';

const { fround } = Math;

/**
 * Bilinear interpolation in float32, first along x, then along y, every step rounded and nothing fused.
 * `source` has rows of `sourceWidth` pixels, which `rows` and `columns` index.
 * `step` tells what source bytes stand for. Writes `rows x columns x channels` values from the start of `out`.
 */
export type ResizeKernel = (
  source: Uint8Array | Float32Array,
  step: ByteStep,
  sourceWidth: number,
  channels: number,
  rows: AxisTaps,
  columns: AxisTaps,
  out: Float32Array,
) => void;

export const resizeBilinear: ResizeKernel = (source, step, sourceWidth, channels, rows, columns, out) => {
  const steps = source instanceof Uint8Array ? BYTE_TO_FLOAT[step] : undefined;
  const width = columns.low.length;
  const rowLength = sourceWidth * channels;
  let at = 0;
  for (let y = 0; y < rows.low.length; y += 1) {
    const top = rows.low[y]! * rowLength;
    const bottom = rows.high[y]! * rowLength;
    const wy = rows.weight[y]!;
    for (let x = 0; x < width; x += 1) {
      const left = columns.low[x]! * channels;
      const right = columns.high[x]! * channels;
      const wx = columns.weight[x]!;
      for (let c = 0; c < channels; c += 1) {
        let tl = source[top + left + c]!;
        let tr = source[top + right + c]!;
        let bl = source[bottom + left + c]!;
        let br = source[bottom + right + c]!;
        if (steps) {
          tl = steps[tl]!;
          tr = steps[tr]!;
          bl = steps[bl]!;
          br = steps[br]!;
        }
        const t = fround(tl + fround(fround(tr - tl) * wx));
        const b = fround(bl + fround(fround(br - bl) * wx));
        out[at] = t + fround(fround(b - t) * wy);
        at += 1;
      }
    }
  }
};
