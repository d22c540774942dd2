import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  arrayOf,
  asBigint,
  asNumber,
  BIGNUMERIC,
  BIGNUMERIC_KIND,
  BOOL,
  compareValues,
  type DecimalKind,
  divideRounded,
  field,
  fitsDecimal,
  fitsInt64,
  FLOAT64,
  formatDecimal,
  formatGeneral,
  groupingKey,
  INT64,
  NUMERIC,
  NUMERIC_KIND,
  roundDecimal,
  type ScalarType,
  STRING,
  structOf,
  truncateDecimal,
  type Value,
} from '@bqml-emulator/types';
import { argument, array, float, int, intOr, textOr } from '../arguments.ts';
import {
  aliases,
  any,
  arrayOfAny,
  doc,
  elementType,
  type Evaluate,
  optional,
  scalar,
  signature,
} from '../definition.ts';
import {
  decimalCubeRoot,
  decimalExponential,
  decimalLog,
  decimalLogBase,
  decimalPower,
  decimalSquareRoot,
} from './decimal-math.ts';

const page = (anchor: string) => doc('mathematical_functions', anchor);
const DECIMALS: readonly (readonly [ScalarType, DecimalKind])[] = [
  [NUMERIC, NUMERIC_KIND],
  [BIGNUMERIC, BIGNUMERIC_KIND],
];

const general = (value: number) => formatGeneral(value, 6);

/** A finite argument must not give NaN or an infinity. */
function checked(name: string, result: number, ...args: readonly number[]): number {
  if (!Number.isFinite(result) && args.every(Number.isFinite)) {
    throw invalidQuery(`Floating point error in function: ${name}(${args.map(general).join(', ')})`);
  }
  return result;
}

function overflowChecked(name: string, result: number, arg: number): number {
  if (!Number.isFinite(result) && Number.isFinite(arg)) {
    throw invalidQuery(`Floating point overflow in function: ${name}(${general(arg)})`);
  }
  return result;
}

const decimal = (parameters: number, evaluate: (args: readonly bigint[], kind: DecimalKind) => Value) =>
  DECIMALS.map(([type, kind]) =>
    signature(Array<ScalarType>(parameters).fill(type), type, (args) => evaluate(args.map(asBigint), kind)),
  );

/** A FLOAT64 function, with its decimal form where there is one. */
const real = (
  name: string,
  evaluate: (value: number) => number,
  exact?: (value: bigint, kind: DecimalKind) => bigint,
): ScalarFunction =>
  scalar(name, page(name.toLowerCase()), [
    signature([FLOAT64], FLOAT64, (args) => evaluate(float(args, 0))),
    ...(exact ? decimal(1, ([value = 0n], kind) => exact(value, kind)) : []),
  ]);

function squareRoot(value: number): number {
  if (value < 0) throw invalidQuery(`Argument to SQRT cannot be negative: ${general(value)}`);
  return Math.sqrt(value);
}

function power(base: number, exponent: number): number {
  // C's pow gives 1 for these where JavaScript gives NaN.
  const result =
    base === 1 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent)) ? 1 : base ** exponent;
  return checked('POW', result, base, exponent);
}

function logarithm(value: number, base: number): number {
  const result = Number.isFinite(base) && base > 0 ? Math.log(value) / Math.log(base) : NaN;
  return checked('LOG', result, value, base);
}

const roundAway = (value: number) => {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
};

/** Scales by a power of ten that a double holds, then back. */
function atDigits(value: number, digits: bigint, apply: (value: number) => number, name: string): number {
  if (!Number.isFinite(value) || value === 0 || digits > 325n) return value;
  if (digits < -310n) return 0;
  if (digits === 0n) return apply(value);
  const places = Number(digits);
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (places + exponent > 16) return value;
  if (places > 0) {
    const scaled = places <= 300 ? value * 10 ** places : value * 10 ** 300 * 10 ** (places - 300);
    return Number.isFinite(scaled) ? Number(`${apply(scaled)}e-${places}`) : value;
  }
  const step = 10 ** -places;
  return overflowChecked(name, apply(value / step) * step, value);
}

function roundHalfEven(value: bigint, digits: number, kind: DecimalKind): bigint {
  if (digits >= kind.scale) return value;
  const step = 10n ** BigInt(kind.scale - digits);
  const nearest = divideRounded(value, step);
  const tie = (value < 0n ? -value : value) % step === step / 2n && step > 1n;
  const even = tie && nearest % 2n !== 0n ? nearest - (value < 0n ? -1n : 1n) : nearest;
  return even * step;
}

const clampDigits = (digits: bigint) => Number(digits > 1000n ? 1000n : digits < -1000n ? -1000n : digits);

const roundDecimalArgs =
  (kind: DecimalKind): Evaluate =>
  (args) => {
    const digits = clampDigits(intOr(args, 1, 0n));
    const mode = textOr(args, 2, 'ROUND_HALF_AWAY_FROM_ZERO');
    if (mode === 'ROUND_HALF_EVEN') return roundHalfEven(int(args, 0), digits, kind);
    if (mode !== 'ROUND_HALF_AWAY_FROM_ZERO') throw invalidQuery(`Invalid rounding mode: ${mode}`);
    return roundDecimal(int(args, 0), digits, kind);
  };

function ceilingDecimal(value: bigint, kind: DecimalKind, direction: 1n | -1n, name: string): bigint {
  const whole = truncateDecimal(value, 0, kind);
  const inward = whole === value || (value < 0n ? direction === 1n : direction === -1n);
  const result = inward ? whole : whole + direction * kind.unit;
  if (!fitsDecimal(result, kind)) throw invalidQuery(`${kind.label} overflow: ${name}(${formatDecimal(value, kind)})`);
  return result;
}

const divisor = (name: string, a: string, b: bigint): bigint => {
  if (b === 0n) throw invalidQuery(`division by zero: ${name}(${a}, 0)`);
  return b;
};

function vectorOf(value: readonly Value[], name: string): readonly number[] {
  return value.map((element) => {
    if (element === null) throw invalidQuery(`Cannot compute ${name} with a NULL value in the input array`);
    return asNumber(element);
  });
}

/** Two dense vectors, or two lists of (key, value) aligned by key. */
function alignedVectors(
  args: readonly Value[],
  sparse: boolean,
  name: string,
): readonly [readonly number[], readonly number[]] {
  if (!sparse) {
    const a = vectorOf(array(args, 0), name);
    const b = vectorOf(array(args, 1), name);
    if (a.length !== b.length) throw invalidQuery(`Array length mismatch: ${a.length} and ${b.length}.`);
    return [a, b];
  }
  const read = (index: number) =>
    new Map(
      array(args, index).map((pair) => {
        const key = array([pair], 0)[0] ?? null;
        return [groupingKey(key, typeof key === 'bigint' ? INT64 : STRING), float(array([pair], 0), 1)] as const;
      }),
    );
  const a = read(0);
  const b = read(1);
  const keys = [...new Set([...a.keys(), ...b.keys()])];
  return [keys.map((key) => a.get(key) ?? 0), keys.map((key) => b.get(key) ?? 0)];
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

function cosineDistance(a: readonly number[], b: readonly number[]): number {
  const lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
  if (lengths === 0) throw invalidQuery('Cannot compute cosine distance against zero vector.');
  return 1 - dot(a, b) / lengths;
}

const distance = (name: string, evaluate: (a: readonly number[], b: readonly number[]) => number): ScalarFunction => {
  const sparse = (key: ScalarType) => arrayOf(structOf([field(undefined, key), field(undefined, FLOAT64)]));
  const row = (type: ReturnType<typeof arrayOf>, isSparse: boolean) =>
    signature([type, type], FLOAT64, (args) => evaluate(...alignedVectors(args, isSparse, name)));
  return scalar(name, page(name.toLowerCase()), [
    row(arrayOf(FLOAT64), false),
    row(sparse(INT64), true),
    row(sparse(STRING), true),
  ]);
};

/** Number of boundaries at or below the point. */
const rangeBucket: Evaluate = (args, types) => {
  const type = elementType(types, 1);
  const boundaries = array(args, 1);
  const point = argument(args, 0);
  if (Number.isNaN(point)) return null;
  let count = 0n;
  for (const [i, boundary] of boundaries.entries()) {
    if (boundary === null) throw invalidQuery('Elements in input array to RANGE_BUCKET cannot be null.');
    const previous = boundaries[i - 1];
    if (previous !== undefined && compareValues(previous, boundary, type) > 0) {
      throw invalidQuery(
        `Elements in input array to RANGE_BUCKET must be in ascending order. Index ${i - 1} should be less than or equal to the value at index ${i}.`,
      );
    }
    if (compareValues(boundary, point, type) <= 0) count += 1n;
  }
  return count;
};

const reciprocal = (name: string, evaluate: (value: number) => number) =>
  real(name, (x) => checked(name, 1 / evaluate(x), x));

export const mathFunctions: readonly ScalarFunction[] = [
  scalar('ABS', page('abs'), [
    signature([INT64], INT64, (args) => {
      const value = int(args, 0);
      if (!fitsInt64(-value)) throw invalidQuery(`int64 overflow: ABS(${value})`);
      return value < 0n ? -value : value;
    }),
    ...decimal(1, ([value = 0n]) => (value < 0n ? -value : value)),
    signature([FLOAT64], FLOAT64, (args) => Math.abs(float(args, 0)), { duckdb: ([a]) => `abs(${a})` }),
  ]),
  scalar('SIGN', page('sign'), [
    signature([INT64], INT64, (args) => (int(args, 0) > 0n ? 1n : int(args, 0) < 0n ? -1n : 0n)),
    ...decimal(1, ([value = 0n], kind) => (value > 0n ? kind.unit : value < 0n ? -kind.unit : 0n)),
    signature([FLOAT64], FLOAT64, (args) => Math.sign(float(args, 0)) + 0),
  ]),
  scalar('IS_INF', page('is_inf'), [
    signature([FLOAT64], BOOL, (args) => Math.abs(float(args, 0)) === Infinity, { duckdb: ([a]) => `isinf(${a})` }),
  ]),
  scalar('IS_NAN', page('is_nan'), [
    signature([FLOAT64], BOOL, (args) => Number.isNaN(float(args, 0)), { duckdb: ([a]) => `isnan(${a})` }),
  ]),
  scalar('IEEE_DIVIDE', page('ieee_divide'), [
    signature([FLOAT64, FLOAT64], FLOAT64, (args) => float(args, 0) / float(args, 1)),
  ]),
  scalar('RAND', page('rand'), [
    signature([], FLOAT64, (_args, _types, context) => context.random(), { volatile: true }),
  ]),
  real('SQRT', squareRoot, decimalSquareRoot),
  real('CBRT', Math.cbrt, decimalCubeRoot),
  ...aliases(['POW', 'POWER'], page('pow'), [
    signature([FLOAT64, FLOAT64], FLOAT64, (args) => power(float(args, 0), float(args, 1))),
    ...decimal(2, ([base = 0n, exponent = 0n], kind) => decimalPower(base, exponent, kind)),
  ]),
  real('EXP', (x) => checked('EXP', Math.exp(x), x), decimalExponential),
  real('LN', (x) => checked('LN', Math.log(x), x), decimalLog),
  scalar('LOG', page('log'), [
    signature([FLOAT64, optional(FLOAT64)], FLOAT64, (args) =>
      args.length > 1
        ? logarithm(float(args, 0), float(args, 1))
        : checked('LN', Math.log(float(args, 0)), float(args, 0)),
    ),
    ...DECIMALS.map(([type, kind]) =>
      signature([type, optional(type)], type, (args) =>
        args.length > 1 ? decimalLogBase(int(args, 0), int(args, 1), kind, 'LOG') : decimalLog(int(args, 0), kind),
      ),
    ),
  ]),
  real(
    'LOG10',
    (x) => checked('LOG10', Math.log10(x), x),
    (value, kind) => decimalLogBase(value, 10n * kind.unit, kind, 'LOG10'),
  ),
  scalar('DIV', page('div'), [
    signature([INT64, INT64], INT64, (args) => {
      const quotient = int(args, 0) / divisor('DIV', String(int(args, 0)), int(args, 1));
      if (!fitsInt64(quotient)) throw invalidQuery(`int64 overflow: DIV(${int(args, 0)}, ${int(args, 1)})`);
      return quotient;
    }),
    ...decimal(2, ([a = 0n, b = 0n], kind) => {
      const quotient = (a / divisor('DIV', formatDecimal(a, kind), b)) * kind.unit;
      if (!fitsDecimal(quotient, kind)) {
        throw invalidQuery(`${kind.label} overflow: DIV(${formatDecimal(a, kind)}, ${formatDecimal(b, kind)})`);
      }
      return quotient;
    }),
  ]),
  scalar('MOD', page('mod'), [
    signature([INT64, INT64], INT64, (args) => int(args, 0) % divisor('MOD', String(int(args, 0)), int(args, 1))),
    ...decimal(2, ([a = 0n, b = 0n], kind) => a % divisor('MOD', formatDecimal(a, kind), b)),
  ]),
  scalar('ROUND', page('round'), [
    signature([FLOAT64, optional(INT64)], FLOAT64, (args) =>
      atDigits(float(args, 0), intOr(args, 1, 0n), roundAway, 'ROUND'),
    ),
    ...DECIMALS.map(([type, kind]) =>
      signature([type, optional(INT64), optional(STRING)], type, roundDecimalArgs(kind)),
    ),
  ]),
  scalar('TRUNC', page('trunc'), [
    signature([FLOAT64, optional(INT64)], FLOAT64, (args) =>
      atDigits(float(args, 0), intOr(args, 1, 0n), Math.trunc, 'TRUNC'),
    ),
    ...DECIMALS.map(([type, kind]) =>
      signature([type, optional(INT64)], type, (args) =>
        truncateDecimal(int(args, 0), clampDigits(intOr(args, 1, 0n)), kind),
      ),
    ),
  ]),
  ...aliases(['CEIL', 'CEILING'], page('ceil'), [
    signature([FLOAT64], FLOAT64, (args) => Math.ceil(float(args, 0)), { duckdb: ([a]) => `ceil(${a})` }),
    ...decimal(1, ([value = 0n], kind) => ceilingDecimal(value, kind, 1n, 'CEIL')),
  ]),
  scalar('FLOOR', page('floor'), [
    signature([FLOAT64], FLOAT64, (args) => Math.floor(float(args, 0)), { duckdb: ([a]) => `floor(${a})` }),
    ...decimal(1, ([value = 0n], kind) => ceilingDecimal(value, kind, -1n, 'FLOOR')),
  ]),
  real('COS', (x) => checked('COS', Math.cos(x), x)),
  real('COSH', (x) => overflowChecked('COSH', Math.cosh(x), x)),
  real('ACOS', (x) => checked('ACOS', Math.acos(x), x)),
  real('ACOSH', (x) => checked('ACOSH', Math.acosh(x), x)),
  real('SIN', (x) => checked('SIN', Math.sin(x), x)),
  real('SINH', (x) => overflowChecked('SINH', Math.sinh(x), x)),
  real('ASIN', (x) => checked('ASIN', Math.asin(x), x)),
  real('ASINH', (x) => checked('ASINH', Math.asinh(x), x)),
  real('TAN', (x) => checked('TAN', Math.tan(x), x)),
  real('TANH', Math.tanh),
  real('ATAN', Math.atan),
  real('ATANH', (x) => checked('ATANH', Math.atanh(x), x)),
  scalar('ATAN2', page('atan2'), [
    signature([FLOAT64, FLOAT64], FLOAT64, (args) => Math.atan2(float(args, 0), float(args, 1))),
  ]),
  reciprocal('COT', Math.tan),
  reciprocal('COTH', Math.tanh),
  reciprocal('CSC', Math.sin),
  real('CSCH', (x) => checked('CSCH', 1 / Math.sinh(x), x)),
  reciprocal('SEC', Math.cos),
  real('SECH', (x) => 1 / Math.cosh(x)),
  distance('COSINE_DISTANCE', cosineDistance),
  distance('EUCLIDEAN_DISTANCE', (a, b) => Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0))),
  scalar('RANGE_BUCKET', page('range_bucket'), [signature([any(), arrayOfAny()], INT64, rangeBucket)]),
];
