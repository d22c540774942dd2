/** Proleptic Gregorian calendar over days and microseconds since 1970-01-01. Years 1 to 9999. */

export const DATE_MIN = -719162;
export const DATE_MAX = 2932896;
export const MICROS_PER_DAY = 86_400_000_000n;
export const TIMESTAMP_MIN = BigInt(DATE_MIN) * MICROS_PER_DAY;
export const TIMESTAMP_MAX = BigInt(DATE_MAX + 1) * MICROS_PER_DAY - 1n;

interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

interface CivilTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

export const isValidDate = (days: number) => days >= DATE_MIN && days <= DATE_MAX;
export const isValidMicros = (micros: bigint) => micros >= TIMESTAMP_MIN && micros <= TIMESTAMP_MAX;

export const isLeapYear = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Month and day need not be normal. https://howardhinnant.github.io/date_algorithms.html#days_from_civil */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

export function civilFromDays(days: number): CivilDate {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
  };
}

/** `undefined`: no such day, or the year is outside 1 to 9999. */
export function dateFromParts(year: number, month: number, day: number): number | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return daysFromCivil(year, month, day);
}

/** 0 is Sunday. */
export const dayOfWeek = (days: number) => (((days + 4) % 7) + 7) % 7;

/** 1 to 366. */
export const dayOfYear = (days: number) => days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;

/** ISO 8601: weeks begin on Monday, week 1 has the year's first Thursday. */
export function isoWeek(days: number): { readonly year: number; readonly week: number } {
  const thursday = days - ((dayOfWeek(days) + 6) % 7) + 3;
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

/** First day (a Monday) of an ISO year. */
export function isoYearStart(year: number): number {
  const fourth = daysFromCivil(year, 1, 4);
  return fourth - ((dayOfWeek(fourth) + 6) % 7);
}

/** Weeks that begin on `firstDay` (0 is Sunday); days before the year's first such day are week 0. */
export function weekOfYear(days: number, firstDay: number): number {
  const yearStart = daysFromCivil(civilFromDays(days).year, 1, 1);
  const weekStart = days - ((dayOfWeek(days) - firstDay + 7) % 7);
  return weekStart < yearStart ? 0 : Math.floor((weekStart - yearStart) / 7) + 1;
}

/** Last day of the month when `day` is too large. May leave the valid range. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilFromDays(days);
  const index = year * 12 + (month - 1) + months;
  const newYear = Math.floor(index / 12);
  const newMonth = index - newYear * 12 + 1;
  return daysFromCivil(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)));
}

/** Floor division into a day and the microseconds of that day. */
export function splitMicros(micros: bigint): { readonly days: number; readonly timeMicros: bigint } {
  let days = micros / MICROS_PER_DAY;
  let timeMicros = micros % MICROS_PER_DAY;
  if (timeMicros < 0n) {
    days -= 1n;
    timeMicros += MICROS_PER_DAY;
  }
  return { days: Number(days), timeMicros };
}

export const joinMicros = (days: number, timeMicros: bigint): bigint => BigInt(days) * MICROS_PER_DAY + timeMicros;

export function civilTime(timeMicros: bigint): CivilTime {
  const micros = Number(timeMicros);
  return {
    hour: Math.floor(micros / 3_600_000_000),
    minute: Math.floor(micros / 60_000_000) % 60,
    second: Math.floor(micros / 1_000_000) % 60,
    micros: micros % 1_000_000,
  };
}

/** `undefined`: a part is out of range (a second of 60 is). */
export function timeFromParts(hour: number, minute: number, second: number, micros = 0): bigint | undefined {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  return BigInt(((hour * 60 + minute) * 60 + second) * 1_000_000 + micros);
}
