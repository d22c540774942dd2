import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../src/pool/half-float.ts';

test('every half goes to float32 and back', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((half) => (half & 0x7fff) <= 0x7c00);
  expect(toHalf(fromHalf(all))).toEqual(all);
});

test.each([
  [65519.99, 65504],
  [65520, Infinity],
  [-1e9, -Infinity],
  [NaN, NaN],
  [2 ** -25, 0],
  [2 ** -25 * 1.5, 2 ** -24],
  [1 + 2 ** -11, 1],
  [1 + 3 * 2 ** -11, 1 + 2 ** -9],
  [2 ** -14 - 2 ** -26, 2 ** -14],
])('%d rounds to %d', (value, rounded) => {
  expect(fromHalf(toHalf(Float32Array.of(value)))[0]).toBe(rounded);
});
