import type { ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import { invalidQuery, ServiceError } from '@bqml-emulator/common';
import {
  addDecimal,
  addIntervals,
  BIGNUMERIC,
  BIGNUMERIC_KIND,
  DATE,
  DATETIME,
  type DecimalKind,
  divideDecimal,
  fitsInt64,
  FLOAT64,
  formatGeneral,
  INT64,
  INTERVAL,
  makeInterval,
  multiplyDecimal,
  negateInterval,
  NUMERIC,
  NUMERIC_KIND,
  type SqlType,
  subtractDecimal,
  TIME,
  TIMESTAMP,
} from '@bqml-emulator/types';
import { float, int, interval } from '../arguments.ts';
import { doc, type Evaluate, scalar, signature } from '../definition.ts';
import { unlessLong } from '../duckdb-text.ts';
import { addIntervalToDatetime, addIntervalToTimestamp, addDays, datetimeOfDate } from './date-arithmetic.ts';

const OPERATORS = doc('operators', 'arithmetic_operators');
const SIX_DIGITS = 6;

/** `value`, or the error for an INT64 result out of range. */
function checkInt64(value: bigint): bigint {
  if (!fitsInt64(value)) throw invalidQuery('Integer Overflow');
  return value;
}

/** Refuses an infinite result of finite operands. */
function checkFloat64(value: number, operator: string, a: number, b: number): number {
  if (!Number.isFinite(value) && Number.isFinite(a) && Number.isFinite(b)) {
    throw invalidQuery(`double overflow: ${formatGeneral(a, SIX_DIGITS)} ${operator} ${formatGeneral(b, SIX_DIGITS)}`);
  }
  return value;
}

const overflowText = (operator: string) =>
  unlessLong(
    (a, b) =>
      `(CASE WHEN isinf(${a} ${operator} ${b}) AND isfinite(${a}) AND isfinite(${b}) ` +
      `THEN error('double overflow: ' || printf('%g', ${a}) || ' ${operator} ' || printf('%g', ${b})) ` +
      `ELSE ${a} ${operator} ${b} END)`,
  );

function divideFloat64(a: number, b: number): number {
  if (b === 0)
    throw invalidQuery(`division by zero: ${formatGeneral(a, SIX_DIGITS)} / ${formatGeneral(b, SIX_DIGITS)}`);
  return checkFloat64(a / b, '/', a, b);
}

const divideText = unlessLong(
  (a, b) =>
    `(CASE WHEN ${b} = 0 THEN error('division by zero: ' || printf('%g', ${a}) || ' / ' || printf('%g', ${b})) ` +
    `WHEN isinf(${a} / ${b}) AND isfinite(${a}) ` +
    `THEN error('double overflow: ' || printf('%g', ${a}) || ' / ' || printf('%g', ${b})) ` +
    `ELSE ${a} / ${b} END)`,
);

type Binary = Record<'int' | 'float', Evaluate> & { readonly decimal: (kind: DecimalKind) => Evaluate };

const add: Binary = {
  int: (args) => checkInt64(int(args, 0) + int(args, 1)),
  float: (args) => checkFloat64(float(args, 0) + float(args, 1), '+', float(args, 0), float(args, 1)),
  decimal: (kind) => (args) => addDecimal(int(args, 0), int(args, 1), kind),
};
const subtract: Binary = {
  int: (args) => checkInt64(int(args, 0) - int(args, 1)),
  float: (args) => checkFloat64(float(args, 0) - float(args, 1), '-', float(args, 0), float(args, 1)),
  decimal: (kind) => (args) => subtractDecimal(int(args, 0), int(args, 1), kind),
};
const multiply: Binary = {
  int: (args) => checkInt64(int(args, 0) * int(args, 1)),
  float: (args) => checkFloat64(float(args, 0) * float(args, 1), '*', float(args, 0), float(args, 1)),
  decimal: (kind) => (args) => multiplyDecimal(int(args, 0), int(args, 1), kind),
};
const divideExact: Evaluate = (args) => divideFloat64(float(args, 0), float(args, 1));
const divide =
  (kind: DecimalKind): Evaluate =>
  (args) =>
    divideDecimal(int(args, 0), int(args, 1), kind);

/** Gives NULL where `evaluate` raises a query error. */
const safely =
  (evaluate: Evaluate): Evaluate =>
  (args, types, context) => {
    try {
      return evaluate(args, types, context);
    } catch (error) {
      if (error instanceof ServiceError) return null;
      throw error;
    }
  };

const numberSignatures = (binary: Binary, operator: string): readonly ScalarSignature[] => [
  signature([INT64, INT64], INT64, binary.int, { duckdb: (args) => `(${args.join(` ${operator} `)})` }),
  signature([NUMERIC, NUMERIC], NUMERIC, binary.decimal(NUMERIC_KIND)),
  signature([BIGNUMERIC, BIGNUMERIC], BIGNUMERIC, binary.decimal(BIGNUMERIC_KIND)),
  signature([FLOAT64, FLOAT64], FLOAT64, binary.float, { duckdb: overflowText(operator) }),
];

const safeSignatures = (binary: Binary): readonly ScalarSignature[] => [
  signature([INT64, INT64], INT64, safely(binary.int)),
  signature([NUMERIC, NUMERIC], NUMERIC, safely(binary.decimal(NUMERIC_KIND))),
  signature([BIGNUMERIC, BIGNUMERIC], BIGNUMERIC, safely(binary.decimal(BIGNUMERIC_KIND))),
  signature([FLOAT64, FLOAT64], FLOAT64, safely(binary.float)),
];

const intervalSum = (negative: boolean): readonly ScalarSignature[] => {
  const sign = negative ? negateInterval : (value: ReturnType<typeof interval>) => value;
  const rows = [
    signature([INTERVAL, INTERVAL], INTERVAL, (args) => addIntervals(interval(args, 0), sign(interval(args, 1)))),
    signature([DATE, INTERVAL], DATETIME, (args) =>
      addIntervalToDatetime(datetimeOfDate(float(args, 0)), sign(interval(args, 1))),
    ),
    signature([DATETIME, INTERVAL], DATETIME, (args) => addIntervalToDatetime(int(args, 0), sign(interval(args, 1)))),
    signature([TIMESTAMP, INTERVAL], TIMESTAMP, (args) =>
      addIntervalToTimestamp(int(args, 0), sign(interval(args, 1))),
    ),
  ];
  if (negative) return rows;
  return [
    ...rows,
    signature([INTERVAL, DATE], DATETIME, (args) =>
      addIntervalToDatetime(datetimeOfDate(float(args, 1)), interval(args, 0)),
    ),
    signature([INTERVAL, DATETIME], DATETIME, (args) => addIntervalToDatetime(int(args, 1), interval(args, 0))),
    signature([INTERVAL, TIMESTAMP], TIMESTAMP, (args) => addIntervalToTimestamp(int(args, 1), interval(args, 0))),
  ];
};

/** Fractions of a month become days of 30 to the month, fractions of a day become hours. */
function scaleInterval(value: ReturnType<typeof interval>, factor: number): ReturnType<typeof interval> {
  const months = value.months * factor;
  const wholeMonths = Math.trunc(months);
  const days = value.days * factor + (months - wholeMonths) * 30;
  const wholeDays = Math.trunc(days);
  const micros = Number(value.micros) * factor + (days - wholeDays) * 86_400_000_000;
  return makeInterval(wholeMonths, wholeDays, BigInt(Math.round(micros)));
}

const multiplyInterval = (value: ReturnType<typeof interval>, factor: bigint) =>
  makeInterval(value.months * Number(factor), value.days * Number(factor), value.micros * factor);

function divideInterval(value: ReturnType<typeof interval>, divisor: bigint): ReturnType<typeof interval> {
  if (divisor === 0n) throw invalidQuery('division by zero');
  const by = Number(divisor);
  const wholeMonths = Math.trunc(value.months / by);
  const days = value.days + (value.months - wholeMonths * by) * 30;
  const wholeDays = Math.trunc(days / by);
  const micros = value.micros + BigInt(days - wholeDays * by) * 86_400_000_000n;
  return makeInterval(wholeMonths, wholeDays, micros / divisor);
}

/** Difference of two instants in hours and smaller parts, of two dates or datetimes in days too. */
const difference = (type: SqlType, evaluate: Evaluate) => signature([type, type], INTERVAL, evaluate);

function civilDifference(a: bigint, b: bigint) {
  const micros = a - b;
  const day = 86_400_000_000n;
  return makeInterval(0, Number(micros / day), micros % day);
}

export const arithmeticFunctions: readonly ScalarFunction[] = [
  scalar('$add', OPERATORS, [
    ...numberSignatures(add, '+'),
    signature([DATE, INT64], DATE, (args) => addDays(float(args, 0), int(args, 1), 'Adding')),
    signature([INT64, DATE], DATE, (args) => addDays(float(args, 1), int(args, 0), 'Adding')),
    ...intervalSum(false),
  ]),
  scalar('$subtract', OPERATORS, [
    ...numberSignatures(subtract, '-'),
    signature([DATE, INT64], DATE, (args) => addDays(float(args, 0), -int(args, 1), 'Subtracting')),
    difference(DATE, (args) => makeInterval(0, float(args, 0) - float(args, 1), 0n)),
    difference(DATETIME, (args) => civilDifference(int(args, 0), int(args, 1))),
    difference(TIMESTAMP, (args) => makeInterval(0, 0, int(args, 0) - int(args, 1))),
    difference(TIME, (args) => makeInterval(0, 0, int(args, 0) - int(args, 1))),
    ...intervalSum(true),
  ]),
  scalar('$multiply', OPERATORS, [
    ...numberSignatures(multiply, '*'),
    signature([INTERVAL, INT64], INTERVAL, (args) => multiplyInterval(interval(args, 0), int(args, 1))),
    signature([INT64, INTERVAL], INTERVAL, (args) => multiplyInterval(interval(args, 1), int(args, 0))),
    signature([INTERVAL, FLOAT64], INTERVAL, (args) => scaleInterval(interval(args, 0), float(args, 1))),
    signature([FLOAT64, INTERVAL], INTERVAL, (args) => scaleInterval(interval(args, 1), float(args, 0))),
  ]),
  scalar('$divide', OPERATORS, [
    signature([FLOAT64, FLOAT64], FLOAT64, divideExact, { duckdb: divideText }),
    signature([NUMERIC, NUMERIC], NUMERIC, divide(NUMERIC_KIND)),
    signature([BIGNUMERIC, BIGNUMERIC], BIGNUMERIC, divide(BIGNUMERIC_KIND)),
    signature([INTERVAL, INT64], INTERVAL, (args) => divideInterval(interval(args, 0), int(args, 1))),
  ]),
  scalar('$unary_minus', OPERATORS, [
    signature([INT64], INT64, (args) => negateInt64(int(args, 0)), { duckdb: ([a]) => `(-${a})` }),
    signature([NUMERIC], NUMERIC, (args) => -int(args, 0), { duckdb: ([a]) => `(-${a})` }),
    signature([BIGNUMERIC], BIGNUMERIC, (args) => subtractDecimal(0n, int(args, 0), BIGNUMERIC_KIND)),
    signature([FLOAT64], FLOAT64, (args) => -float(args, 0), { duckdb: ([a]) => `(-${a})` }),
    signature([INTERVAL], INTERVAL, (args) => negateInterval(interval(args, 0))),
  ]),
  scalar(
    '$unary_plus',
    OPERATORS,
    [INT64, NUMERIC, BIGNUMERIC, FLOAT64].map((type) =>
      signature([type], type, (args) => args[0] ?? null, { duckdb: ([a]) => a }),
    ),
  ),
  scalar('SAFE_ADD', doc('mathematical_functions', 'safe_add'), safeSignatures(add)),
  scalar('SAFE_SUBTRACT', doc('mathematical_functions', 'safe_subtract'), safeSignatures(subtract)),
  scalar('SAFE_MULTIPLY', doc('mathematical_functions', 'safe_multiply'), safeSignatures(multiply)),
  scalar('SAFE_DIVIDE', doc('mathematical_functions', 'safe_divide'), [
    signature([FLOAT64, FLOAT64], FLOAT64, safely(divideExact)),
    signature([NUMERIC, NUMERIC], NUMERIC, safely(divide(NUMERIC_KIND))),
    signature([BIGNUMERIC, BIGNUMERIC], BIGNUMERIC, safely(divide(BIGNUMERIC_KIND))),
  ]),
  scalar('SAFE_NEGATE', doc('mathematical_functions', 'safe_negate'), [
    signature([INT64], INT64, (args) => (fitsInt64(-int(args, 0)) ? -int(args, 0) : null)),
    signature([NUMERIC], NUMERIC, (args) => -int(args, 0)),
    signature(
      [BIGNUMERIC],
      BIGNUMERIC,
      safely((args) => subtractDecimal(0n, int(args, 0), BIGNUMERIC_KIND)),
    ),
    signature([FLOAT64], FLOAT64, (args) => -float(args, 0)),
  ]),
];

function negateInt64(value: bigint): bigint {
  if (!fitsInt64(-value)) throw invalidQuery(`int64 overflow: -(${value})`);
  return -value;
}
