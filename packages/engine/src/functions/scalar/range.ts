import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  arrayOf,
  asNumber,
  asBigint,
  BOOL,
  compareValues,
  DATE,
  DATETIME,
  formatValue,
  type Interval,
  INTERVAL,
  type Range,
  rangeOf,
  type ScalarType,
  type SqlType,
  splitMicros,
  TIMESTAMP,
  typeName,
  type Value,
} from '@bqml-emulator/types';
import { argument, boolOr, interval, range } from '../arguments.ts';
import { any, doc, elementType, optional, rangeOfAny, scalar, signature, typeAt } from '../definition.ts';
import { addIntervalToDatetime, addIntervalToTimestamp, datetimeOfDate } from './date-arithmetic.ts';

const page = (anchor: string) => doc('range-functions', anchor);
const ELEMENTS: readonly ScalarType[] = [DATE, DATETIME, TIMESTAMP];

/** NULL is the unbounded start. */
const startsBefore = (a: Value, b: Value, type: SqlType) =>
  a === null || (b !== null && compareValues(a, b, type) <= 0);

/** Whether a value lies before an end, where NULL is the unbounded end. */
const before = (value: Value, end: Value, type: SqlType) =>
  value === null || end === null || compareValues(value, end, type) < 0;

const overlaps = (a: Range, b: Range, type: SqlType) => before(a.start, b.end, type) && before(b.start, a.end, type);

function containsRange(outer: Range, inner: Range, type: SqlType): boolean {
  const endFits = outer.end === null || (inner.end !== null && compareValues(inner.end, outer.end, type) <= 0);
  return startsBefore(outer.start, inner.start, type) && endFits;
}

function intersect(a: Range, b: Range, type: SqlType): Range {
  if (!overlaps(a, b, type)) {
    const shown = (value: Range) => `${typeName(rangeOf(type))}${formatValue(value, rangeOf(type))}`;
    throw invalidQuery(
      `Provided RANGE inputs: ${shown(a)} and ${shown(b)} do not overlap. Please check RANGE_OVERLAPS before calling RANGE_INTERSECT`,
    );
  }
  const start = startsBefore(a.start, b.start, type) ? b.start : a.start;
  const end = a.end === null ? b.end : b.end === null || compareValues(a.end, b.end, type) <= 0 ? a.end : b.end;
  return { start, end };
}

const scale = (step: Interval, times: number): Interval => ({
  months: step.months * times,
  days: step.days * times,
  micros: step.micros * BigInt(times),
});

function advance(value: Value, step: Interval, times: number, type: SqlType): Value {
  if (type.kind === 'DATE') {
    return splitMicros(addIntervalToDatetime(datetimeOfDate(asNumber(value)), scale(step, times))).days;
  }
  return type.kind === 'DATETIME'
    ? addIntervalToDatetime(asBigint(value), scale(step, times))
    : addIntervalToTimestamp(asBigint(value), scale(step, times));
}

function generate(whole: Range, step: Interval, includeLast: boolean, type: SqlType): readonly Range[] {
  if (whole.start === null || whole.end === null) {
    throw invalidQuery('GENERATE_RANGE_ARRAY does not support unbounded ranges');
  }
  const parts = [step.months, step.days, Number(step.micros)].filter((part) => part !== 0);
  if (parts.length === 0) throw invalidQuery('Sequence step cannot be 0.');
  if (parts.some((part) => part < 0)) throw invalidQuery('Sequence step cannot be negative.');
  const out: Range[] = [];
  for (let i = 0; ; i++) {
    const start = advance(whole.start, step, i, type);
    if (compareValues(start, whole.end, type) >= 0) return out;
    const end = advance(whole.start, step, i + 1, type);
    const partial = compareValues(end, whole.end, type) > 0;
    if (!partial || includeLast) out.push({ start, end: partial ? whole.end : end });
  }
}

export const rangeFunctions: readonly ScalarFunction[] = [
  scalar(
    'RANGE',
    page('range'),
    ELEMENTS.map((element) =>
      signature(
        [element, element],
        rangeOf(element),
        (args) => {
          const start = argument(args, 0);
          const end = argument(args, 1);
          if (start !== null && end !== null && compareValues(start, end, element) >= 0) {
            throw invalidQuery('Range start element must be smaller than range end element');
          }
          return { start, end };
        },
        { receiveNulls: true },
      ),
    ),
  ),
  scalar('RANGE_START', page('range_start'), [signature([rangeOfAny()], any(), (args) => range(args, 0).start)]),
  scalar('RANGE_END', page('range_end'), [signature([rangeOfAny()], any(), (args) => range(args, 0).end)]),
  scalar('RANGE_CONTAINS', page('range_contains'), [
    signature([rangeOfAny(), rangeOfAny()], BOOL, (args, types) =>
      containsRange(range(args, 0), range(args, 1), elementType(types, 0)),
    ),
    signature([rangeOfAny(), any()], BOOL, (args, types) => {
      const { start, end } = range(args, 0);
      const type = typeAt(types, 1);
      return startsBefore(start, argument(args, 1), type) && before(argument(args, 1), end, type);
    }),
  ]),
  scalar('RANGE_OVERLAPS', page('range_overlaps'), [
    signature([rangeOfAny(), rangeOfAny()], BOOL, (args, types) =>
      overlaps(range(args, 0), range(args, 1), elementType(types, 0)),
    ),
  ]),
  scalar('RANGE_INTERSECT', page('range_intersect'), [
    signature([rangeOfAny(), rangeOfAny()], rangeOfAny(), (args, types) =>
      intersect(range(args, 0), range(args, 1), elementType(types, 0)),
    ),
  ]),
  scalar(
    'GENERATE_RANGE_ARRAY',
    page('generate_range_array'),
    ELEMENTS.map((element) =>
      signature(
        [rangeOf(element), INTERVAL, optional(BOOL, 'include_last_partial_range')],
        arrayOf(rangeOf(element)),
        (args) => generate(range(args, 0), interval(args, 1), boolOr(args, 2, true), element),
      ),
    ),
  ),
];
