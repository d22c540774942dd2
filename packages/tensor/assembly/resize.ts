// AssemblyScript. The bilinear kernel of src/kernels/resize-bilinear.ts for three channels, four lanes at a time,
// with the same bits: every step is one float32 operation and nothing is fused.
//
// Rows lie at `source` plus their offset in bytes, pixels at the row plus theirs. A pixel is read as four lanes and
// stored as four: one byte (or float) beyond the last source pixel and four bytes beyond the last output are touched.

/** A byte b as float32: `b * high + b * low`, which is the correctly rounded b / 255 for fitting constants. */
function loadBytes(pixel: usize, lanes: v128, high: v128, low: v128): v128 {
  const bytes = f32x4.convert_i32x4_s(i8x16.swizzle(v128.load32_zero(pixel), lanes));
  return f32x4.add(f32x4.mul(bytes, high), f32x4.mul(bytes, low));
}

function interpolate(from: v128, to: v128, weight: v128): v128 {
  return f32x4.add(from, f32x4.mul(f32x4.sub(to, from), weight));
}

export function resizeBytes(
  source: usize,
  rowLow: usize,
  rowHigh: usize,
  rowWeight: usize,
  rows: i32,
  columnLow: usize,
  columnHigh: usize,
  columnWeight: usize,
  columns: i32,
  stepHigh: f32,
  stepLow: f32,
  out: usize,
): void {
  const lanes = i8x16(0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, 3, -1, -1, -1);
  const high = f32x4.splat(stepHigh);
  const low = f32x4.splat(stepLow);
  const rowsEnd = rowLow + ((<usize>rows) << 2);
  const columnBytes = (<usize>columns) << 2;
  for (; rowLow < rowsEnd; rowLow += 4, rowHigh += 4, rowWeight += 4) {
    const top = source + <usize>load<i32>(rowLow);
    const bottom = source + <usize>load<i32>(rowHigh);
    const wy = v128.load32_splat(rowWeight);
    for (let at: usize = 0; at < columnBytes; at += 4) {
      const left = <usize>load<i32>(columnLow + at);
      const right = <usize>load<i32>(columnHigh + at);
      const wx = v128.load32_splat(columnWeight + at);
      const t = interpolate(loadBytes(top + left, lanes, high, low), loadBytes(top + right, lanes, high, low), wx);
      const b = interpolate(
        loadBytes(bottom + left, lanes, high, low),
        loadBytes(bottom + right, lanes, high, low),
        wx,
      );
      v128.store(out, interpolate(t, b, wy));
      out += 12;
    }
  }
}

export function resizeFloats(
  source: usize,
  rowLow: usize,
  rowHigh: usize,
  rowWeight: usize,
  rows: i32,
  columnLow: usize,
  columnHigh: usize,
  columnWeight: usize,
  columns: i32,
  out: usize,
): void {
  const rowsEnd = rowLow + ((<usize>rows) << 2);
  const columnBytes = (<usize>columns) << 2;
  for (; rowLow < rowsEnd; rowLow += 4, rowHigh += 4, rowWeight += 4) {
    const top = source + <usize>load<i32>(rowLow);
    const bottom = source + <usize>load<i32>(rowHigh);
    const wy = v128.load32_splat(rowWeight);
    for (let at: usize = 0; at < columnBytes; at += 4) {
      const left = <usize>load<i32>(columnLow + at);
      const right = <usize>load<i32>(columnHigh + at);
      const wx = v128.load32_splat(columnWeight + at);
      const t = interpolate(v128.load(top + left), v128.load(top + right), wx);
      const b = interpolate(v128.load(bottom + left), v128.load(bottom + right), wx);
      v128.store(out, interpolate(t, b, wy));
      out += 12;
    }
  }
}
