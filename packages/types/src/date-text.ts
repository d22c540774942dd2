import {
  civilFromDays,
  civilTime,
  dateFromParts,
  isValidMicros,
  MICROS_PER_DAY,
  joinMicros,
  splitMicros,
  timeFromParts,
} from './civil.ts';
import { findTimeZone, formatOffset, type TimeZone, toLocalMicros } from './time-zone.ts';

/** Canonical texts. https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#date_literals */

const two = (value: number) => value.toString().padStart(2, '0');

export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${year.toString().padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** Fraction of three digits, six digits or none; exactly six if any when `sixDigits`. */
export function formatTime(timeMicros: bigint, sixDigits = false): string {
  const { hour, minute, second, micros } = civilTime(timeMicros);
  let fraction = '';
  if (micros !== 0) {
    const digits = micros.toString().padStart(6, '0');
    fraction = !sixDigits && digits.endsWith('000') ? `.${digits.slice(0, 3)}` : `.${digits}`;
  }
  return `${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
}

export function formatDatetime(micros: bigint, separator = ' ', sixDigits = false): string {
  const { days, timeMicros } = splitMicros(micros);
  return `${formatDate(days)}${separator}${formatTime(timeMicros, sixDigits)}`;
}

/** `2020-01-01 00:00:00+00` */
export function formatTimestamp(utcMicros: bigint, zone: TimeZone): string {
  const offset = zone.offsetAt(utcMicros);
  return `${formatDatetime(toLocalMicros(utcMicros, zone))}${formatOffset(offset, 'short')}`;
}

const DATE = '([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})';
const TIME = '([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\\.([0-9]{0,6}))?';
const DATE_PATTERN = new RegExp(`^\\s*${DATE}\\s*$`);
const TIME_PATTERN = new RegExp(`^\\s*${TIME}\\s*$`);
const DATETIME_PATTERN = new RegExp(`^\\s*${DATE}(?:[ Tt]${TIME})?\\s*$`);
const TIMESTAMP_PATTERN = new RegExp(
  `^\\s*${DATE}(?:[ Tt]${TIME})?(?:\\s*([Zz])|\\s*([+-][0-9]{1,2}(?::[0-9]{2})?)|\\s+([A-Za-z][A-Za-z0-9_+/:-]*))?\\s*$`,
);

/** `undefined`: not such a text, or no such date. The same for the readers below. */
export function parseDate(text: string): number | undefined {
  const m = DATE_PATTERN.exec(text);
  return m ? dateFromParts(Number(m[1]), Number(m[2]), Number(m[3])) : undefined;
}

function timeOf(m: RegExpExecArray, at: number): bigint | undefined {
  if (m[at] === undefined) return 0n;
  const micros = Number((m[at + 3] ?? '').padEnd(6, '0'));
  return timeFromParts(Number(m[at]), Number(m[at + 1]), Number(m[at + 2]), micros);
}

/** A leap second is the first moment of the next minute: its fraction is dropped, and 23:59:60 is midnight. */
function leapTimeOf(m: RegExpExecArray, at: number): bigint | undefined {
  if (m[at + 2] !== '60') return timeOf(m, at);
  const minute = timeFromParts(Number(m[at]), Number(m[at + 1]), 59);
  return minute === undefined ? undefined : minute + 1_000_000n;
}

export function parseTime(text: string): bigint | undefined {
  const m = TIME_PATTERN.exec(text);
  const time = m ? leapTimeOf(m, 1) : undefined;
  return time === undefined ? undefined : time % MICROS_PER_DAY;
}

function localMicrosOf(m: RegExpExecArray): bigint | undefined {
  const days = dateFromParts(Number(m[1]), Number(m[2]), Number(m[3]));
  if (days === undefined) return undefined;
  const time = leapTimeOf(m, 4);
  return time === undefined ? undefined : joinMicros(days, time);
}

export function parseDatetime(text: string): bigint | undefined {
  const m = DATETIME_PATTERN.exec(text);
  const micros = m ? localMicrosOf(m) : undefined;
  return micros !== undefined && isValidMicros(micros) ? micros : undefined;
}

/** A text without a zone of its own is read in `defaultZone`. */
export function parseTimestamp(text: string, defaultZone: TimeZone): bigint | undefined {
  const m = TIMESTAMP_PATTERN.exec(text);
  const local = m ? localMicrosOf(m) : undefined;
  if (!m || local === undefined) return undefined;
  const name = m[8] === undefined ? (m[9] ?? m[10]) : 'UTC';
  const zone = name === undefined ? defaultZone : findTimeZone(name);
  if (!zone) return undefined;
  const utc = zone.toUtc(local);
  return isValidMicros(utc) ? utc : undefined;
}
