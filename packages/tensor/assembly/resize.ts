// AssemblyScript. The bilinear kernel of src/kernels/resize-bilinear.ts for three channels, four lanes at a time,
// with the same bits: every step is one float32 operation. What may be fused gives the same bits fused and apart,
// because its product is exact, or because all 256 bytes do (the tests hold that).
//
// Rows lie at `source` plus their offset in bytes. `columns` holds 12 bytes for each output pixel: the offsets in a row
// of its left and right pixel and the weight of the right one. Of bytes the right pixel is taken to follow the left one:
// where it does not, the weight has to be 0.
// Bytes become floats on the taps (BYTES), or a row at a time (BYTE_ROWS), which is less work while the source is not
// much wider than the output; the offsets are then those in a row of floats. They come 2^24 times too large: a byte
// repeated three times is a whole number of 24 bits, and `stepLow` of it added gives the float32 wanted, correctly
// rounded. Powers of two pass through the interpolation unchanged and are taken out at its end by `scale`, which is a
// power of two, 1 for floats.
// `places` holds four shuffles, each of which repeats four of sixteen bytes, and a fifth for the bytes from the fourth
// on, where the right one of two pixels begins.
// A source row is interpolated along x once for all output rows that follow each other and read it: `scratch` holds
// two such rows and then one of floats. Pixels are read and stored as four lanes: up to 16 bytes beyond the last source
// pixel and beyond a row of scratch or output are touched.

// Kinds of source; 0 is floats.
const BYTES: i32 = 1;
const BYTE_ROWS: i32 = 2;

function threefold(bytes: v128, places: v128, low: v128): v128 {
  const whole = f32x4.convert_i32x4_s(i8x16.relaxed_swizzle(bytes, places));
  return f32x4.relaxed_madd(whole, low, whole);
}

function interpolate(from: v128, to: v128, weight: v128): v128 {
  return f32x4.add(from, f32x4.mul(f32x4.sub(to, from), weight));
}

function pixelOfBytes(row: usize, column: usize, leftPlaces: v128, rightPlaces: v128, low: v128, out: usize): void {
  const bytes = v128.load64_zero(row + <usize>load<i32>(column));
  const left = threefold(bytes, leftPlaces, low);
  const right = threefold(bytes, rightPlaces, low);
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

function alongY(top: usize, bottom: usize, weight: v128, factor: v128, out: usize): void {
  const from = v128.load(top);
  const step = f32x4.mul(f32x4.sub(v128.load(bottom), from), weight);
  v128.store(out, f32x4.relaxed_madd(from, factor, step));
}

function alongX(
  kind: i32,
  row: usize,
  rowBytes: usize,
  columns: usize,
  end: usize,
  places: usize,
  stepLow: f32,
  floats: usize,
  out: usize,
): void {
  // Constants in the code would be made anew for every pixel.
  const low = f32x4.splat(stepLow);
  const first = v128.load(places);
  const second = v128.load(places, 16);
  const third = v128.load(places, 32);
  const fourth = v128.load(places, 48);
  const right = v128.load(places, 64);
  if (kind == BYTES) {
    for (; columns + 36 < end; columns += 48, out += 48) {
      pixelOfBytes(row, columns, first, right, low, out);
      pixelOfBytes(row, columns + 12, first, right, low, out + 12);
      pixelOfBytes(row, columns + 24, first, right, low, out + 24);
      pixelOfBytes(row, columns + 36, first, right, low, out + 36);
    }
    for (; columns < end; columns += 12, out += 12) pixelOfBytes(row, columns, first, right, low, out);
  } else if (kind == BYTE_ROWS) {
    for (let at = floats, rowEnd = row + rowBytes; row < rowEnd; row += 16, at += 64) {
      const bytes = v128.load(row);
      v128.store(at, threefold(bytes, first, low));
      v128.store(at, threefold(bytes, second, low), 16);
      v128.store(at, threefold(bytes, third, low), 32);
      v128.store(at, threefold(bytes, fourth, low), 48);
    }
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
  places: usize,
  stepLow: f32,
  scale: f32,
  scratch: usize,
  out: usize,
): void {
  const rowsEnd = rowLow + ((<usize>rows) << 2);
  const columnsEnd = columns + <usize>width * 12;
  const rowBytes = <usize>width * 12;
  const factor = f32x4.splat(scale);
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
        alongX(kind, source + low, sourceRowBytes, columns, columnsEnd, places, stepLow, floats, top);
        topRow = low;
      }
    }
    let second = top;
    if (high != low) {
      if (high != bottomRow) {
        alongX(kind, source + high, sourceRowBytes, columns, columnsEnd, places, stepLow, floats, bottom);
        bottomRow = high;
      }
      second = bottom;
    }
    const weight = f32x4.mul(v128.load32_splat(rowWeight), factor);
    let at: usize = 0;
    for (; at + 48 < rowBytes; at += 64) {
      alongY(top + at, second + at, weight, factor, out + at);
      alongY(top + at + 16, second + at + 16, weight, factor, out + at + 16);
      alongY(top + at + 32, second + at + 32, weight, factor, out + at + 32);
      alongY(top + at + 48, second + at + 48, weight, factor, out + at + 48);
    }
    for (; at < rowBytes; at += 16) alongY(top + at, second + at, weight, factor, out + at);
    out += rowBytes;
  }
}
