// AssemblyScript. The bilinear kernel of src/kernels/resize-bilinear.ts for three channels, four lanes at a time,
// with the same bits: every step is one float32 operation and nothing is fused.
//
// Rows lie at `source` plus their offset in bytes, pixels at the row plus theirs. A source row is interpolated along x
// once for all output rows that follow each other and read it: `scratch` holds two such rows.
// A pixel is read as four lanes and stored as four: up to 4 bytes beyond a source row and 12 beyond a row of scratch or
// output are touched.

/** A byte b as float32: `b * high + b * low`, which is the correctly rounded b / 255 for fitting constants. */
function loadBytes(pixel: usize, lanes: v128, high: v128, low: v128): v128 {
  const bytes = f32x4.convert_i32x4_s(i8x16.swizzle(v128.load32_zero(pixel), lanes));
  return f32x4.add(f32x4.mul(bytes, high), f32x4.mul(bytes, low));
}

function interpolate(from: v128, to: v128, weight: v128): v128 {
  return f32x4.add(from, f32x4.mul(f32x4.sub(to, from), weight));
}

function alongX(
  bytes: bool,
  row: usize,
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
  const end = columnLow + ((<usize>columns) << 2);
  if (bytes) {
    for (; columnLow < end; columnLow += 4, columnHigh += 4, columnWeight += 4, out += 12) {
      const left = loadBytes(row + <usize>load<i32>(columnLow), lanes, high, low);
      const right = loadBytes(row + <usize>load<i32>(columnHigh), lanes, high, low);
      v128.store(out, interpolate(left, right, v128.load32_splat(columnWeight)));
    }
  } else {
    for (; columnLow < end; columnLow += 4, columnHigh += 4, columnWeight += 4, out += 12) {
      const left = v128.load(row + <usize>load<i32>(columnLow));
      const right = v128.load(row + <usize>load<i32>(columnHigh));
      v128.store(out, interpolate(left, right, v128.load32_splat(columnWeight)));
    }
  }
}

export function resize(
  bytes: bool,
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
  scratch: usize,
  out: usize,
): void {
  const rowsEnd = rowLow + ((<usize>rows) << 2);
  const rowBytes = <usize>columns * 12;
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
        alongX(bytes, source + low, columnLow, columnHigh, columnWeight, columns, stepHigh, stepLow, top);
        topRow = low;
      }
    }
    let second = top;
    if (high != low) {
      if (high != bottomRow) {
        alongX(bytes, source + high, columnLow, columnHigh, columnWeight, columns, stepHigh, stepLow, bottom);
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
