// AssemblyScript. The bilinear kernel of src/kernels/resize-bilinear.ts for three channels, four lanes at a time,
// with the same bits: every step is one float32 operation and nothing is fused.
//
// Rows lie at `source` plus their offset in bytes. `columns` holds 12 bytes for each output pixel: the offsets in a row
// of its left and right pixel and the weight of the right one. Bytes are made floats on the taps (BYTES), or a row at a
// time (BYTE_ROWS), which is less work while the source is not much wider than the output; the offsets are then those
// in a row of floats. Of bytes the right pixel is taken to follow the left one: where it does not, the weight has to
// be 0.
// A source row is interpolated along x once for all output rows that follow each other and read it: `scratch` holds
// two such rows and then one of floats. Pixels are read and stored as four lanes: up to 16 bytes beyond the last source
// pixel and beyond a row of scratch or output are touched.

// Kinds of source; 0 is floats.
const BYTES: i32 = 1;
const BYTE_ROWS: i32 = 2;

/** A byte b is `b * high + b * low`: correctly rounded b / 255 for fitting constants. */
function scale(bytes: v128, high: v128, low: v128): v128 {
  const whole = f32x4.convert_i32x4_s(bytes);
  return f32x4.add(f32x4.mul(whole, high), f32x4.mul(whole, low));
}

function rowToFloats(row: usize, rowBytes: usize, high: v128, low: v128, out: usize): void {
  for (const end = row + rowBytes; row < end; row += 8, out += 32) {
    const eight = v128.load8x8_u(row);
    v128.store(out, scale(i32x4.extend_low_i16x8_u(eight), high, low));
    v128.store(out, scale(i32x4.extend_high_i16x8_u(eight), high, low), 16);
  }
}

function pixelOfBytes(row: usize, column: usize, high: v128, low: v128, out: usize): void {
  const bytes = row + <usize>load<i32>(column);
  const left = scale(i32x4.extend_low_i16x8_u(v128.load8x8_u(bytes)), high, low);
  const right = scale(i32x4.extend_low_i16x8_u(v128.load8x8_u(bytes, 3)), high, low);
  v128.store(out, interpolate(left, right, v128.load32_splat(column, 8)));
}

function pixelOfFloats(row: usize, column: usize, out: usize): void {
  const left = v128.load(row + <usize>load<i32>(column));
  const right = v128.load(row + <usize>load<i32>(column, 4));
  v128.store(out, interpolate(left, right, v128.load32_splat(column, 8)));
}

function pixelOfByteRow(row: usize, column: usize, out: usize): void {
  const left = row + <usize>load<i32>(column);
  v128.store(out, interpolate(v128.load(left), v128.load(left, 12), v128.load32_splat(column, 8)));
}

function interpolate(from: v128, to: v128, weight: v128): v128 {
  return f32x4.add(from, f32x4.mul(f32x4.sub(to, from), weight));
}

function alongX(
  kind: i32,
  row: usize,
  rowBytes: usize,
  columns: usize,
  end: usize,
  stepHigh: f32,
  stepLow: f32,
  floats: usize,
  out: usize,
): void {
  const high = f32x4.splat(stepHigh);
  const low = f32x4.splat(stepLow);
  if (kind == BYTES) {
    for (; columns + 12 < end; columns += 24, out += 24) {
      pixelOfBytes(row, columns, high, low, out);
      pixelOfBytes(row, columns + 12, high, low, out + 12);
    }
    if (columns < end) pixelOfBytes(row, columns, high, low, out);
  } else if (kind == BYTE_ROWS) {
    rowToFloats(row, rowBytes, high, low, floats);
    for (; columns + 36 < end; columns += 48, out += 48) {
      pixelOfByteRow(floats, columns, out);
      pixelOfByteRow(floats, columns + 12, out + 12);
      pixelOfByteRow(floats, columns + 24, out + 24);
      pixelOfByteRow(floats, columns + 36, out + 36);
    }
    for (; columns < end; columns += 12, out += 12) pixelOfByteRow(floats, columns, out);
  } else {
    for (; columns < end; columns += 12, out += 12) pixelOfFloats(row, columns, out);
  }
}

export function resize(
  kind: i32,
  source: usize,
  sourceRowBytes: usize,
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
  const floats = scratch + 2 * (rowBytes + 16);
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
        alongX(kind, source + low, sourceRowBytes, columns, columnsEnd, stepHigh, stepLow, floats, top);
        topRow = low;
      }
    }
    let second = top;
    if (high != low) {
      if (high != bottomRow) {
        alongX(kind, source + high, sourceRowBytes, columns, columnsEnd, stepHigh, stepLow, floats, bottom);
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
