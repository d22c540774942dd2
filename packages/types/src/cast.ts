import { invalidQuery, ServiceError } from '@bqml-emulator/common';
import { isValidDate, isValidMicros, joinMicros, splitMicros } from './civil.ts';
import { formatGeneral } from './float64.ts';
import { asArray, asBigint, asBoolean, asBytes, asNumber, asString, formatValue } from './format.ts';
import { fitsInt64 } from './int64.ts';
import { jsonOf } from './json-of-value.ts';
import {
  bignumericToNumeric,
  type DecimalKind,
  decimalFromFloat64,
  decimalKind,
  decimalToFloat64,
  decimalToInt64,
  fitsDecimal,
  formatDecimal,
  numericToBignumeric,
} from './numeric.ts';
import { invalidText, parseValue } from './parse.ts';
import { timeZone, type TimeZone, toLocalMicros } from './time-zone.ts';
import { type SqlType, typeName, typesEqual } from './type.ts';
import { utf8Text } from './utf8.ts';
import type { Value } from './value.ts';

interface CastOptions {
  /** SAFE_CAST: a run-time error gives NULL. */
  readonly safe?: boolean;
  /** For conversions between TIMESTAMP and civil types or text. Default UTC. */
  readonly timeZone?: string;
}

const CASTS: Readonly<Record<string, string>> = {
  INT64: 'BOOL INT64 NUMERIC BIGNUMERIC FLOAT64 STRING JSON',
  NUMERIC: 'INT64 NUMERIC BIGNUMERIC FLOAT64 STRING JSON',
  BIGNUMERIC: 'INT64 NUMERIC BIGNUMERIC FLOAT64 STRING JSON',
  FLOAT64: 'INT64 NUMERIC BIGNUMERIC FLOAT64 STRING JSON',
  BOOL: 'BOOL INT64 STRING JSON',
  STRING: 'BOOL INT64 NUMERIC BIGNUMERIC FLOAT64 STRING BYTES DATE DATETIME TIME TIMESTAMP INTERVAL RANGE JSON',
  BYTES: 'STRING BYTES JSON',
  DATE: 'STRING DATE DATETIME TIMESTAMP JSON',
  DATETIME: 'STRING DATE DATETIME TIME TIMESTAMP JSON',
  TIME: 'STRING TIME JSON',
  TIMESTAMP: 'STRING DATE DATETIME TIME TIMESTAMP JSON',
  INTERVAL: 'STRING INTERVAL JSON',
  JSON: 'JSON',
  GEOGRAPHY: 'GEOGRAPHY',
};

/**
 * Whether CAST(from AS to) is legal.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules#cast_expressions
 */
export function canCast(from: SqlType, to: SqlType): boolean {
  if (to.kind === 'JSON' && (from.kind === 'ARRAY' || from.kind === 'STRUCT' || from.kind === 'RANGE')) return true;
  if (from.kind === 'ARRAY') return to.kind === 'ARRAY' && typesEqual(from.element, to.element);
  if (from.kind === 'STRUCT') {
    return (
      to.kind === 'STRUCT' &&
      from.fields.length === to.fields.length &&
      from.fields.every((f, i) => {
        const target = to.fields[i];
        return target !== undefined && canCast(f.type, target.type);
      })
    );
  }
  if (from.kind === 'RANGE') return to.kind === 'STRING' || typesEqual(from, to);
  return (CASTS[from.kind] ?? '').split(' ').includes(to.kind);
}

const checkDate = (days: number, source: string): number => {
  if (!isValidDate(days)) throw invalidQuery(`Date value out of range: ${source}`);
  return days;
};

function float64ToInt64(value: number): bigint {
  if (!Number.isFinite(value)) {
    const text = Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
    throw invalidQuery(`Illegal conversion of non-finite floating point number to an integer: ${text}`);
  }
  const whole = Math.trunc(value);
  const result = BigInt(Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole);
  if (!fitsInt64(result)) throw invalidQuery(`int64 out of range: ${formatGeneral(value, 6)}`);
  return result;
}

function float64ToDecimal(value: number, kind: DecimalKind): bigint {
  const result = decimalFromFloat64(value, kind);
  if (result !== undefined) return result;
  if (Number.isFinite(value)) throw invalidQuery(`${kind.label} out of range: ${formatGeneral(value, 6)}`);
  const text = Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  throw invalidQuery(`Illegal conversion of non-finite floating point number to ${kind.label}: ${text}`);
}

function toDecimal(value: Value, from: SqlType, kind: DecimalKind): bigint {
  if (from.kind === 'INT64') return asBigint(value) * kind.unit;
  if (from.kind === 'FLOAT64') return float64ToDecimal(asNumber(value), kind);
  if (from.kind === kind.name) return asBigint(value);
  if (kind.name === 'BIGNUMERIC') return numericToBignumeric(asBigint(value));
  const result = bignumericToNumeric(asBigint(value));
  if (result === undefined) {
    throw invalidQuery(`numeric out of range: ${formatDecimal(asBigint(value), decimalKind('BIGNUMERIC'))}`);
  }
  return result;
}

function fromText(text: string, to: SqlType, zone: TimeZone): Value {
  const value = parseValue(text, to, zone);
  if (value !== undefined) return value;
  throw invalidQuery(invalidText(text, to));
}

function castTimestamp(micros: bigint, to: SqlType, zone: TimeZone): Value | undefined {
  const local = toLocalMicros(micros, zone);
  switch (to.kind) {
    case 'DATE':
      return checkDate(splitMicros(local).days, formatValue(micros, { kind: 'TIMESTAMP' }));
    case 'DATETIME':
      if (!isValidMicros(local)) {
        throw invalidQuery(`Invalid cast from TIMESTAMP ${formatValue(micros, { kind: 'TIMESTAMP' })} to DATETIME`);
      }
      return local;
    case 'TIME':
      return splitMicros(local).timeMicros;
    default:
      return undefined;
  }
}

function civilToTimestamp(localMicros: bigint, source: Value, from: SqlType, zone: TimeZone): bigint {
  const utc = zone.toUtc(localMicros);
  if (!isValidMicros(utc)) {
    throw invalidQuery(`Cannot convert ${from.kind} ${formatValue(source, from)} to TIMESTAMP`);
  }
  return utc;
}

function castScalar(value: Value, from: SqlType, to: SqlType, zone: TimeZone): Value | undefined {
  if (from.kind === 'STRING')
    return to.kind === 'JSON'
      ? jsonOf(value, from, { stringifyWideNumbers: false })
      : fromText(asString(value), to, zone);
  switch (to.kind) {
    case 'STRING': {
      if (from.kind !== 'BYTES') return formatValue(value, from, zone);
      const text = utf8Text(asBytes(value));
      if (text === undefined) throw invalidQuery('Invalid cast of bytes to UTF8 string');
      return text;
    }
    case 'JSON':
      return jsonOf(value, from, { stringifyWideNumbers: false, refuseNonFinite: true });
    case 'BOOL':
      return from.kind === 'INT64' ? asBigint(value) !== 0n : undefined;
    case 'INT64':
      if (from.kind === 'BOOL') return asBoolean(value) ? 1n : 0n;
      if (from.kind === 'FLOAT64') return float64ToInt64(asNumber(value));
      if (from.kind === 'NUMERIC' || from.kind === 'BIGNUMERIC') {
        return decimalToInt64(asBigint(value), decimalKind(from.kind));
      }
      return undefined;
    case 'NUMERIC':
    case 'BIGNUMERIC': {
      if (!['INT64', 'FLOAT64', 'NUMERIC', 'BIGNUMERIC'].includes(from.kind)) return undefined;
      const kind = decimalKind(to.kind);
      const result = toDecimal(value, from, kind);
      return fitsDecimal(result, kind) ? result : undefined;
    }
    case 'FLOAT64':
      if (from.kind === 'INT64') return Number(asBigint(value));
      if (from.kind === 'NUMERIC' || from.kind === 'BIGNUMERIC') {
        return decimalToFloat64(asBigint(value), decimalKind(from.kind));
      }
      return undefined;
    case 'DATE':
      if (from.kind === 'DATETIME') return splitMicros(asBigint(value)).days;
      return from.kind === 'TIMESTAMP' ? castTimestamp(asBigint(value), to, zone) : undefined;
    case 'DATETIME':
      if (from.kind === 'DATE') return joinMicros(asNumber(value), 0n);
      return from.kind === 'TIMESTAMP' ? castTimestamp(asBigint(value), to, zone) : undefined;
    case 'TIME':
      if (from.kind === 'DATETIME') return splitMicros(asBigint(value)).timeMicros;
      return from.kind === 'TIMESTAMP' ? castTimestamp(asBigint(value), to, zone) : undefined;
    case 'TIMESTAMP':
      if (from.kind === 'DATE') return civilToTimestamp(joinMicros(asNumber(value), 0n), value, from, zone);
      return from.kind === 'DATETIME' ? civilToTimestamp(asBigint(value), value, from, zone) : undefined;
    default:
      return undefined;
  }
}

function castChecked(value: Value, from: SqlType, to: SqlType, zone: TimeZone): Value {
  if (value === null || (from.kind === to.kind && typesEqual(from, to))) return value;
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') {
    return asArray(value).map((element, index) => {
      try {
        return castChecked(element, from.element, to.element, zone);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        throw invalidQuery(`Error casting element at index ${index} in ARRAY: ${error.message}`);
      }
    });
  }
  if (from.kind === 'STRUCT' && to.kind === 'STRUCT') {
    return asArray(value).map((element, i) => {
      const source = from.fields[i];
      const target = to.fields[i];
      return source && target ? castChecked(element, source.type, target.type, zone) : element;
    });
  }
  const result = castScalar(value, from, to, zone);
  if (result === undefined) throw invalidQuery(`Invalid cast from ${typeName(from)} to ${typeName(to)}`);
  return result;
}

/**
 * CAST(value AS to). NULL stays NULL. Throws BigQuery's run-time errors (`Bad int64 value: abc`); with `safe` they give
 * NULL. The pair must be one that `canCast` allows.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast
 */
export function castValue(value: Value, from: SqlType, to: SqlType, options: CastOptions = {}): Value {
  const zone = timeZone(options.timeZone ?? 'UTC');
  if (!options.safe) return castChecked(value, from, to, zone);
  try {
    return castChecked(value, from, to, zone);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
