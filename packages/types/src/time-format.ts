import {
  civilFromDays,
  civilTime,
  dayOfWeek,
  dayOfYear,
  isoWeek,
  isoYearStart,
  joinMicros,
  splitMicros,
  weekOfYear,
} from './civil.ts';
import { formatOffset, type TimeZone, toLocalMicros } from './time-zone.ts';

/** FORMAT_DATE and its siblings. https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements#format_elements_date_time */

export const MONTH_NAMES: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const WEEKDAY_NAMES: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

export type TimeFormatKind = 'DATE' | 'DATETIME' | 'TIME' | 'TIMESTAMP';

/** Elements that a kind does not have stay in the result as they were written. */
const ABSENT: Readonly<Record<TimeFormatKind, RegExp>> = {
  DATE: /^%(?:[HIklMPpRrSsTXZz]|E.*S|Ez)$/,
  DATETIME: /^%(?:[Zz]|Ez)$/,
  TIME: /^%(?:[AaBbhCcDdeFGgjJmQsUuVvWwxYyZz]|E[4]Y|Ez|EY)$/,
  TIMESTAMP: /^$/,
};

const two = (value: number) => value.toString().padStart(2, '0');
const space = (value: number) => value.toString().padStart(2, ' ');

interface FormattedTime {
  /** Local microseconds; a date at midnight, a time on 1970-01-01. */
  readonly local: bigint;
  readonly offsetSeconds: number;
}

function zoneName(offset: number): string {
  if (offset === 0) return 'UTC';
  const total = Math.floor(Math.abs(offset) / 60);
  const minutes = total % 60;
  return `UTC${offset < 0 ? '-' : '+'}${Math.floor(total / 60)}${minutes === 0 ? '' : `:${two(minutes)}`}`;
}

function fraction(micros: number, digits: string): string {
  const text = micros.toString().padStart(6, '0');
  if (digits === '*') {
    const short = text.replace(/0+$/, '');
    return short === '' ? '' : `.${short}`;
  }
  const count = Number(digits);
  return count === 0 ? '' : `.${text.padEnd(15, '0').slice(0, count)}`;
}

function element(specifier: string, time: FormattedTime): string | undefined {
  const { days, timeMicros } = splitMicros(time.local);
  const { year, month, day } = civilFromDays(days);
  const { hour, minute, second, micros } = civilTime(timeMicros);
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  const weekday = WEEKDAY_NAMES[dayOfWeek(days)] ?? '';
  const monthName = MONTH_NAMES[month - 1] ?? '';
  const clock = `${two(hour)}:${two(minute)}:${two(second)}`;
  const seconds = /^E([0-9*]|1[0-5])S$/.exec(specifier);
  if (seconds) return `${two(second)}${fraction(micros, seconds[1] ?? '*')}`;
  const subsecond = /^E([0-9*])f$/.exec(specifier);
  if (subsecond) return fraction(micros, subsecond[1] ?? '*').slice(1);
  switch (specifier) {
    case 'A':
      return weekday;
    case 'a':
      return weekday.slice(0, 3);
    case 'B':
      return monthName;
    case 'b':
    case 'h':
      return monthName.slice(0, 3);
    case 'C':
      return two(Math.floor(year / 100));
    case 'c':
      return `${weekday.slice(0, 3)} ${monthName.slice(0, 3)} ${space(day)} ${clock} ${year}`;
    case 'D':
    case 'x':
      return `${two(month)}/${two(day)}/${two(year % 100)}`;
    case 'd':
      return two(day);
    case 'e':
      return space(day);
    case 'F':
      return `${year}-${two(month)}-${two(day)}`;
    case 'G':
      return String(isoWeek(days).year);
    case 'g':
      return two(isoWeek(days).year % 100);
    case 'H':
    case 'OH':
      return two(hour);
    case 'I':
      return two(hour12);
    case 'J':
      return (days - isoYearStart(isoWeek(days).year) + 1).toString().padStart(3, '0');
    case 'j':
      return dayOfYear(days).toString().padStart(3, '0');
    case 'k':
      return space(hour);
    case 'l':
      return space(hour12);
    case 'M':
      return two(minute);
    case 'm':
      return two(month);
    case 'n':
      return '\n';
    case 'P':
      return hour < 12 ? 'am' : 'pm';
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'Q':
      return String(Math.floor((month - 1) / 3) + 1);
    case 'R':
      return `${two(hour)}:${two(minute)}`;
    case 'r':
      return `${two(hour12)}:${two(minute)}:${two(second)} ${hour < 12 ? 'AM' : 'PM'}`;
    case 'S':
      return two(second);
    case 's': {
      const utc = time.local - BigInt(time.offsetSeconds) * 1_000_000n;
      return ((utc - (((utc % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n).toString();
    }
    case 'T':
    case 'X':
      return clock;
    case 't':
      return '\t';
    case 'U':
      return two(weekOfYear(days, 0));
    case 'u':
      return String(dayOfWeek(days) === 0 ? 7 : dayOfWeek(days));
    case 'V':
      return two(isoWeek(days).week);
    case 'v':
      return `${space(day)}-${monthName.slice(0, 3).toUpperCase()}-${year}`;
    case 'W':
      return two(weekOfYear(days, 1));
    case 'w':
      return String(dayOfWeek(days));
    case 'Y':
    case 'EY':
      return String(year);
    case 'E4Y':
      return year.toString().padStart(4, '0');
    case 'y':
      return two(year % 100);
    case 'Z':
      return zoneName(time.offsetSeconds);
    case 'z':
      return formatOffset(time.offsetSeconds, 'compact');
    case 'Ez':
      return formatOffset(time.offsetSeconds, 'colon');
    case '%':
      return '%';
    default:
      return undefined;
  }
}

const ELEMENT = /%(?:E(?:1[0-5]|[0-9*])S|E[0-9*]f|E4Y|E[Yz]|O[A-Za-z]|[A-Za-z%])/g;

function formatTimeWith(format: string, kind: TimeFormatKind, time: FormattedTime): string {
  return format.replace(ELEMENT, (whole) =>
    ABSENT[kind].test(whole) ? whole : (element(whole.slice(1), time) ?? whole),
  );
}

export const formatDateWith = (format: string, days: number): string =>
  formatTimeWith(format, 'DATE', { local: joinMicros(days, 0n), offsetSeconds: 0 });
export const formatDatetimeWith = (format: string, micros: bigint): string =>
  formatTimeWith(format, 'DATETIME', { local: micros, offsetSeconds: 0 });
export const formatTimeOfDayWith = (format: string, micros: bigint): string =>
  formatTimeWith(format, 'TIME', { local: micros, offsetSeconds: 0 });
export const formatTimestampWith = (format: string, micros: bigint, zone: TimeZone): string =>
  formatTimeWith(format, 'TIMESTAMP', { local: toLocalMicros(micros, zone), offsetSeconds: zone.offsetAt(micros) });
