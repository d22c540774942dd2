import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  civilFromDays,
  civilTime,
  DATE,
  DATETIME,
  dayOfWeek,
  dayOfYear,
  INT64,
  type Interval,
  INTERVAL,
  isoWeek,
  splitMicros,
  type SqlType,
  STRING,
  TIME,
  TIMESTAMP,
  timeZone,
  toLocalMicros,
  type Value,
  weekOfYear,
} from '@bqml-emulator/types';
import { float, int, interval, text, textOr } from '../arguments.ts';
import { constant, doc, optional, scalar, signature } from '../definition.ts';
import { weekStart } from './date-part.ts';

const unsupported = (part: string, kind: string) =>
  invalidQuery(`EXTRACT from ${kind} does not support the ${part} date part`);

function fromDate(days: number, part: string): bigint | undefined {
  const { year, month, day } = civilFromDays(days);
  switch (part) {
    case 'YEAR':
      return BigInt(year);
    case 'ISOYEAR':
      return BigInt(isoWeek(days).year);
    case 'QUARTER':
      return BigInt(Math.floor((month - 1) / 3) + 1);
    case 'MONTH':
      return BigInt(month);
    case 'ISOWEEK':
      return BigInt(isoWeek(days).week);
    case 'DAY':
      return BigInt(day);
    case 'DAYOFWEEK':
      return BigInt(dayOfWeek(days) + 1);
    case 'DAYOFYEAR':
      return BigInt(dayOfYear(days));
    default: {
      const start = weekStart(part);
      return start === undefined ? undefined : BigInt(weekOfYear(days, start));
    }
  }
}

function fromTime(timeMicros: bigint, part: string): bigint | undefined {
  const { hour, minute, second, micros } = civilTime(timeMicros);
  switch (part) {
    case 'HOUR':
      return BigInt(hour);
    case 'MINUTE':
      return BigInt(minute);
    case 'SECOND':
      return BigInt(second);
    case 'MILLISECOND':
      return BigInt(Math.floor(micros / 1000));
    case 'MICROSECOND':
      return BigInt(micros);
    default:
      return undefined;
  }
}

function fromLocal(local: bigint, part: string, kind: string): Value {
  const { days, timeMicros } = splitMicros(local);
  if (part === 'DATE') return days;
  if (part === 'TIME') return timeMicros;
  if (part === 'DATETIME') return local;
  const value = fromDate(days, part) ?? fromTime(timeMicros, part);
  if (value === undefined) throw unsupported(part, kind);
  return value;
}

/** Parts of an interval keep its sign. */
function fromInterval({ months, days, micros }: Interval, part: string): bigint {
  switch (part) {
    case 'YEAR':
      return BigInt(Math.trunc(months / 12));
    case 'MONTH':
      return BigInt(months % 12);
    case 'DAY':
      return BigInt(days);
    case 'HOUR':
      return micros / 3_600_000_000n;
    case 'MINUTE':
      return (micros / 60_000_000n) % 60n;
    case 'SECOND':
      return (micros / 1_000_000n) % 60n;
    case 'MILLISECOND':
      return (micros / 1000n) % 1000n;
    case 'MICROSECOND':
      return micros % 1_000_000n;
    default:
      throw unsupported(part, 'INTERVAL');
  }
}

/** INT64, but for the parts that are types themselves. */
const resultOf = (_types: readonly SqlType[], constants: readonly (Value | undefined)[]): SqlType => {
  const part = constants[1];
  return part === 'DATE' ? DATE : part === 'TIME' ? TIME : part === 'DATETIME' ? DATETIME : INT64;
};

export const extractFunctions: readonly ScalarFunction[] = [
  scalar('$extract', doc('date_functions', 'extract'), [
    signature([DATE, constant(STRING)], resultOf, (args) => {
      const value = fromDate(float(args, 0), text(args, 1));
      if (value === undefined) throw unsupported(text(args, 1), 'DATE');
      return value;
    }),
    signature([TIMESTAMP, constant(STRING), optional(STRING)], resultOf, (args, _types, context) => {
      const zone = timeZone(textOr(args, 2, context.timeZone));
      return fromLocal(toLocalMicros(int(args, 0), zone), text(args, 1), 'TIMESTAMP');
    }),
    signature([DATETIME, constant(STRING)], resultOf, (args) => fromLocal(int(args, 0), text(args, 1), 'DATETIME')),
    signature([TIME, constant(STRING)], resultOf, (args) => {
      const value = fromTime(int(args, 0), text(args, 1));
      if (value === undefined) throw unsupported(text(args, 1), 'TIME');
      return value;
    }),
    signature([INTERVAL, constant(STRING)], resultOf, (args) => fromInterval(interval(args, 0), text(args, 1))),
  ]),
];
