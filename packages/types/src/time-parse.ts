import {
  dateFromParts,
  dayOfWeek,
  daysFromCivil,
  isLeapYear,
  isoYearStart,
  isValidDate,
  isValidMicros,
  joinMicros,
  timeFromParts,
} from './civil.ts';
import { MONTH_NAMES, type TimeFormatKind, WEEKDAY_NAMES } from './time-format.ts';
import { timeZone, type TimeZone } from './time-zone.ts';

/** PARSE_DATE and its siblings. https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements#format_elements_date_time */

interface ParsedParts {
  year?: number;
  century?: number;
  yearOfCentury?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  hour?: number;
  hour12?: number;
  afternoon?: boolean;
  minute?: number;
  second?: number;
  micros?: number;
  epochSeconds?: bigint;
  weekday?: number;
  weekFromSunday?: number;
  weekFromMonday?: number;
  isoYear?: number;
  isoYearOfCentury?: number;
  isoWeek?: number;
  quarter?: number;
  zone?: TimeZone;
}

const EXPANSIONS: Readonly<Record<string, string>> = {
  D: '%m/%d/%y',
  x: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
  r: '%I:%M:%S %p',
  c: '%a %b %e %H:%M:%S %Y',
  v: '%e-%b-%Y',
};

/** Elements of a time of day and of a zone, which not every kind may read. */
const TIME_ELEMENTS = /^(?:[HIklMPpSs]|E.*S|OH)$/;
const ZONE_ELEMENTS = /^(?:[Zzs]|Ez)$/;
const DATE_ELEMENTS = /^(?:[AaBbhCdeGgjmQUuVWwYyJ]|E4Y|EY)$/;

/** The least number of digits is one. */
const NUMBERS: Readonly<Record<string, readonly [key: keyof ParsedParts, digits: number, min: number, max: number]>> = {
  C: ['century', 2, 0, 99],
  d: ['day', 2, 1, 31],
  e: ['day', 2, 1, 31],
  g: ['isoYearOfCentury', 2, 0, 99],
  G: ['isoYear', 4, 1, 9999],
  H: ['hour', 2, 0, 23],
  I: ['hour12', 2, 1, 12],
  j: ['dayOfYear', 3, 1, 366],
  k: ['hour', 2, 0, 23],
  l: ['hour12', 2, 1, 12],
  M: ['minute', 2, 0, 59],
  m: ['month', 2, 1, 12],
  Q: ['quarter', 1, 1, 4],
  S: ['second', 2, 0, 60],
  U: ['weekFromSunday', 2, 0, 53],
  u: ['weekday', 1, 1, 7],
  V: ['isoWeek', 2, 1, 53],
  W: ['weekFromMonday', 2, 0, 53],
  w: ['weekday', 1, 0, 6],
  Y: ['year', 4, 0, 9999],
  EY: ['year', 4, 0, 9999],
  E4Y: ['year', 4, 0, 9999],
  y: ['yearOfCentury', 2, 0, 99],
};

class FormatReader {
  readonly #text: string;
  readonly #kind: TimeFormatKind;
  readonly parts: ParsedParts = {};
  #at = 0;

  constructor(text: string, kind: TimeFormatKind) {
    this.#text = text;
    this.#kind = kind;
  }

  /** Whether the whole text was read. */
  read(format: string): boolean {
    this.#skipSpace();
    if (!this.#format(format)) return false;
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
  }

  #format(format: string): boolean {
    const pattern = /%(E(?:1[0-5]|[0-9*])S|E4Y|E[Yz]|O[A-Za-z]|[A-Za-z%])|(\s+)|([\s\S])/g;
    for (const match of format.matchAll(pattern)) {
      if (match[2] !== undefined) this.#skipSpace();
      else if (match[3] !== undefined) {
        if (this.#text.charAt(this.#at) !== match[3]) return false;
        this.#at++;
      } else if (!this.#element(match[1] ?? '')) return false;
    }
    return true;
  }

  #element(specifier: string): boolean {
    const expansion = EXPANSIONS[specifier];
    if (expansion !== undefined) return this.#format(expansion);
    if (this.#kind === 'DATE' && TIME_ELEMENTS.test(specifier)) return false;
    if (this.#kind !== 'TIMESTAMP' && ZONE_ELEMENTS.test(specifier)) return false;
    if (this.#kind === 'TIME' && DATE_ELEMENTS.test(specifier)) return false;
    const { parts } = this;
    const seconds = /^E(.+)S$/.exec(specifier);
    if (seconds) return this.#seconds(seconds[1] === '*' ? 6 : Number(seconds[1]));
    const number = NUMBERS[specifier];
    if (number) {
      const [key, digits, min, max] = number;
      if (specifier !== 'Y' && specifier !== 'E4Y') this.#skipSpace();
      const value = this.#digits(specifier === 'E4Y' ? 4 : 1, digits);
      if (value === undefined || value < min || value > max) return false;
      Object.assign(parts, { [key]: specifier === 'u' ? value % 7 : value });
      return true;
    }
    switch (specifier) {
      case '%':
        return this.#literal('%');
      case 'n':
      case 't':
        this.#skipSpace();
        return true;
      case 'A':
      case 'a':
        return this.#name(WEEKDAY_NAMES, (index) => (parts.weekday = index));
      case 'B':
      case 'b':
      case 'h':
        return this.#name(MONTH_NAMES, (index) => (parts.month = index + 1));
      case 'p':
      case 'P': {
        const word = this.#text.slice(this.#at, this.#at + 2).toUpperCase();
        if (word !== 'AM' && word !== 'PM') return false;
        parts.afternoon = word === 'PM';
        this.#at += 2;
        return true;
      }
      case 's': {
        const match = this.#match(/-?[0-9]+/y);
        if (match === undefined) return false;
        parts.epochSeconds = BigInt(match);
        return true;
      }
      case 'z':
      case 'Ez': {
        const match = this.#match(/Z|[+-][0-9]{2}(?::?[0-9]{2})?/y);
        if (match === undefined) return false;
        parts.zone = timeZone(match === 'Z' ? 'UTC' : match);
        return true;
      }
      case 'Z': {
        const match = this.#match(/[A-Za-z0-9_+:/-]+/y);
        if (match === undefined) return false;
        parts.zone = timeZone(match);
        return true;
      }
      default:
        return false;
    }
  }

  #literal(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #digits(least: number, most: number): number | undefined {
    let end = this.#at;
    while (end < this.#at + most && /[0-9]/.test(this.#text.charAt(end))) end++;
    if (end - this.#at < least) return undefined;
    const value = Number(this.#text.slice(this.#at, end));
    this.#at = end;
    return value;
  }

  #seconds(fractionDigits: number): boolean {
    const second = this.#digits(1, 2);
    if (second === undefined || second > 60) return false;
    this.parts.second = second;
    if (fractionDigits > 0 && this.#literal('.')) {
      const digits = this.#match(/[0-9]*/y) ?? '';
      this.parts.micros = Number(digits.slice(0, Math.min(6, fractionDigits)).padEnd(6, '0'));
    }
    return true;
  }

  /** Full names before their first three letters. */
  #name(names: readonly string[], store: (index: number) => void): boolean {
    const rest = this.#text.slice(this.#at, this.#at + 10).toLowerCase();
    for (const length of [undefined, 3]) {
      const index = names.findIndex((name) => rest.startsWith(name.slice(0, length).toLowerCase()));
      if (index >= 0) {
        store(index);
        this.#at += length ?? (names[index] ?? '').length;
        return true;
      }
    }
    return false;
  }
}

const fullYear = (century: number | undefined, short: number) =>
  century === undefined ? short + (short < 69 ? 2000 : 1900) : century * 100 + short;

function daysOf(parts: ParsedParts): number | undefined {
  if (parts.isoWeek !== undefined || parts.isoYear !== undefined || parts.isoYearOfCentury !== undefined) {
    const year =
      parts.isoYear ?? (parts.isoYearOfCentury === undefined ? 1970 : fullYear(undefined, parts.isoYearOfCentury));
    const week = parts.isoWeek ?? 1;
    const weekday = ((parts.weekday ?? 1) + 6) % 7;
    const days = isoYearStart(year) + (week - 1) * 7 + weekday;
    return days < isoYearStart(year + 1) ? days : undefined;
  }
  const year =
    parts.yearOfCentury !== undefined
      ? fullYear(parts.century, parts.yearOfCentury)
      : (parts.year ?? (parts.century === undefined ? 1970 : parts.century * 100));
  const firstDay = parts.weekFromSunday === undefined ? 1 : 0;
  const week = parts.weekFromSunday ?? parts.weekFromMonday;
  if (week !== undefined && parts.month === undefined && parts.day === undefined && parts.dayOfYear === undefined) {
    const start = daysFromCivil(year, 1, 1);
    const firstWeek = start + ((firstDay - dayOfWeek(start) + 7) % 7);
    const weekday = ((parts.weekday ?? firstDay) - firstDay + 7) % 7;
    const days = firstWeek + (week - 1) * 7 + weekday;
    return days >= start && days < daysFromCivil(year + 1, 1, 1) ? days : undefined;
  }
  if (parts.dayOfYear !== undefined) {
    if (parts.dayOfYear > (isLeapYear(year) ? 366 : 365)) return undefined;
    return daysFromCivil(year, 1, parts.dayOfYear);
  }
  const month = parts.month ?? (parts.quarter === undefined ? 1 : parts.quarter * 3 - 2);
  return dateFromParts(year, month, parts.day ?? 1);
}

function timeOf(parts: ParsedParts): bigint | undefined {
  let hour = parts.hour ?? 0;
  if (parts.hour12 !== undefined) hour = (parts.hour12 % 12) + (parts.afternoon === true ? 12 : 0);
  // A leap second is the first second of the next minute.
  const second = parts.second ?? 0;
  const time = timeFromParts(hour, parts.minute ?? 0, Math.min(second, 59), second === 60 ? 0 : (parts.micros ?? 0));
  return time === undefined ? undefined : time + (second === 60 ? 1_000_000n : 0n);
}

/** DATE in days, the other kinds in microseconds; `undefined`: the text does not follow the format. */
export function parseDateWith(format: string, text: string): number | undefined {
  const reader = new FormatReader(text, 'DATE');
  if (!reader.read(format)) return undefined;
  const days = daysOf(reader.parts);
  return days !== undefined && isValidDate(days) ? days : undefined;
}

function localOf(parts: ParsedParts): bigint | undefined {
  const days = daysOf(parts);
  const time = timeOf(parts);
  return days === undefined || time === undefined ? undefined : joinMicros(days, time);
}

export function parseDatetimeWith(format: string, text: string): bigint | undefined {
  const reader = new FormatReader(text, 'DATETIME');
  const local = reader.read(format) ? localOf(reader.parts) : undefined;
  return local !== undefined && isValidMicros(local) ? local : undefined;
}

export function parseTimeWith(format: string, text: string): bigint | undefined {
  const reader = new FormatReader(text, 'TIME');
  const time = reader.read(format) ? timeOf(reader.parts) : undefined;
  return time === undefined ? undefined : time % 86_400_000_000n;
}

/** A text without a zone of its own is read in `zone`. An unknown zone name is a query error. */
export function parseTimestampWith(format: string, text: string, zone: TimeZone): bigint | undefined {
  const reader = new FormatReader(text, 'TIMESTAMP');
  if (!reader.read(format)) return undefined;
  const { parts } = reader;
  if (parts.epochSeconds !== undefined) {
    const micros = parts.epochSeconds * 1_000_000n;
    return isValidMicros(micros) ? micros : undefined;
  }
  const local = localOf(parts);
  const utc = local === undefined ? undefined : (parts.zone ?? zone).toUtc(local);
  return utc !== undefined && isValidMicros(utc) ? utc : undefined;
}
