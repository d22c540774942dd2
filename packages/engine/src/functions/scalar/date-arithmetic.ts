import { invalidQuery } from '@bqml-emulator/common';
import {
  addMonths,
  civilFromDays,
  daysFromCivil,
  fitsInt64,
  formatDate,
  formatDatetime,
  formatTimestampUtc,
  type Interval,
  isoWeek,
  isoYearStart,
  isValidDate,
  isValidMicros,
  joinMicros,
  splitMicros,
} from '@bqml-emulator/types';
import { PART_MICROS, PART_MONTHS, unsupportedPart, weekStart } from './date-part.ts';

/** Addition, truncation and difference over days and microseconds, shared by DATE, DATETIME, TIME and TIMESTAMP. */

export type Direction = 'Adding' | 'Subtracting';

export const datetimeOfDate = (days: number): bigint => joinMicros(days, 0n);

function dateOverflow(days: number, amount: bigint, part: string, direction: Direction) {
  const [verb, join] = direction === 'Adding' ? ['Adding', 'to'] : ['Subtracting', 'from'];
  const shown = direction === 'Adding' ? amount : -amount;
  return invalidQuery(`${verb} ${shown} ${part} ${join} date ${formatDate(days)} causes overflow`);
}

/** `amount` is already negative for a subtraction. */
export function addDays(days: number, amount: bigint, direction: Direction): number {
  const result = BigInt(days) + amount;
  if (!fitsInt64(result) || !isValidDate(Number(result))) throw dateOverflow(days, amount, 'DAY', direction);
  return Number(result);
}

export function addToDate(days: number, amount: bigint, part: string, direction: Direction): number {
  const months = PART_MONTHS[part];
  if (months !== undefined) {
    const total = amount * BigInt(months);
    const result = total > 200_000n || total < -200_000n ? NaN : addMonths(days, Number(total));
    if (!isValidDate(result)) throw dateOverflow(days, amount, part, direction);
    return result;
  }
  if (part !== 'DAY' && part !== 'WEEK') {
    throw unsupportedPart(direction === 'Adding' ? 'DATE_ADD' : 'DATE_SUB', part);
  }
  const result = BigInt(days) + amount * (part === 'WEEK' ? 7n : 1n);
  if (!fitsInt64(result) || !isValidDate(Number(result))) throw dateOverflow(days, amount, part, direction);
  return Number(result);
}

export function addToDatetime(micros: bigint, amount: bigint, part: string, direction: Direction): bigint {
  const months = PART_MONTHS[part];
  const unit = PART_MICROS[part];
  let result: bigint | undefined;
  if (months !== undefined) {
    const { days, timeMicros } = splitMicros(micros);
    const total = amount * BigInt(months);
    if (total <= 200_000n && total >= -200_000n) result = joinMicros(addMonths(days, Number(total)), timeMicros);
  } else if (unit === undefined) {
    throw unsupportedPart(direction === 'Adding' ? 'DATETIME_ADD' : 'DATETIME_SUB', part);
  } else result = micros + amount * unit;
  if (result === undefined || !isValidMicros(result)) {
    const [verb, join, shown] = direction === 'Adding' ? ['Adding', 'to', amount] : ['Subtracting', 'from', -amount];
    throw invalidQuery(`${verb} ${shown} ${part} ${join} datetime ${formatDatetime(micros)} causes overflow`);
  }
  return result;
}

export function addToTimestamp(micros: bigint, amount: bigint, part: string, direction: Direction): bigint {
  const unit = PART_MICROS[part];
  if (unit === undefined || part === 'WEEK') {
    throw unsupportedPart(direction === 'Adding' ? 'TIMESTAMP_ADD' : 'TIMESTAMP_SUB', part);
  }
  const result = micros + amount * unit;
  if (!isValidMicros(result)) {
    const [verb, join, shown] = direction === 'Adding' ? ['Adding', 'to', amount] : ['Subtracting', 'from', -amount];
    throw invalidQuery(`${verb} ${shown} ${part}s ${join} timestamp ${formatTimestampUtc(micros)} causes overflow`);
  }
  return result;
}

export function addIntervalToDatetime(micros: bigint, value: Interval): bigint {
  const { days, timeMicros } = splitMicros(micros);
  const moved = value.months === 0 ? days : addMonths(days, value.months);
  const result = joinMicros(moved + value.days, timeMicros) + value.micros;
  if (!isValidMicros(result)) throw invalidQuery(`Datetime overflow: ${formatDatetime(micros)} plus an interval`);
  return result;
}

/** A day is 24 hours here; months are refused. */
export function addIntervalToTimestamp(micros: bigint, value: Interval): bigint {
  if (value.months !== 0) {
    throw invalidQuery('TIMESTAMP +/- INTERVAL is not supported for intervals with non-zero MONTH or YEAR part.');
  }
  const result = micros + BigInt(value.days) * 86_400_000_000n + value.micros;
  if (!isValidMicros(result)) throw invalidQuery(`Timestamp overflow: ${formatTimestampUtc(micros)} plus an interval`);
  return result;
}

/** First day of the part that holds `days`; may lie before year 1 for weeks. */
export function truncateDate(days: number, part: string, name: string): number {
  const { year, month } = civilFromDays(days);
  switch (part) {
    case 'DAY':
      return days;
    case 'MONTH':
      return daysFromCivil(year, month, 1);
    case 'QUARTER':
      return daysFromCivil(year, month - ((month - 1) % 3), 1);
    case 'YEAR':
      return daysFromCivil(year, 1, 1);
    case 'ISOYEAR':
      return isoYearStart(isoWeek(days).year);
    default: {
      const start = weekStart(part);
      if (start === undefined) throw unsupportedPart(name, part);
      return days - ((((days + 4 - start) % 7) + 7) % 7);
    }
  }
}

/** Truncates local microseconds; parts below DAY are of one length. */
export function truncateMicros(micros: bigint, part: string, name: string): bigint {
  const { days, timeMicros } = splitMicros(micros);
  const unit = PART_MICROS[part];
  if (unit !== undefined && unit < 86_400_000_000n) return joinMicros(days, timeMicros - (timeMicros % unit));
  return joinMicros(truncateDate(days, part, name), 0n);
}

/** Number of part boundaries between two dates. */
export function dateDifference(a: number, b: number, part: string, name: string): bigint {
  const x = civilFromDays(a);
  const y = civilFromDays(b);
  switch (part) {
    case 'DAY':
      return BigInt(a - b);
    case 'MONTH':
      return BigInt((x.year - y.year) * 12 + x.month - y.month);
    case 'QUARTER':
      return BigInt((x.year - y.year) * 4 + Math.floor((x.month - 1) / 3) - Math.floor((y.month - 1) / 3));
    case 'YEAR':
      return BigInt(x.year - y.year);
    case 'ISOYEAR':
      return BigInt(isoWeek(a).year - isoWeek(b).year);
    default: {
      if (weekStart(part) === undefined) throw unsupportedPart(name, part);
      return BigInt((truncateDate(a, part, name) - truncateDate(b, part, name)) / 7);
    }
  }
}

/** Number of part boundaries between two local times. */
export function datetimeDifference(a: bigint, b: bigint, part: string, name: string): bigint {
  const unit = PART_MICROS[part];
  if (unit === undefined || unit >= 86_400_000_000n) {
    return dateDifference(splitMicros(a).days, splitMicros(b).days, part, name);
  }
  const floor = (v: bigint) => (v - (((v % unit) + unit) % unit)) / unit;
  return floor(a) - floor(b);
}

/** Whole parts between two instants, without regard to boundaries. */
export function instantDifference(a: bigint, b: bigint, part: string, name: string): bigint {
  const unit = PART_MICROS[part];
  if (unit === undefined || part === 'WEEK') throw unsupportedPart(name, part);
  return (a - b) / unit;
}
