import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convertType } from '../src/kernels/convert-image-type.ts';
import { fma } from '../src/kernels/fused-multiply-add.ts';
import { fitWithin } from '../src/kernels/preserve-aspect.ts';

const UNIT = 2n ** 1100n;

/** A double as an exact multiple of 2^-1100. */
function exact(value: number): bigint {
  let scaled = value;
  let exponent = 1100;
  while (!Number.isSafeInteger(scaled)) {
    scaled *= 2;
    exponent -= 1;
  }
  return BigInt(scaled) * 2n ** BigInt(exponent);
}

test('fma rounds once', () => {
  const factor = fc.double({ min: -2, max: 2, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-100);
  fc.assert(
    fc.property(factor, factor, factor, (a, b, c) => {
      const wanted = exact(a) * exact(b) + exact(c) * UNIT;
      const distance = (value: number) => {
        const difference = exact(value) * UNIT - wanted;
        return difference < 0n ? -difference : difference;
      };
      const result = fma(a, b, c);
      const ulp = Math.max(Math.abs(result) * 2 ** -52, 2 ** -1074);
      expect(distance(result) <= distance(result + ulp)).toBe(true);
      expect(distance(result) <= distance(result - ulp)).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(fma(1 + 2 ** -30, 1 + 2 ** -30, -1)).toBe(2 ** -29 + 2 ** -60);
});

test('both rules of ML.CONVERT_IMAGE_TYPE give decoded bytes back and differ between them', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const decoded = Float64Array.from(bytes, (byte) => byte / 255);
  for (const rule of ['round', 'truncate'] as const) {
    expect([...convertType(bytes, 256, rule)]).toEqual([...bytes]);
    expect([...convertType(decoded, 256, rule)]).toEqual([...bytes]);
    expect([...convertType(new Float64Array([-0.5, 1.5]), 2, rule)]).toEqual([0, 255]);
  }
  const between = new Float64Array([121.71 / 255]);
  expect([convertType(between, 1, 'round')[0], convertType(between, 1, 'truncate')[0]]).toEqual([122, 121]);
});

test.each([
  [333, 500, 224, 280, 186, 280],
  [500, 333, 224, 224, 224, 149],
  [20, 200, 10, 120, 10, 100],
  [133, 4868, 322, 37, 1, 37],
])('%dx%d within %dx%d is %dx%d', (height, width, boxHeight, boxWidth, outHeight, outWidth) => {
  expect(fitWithin(height, width, boxHeight, boxWidth)).toEqual({ height: outHeight, width: outWidth });
});
