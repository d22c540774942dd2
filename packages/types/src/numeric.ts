import { invalidQuery } from '@bqml-emulator/common';
import { fitsInt64 } from './int64.ts';

/**
 * Fixed point numbers: a bigint that is the value times 10^scale.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types
 */
export interface DecimalKind {
  readonly name: 'NUMERIC' | 'BIGNUMERIC';
  /** As messages spell it. */
  readonly label: string;
  readonly scale: number;
  readonly unit: bigint;
  readonly min: bigint;
  readonly max: bigint;
}

export const NUMERIC_KIND: DecimalKind = {
  name: 'NUMERIC',
  label: 'numeric',
  scale: 9,
  unit: 10n ** 9n,
  min: -(10n ** 38n) + 1n,
  max: 10n ** 38n - 1n,
};
export const BIGNUMERIC_KIND: DecimalKind = {
  name: 'BIGNUMERIC',
  label: 'BIGNUMERIC',
  scale: 38,
  unit: 10n ** 38n,
  min: -(2n ** 255n),
  max: 2n ** 255n - 1n,
};

export const decimalKind = (name: 'NUMERIC' | 'BIGNUMERIC'): DecimalKind =>
  name === 'NUMERIC' ? NUMERIC_KIND : BIGNUMERIC_KIND;

export const fitsDecimal = (value: bigint, kind: DecimalKind) => value >= kind.min && value <= kind.max;

/** Rounds half away from zero. `divisor` is not 0. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  if (remainder === 0n) return quotient;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** Digits, a point, an exponent, blanks around; more fraction digits than the scale are rounded. */
export function parseDecimal(text: string, kind: DecimalKind): bigint | undefined {
  const match = /^\s*([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]{1,9}))?\s*$/.exec(text);
  if (!match) return undefined;
  const whole = match[2] ?? '';
  const fraction = match[3] ?? match[4] ?? '';
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return 0n;
  const shift = kind.scale - fraction.length + Number(match[5] ?? 0);
  if (shift > 200) return undefined;
  if (shift < -(whole.length + fraction.length + 1)) return 0n;
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : divideRounded(digits, 10n ** BigInt(-shift));
  const value = match[1] === '-' ? -magnitude : magnitude;
  return fitsDecimal(value, kind) ? value : undefined;
}

/** Shortest text without an exponent: `1.1`, `-0.5`, `3`. */
export function formatDecimal(value: bigint, kind: DecimalKind): string {
  const digits = (value < 0n ? -value : value).toString().padStart(kind.scale + 1, '0');
  const whole = digits.slice(0, -kind.scale);
  const fraction = digits.slice(-kind.scale).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `value`, or BigQuery's overflow error that shows the operation. */
function checkDecimal(value: bigint, kind: DecimalKind, operator: string, a: bigint, b: bigint): bigint {
  if (fitsDecimal(value, kind)) return value;
  throw invalidQuery(`${kind.label} overflow: ${formatDecimal(a, kind)} ${operator} ${formatDecimal(b, kind)}`);
}

export const addDecimal = (a: bigint, b: bigint, kind: DecimalKind) => checkDecimal(a + b, kind, '+', a, b);
export const subtractDecimal = (a: bigint, b: bigint, kind: DecimalKind) => checkDecimal(a - b, kind, '-', a, b);
export const multiplyDecimal = (a: bigint, b: bigint, kind: DecimalKind) =>
  checkDecimal(divideRounded(a * b, kind.unit), kind, '*', a, b);

export function divideDecimal(a: bigint, b: bigint, kind: DecimalKind): bigint {
  if (b === 0n) throw invalidQuery(`division by zero: ${formatDecimal(a, kind)} / 0`);
  return checkDecimal(divideRounded(a * kind.unit, b), kind, '/', a, b);
}

/** Rounds to `digits` after the point (negative: before it), half away from zero. */
export function roundDecimal(value: bigint, digits: number, kind: DecimalKind): bigint {
  if (digits >= kind.scale) return value;
  const step = 10n ** BigInt(Math.min(kind.scale - digits, 100));
  const rounded = divideRounded(value, step) * step;
  if (!fitsDecimal(rounded, kind)) {
    throw invalidQuery(`${kind.label} overflow: ROUND(${formatDecimal(value, kind)}, ${digits})`);
  }
  return rounded;
}

export function truncateDecimal(value: bigint, digits: number, kind: DecimalKind): bigint {
  if (digits >= kind.scale) return value;
  const step = 10n ** BigInt(Math.min(kind.scale - digits, 100));
  return (value / step) * step;
}

/** The exact integer: fraction rounded half away from zero. */
export function decimalToInt64(value: bigint, kind: DecimalKind): bigint {
  const rounded = divideRounded(value, kind.unit);
  if (!fitsInt64(rounded)) {
    throw invalidQuery(
      `${kind.name === 'NUMERIC' ? 'numeric' : 'BIGNUMERIC'} out of int64 range: ${formatDecimal(value, kind)}`,
    );
  }
  return rounded;
}

export const decimalToFloat64 = (value: bigint, kind: DecimalKind): number => Number(formatDecimal(value, kind));

const float64Bits = new DataView(new ArrayBuffer(8));

/** A finite double as `mantissa * 2^exponent`, exactly. */
function decomposeFloat64(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  float64Bits.setFloat64(0, value);
  const bits = float64Bits.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return { mantissa: value < 0 ? -magnitude : magnitude, exponent: (biased === 0 ? 1 : biased) - 1075 };
}

/** The double's exact value rounded half away from zero to the scale. `undefined`: NaN, infinite or out of range. */
export function decimalFromFloat64(value: number, kind: DecimalKind): bigint | undefined {
  if (!Number.isFinite(value)) return undefined;
  const { mantissa, exponent } = decomposeFloat64(value);
  if (exponent > 300) return undefined;
  const scaled = mantissa * kind.unit;
  const result = exponent >= 0 ? scaled << BigInt(exponent) : divideRounded(scaled, 1n << BigInt(-exponent));
  return fitsDecimal(result, kind) ? result : undefined;
}

export const numericToBignumeric = (value: bigint): bigint => value * 10n ** 29n;

/** Out of range gives `undefined`. */
export function bignumericToNumeric(value: bigint): bigint | undefined {
  const result = divideRounded(value, 10n ** 29n);
  return fitsDecimal(result, NUMERIC_KIND) ? result : undefined;
}

const SORTABLE_OFFSET = 2n ** 255n;

/** 32 bytes, big endian, offset binary: bytewise order is numeric order. */
export function encodeSortableBignumeric(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  let rest = value + SORTABLE_OFFSET;
  for (let i = 31; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

export function decodeSortableBignumeric(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value - SORTABLE_OFFSET;
}
