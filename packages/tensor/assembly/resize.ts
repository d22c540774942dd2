// AssemblyScript. The bilinear kernel of src/kernels/resize-bilinear.ts for three channels, four lanes at a time,
// with the same bits: every step is one float32 operation and nothing is fused.
//
// Rows lie at `source` plus their offset in bytes, pixels at the row plus theirs. `columns` holds 12 bytes for each
// output pixel: the offsets of its left and right pixel and the weight of the right one. Of bytes the right pixel is
// taken to follow the left one: where it does not, the weight has to be 0.
// A source row is interpolated along x once for all output rows that follow each other and read it: `scratch` holds
// two such rows. Pixels are read and stored as four lanes: up to 16 bytes beyond the last source pixel and 12 beyond a
// row of scratch or output are touched.

/** One output pixel from bytes. A byte b is `b * high + b * low`: correctly rounded b / 255 for fitting constants. */
function pixelOfBytes(row: usize, column: usize, high: v128, low: v128, out: usize): void {
  const bytes = row + <usize>load<i32>(column);
  const first = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(v128.load8x8_u(bytes)));
  const second = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(v128.load8x8_u(bytes, 3)));
  const left = f32x4.add(f32x4.mul(first, high), f32x4.mul(first, low));
  const right = f32x4.add(f32x4.mul(second, high), f32x4.mul(second, low));
  v128.store(out, interpolate(left, right, v128.load32_splat(column, 8)));
}

function pixelOfFloats(row: usize, column: usize, out: usize): void {
  const left = v128.load(row + <usize>load<i32>(column));
  const right = v128.load(row + <usize>load<i32>(column, 4));
  v128.store(out, interpolate(left, right, v128.load32_splat(column, 8)));
}

function interpolate(from: v128, to: v128, weight: v128): v128 {
  return f32x4.add(from, f32x4.mul(f32x4.sub(to, from), weight));
}

function alongX(bytes: bool, row: usize, columns: usize, end: usize, stepHigh: f32, stepLow: f32, out: usize): void {
  const high = f32x4.splat(stepHigh);
  const low = f32x4.splat(stepLow);
  if (bytes) {
    for (; columns + 36 < end; columns += 48, out += 48) {
      pixelOfBytes(row, columns, high, low, out);
      pixelOfBytes(row, columns + 12, high, low, out + 12);
      pixelOfBytes(row, columns + 24, high, low, out + 24);
      pixelOfBytes(row, columns + 36, high, low, out + 36);
    }
    for (; columns < end; columns += 12, out += 12) pixelOfBytes(row, columns, high, low, out);
  } else {
    for (; columns < end; columns += 12, out += 12) pixelOfFloats(row, columns, out);
  }
}

export function resize(
  bytes: bool,
  source: usize,
  rowLow: usize,
  rowHigh: usize,
  rowWeight: usize,
  rows: i32,
  columns: usize,
  width: i32,
  stepHigh: f32,
  stepLow: f32,
  scratch: usize,
  out: usize,
): void {
  const rowsEnd = rowLow + ((<usize>rows) << 2);
  const columnsEnd = columns + <usize>width * 12;
  const rowBytes = <usize>width * 12;
  let top = scratch;
  let bottom = scratch + rowBytes + 16;
  let topRow = -1;
  let bottomRow = -1;
  for (; rowLow < rowsEnd; rowLow += 4, rowHigh += 4, rowWeight += 4) {
    const low = load<i32>(rowLow);
    const high = load<i32>(rowHigh);
    if (low != topRow) {
      const free = top;
      top = bottom;
      bottom = free;
      topRow = bottomRow;
      bottomRow = -1;
      if (low != topRow) {
        alongX(bytes, source + low, columns, columnsEnd, stepHigh, stepLow, top);
        topRow = low;
      }
    }
    let second = top;
    if (high != low) {
      if (high != bottomRow) {
        alongX(bytes, source + high, columns, columnsEnd, stepHigh, stepLow, bottom);
        bottomRow = high;
      }
      second = bottom;
    }
    const weight = v128.load32_splat(rowWeight);
    for (let at: usize = 0; at < rowBytes; at += 16) {
      v128.store(out + at, interpolate(v128.load(top + at), v128.load(second + at), weight));
    }
    out += rowBytes;
  }
}
