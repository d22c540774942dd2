import { ServiceError } from '@bqml-emulator/common';
import type { ColumnSchema, TextFormats } from '@bqml-emulator/catalog';
import {
  JsonSyntaxError,
  castValueWithFormat,
  decimalKind,
  divideRounded,
  isValidMicros,
  parseDate,
  parseDateWith,
  parseDatetime,
  parseDatetimeWith,
  parseDecimal,
  parseFloat64,
  parseInt64,
  parseInterval,
  parseJson,
  parseTime,
  parseTimeWith,
  parseTimestamp,
  parseTimestampWith,
  parseValue,
  STRING,
  timeZone,
  typeName,
} from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import { BadRecordError } from './bad-record.ts';

/** The value that a text in a file stands for; `BadRecordError` when it stands for none. */
export type TextReader = (text: string) => Value;

/** What a declared column says besides its type. */
export type ValueLimits = Pick<ColumnSchema, 'maxLength' | 'precision' | 'scale'>;

/** https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv#data_types */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  1: true,
  0: false,
  true: true,
  false: false,
  t: true,
  f: false,
  yes: true,
  no: false,
  y: true,
  n: false,
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const EPOCH_SECONDS = /^([+-]?)([0-9]{1,12})(?:\.([0-9]{0,6}))?$/;
const TIMESTAMP_PARTS =
  /^([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})([ T])([0-9]{1,2}:[0-9]{1,2})(:[0-9]{1,2}(?:\.[0-9]{1,6})?)?( ?(?:Z|UTC|[+-][0-9]{1,2}(?::?[0-9]{2})?))?$/i;

const UNREADABLE = 'Unable to parse';

/** Reads texts of a scalar type or a RANGE. */
export function textReader(type: SqlType, limits: ValueLimits, formats: TextFormats): TextReader {
  const read = reader(type, formats);
  const check = limitCheck(type, limits);
  return (text) => check(read(text) ?? refuse(text, type));
}

function refuse(text: string, type: SqlType): never {
  if (type.kind === 'TIMESTAMP') {
    throw new BadRecordError(
      `Could not parse '${text}' as a timestamp. Required format is YYYY-MM-DD HH:MM[:SS[.SSSSSS]] or YYYY/MM/DD HH:MM[:SS[.SSSSSS]]`,
    );
  }
  throw new BadRecordError(UNREADABLE);
}

type Reader = (text: string) => Value | undefined;

function reader(type: SqlType, formats: TextFormats): Reader {
  switch (type.kind) {
    case 'BOOL':
      return (text) => BOOLEANS[text.trim().toLowerCase()];
    case 'INT64':
      return (text) => (/x/i.test(text) ? undefined : parseInt64(text));
    case 'FLOAT64':
      return (text) => (/x/i.test(text) ? undefined : parseFloat64(text));
    case 'NUMERIC':
    case 'BIGNUMERIC': {
      const kind = decimalKind(type.kind);
      return (text) => parseDecimal(text, kind);
    }
    case 'STRING':
      return (text) => text;
    case 'BYTES':
      return readBase64;
    case 'DATE':
    case 'DATETIME':
    case 'TIME':
    case 'TIMESTAMP':
      return civilReader(type, formats);
    case 'JSON':
      return readJson;
    case 'INTERVAL':
      return parseInterval;
    default:
      return (text) => parseValue(text, type, timeZone('UTC'));
  }
}

function readBase64(text: string): Value {
  if (!BASE64.test(text)) throw new BadRecordError('Could not decode base64 string to bytes.');
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

function readJson(text: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new BadRecordError(`Invalid JSON literal: ${error.message}`);
    throw error;
  }
}

type CivilType = SqlType & { readonly kind: 'DATE' | 'DATETIME' | 'TIME' | 'TIMESTAMP' };

function civilReader(type: SqlType, formats: TextFormats): Reader {
  const zone = timeZone(formats.timeZone ?? 'UTC');
  const plain: Readonly<Record<CivilType['kind'], Reader>> = {
    DATE: parseDate,
    DATETIME: parseDatetime,
    TIME: parseTime,
    TIMESTAMP: (text) => parseEpoch(text) ?? parseTimestamp(canonicalTimestamp(text), zone),
  };
  const withFormat: Readonly<Record<CivilType['kind'], (format: string, text: string) => Value | undefined>> = {
    DATE: parseDateWith,
    DATETIME: parseDatetimeWith,
    TIME: parseTimeWith,
    TIMESTAMP: (format, text) => parseTimestampWith(format, text, zone),
  };
  const kind = type.kind as CivilType['kind'];
  const format = {
    DATE: formats.dateFormat,
    DATETIME: formats.datetimeFormat,
    TIME: formats.timeFormat,
    TIMESTAMP: formats.timestampFormat,
  }[kind];
  if (format === undefined) return plain[kind];
  if (format.includes('%')) return (text) => withFormat[kind](format, text);
  return (text) => {
    try {
      return castValueWithFormat(text, STRING, type, format, { timeZone: formats.timeZone ?? 'UTC' });
    } catch (error) {
      if (error instanceof ServiceError && error.reason === 'invalidQuery') throw new BadRecordError(error.message);
      throw error;
    }
  };
}

/** Seconds since 1970, with a fraction. */
function parseEpoch(text: string): bigint | undefined {
  const match = EPOCH_SECONDS.exec(text.trim());
  if (!match) return undefined;
  const magnitude = BigInt(match[2] ?? 0) * 1_000_000n + BigInt((match[3] ?? '').padEnd(6, '0'));
  const micros = match[1] === '-' ? -magnitude : magnitude;
  return isValidMicros(micros) ? micros : undefined;
}

/** Whether detection takes a text for a TIMESTAMP when no format is given. */
export const looksLikeTimestamp = (text: string): boolean => TIMESTAMP_PARTS.test(text.trim());

/** Slashes and missing seconds are allowed in files, not in literals. */
function canonicalTimestamp(text: string): string {
  const match = TIMESTAMP_PARTS.exec(text.trim());
  if (!match) return text;
  const [, year, , month, day, , time, seconds, zone = ''] = match;
  const offset = /^([+-][0-9]{1,2})([0-9]{2})$/.exec(zone.trim());
  const ofZone = offset ? `${offset[1]}:${offset[2]}` : zone.trim();
  return `${year}-${month}-${day} ${time}${seconds ?? ':00'}${/^UTC$/i.test(ofZone) ? 'Z' : ofZone}`;
}

/** Checks the declared length, precision and scale; a decimal is rounded to its scale. */
export function limitCheck(type: SqlType, { maxLength, precision, scale = 0 }: ValueLimits): (value: Value) => Value {
  if (maxLength !== undefined) {
    const name = `${typeName(type)}(${maxLength})`;
    return (value) => {
      const length = lengthOf(value);
      if (length <= maxLength) return value;
      throw new BadRecordError(`${name} has maximum length ${maxLength} but got a value with length ${length}`);
    };
  }
  if (precision !== undefined && (type.kind === 'NUMERIC' || type.kind === 'BIGNUMERIC')) {
    const unit = 10n ** BigInt(decimalKind(type.kind).scale - scale);
    const limit = 10n ** BigInt(precision);
    const name = `${type.kind}(${precision}, ${scale})`;
    return (value) => {
      if (typeof value !== 'bigint') return value;
      const scaled = divideRounded(value, unit);
      if (scaled < limit && scaled > -limit) return scaled * unit;
      throw new BadRecordError(`Value is out of range of ${name}`);
    };
  }
  return (value) => value;
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Array.from(value).length;
  return value instanceof Uint8Array ? value.length : 0;
}
