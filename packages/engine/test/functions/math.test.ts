import { BIGNUMERIC, FLOAT64, INT64, NUMERIC } from '@bqml-emulator/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array, call, type Input, of, show } from './call.ts';

describe('mathematical functions', () => {
  test.each<[string, Input[], string]>([
    ['ROUND', [2.5], '3.0'],
    ['ROUND', [-2.5], '-3.0'],
    ['ROUND', [123.7, -1n], '120.0'],
    ['ROUND', [1.235, 2n], '1.24'],
    ['ROUND', [of(NUMERIC, '2.25'), 1n, 'ROUND_HALF_EVEN'], 'NUMERIC "2.2"'],
    ['TRUNC', [1.25, 1n], '1.2'],
    ['CEIL', [-1.5], '-1.0'],
    ['FLOOR', [of(NUMERIC, '-1.5')], 'NUMERIC "-2"'],
    ['DIV', [20n, -3n], '-6'],
    ['MOD', [-25n, 12n], '-1'],
    ['MOD', [of(NUMERIC, '5.5'), of(NUMERIC, '2')], 'NUMERIC "1.5"'],
    ['POW', [2, 3], '8.0'],
    ['POW', [of(NUMERIC, '2'), of(NUMERIC, '-2')], 'NUMERIC "0.25"'],
    ['POW', [1, NaN], '1.0'],
    ['SQRT', [of(BIGNUMERIC, '2')], 'BIGNUMERIC "1.41421356237309504880168872420969807857"'],
    ['EXP', [of(NUMERIC, '1')], 'NUMERIC "2.718281828"'],
    ['LN', [of(NUMERIC, '10')], 'NUMERIC "2.302585093"'],
    ['LOG', [of(NUMERIC, '8'), of(NUMERIC, '2')], 'NUMERIC "3"'],
    ['LOG10', [of(NUMERIC, '1000')], 'NUMERIC "3"'],
    ['SIGN', [NaN], 'CAST("nan" AS FLOAT64)'],
    ['IEEE_DIVIDE', [1, 0], 'CAST("inf" AS FLOAT64)'],
    ['RANGE_BUCKET', [15n, array(INT64, 10n, 20n, 30n)], '1'],
    ['RANGE_BUCKET', [20n, array(INT64, 10n, 20n, 30n)], '2'],
    ['COSINE_DISTANCE', [array(FLOAT64, 1, 0), array(FLOAT64, 0, 1)], '1.0'],
    ['EUCLIDEAN_DISTANCE', [array(FLOAT64, 0, 0), array(FLOAT64, 3, 4)], '5.0'],
    ['BIT_COUNT', [-1n], '64'],
    ['CBRT', [27], '3.0'],
  ])('%s(%o) is %s', (name, args, expected) => {
    expect(show(name, ...args)).toBe(expected);
  });

  test.each<[string, Input[], string]>([
    ['SQRT', [-1], 'Argument to SQRT cannot be negative: -1'],
    ['LN', [0], 'Floating point error in function: LN(0)'],
    ['POW', [-2.5, -2.5], 'Floating point error in function: POW(-2.5, -2.5)'],
    ['MOD', [10n, 0n], 'division by zero: MOD(10, 0)'],
    ['DIV', [1n, 0n], 'division by zero: DIV(1, 0)'],
    ['ABS', [-9223372036854775808n], 'int64 overflow: ABS(-9223372036854775808)'],
    ['RANGE_BUCKET', [1n, array(INT64, null)], 'cannot be null'],
  ])('%s(%o) fails: %s', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });

  test('decimal functions agree with doubles', () => {
    const value = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(value, (v) => {
        const x = of(NUMERIC, String(v));
        const close = (name: string, expected: number) =>
          expect(Math.abs(Number(call(name, x).value) / 1e9 - expected)).toBeLessThan(1e-8);
        close('LN', Math.log(v));
        close('SQRT', Math.sqrt(v));
        close('LOG10', Math.log10(v));
        close('CBRT', Math.cbrt(v));
      }),
      { numRuns: 30 },
    );
  });
});
