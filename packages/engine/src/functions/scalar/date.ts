import type { ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  castValue,
  civilFromDays,
  DATE,
  dateFromParts,
  DATETIME,
  daysFromCivil,
  daysInMonth,
  formatDate,
  formatDateWith,
  formatDatetime,
  formatDatetimeWith,
  formatTimestampUtc,
  formatTimestampWith,
  INT64,
  isoWeek,
  isoYearStart,
  isValidDate,
  isValidMicros,
  parseDate,
  parseDateWith,
  parseTimestamp,
  splitMicros,
  STRING,
  stringLiteral,
  TIMESTAMP,
  timeZone,
  toLocalMicros,
  type Value,
} from '@bqml-emulator/types';
import { argument, float, int, text, textOr } from '../arguments.ts';
import { constant, doc, optional, scalar, signature } from '../definition.ts';
import {
  addToDate,
  addToDatetime,
  addToTimestamp,
  dateDifference,
  datetimeDifference,
  type Direction,
  instantDifference,
  truncateDate,
  truncateMicros,
} from './date-arithmetic.ts';
import { PART_MICROS, unsupportedPart } from './date-part.ts';

const part = constant(STRING);

/** The ADD and SUB functions take any of the three types. */
const addSignatures = (direction: Direction): readonly ScalarSignature[] => {
  const amount = (value: bigint) => (direction === 'Adding' ? value : -value);
  return [
    signature([DATE, INT64, part], DATE, (args) =>
      addToDate(float(args, 0), amount(int(args, 1)), text(args, 2), direction),
    ),
    signature([DATETIME, INT64, part], DATETIME, (args) =>
      addToDatetime(int(args, 0), amount(int(args, 1)), text(args, 2), direction),
    ),
    signature([TIMESTAMP, INT64, part], TIMESTAMP, (args) =>
      addToTimestamp(int(args, 0), amount(int(args, 1)), text(args, 2), direction),
    ),
  ];
};

const differenceSignatures = (name: string): readonly ScalarSignature[] => [
  signature([DATE, DATE, part], INT64, (args) => dateDifference(float(args, 0), float(args, 1), text(args, 2), name)),
  signature([DATETIME, DATETIME, part], INT64, (args) =>
    datetimeDifference(int(args, 0), int(args, 1), text(args, 2), name),
  ),
  signature([TIMESTAMP, TIMESTAMP, part], INT64, (args) =>
    instantDifference(int(args, 0), int(args, 1), text(args, 2), name),
  ),
];

function checkTruncated(days: number, source: string, name: string): number {
  if (!isValidDate(days)) throw invalidQuery(`${name}: truncating ${source} gives a date out of range`);
  return days;
}

function truncateTimestamp(micros: bigint, unit: string, zoneName: string, name: string): bigint {
  const zone = timeZone(zoneName);
  const local = toLocalMicros(micros, zone);
  const truncated = truncateMicros(local, unit, name);
  const micro = PART_MICROS[unit];
  const result = micro !== undefined && micro < 86_400_000_000n ? micros - (local - truncated) : zone.toUtc(truncated);
  if (!isValidMicros(result)) {
    throw invalidQuery(`${name}: truncating ${formatTimestampUtc(micros)} gives a timestamp out of range`);
  }
  return result;
}

const truncateSignatures = (name: string): readonly ScalarSignature[] => [
  signature([DATE, part], DATE, (args) => {
    const days = float(args, 0);
    return checkTruncated(truncateDate(days, text(args, 1), name), formatDate(days), name);
  }),
  signature([DATETIME, part], DATETIME, (args) => {
    const micros = truncateMicros(int(args, 0), text(args, 1), name);
    checkTruncated(splitMicros(micros).days, formatDatetime(int(args, 0)), name);
    return micros;
  }),
  signature([TIMESTAMP, part, optional(STRING)], TIMESTAMP, (args, _types, context) =>
    truncateTimestamp(int(args, 0), text(args, 1), textOr(args, 2, context.timeZone), name),
  ),
];

function lastDay(days: number, unit: string): number {
  const { year, month } = civilFromDays(days);
  switch (unit) {
    case 'YEAR':
      return daysFromCivil(year, 12, 31);
    case 'QUARTER': {
      const last = month + 2 - ((month - 1) % 3);
      return daysFromCivil(year, last, daysInMonth(year, last));
    }
    case 'MONTH':
      return daysFromCivil(year, month, daysInMonth(year, month));
    case 'ISOYEAR':
      return isoYearStart(isoWeek(days).year + 1) - 1;
    default: {
      if (unit === 'DAY') throw unsupportedPart('LAST_DAY', unit);
      const last = truncateDate(days, unit, 'LAST_DAY') + 6;
      if (!isValidDate(last)) throw invalidQuery(`LAST_DAY of ${formatDate(days)} is out of range`);
      return last;
    }
  }
}

function makeDate(year: bigint, month: bigint, day: bigint): number {
  const days = dateFromParts(Number(year), Number(month), Number(day));
  if (days === undefined) {
    throw invalidQuery(
      `Input calculates to invalid date: ${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`,
    );
  }
  return days;
}

const page = (anchor: string) => doc('date_functions', anchor);

const formatSignatures: readonly ScalarSignature[] = [
  signature([STRING, DATE], STRING, (args) => formatDateWith(text(args, 0), float(args, 1))),
  signature([STRING, DATETIME], STRING, (args) => formatDatetimeWith(text(args, 0), int(args, 1))),
  signature([STRING, TIMESTAMP, optional(STRING)], STRING, (args, _types, context) =>
    formatTimestampWith(text(args, 0), int(args, 1), timeZone(textOr(args, 2, context.timeZone))),
  ),
];

/** The family's own type first: that is what a literal text becomes. */
export const ownFirst = (prefix: string, signatures: readonly ScalarSignature[]): readonly ScalarSignature[] => {
  const isOwn = (row: ScalarSignature) =>
    row.parameters.some(({ type }) => type.pattern === 'EXACT' && type.type.kind === prefix);
  return [...signatures.filter(isOwn), ...signatures.filter((row) => !isOwn(row))];
};

/** Rows that DATE, DATETIME and TIMESTAMP functions share, under each family's name. */
const family = (prefix: 'DATE' | 'DATETIME' | 'TIMESTAMP'): readonly ScalarFunction[] => {
  const anchor = (name: string) => doc(`${prefix.toLowerCase()}_functions`, `${prefix.toLowerCase()}_${name}`);
  return [
    scalar(`${prefix}_ADD`, anchor('add'), ownFirst(prefix, addSignatures('Adding'))),
    scalar(`${prefix}_SUB`, anchor('sub'), ownFirst(prefix, addSignatures('Subtracting'))),
    scalar(`${prefix}_DIFF`, anchor('diff'), ownFirst(prefix, differenceSignatures(`${prefix}_DIFF`))),
    scalar(`${prefix}_TRUNC`, anchor('trunc'), ownFirst(prefix, truncateSignatures(`${prefix}_TRUNC`))),
    scalar(
      `FORMAT_${prefix}`,
      doc(`${prefix.toLowerCase()}_functions`, `format_${prefix.toLowerCase()}`),
      ownFirst(prefix, formatSignatures),
    ),
  ];
};

/** A text with a time of day is an instant first. */
function dateOfText(value: string, zoneName: string): Value {
  const days = parseDate(value);
  if (days !== undefined) return days;
  const micros = parseTimestamp(value, timeZone(zoneName));
  return micros === undefined
    ? castValue(value, STRING, DATE)
    : castValue(micros, TIMESTAMP, DATE, { timeZone: zoneName });
}

export const dateFunctions: readonly ScalarFunction[] = [
  ...family('DATE'),
  ...family('DATETIME'),
  ...family('TIMESTAMP'),
  scalar('CURRENT_DATE', page('current_date'), [
    signature([optional(STRING)], DATE, (args, _types, context) => {
      const zone = timeZone(textOr(args, 0, context.timeZone));
      return splitMicros(toLocalMicros(context.queryMicros, zone)).days;
    }),
  ]),
  scalar('DATE', page('date'), [
    signature([INT64, INT64, INT64], DATE, (args) => makeDate(int(args, 0), int(args, 1), int(args, 2))),
    signature([TIMESTAMP, optional(STRING)], DATE, (args, _types, context) =>
      castValue(argument(args, 0), TIMESTAMP, DATE, { timeZone: textOr(args, 1, context.timeZone) }),
    ),
    signature([DATETIME], DATE, (args) => splitMicros(int(args, 0)).days),
    signature([DATE], DATE, (args) => argument(args, 0)),
    signature([STRING], DATE, (args, _types, context) => dateOfText(text(args, 0), context.timeZone)),
  ]),
  scalar('DATE_FROM_UNIX_DATE', page('date_from_unix_date'), [
    signature([INT64], DATE, (args) => {
      const days = Number(int(args, 0));
      if (!isValidDate(days)) throw invalidQuery(`DATE_FROM_UNIX_DATE range is -719162 to 2932896 but saw ${days}`);
      return days;
    }),
  ]),
  scalar('UNIX_DATE', page('unix_date'), [signature([DATE], INT64, (args) => BigInt(float(args, 0)))]),
  scalar('LAST_DAY', page('last_day'), [
    signature([DATE, optional(part)], DATE, (args) => lastDay(float(args, 0), textOr(args, 1, 'MONTH'))),
    signature([DATETIME, optional(part)], DATE, (args) =>
      lastDay(splitMicros(int(args, 0)).days, textOr(args, 1, 'MONTH')),
    ),
  ]),
  scalar('PARSE_DATE', page('parse_date'), [
    signature([STRING, STRING], DATE, (args) => {
      const days = parseDateWith(text(args, 0), text(args, 1));
      if (days === undefined) throw parseFailure(text(args, 1));
      return days;
    }),
  ]),
];

/** What all PARSE functions say. */
export const parseFailure = (input: string) => invalidQuery(`Failed to parse input string ${stringLiteral(input)}`);
