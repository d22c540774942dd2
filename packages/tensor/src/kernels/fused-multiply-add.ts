const SPLIT = 2 ** 27 + 1;
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW = LITTLE_ENDIAN ? 0 : 1;
const HIGH = 1 - LOW;

/** The error of `a * b`, exact while nothing overflows or underflows (Veltkamp's split, Dekker's product). */
function productError(a: number, b: number, product: number): number {
  const ca = SPLIT * a;
  const ah = ca - (ca - a);
  const al = a - ah;
  const cb = SPLIT * b;
  const bh = cb - (cb - b);
  const bl = b - bh;
  return al * bl - (product - ah * bh - al * bh - ah * bl);
}

/** The error of `a + b`, exact (Knuth's TwoSum). */
function sumError(a: number, b: number, sum: number): number {
  const rest = sum - a;
  return a - (sum - rest) + (b - rest);
}

/** `a + b` rounded to odd: an inexact sum never ends in an even bit. */
function addToOdd(a: number, b: number): number {
  const sum = a + b;
  const error = sumError(a, b, sum);
  if (error === 0) return sum;
  double[0] = sum;
  const low = words[LOW]!;
  if ((low & 1) === 0) {
    // The odd neighbour on the side of the error; going down from ...00 borrows.
    if (error > 0 === sum > 0) words[LOW] = low + 1;
    else {
      words[LOW] = low - 1;
      if (low === 0) words[HIGH] = words[HIGH]! - 1;
    }
  }
  return double[0];
}

/**
 * `a * b + c` with one rounding, as the hardware instruction gives it, for factors of ordinary size.
 * S. Boldo, G. Melquiond, Emulation of FMA and Correctly Rounded Sums: Proved Algorithms Using Rounding to Odd (2008).
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const low = productError(a, b, product);
  const inner = c + low;
  const innerError = sumError(c, low, inner);
  const outer = product + inner;
  return outer + addToOdd(innerError, sumError(product, inner, outer));
}
