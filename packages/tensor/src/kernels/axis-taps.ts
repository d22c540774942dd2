/** Where each output position of one axis reads: two input positions and the weight of the second. */
export interface AxisTaps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float32Array;
}

const { fround } = Math;

/**
 * Bilinear taps with half-pixel centres, in float32 as TensorFlow computes them. The weight is relative to the floor
 * before it is clamped, which does no harm: the two taps are then equal.
 * https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/kernels/image/resize_bilinear_op.cc
 *
 * `positions` are the output positions wanted, ascending; all of them by default.
 */
export function axisTaps(inputSize: number, outputSize: number, positions?: Int32Array): AxisTaps {
  const count = positions?.length ?? outputSize;
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  const weight = new Float32Array(count);
  const scale = fround(inputSize / fround(outputSize));
  for (let i = 0; i < count; i += 1) {
    const position = positions ? positions[i]! : i;
    const center = fround(fround(fround(position + 0.5) * scale) - 0.5);
    const floor = Math.floor(center);
    low[i] = Math.max(floor, 0);
    high[i] = Math.min(Math.ceil(center), inputSize - 1);
    weight[i] = center - floor;
  }
  return { low, high, weight };
}

const MAX_KNOWN_TAPS = 64;
const knownTaps = new Map<string, AxisTaps>();

/** `axisTaps` of a whole axis, computed once for the sizes that are in use. */
export function wholeAxisTaps(inputSize: number, outputSize: number): AxisTaps {
  const key = `${inputSize}:${outputSize}`;
  const known = knownTaps.get(key);
  if (known) return known;
  const taps = axisTaps(inputSize, outputSize);
  const [oldest] = knownTaps.keys();
  if (oldest !== undefined && knownTaps.size >= MAX_KNOWN_TAPS) knownTaps.delete(oldest);
  knownTaps.set(key, taps);
  return taps;
}

/** The input positions that the taps read, ascending and without repetition, and the taps as indexes into them. */
export function compactTaps(taps: AxisTaps): { positions: Int32Array; taps: AxisTaps } {
  const positions = new Int32Array(taps.low.length * 2);
  const low = new Int32Array(taps.low.length);
  const high = new Int32Array(taps.low.length);
  let count = 0;
  for (let i = 0; i < low.length; i += 1) {
    // Taps ascend and the two of one output are neighbours, so a position was seen in the last two entries or never.
    low[i] = indexOf(taps.low[i]!);
    high[i] = indexOf(taps.high[i]!);
  }
  return { positions: positions.slice(0, count), taps: { low, high, weight: taps.weight } };

  function indexOf(position: number): number {
    if (count > 0 && positions[count - 1] === position) return count - 1;
    if (count > 1 && positions[count - 2] === position) return count - 2;
    positions[count] = position;
    count += 1;
    return count - 1;
  }
}
