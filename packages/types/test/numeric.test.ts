import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDecimal,
  BIGNUMERIC_KIND,
  compareBytes,
  decimalFromFloat64,
  decimalToInt64,
  decodeSortableBignumeric,
  divideDecimal,
  encodeSortableBignumeric,
  formatDecimal,
  multiplyDecimal,
  NUMERIC_KIND,
  parseDecimal,
  roundDecimal,
} from '@bqml-emulator/types';

const numeric = (text: string) => {
  const value = parseDecimal(text, NUMERIC_KIND);
  if (value === undefined) throw new Error(`not NUMERIC: ${text}`);
  return value;
};
const text = (value: bigint) => formatDecimal(value, NUMERIC_KIND);
const anyNumeric = fc.bigInt({ min: NUMERIC_KIND.min, max: NUMERIC_KIND.max });
const anyBignumeric = fc.bigInt({ min: BIGNUMERIC_KIND.min, max: BIGNUMERIC_KIND.max });

describe('NUMERIC and BIGNUMERIC', () => {
  test('text round trips', () => {
    fc.assert(fc.property(anyNumeric, (v) => parseDecimal(formatDecimal(v, NUMERIC_KIND), NUMERIC_KIND) === v));
    fc.assert(
      fc.property(anyBignumeric, (v) => parseDecimal(formatDecimal(v, BIGNUMERIC_KIND), BIGNUMERIC_KIND) === v),
    );
  });

  test('reads exponents and rounds half away from zero', () => {
    expect(text(numeric(' 1.5e3 '))).toBe('1500');
    expect(text(numeric('.0000000005'))).toBe('0.000000001');
    expect(text(numeric('-1.0000000015'))).toBe('-1.000000002');
    expect(text(numeric('1e-20'))).toBe('0');
    expect(parseDecimal('1e29', NUMERIC_KIND)).toBeUndefined();
    expect(parseDecimal('abc', NUMERIC_KIND)).toBeUndefined();
    expect(parseDecimal('', NUMERIC_KIND)).toBeUndefined();
  });

  // https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types
  test('limits', () => {
    const max = '578960446186580977117854925043439539266.34992332820282019728792003956564819967';
    expect(formatDecimal(BIGNUMERIC_KIND.max, BIGNUMERIC_KIND)).toBe(max);
    expect(text(NUMERIC_KIND.max)).toBe('99999999999999999999999999999.999999999');
    expect(() => addDecimal(NUMERIC_KIND.max, numeric('1'), NUMERIC_KIND)).toThrow(
      'numeric overflow: 99999999999999999999999999999.999999999 + 1',
    );
  });

  test('multiplication and division agree', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 16n), 10n ** 16n), fc.bigInt(1n, 10n ** 12n), (a, b) => {
        const product = multiplyDecimal(a * NUMERIC_KIND.unit, b * NUMERIC_KIND.unit, NUMERIC_KIND);
        return divideDecimal(product, b * NUMERIC_KIND.unit, NUMERIC_KIND) === a * NUMERIC_KIND.unit;
      }),
    );
    expect(text(divideDecimal(numeric('1'), numeric('3'), NUMERIC_KIND))).toBe('0.333333333');
    expect(text(divideDecimal(numeric('2'), numeric('3'), NUMERIC_KIND))).toBe('0.666666667');
    expect(() => divideDecimal(numeric('1.5'), 0n, NUMERIC_KIND)).toThrow('division by zero: 1.5 / 0');
  });

  test('doubles convert by their exact value', () => {
    expect(decimalFromFloat64(0.1, BIGNUMERIC_KIND)).toBe(
      parseDecimal('0.10000000000000000555111512312578270212', BIGNUMERIC_KIND),
    );
    expect(decimalFromFloat64(NaN, NUMERIC_KIND)).toBeUndefined();
    expect(decimalFromFloat64(1e30, NUMERIC_KIND)).toBeUndefined();
    fc.assert(fc.property(fc.integer(), (v) => decimalFromFloat64(v, NUMERIC_KIND) === BigInt(v) * NUMERIC_KIND.unit));
  });

  test('rounds', () => {
    expect(text(roundDecimal(numeric('2.5'), 0, NUMERIC_KIND))).toBe('3');
    expect(text(roundDecimal(numeric('-125'), -1, NUMERIC_KIND))).toBe('-130');
    expect(decimalToInt64(numeric('-2.5'), NUMERIC_KIND)).toBe(-3n);
  });

  test('sortable bytes keep order and value', () => {
    fc.assert(
      fc.property(anyBignumeric, anyBignumeric, (a, b) => {
        const order = compareBytes(encodeSortableBignumeric(a), encodeSortableBignumeric(b));
        return Math.sign(order) === (a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    fc.assert(fc.property(anyBignumeric, (v) => decodeSortableBignumeric(encodeSortableBignumeric(v)) === v));
  });
});
