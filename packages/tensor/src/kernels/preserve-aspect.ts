const { fround } = Math;

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * The largest size of the image's own shape within a box, computed in float32. A side can come out as zero.
 * https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/python/ops/image_ops_impl.py
 */
export function fitWithin(
  height: number,
  width: number,
  boxHeight: number,
  boxWidth: number,
): { height: number; width: number } {
  const scale = Math.min(fround(fround(boxHeight) / fround(height)), fround(fround(boxWidth) / fround(width)));
  return {
    height: roundHalfToEven(fround(scale * fround(height))),
    width: roundHalfToEven(fround(scale * fround(width))),
  };
}
