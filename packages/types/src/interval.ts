import { invalidQuery } from '@bqml-emulator/common';
import type { Interval } from './value.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#interval_type */
const INTERVAL_MAX_MONTHS = 120_000;
const INTERVAL_MAX_DAYS = 3_660_000;
const INTERVAL_MAX_MICROS = 316_224_000_000_000_000n;

const MICROS_PER_SECOND = 1_000_000n;
const MICROS_PER_DAY = 86_400_000_000n;
const MICROS_PER_MONTH = 30n * MICROS_PER_DAY;

/** Checks the limits of every part. */
export function makeInterval(months: number, days: number, micros: bigint): Interval {
  const check = (name: string, value: number | bigint, limit: number | bigint) => {
    if (value > limit || value < -limit) {
      throw invalidQuery(`Interval field ${name} '${value}' is out of range -${limit} to ${limit}`);
    }
  };
  check('months', months, INTERVAL_MAX_MONTHS);
  check('days', days, INTERVAL_MAX_DAYS);
  check('microseconds', micros, INTERVAL_MAX_MICROS);
  // Number zero may be -0 here.
  return { months: months + 0, days: days + 0, micros };
}

/** `INTERVAL amount part`. */
export function intervalOf(amount: bigint, part: string): Interval {
  const number = Number(amount);
  switch (part) {
    case 'YEAR':
      return makeInterval(number * 12, 0, 0n);
    case 'QUARTER':
      return makeInterval(number * 3, 0, 0n);
    case 'MONTH':
      return makeInterval(number, 0, 0n);
    case 'WEEK':
      return makeInterval(0, number * 7, 0n);
    case 'DAY':
      return makeInterval(0, number, 0n);
    case 'HOUR':
      return makeInterval(0, 0, amount * 3600n * MICROS_PER_SECOND);
    case 'MINUTE':
      return makeInterval(0, 0, amount * 60n * MICROS_PER_SECOND);
    case 'SECOND':
      return makeInterval(0, 0, amount * MICROS_PER_SECOND);
    case 'MILLISECOND':
      return makeInterval(0, 0, amount * 1000n);
    case 'MICROSECOND':
      return makeInterval(0, 0, amount);
    default:
      throw invalidQuery(`Unsupported interval datetime field ${part}`);
  }
}

export const addIntervals = (a: Interval, b: Interval) =>
  makeInterval(a.months + b.months, a.days + b.days, a.micros + b.micros);
export const negateInterval = (a: Interval) => makeInterval(-a.months, -a.days, -a.micros);

/** A month counts as 30 days, a day as 24 hours: the value that comparison uses. */
export const intervalTotalMicros = (a: Interval): bigint =>
  BigInt(a.months) * MICROS_PER_MONTH + BigInt(a.days) * MICROS_PER_DAY + a.micros;

/** `Y-M D H:M:S[.F]` */
export function formatInterval({ months, days, micros }: Interval): string {
  const absMonths = Math.abs(months);
  const absMicros = micros < 0n ? -micros : micros;
  const seconds = absMicros / MICROS_PER_SECOND;
  const fraction = (absMicros % MICROS_PER_SECOND).toString().padStart(6, '0');
  const fractionText = fraction === '000000' ? '' : `.${fraction.endsWith('000') ? fraction.slice(0, 3) : fraction}`;
  return (
    `${months < 0 ? '-' : ''}${Math.floor(absMonths / 12)}-${absMonths % 12} ${days} ` +
    `${micros < 0n ? '-' : ''}${seconds / 3600n}:${(seconds / 60n) % 60n}:${seconds % 60n}${fractionText}`
  );
}

const DATE_RANGE = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'] as const;
const SEPARATORS = ['', '-', ' ', ' ', ':', ':'] as const;

function secondsToMicros(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * MICROS_PER_SECOND + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

/**
 * The text of `INTERVAL '...' from TO to`; `from` may equal `to`. Each of the groups year-month, day and
 * hour:minute:second has its own sign. `undefined`: not such a text.
 */
export function parseIntervalRange(text: string, from: string, to: string): Interval | undefined {
  const first = DATE_RANGE.findIndex((part) => part === from);
  const last = DATE_RANGE.findIndex((part) => part === to);
  if (first < 0 || last < first) return undefined;
  let pattern = '';
  for (let i = first; i <= last; i++) {
    if (i > first) pattern += SEPARATORS[i];
    const startsGroup = i === first || i === 2 || i === 3;
    pattern += `${startsGroup ? '([+-]?)' : '()'}([0-9]+${i === 5 ? '(?:\\.[0-9]{0,6})?|\\.[0-9]{1,6}' : ''})`;
  }
  const match = new RegExp(`^${pattern}$`).exec(text);
  if (!match) return undefined;
  let months = 0;
  let days = 0;
  let micros = 0n;
  let sign = 1;
  for (let i = first; i <= last; i++) {
    const at = (i - first) * 2 + 1;
    const startsGroup = i === first || i === 2 || i === 3;
    if (startsGroup) sign = match[at] === '-' ? -1 : 1;
    const digits = match[at + 1] ?? '0';
    if (i === 0) months += sign * Number(digits) * 12;
    else if (i === 1) months += sign * Number(digits);
    else if (i === 2) days += sign * Number(digits);
    else if (i === 3) micros += BigInt(sign) * BigInt(digits) * 3600n * MICROS_PER_SECOND;
    else if (i === 4) micros += BigInt(sign) * BigInt(digits) * 60n * MICROS_PER_SECOND;
    else micros += BigInt(sign) * secondsToMicros(digits.startsWith('.') ? `0${digits}` : digits);
  }
  return makeInterval(months, days, micros);
}

const ISO_8601 =
  /^P(?:(-?[0-9]+)Y)?(?:(-?[0-9]+)M)?(?:(-?[0-9]+)W)?(?:(-?[0-9]+)D)?(?:T(?:(-?[0-9]+)H)?(?:(-?[0-9]+)M)?(?:(-?)([0-9]+(?:\.[0-9]{1,6})?)S)?)?$/;

/** What CAST reads: `Y-M D H:M:S`, parts of it that are not ambiguous, and ISO 8601 durations. */
export function parseInterval(text: string): Interval | undefined {
  const iso = ISO_8601.exec(text);
  if (iso && text.length > 1 && !text.endsWith('T')) {
    const part = (index: number) => Number(iso[index] ?? 0);
    const seconds = secondsToMicros(iso[8] ?? '0');
    return makeInterval(
      part(1) * 12 + part(2),
      part(3) * 7 + part(4),
      (BigInt(iso[5] ?? 0) * 3600n + BigInt(iso[6] ?? 0) * 60n) * MICROS_PER_SECOND +
        (iso[7] === '-' ? -seconds : seconds),
    );
  }
  const spaces = text.split(' ').length - 1;
  const colons = text.split(':').length - 1;
  const hasMonth = /^[+-]?[0-9]+-/.test(text);
  const to = colons === 2 ? 'SECOND' : colons === 1 ? 'MINUTE' : 'HOUR';
  if (spaces === 2) return parseIntervalRange(text, 'YEAR', to);
  if (spaces === 1) {
    if (colons > 0) return hasMonth ? undefined : parseIntervalRange(text, 'DAY', to);
    return hasMonth ? parseIntervalRange(text, 'YEAR', 'DAY') : parseIntervalRange(text, 'DAY', 'HOUR');
  }
  if (colons === 2) return parseIntervalRange(text, 'HOUR', 'SECOND');
  return hasMonth ? parseIntervalRange(text, 'YEAR', 'MONTH') : undefined;
}

/** 30 days make a month. */
export function justifyDays(a: Interval): Interval {
  let months = a.months + Math.trunc(a.days / 30);
  let days = a.days % 30;
  if (months > 0 && days < 0) {
    months -= 1;
    days += 30;
  } else if (months < 0 && days > 0) {
    months += 1;
    days -= 30;
  }
  return makeInterval(months, days, a.micros);
}

/** 24 hours make a day. */
export function justifyHours(a: Interval): Interval {
  let days = a.days + Number(a.micros / MICROS_PER_DAY);
  let micros = a.micros % MICROS_PER_DAY;
  if (days > 0 && micros < 0n) {
    days -= 1;
    micros += MICROS_PER_DAY;
  } else if (days < 0 && micros > 0n) {
    days += 1;
    micros -= MICROS_PER_DAY;
  }
  return makeInterval(a.months, days, micros);
}

/** Hours into days, days into months, and one sign for all parts. */
export function justifyInterval(a: Interval): Interval {
  const total = intervalTotalMicros(a);
  return makeInterval(
    Number(total / MICROS_PER_MONTH),
    Number((total % MICROS_PER_MONTH) / MICROS_PER_DAY),
    total % MICROS_PER_DAY,
  );
}
