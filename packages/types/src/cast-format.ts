import { invalidQuery, notImplemented, ServiceError } from '@bqml-emulator/common';
import {
  civilFromDays,
  civilTime,
  dateFromParts,
  dayOfWeek,
  dayOfYear,
  daysFromCivil,
  isLeapYear,
  isoWeek,
  isValidMicros,
  joinMicros,
  splitMicros,
  timeFromParts,
} from './civil.ts';
import { asBigint, asBytes, asNumber, asString } from './format.ts';
import { MONTH_NAMES, WEEKDAY_NAMES } from './time-format.ts';
import { formatOffset, timeZone, type TimeZone, toLocalMicros } from './time-zone.ts';
import type { SqlType } from './type.ts';
import { utf8Bytes, utf8Text } from './utf8.ts';
import type { Value } from './value.ts';

/** CAST(... FORMAT ...). https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements */

interface FormatCastOptions {
  readonly safe?: boolean;
  /** AT TIME ZONE, or the session's zone. */
  readonly timeZone?: string;
  /** Year and month that a text without them takes. */
  readonly currentMicros?: bigint;
}

type Category =
  | 'LITERAL'
  | 'YEAR'
  | 'MONTH'
  | 'DAY'
  | 'DAY_OF_WEEK'
  | 'DAY_OF_YEAR'
  | 'CENTURY'
  | 'QUARTER'
  | 'WEEK'
  | 'HOUR'
  | 'MINUTE'
  | 'SECOND'
  | 'MERIDIAN_INDICATOR'
  | 'TIME_ZONE';

interface Element {
  /** Upper case name; for LITERAL the text itself. */
  readonly name: string;
  /** As it was written. */
  readonly written: string;
  readonly category: Category;
}

/** Longer names first among those that begin alike. */
const ELEMENTS: readonly (readonly [name: string, category: Category])[] = [
  ['Y,YYY', 'YEAR'],
  ['YYYY', 'YEAR'],
  ['YYY', 'YEAR'],
  ['YY', 'YEAR'],
  ['Y', 'YEAR'],
  ['RRRR', 'YEAR'],
  ['RR', 'YEAR'],
  ['IYYY', 'YEAR'],
  ['MONTH', 'MONTH'],
  ['MON', 'MONTH'],
  ['DDD', 'DAY_OF_YEAR'],
  ['DAY', 'DAY_OF_WEEK'],
  ['DD', 'DAY'],
  ['DY', 'DAY_OF_WEEK'],
  ['D', 'DAY_OF_WEEK'],
  ['CC', 'CENTURY'],
  ['Q', 'QUARTER'],
  ['IW', 'WEEK'],
  ['WW', 'WEEK'],
  ['HH24', 'HOUR'],
  ['HH12', 'HOUR'],
  ['HH', 'HOUR'],
  ['MI', 'MINUTE'],
  ['MM', 'MONTH'],
  ['SSSSS', 'SECOND'],
  ['SS', 'SECOND'],
  ...Array.from({ length: 9 }, (_, i) => [`FF${i + 1}`, 'SECOND'] as const),
  ['A.M.', 'MERIDIAN_INDICATOR'],
  ['P.M.', 'MERIDIAN_INDICATOR'],
  ['AM', 'MERIDIAN_INDICATOR'],
  ['PM', 'MERIDIAN_INDICATOR'],
  ['TZH', 'TIME_ZONE'],
  ['TZM', 'TIME_ZONE'],
];

const DATE_CATEGORIES: readonly Category[] = [
  'YEAR',
  'MONTH',
  'DAY',
  'DAY_OF_WEEK',
  'DAY_OF_YEAR',
  'CENTURY',
  'QUARTER',
  'WEEK',
];
const TIME_CATEGORIES: readonly Category[] = ['HOUR', 'MINUTE', 'SECOND', 'MERIDIAN_INDICATOR'];

const ALLOWED: Readonly<Record<string, readonly Category[]>> = {
  DATE: DATE_CATEGORIES,
  TIME: TIME_CATEGORIES,
  DATETIME: [...DATE_CATEGORIES, ...TIME_CATEGORIES],
  TIMESTAMP: [...DATE_CATEGORIES, ...TIME_CATEGORIES, 'TIME_ZONE'],
};

function readElements(format: string): readonly Element[] {
  const out: Element[] = [];
  let at = 0;
  while (at < format.length) {
    const rest = format.slice(at);
    const upper = rest.toUpperCase();
    const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(rest);
    const literal = quoted?.[0] ?? /^(?:[-./,';:]|\s+)/.exec(rest)?.[0];
    if (literal !== undefined) {
      const name = quoted ? (quoted[1] ?? '').replace(/\\(.)/g, '$1') : literal;
      out.push({ name, written: literal, category: 'LITERAL' });
      at += literal.length;
      continue;
    }
    const found = ELEMENTS.find(([name]) => upper.startsWith(name));
    if (!found) throw invalidQuery(`Cannot find matched format element at ${at}`);
    out.push({ name: found[0], written: rest.slice(0, found[0].length), category: found[1] });
    at += found[0].length;
  }
  return out;
}

const pad = (value: number, width: number) => value.toString().padStart(width, '0');

/** The name in the element's own case: MONTH, Month, month. */
function nameInCase(name: string, written: string): string {
  if (written === written.toUpperCase() && written.length > 1) return name.toUpperCase();
  return written.charAt(0) === written.charAt(0).toUpperCase() ? name : name.toLowerCase();
}

function elementText({ name, written, category }: Element, local: bigint, offsetSeconds: number): string {
  if (category === 'LITERAL') return name;
  const { days, timeMicros } = splitMicros(local);
  const { year, month, day } = civilFromDays(days);
  const { hour, minute, second, micros } = civilTime(timeMicros);
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  if (name.startsWith('FF'))
    return pad(micros, 6)
      .padEnd(9, '0')
      .slice(0, Number(name.slice(2)));
  switch (name) {
    case 'Y,YYY': {
      const digits = pad(year, 4);
      return `${digits.slice(0, -3)},${digits.slice(-3)}`;
    }
    case 'YYYY':
    case 'RRRR':
      return pad(year, 4);
    case 'IYYY':
      return pad(isoWeek(days).year, 4);
    case 'YYY':
      return pad(year % 1000, 3);
    case 'YY':
    case 'RR':
      return pad(year % 100, 2);
    case 'Y':
      return pad(year % 10, 1);
    case 'MONTH':
      return nameInCase(MONTH_NAMES[month - 1] ?? '', written);
    case 'MON':
      return nameInCase((MONTH_NAMES[month - 1] ?? '').slice(0, 3), written);
    case 'MM':
      return pad(month, 2);
    case 'DDD':
      return pad(dayOfYear(days), 3);
    case 'DD':
      return pad(day, 2);
    case 'D':
      return String(dayOfWeek(days) + 1);
    case 'DAY':
      return nameInCase(WEEKDAY_NAMES[dayOfWeek(days)] ?? '', written);
    case 'DY':
      return nameInCase((WEEKDAY_NAMES[dayOfWeek(days)] ?? '').slice(0, 3), written);
    case 'CC':
      return pad(Math.ceil(year / 100), 2);
    case 'Q':
      return String(Math.floor((month - 1) / 3) + 1);
    case 'IW':
      return pad(isoWeek(days).week, 2);
    case 'WW':
      return pad(Math.floor((dayOfYear(days) - 1) / 7) + 1, 2);
    case 'HH24':
      return pad(hour, 2);
    case 'HH':
    case 'HH12':
      return pad(hour12, 2);
    case 'MI':
      return pad(minute, 2);
    case 'SSSSS':
      return pad(hour * 3600 + minute * 60 + second, 5);
    case 'SS':
      return pad(second, 2);
    case 'TZH':
      return formatOffset(offsetSeconds, 'colon').slice(0, 3);
    case 'TZM':
      return formatOffset(offsetSeconds, 'colon').slice(4);
    default: {
      const dotted = name.includes('.');
      const text = hour < 12 ? (dotted ? 'A.M.' : 'AM') : dotted ? 'P.M.' : 'PM';
      return written === written.toLowerCase() ? text.toLowerCase() : text;
    }
  }
}

function formatTimeValue(value: Value, from: SqlType, format: string, zone: TimeZone): string {
  const elements = readElements(format);
  const allowed = ALLOWED[from.kind] ?? [];
  for (const { name, category } of elements) {
    if (category !== 'LITERAL' && !allowed.includes(category)) {
      throw invalidQuery(`${from.kind} does not support '${name}'`);
    }
  }
  let local: bigint;
  let offset = 0;
  if (from.kind === 'DATE') local = joinMicros(asNumber(value), 0n);
  else if (from.kind === 'TIMESTAMP') {
    local = toLocalMicros(asBigint(value), zone);
    offset = zone.offsetAt(asBigint(value));
  } else local = asBigint(value);
  return elements.map((element) => elementText(element, local, offset)).join('');
}

interface ParsedTime {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  hour?: number;
  hour12?: number;
  afternoon?: boolean;
  minute?: number;
  second?: number;
  secondOfDay?: number;
  micros?: number;
  zoneHour?: number;
  zoneMinute?: number;
}

const PARSED: Readonly<Record<string, readonly [key: keyof ParsedTime, digits: number]>> = {
  YYYY: ['year', 4],
  RRRR: ['year', 4],
  MM: ['month', 2],
  DD: ['day', 2],
  DDD: ['dayOfYear', 3],
  HH24: ['hour', 2],
  HH12: ['hour12', 2],
  HH: ['hour12', 2],
  MI: ['minute', 2],
  SS: ['second', 2],
  SSSSS: ['secondOfDay', 5],
};

function parseFailed(text: string, format: string): Error {
  return invalidQuery(
    `Failed to parse input timestamp string ${JSON.stringify(text)} with format ${JSON.stringify(format)}`,
  );
}

/** Reads the text by the elements; `undefined`: it does not follow them. */
function readByElements(text: string, elements: readonly Element[], currentYear: number): ParsedTime | undefined {
  const parts: ParsedTime = {};
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  match(/\s*/y);
  for (const { name, category } of elements) {
    if (category === 'LITERAL') {
      if (/^\s+$/.test(name)) {
        if (match(/\s+/y) === undefined) return undefined;
      } else if (text.startsWith(name, at)) at += name.length;
      else return undefined;
      continue;
    }
    const number = PARSED[name];
    if (number) {
      const digits = match(new RegExp(`[0-9]{1,${number[1]}}`, 'y'));
      if (digits === undefined) return undefined;
      Object.assign(parts, { [number[0]]: Number(digits) });
    } else if (name === 'MONTH' || name === 'MON') {
      const rest = text.slice(at).toLowerCase();
      const size = name === 'MON' ? 3 : undefined;
      const index = MONTH_NAMES.findIndex((month) => rest.startsWith(month.slice(0, size).toLowerCase()));
      if (index < 0) return undefined;
      parts.month = index + 1;
      at += size ?? (MONTH_NAMES[index] ?? '').length;
    } else if (name === 'DAY' || name === 'DY') {
      const rest = text.slice(at).toLowerCase();
      const size = name === 'DY' ? 3 : undefined;
      const day = WEEKDAY_NAMES.find((weekday) => rest.startsWith(weekday.slice(0, size).toLowerCase()));
      if (day === undefined) return undefined;
      at += size ?? day.length;
    } else if (category === 'MERIDIAN_INDICATOR') {
      const word = match(/[AaPp]\.?[Mm]\.?/y);
      if (word === undefined) return undefined;
      parts.afternoon = word.toLowerCase().startsWith('p');
    } else if (name.startsWith('FF')) {
      const digits = match(new RegExp(`[0-9]{1,${name.slice(2)}}`, 'y'));
      if (digits === undefined) return undefined;
      parts.micros = Number(digits.padEnd(6, '0').slice(0, 6));
    } else if (name === 'TZH') {
      const hours = match(/[+-]?[ ]?[0-9]{1,2}/y);
      if (hours === undefined) return undefined;
      parts.zoneHour = Number(hours.replace(' ', ''));
      if (hours.startsWith('-') && parts.zoneHour === 0) parts.zoneHour = -0;
    } else if (name === 'TZM') {
      const minutes = match(/[0-9]{1,2}/y);
      if (minutes === undefined) return undefined;
      parts.zoneMinute = Number(minutes);
    } else {
      const width = name === 'Y,YYY' ? 4 : name.length;
      const digits = name === 'Y,YYY' ? match(/[0-9]{1,2},[0-9]{3}/y) : match(new RegExp(`[0-9]{1,${width}}`, 'y'));
      if (digits === undefined || category !== 'YEAR') return undefined;
      const value = Number(digits.replace(',', ''));
      if (name === 'Y,YYY') parts.year = value;
      else if (name === 'RR') parts.year = roundedYear(value, currentYear);
      else parts.year = currentYear - (currentYear % 10 ** width) + value;
    }
  }
  match(/\s*/y);
  return at === text.length ? parts : undefined;
}

/** RR: two digits below 50 are of this century, or of the next one in a century's second half. */
function roundedYear(value: number, currentYear: number): number {
  const century = currentYear - (currentYear % 100);
  const late = currentYear % 100 >= 50;
  if (value < 50) return late ? century + 100 + value : century + value;
  return late ? century + value : century - 100 + value;
}

function checkParseElements(elements: readonly Element[], to: SqlType): void {
  const allowed = ALLOWED[to.kind] ?? [];
  const seen = new Set<string>();
  for (const { name, category } of elements) {
    if (category === 'LITERAL') continue;
    if (!allowed.includes(category)) {
      throw invalidQuery(
        `Format element in category ${category} ('${name}') is not allowed for output type ${to.kind}`,
      );
    }
    if (seen.has(name)) throw invalidQuery(`Format element '${name}' appears more than once in the format string`);
    seen.add(name);
  }
}

function parseTimeValue(text: string, to: SqlType, format: string, zone: TimeZone, currentMicros: bigint): Value {
  const elements = readElements(format);
  checkParseElements(elements, to);
  const now = civilFromDays(splitMicros(toLocalMicros(currentMicros, zone)).days);
  const parts = readByElements(text, elements, now.year);
  if (!parts) throw parseFailed(text, format);
  const year = parts.year ?? now.year;
  let days: number | undefined;
  if (parts.dayOfYear === undefined) days = dateFromParts(year, parts.month ?? now.month, parts.day ?? 1);
  else if (parts.dayOfYear >= 1 && parts.dayOfYear <= (isLeapYear(year) ? 366 : 365)) {
    days = daysFromCivil(year, 1, parts.dayOfYear);
  }
  const hour =
    parts.hour12 === undefined ? (parts.hour ?? 0) : (parts.hour12 % 12) + (parts.afternoon === true ? 12 : 0);
  const time =
    parts.secondOfDay === undefined
      ? timeFromParts(hour, parts.minute ?? 0, parts.second ?? 0, parts.micros ?? 0)
      : BigInt(parts.secondOfDay) * 1_000_000n + BigInt(parts.micros ?? 0);
  if (days === undefined || time === undefined) throw parseFailed(text, format);
  if (to.kind === 'DATE') return days;
  if (to.kind === 'TIME') return time;
  const local = joinMicros(days, time);
  if (to.kind === 'DATETIME') return local;
  let utc: bigint;
  if (parts.zoneHour === undefined) utc = zone.toUtc(local);
  else {
    const negative = parts.zoneHour < 0 || Object.is(parts.zoneHour, -0);
    const seconds = Math.abs(parts.zoneHour) * 3600 + (parts.zoneMinute ?? 0) * 60;
    utc = local - BigInt(negative ? -seconds : seconds) * 1_000_000n;
  }
  if (!isValidMicros(utc)) throw parseFailed(text, format);
  return utc;
}

const BASE32_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

interface Base {
  readonly name: string;
  readonly digits: string;
  readonly bits: number;
  /** Characters to a group that padding fills; 1 is no padding. */
  readonly group: number;
}

const BASES: Readonly<Record<string, Base>> = {
  BASE2: { name: 'base2', digits: '01', bits: 1, group: 8 },
  BASE8: { name: 'base8', digits: '01234567', bits: 3, group: 1 },
  BASE16: { name: 'hex', digits: '0123456789abcdef', bits: 4, group: 2 },
  HEX: { name: 'hex', digits: '0123456789abcdef', bits: 4, group: 2 },
  BASE32: { name: 'base32', digits: BASE32_DIGITS, bits: 5, group: 8 },
  BASE64: { name: 'base64', digits: BASE64_DIGITS, bits: 6, group: 4 },
  BASE64M: { name: 'base64', digits: BASE64_DIGITS, bits: 6, group: 4 },
};

function encodeBytes(bytes: Uint8Array, format: string): string {
  const name = format.toUpperCase();
  if (name === 'UTF-8' || name === 'UTF8') {
    const text = utf8Text(bytes);
    if (text === undefined) throw invalidQuery('A string is not valid UTF-8.');
    return text;
  }
  if (name === 'ASCII') {
    if (bytes.some((byte) => byte > 127)) throw invalidQuery('A string is not valid ASCII.');
    return Buffer.from(bytes).toString('latin1');
  }
  const base = BASES[name];
  if (!base) throw invalidQuery(`Invalid format '${format}'`);
  if (base.bits === 3) {
    // Octal reads the bytes as one number, three bits a digit from the right.
    const width = Math.ceil((bytes.length * 8) / 3);
    return bytes.length === 0
      ? ''
      : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
          .toString(8)
          .padStart(width, '0');
  }
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  let out = '';
  for (let i = 0; i < bits.length; i += base.bits) {
    out += base.digits.charAt(Number.parseInt(bits.slice(i, i + base.bits).padEnd(base.bits, '0'), 2));
  }
  return base.bits >= 5 ? out.padEnd(Math.ceil(out.length / base.group) * base.group, '=') : out;
}

function decodeText(text: string, format: string): Uint8Array {
  const name = format.toUpperCase();
  if (name === 'UTF-8' || name === 'UTF8') return utf8Bytes(text);
  if (name === 'ASCII') {
    for (const char of text) if (char > '\x7f') throw invalidQuery('Failed to decode invalid ASCII string');
    return utf8Bytes(text);
  }
  const base = BASES[name];
  if (!base) throw invalidQuery(`Invalid format '${format}'`);
  const folded = base.bits === 4 ? text.toLowerCase() : text;
  const compact = base.bits === 6 ? folded.replace(/[\r\n]/g, '') : folded;
  const body = base.bits >= 5 ? compact.replace(/=+$/, '') : compact;
  let bits = '';
  for (const [offset, char] of Array.from(body).entries()) {
    const digit = base.digits.indexOf(char);
    if (digit < 0) {
      throw invalidQuery(`Failed to decode invalid ${base.name} string due to character '${char}' at offset ${offset}`);
    }
    bits += digit.toString(2).padStart(base.bits, '0');
  }
  const extra = bits.length % 8;
  // Right-aligned digits lose bits in front, the others behind.
  const aligned =
    base.bits <= 4
      ? base.bits === 3
        ? bits.slice(extra)
        : '0'.repeat((8 - extra) % 8) + bits
      : bits.slice(0, bits.length - extra);
  return Uint8Array.from({ length: aligned.length / 8 }, (_, i) => Number.parseInt(aligned.slice(i * 8, i * 8 + 8), 2));
}

function castFormatted(value: Value, from: SqlType, to: SqlType, format: string, options: FormatCastOptions): Value {
  const zone = timeZone(options.timeZone ?? 'UTC');
  if (to.kind === 'STRING') {
    if (from.kind === 'BYTES') return encodeBytes(asBytes(value), format);
    if (from.kind in ALLOWED) return formatTimeValue(value, from, format, zone);
  } else if (from.kind === 'STRING') {
    if (to.kind === 'BYTES') return decodeText(asString(value), format);
    if (to.kind in ALLOWED) return parseTimeValue(asString(value), to, format, zone, options.currentMicros ?? 0n);
  }
  throw notImplemented(`CAST from ${from.kind} to ${to.kind} with FORMAT`);
}

/** CAST(value AS to FORMAT format); a NULL value or format gives NULL. Numbers with a format are not implemented. */
export function castValueWithFormat(
  value: Value,
  from: SqlType,
  to: SqlType,
  format: string | null,
  options: FormatCastOptions = {},
): Value {
  if (value === null || format === null) return null;
  try {
    return castFormatted(value, from, to, format, options);
  } catch (error) {
    if (options.safe && error instanceof ServiceError && error.reason === 'invalidQuery') return null;
    throw error;
  }
}
