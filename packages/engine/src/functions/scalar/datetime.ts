import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  castValue,
  DATE,
  dateFromParts,
  DATETIME,
  formatTimeOfDayWith,
  INT64,
  joinMicros,
  parseDatetimeWith,
  parseTimeWith,
  splitMicros,
  STRING,
  TIME,
  timeFromParts,
  TIMESTAMP,
  timeZone,
  toLocalMicros,
} from '@bqml-emulator/types';
import { argument, float, int, text, textOr } from '../arguments.ts';
import { constant, doc, optional, scalar, signature } from '../definition.ts';
import { parseFailure } from './date.ts';
import { PART_MICROS, unsupportedPart } from './date-part.ts';

const datetimePage = (anchor: string) => doc('datetime_functions', anchor);
const timePage = (anchor: string) => doc('time_functions', anchor);
const DAY = 86_400_000_000n;

function makeTime(hour: bigint, minute: bigint, second: bigint): bigint {
  const time = timeFromParts(Number(hour), Number(minute), Number(second));
  if (time === undefined) {
    const two = (value: bigint) => String(value).padStart(2, '0');
    throw invalidQuery(`Input calculates to invalid time: ${two(hour)}:${two(minute)}:${two(second)}`);
  }
  return time;
}

function makeDatetime(args: readonly bigint[]): bigint {
  const [year = 0n, month = 0n, day = 0n, hour = 0n, minute = 0n, second = 0n] = args;
  const days = dateFromParts(Number(year), Number(month), Number(day));
  const time = timeFromParts(Number(hour), Number(minute), Number(second));
  if (days === undefined || time === undefined) {
    const two = (value: bigint) => String(value).padStart(2, '0');
    throw invalidQuery(
      `Input calculates to invalid datetime: ${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`,
    );
  }
  return joinMicros(days, time);
}

/** Length of a part that a TIME has. */
function timeUnit(unit: string, name: string): bigint {
  const micros = PART_MICROS[unit];
  if (micros === undefined || micros >= DAY) throw unsupportedPart(name, unit);
  return micros;
}

const wrapDay = (micros: bigint) => ((micros % DAY) + DAY) % DAY;

export const datetimeFunctions: readonly ScalarFunction[] = [
  scalar('CURRENT_DATETIME', datetimePage('current_datetime'), [
    signature([optional(STRING)], DATETIME, (args, _types, context) =>
      toLocalMicros(context.queryMicros, timeZone(textOr(args, 0, context.timeZone))),
    ),
  ]),
  scalar('DATETIME', datetimePage('datetime'), [
    signature([INT64, INT64, INT64, INT64, INT64, INT64], DATETIME, (args) =>
      makeDatetime(args.map((_, i) => int(args, i))),
    ),
    signature([DATE, optional(TIME)], DATETIME, (args) =>
      joinMicros(float(args, 0), args.length > 1 ? int(args, 1) : 0n),
    ),
    signature([TIMESTAMP, optional(STRING)], DATETIME, (args, _types, context) =>
      castValue(argument(args, 0), TIMESTAMP, DATETIME, { timeZone: textOr(args, 1, context.timeZone) }),
    ),
    signature([DATETIME], DATETIME, (args) => argument(args, 0)),
    signature([STRING], DATETIME, (args) => castValue(argument(args, 0), STRING, DATETIME)),
  ]),
  scalar('PARSE_DATETIME', datetimePage('parse_datetime'), [
    signature([STRING, STRING], DATETIME, (args) => {
      const micros = parseDatetimeWith(text(args, 0), text(args, 1));
      if (micros === undefined) throw parseFailure(text(args, 1));
      return micros;
    }),
  ]),
  scalar('CURRENT_TIME', timePage('current_time'), [
    signature(
      [optional(STRING)],
      TIME,
      (args, _types, context) =>
        splitMicros(toLocalMicros(context.queryMicros, timeZone(textOr(args, 0, context.timeZone)))).timeMicros,
    ),
  ]),
  scalar('TIME', timePage('time'), [
    signature([INT64, INT64, INT64], TIME, (args) => makeTime(int(args, 0), int(args, 1), int(args, 2))),
    signature([TIMESTAMP, optional(STRING)], TIME, (args, _types, context) =>
      castValue(argument(args, 0), TIMESTAMP, TIME, { timeZone: textOr(args, 1, context.timeZone) }),
    ),
    signature([DATETIME], TIME, (args) => splitMicros(int(args, 0)).timeMicros),
    signature([TIME], TIME, (args) => argument(args, 0)),
  ]),
  scalar('TIME_ADD', timePage('time_add'), [
    signature([TIME, INT64, constant(STRING)], TIME, (args) =>
      wrapDay(int(args, 0) + int(args, 1) * timeUnit(text(args, 2), 'TIME_ADD')),
    ),
  ]),
  scalar('TIME_SUB', timePage('time_sub'), [
    signature([TIME, INT64, constant(STRING)], TIME, (args) =>
      wrapDay(int(args, 0) - int(args, 1) * timeUnit(text(args, 2), 'TIME_SUB')),
    ),
  ]),
  scalar('TIME_DIFF', timePage('time_diff'), [
    signature([TIME, TIME, constant(STRING)], INT64, (args) => {
      const unit = timeUnit(text(args, 2), 'TIME_DIFF');
      return int(args, 0) / unit - int(args, 1) / unit;
    }),
  ]),
  scalar('TIME_TRUNC', timePage('time_trunc'), [
    signature([TIME, constant(STRING)], TIME, (args) => {
      const unit = timeUnit(text(args, 1), 'TIME_TRUNC');
      return int(args, 0) - (int(args, 0) % unit);
    }),
  ]),
  scalar('FORMAT_TIME', timePage('format_time'), [
    signature([STRING, TIME], STRING, (args) => formatTimeOfDayWith(text(args, 0), int(args, 1))),
  ]),
  scalar('PARSE_TIME', timePage('parse_time'), [
    signature([STRING, STRING], TIME, (args) => {
      const micros = parseTimeWith(text(args, 0), text(args, 1));
      if (micros === undefined) throw parseFailure(text(args, 1));
      return micros;
    }),
  ]),
];
