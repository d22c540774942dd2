import { invariant } from '@bqml-emulator/common';
import { formatDate, formatDatetime, formatTime, formatTimestamp } from './date-text.ts';
import { formatFloat64, formatFloat64WithPoint } from './float64.ts';
import { formatInterval } from './interval.ts';
import { formatJson } from './json.ts';
import { BIGNUMERIC_KIND, formatDecimal, NUMERIC_KIND } from './numeric.ts';
import { timeZone as findZone, type TimeZone } from './time-zone.ts';
import { type SqlType, typeName } from './type.ts';
import { bytesLiteral, escapeBytes, stringLiteral, utf8TextLossy } from './utf8.ts';
import type { Interval, Json, Range, Value } from './value.ts';

/** Typed readers of the JavaScript form of a value that is not NULL. */
export const asBigint = (value: Value): bigint => {
  invariant(typeof value === 'bigint', 'value is a bigint');
  return value;
};
export const asNumber = (value: Value): number => {
  invariant(typeof value === 'number', 'value is a number');
  return value;
};
export const asString = (value: Value): string => {
  invariant(typeof value === 'string', 'value is a string');
  return value;
};
export const asBoolean = (value: Value): boolean => {
  invariant(typeof value === 'boolean', 'value is a boolean');
  return value;
};
export const asBytes = (value: Value): Uint8Array => {
  invariant(value instanceof Uint8Array, 'value is bytes');
  return value;
};
export const asArray = (value: Value): readonly Value[] => {
  invariant(Array.isArray(value), 'value is an array');
  return value as readonly Value[];
};
export const asInterval = (value: Value): Interval => {
  invariant(typeof value === 'object' && value !== null && 'months' in value, 'value is an interval');
  return value;
};
export const asJson = (value: Value): Json => {
  invariant(typeof value === 'object' && value !== null && 'json' in value, 'value is JSON');
  return value;
};
export const asRange = (value: Value): Range => {
  invariant(typeof value === 'object' && value !== null && 'start' in value, 'value is a range');
  return value;
};

const UTC = findZone('UTC');

/**
 * The text that CAST(value AS STRING) gives for a scalar or RANGE. BYTES must be UTF-8 there; here malformed bytes
 * become U+FFFD. TIMESTAMP is shown in `zone`. Also FORMAT's `%s`.
 */
export function formatValue(value: Value, type: SqlType, zone: TimeZone = UTC): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'BOOL':
      return asBoolean(value) ? 'true' : 'false';
    case 'INT64':
      return asBigint(value).toString();
    case 'FLOAT64':
      return formatFloat64(asNumber(value));
    case 'NUMERIC':
      return formatDecimal(asBigint(value), NUMERIC_KIND);
    case 'BIGNUMERIC':
      return formatDecimal(asBigint(value), BIGNUMERIC_KIND);
    case 'STRING':
    case 'GEOGRAPHY':
      return asString(value);
    case 'BYTES':
      return utf8TextLossy(asBytes(value));
    case 'DATE':
      return formatDate(asNumber(value));
    case 'DATETIME':
      return formatDatetime(asBigint(value));
    case 'TIME':
      return formatTime(asBigint(value));
    case 'TIMESTAMP':
      return formatTimestamp(asBigint(value), zone);
    case 'INTERVAL':
      return formatInterval(asInterval(value));
    case 'JSON':
      return formatJson(asJson(value).json);
    case 'RANGE': {
      const { start, end } = asRange(value);
      const bound = (v: Value) => (v === null ? 'UNBOUNDED' : formatValue(v, type.element, zone));
      return `[${bound(start)}, ${bound(end)})`;
    }
    case 'ARRAY':
    case 'STRUCT':
      return formatDisplay(value, type, zone);
  }
}

function formatNested(
  value: Value,
  type: SqlType,
  zone: TimeZone,
  element: (value: Value, type: SqlType, zone: TimeZone) => string,
): string {
  if (type.kind === 'ARRAY')
    return `[${asArray(value)
      .map((v) => element(v, type.element, zone))
      .join(', ')}]`;
  invariant(type.kind === 'STRUCT', 'only arrays and structs nest');
  const parts = asArray(value).map((v, i) => element(v, type.fields[i]?.type ?? type, zone));
  return `(${parts.join(', ')})`;
}

/** FORMAT's `%t`: readable text; strings are quoted only inside arrays and structs. */
export function formatDisplay(value: Value, type: SqlType, zone: TimeZone = UTC): string {
  if (value === null) return 'NULL';
  if (type.kind === 'ARRAY' || type.kind === 'STRUCT') return formatNested(value, type, zone, formatLiteralInside);
  if (type.kind === 'FLOAT64') return formatFloat64WithPoint(asNumber(value));
  if (type.kind === 'BYTES') return escapeBytes(asBytes(value), '"').replaceAll('\\"', '"');
  return formatValue(value, type, zone);
}

function formatLiteralInside(value: Value, type: SqlType, zone: TimeZone): string {
  if (value === null) return 'NULL';
  if (type.kind === 'STRING' || type.kind === 'BYTES') return formatLiteral(value, type, zone);
  return formatDisplay(value, type, zone);
}

/** FORMAT's `%T`: a GoogleSQL expression that gives the value back. */
export function formatLiteral(value: Value, type: SqlType, zone: TimeZone = UTC): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'BOOL':
    case 'INT64':
      return formatValue(value, type, zone);
    case 'FLOAT64': {
      const number = asNumber(value);
      return Number.isFinite(number) ? formatFloat64WithPoint(number) : `CAST("${formatFloat64(number)}" AS FLOAT64)`;
    }
    case 'STRING':
    case 'GEOGRAPHY':
      return stringLiteral(asString(value));
    case 'BYTES':
      return bytesLiteral(asBytes(value));
    case 'ARRAY':
      return formatNested(value, type, zone, formatLiteral);
    case 'STRUCT':
      return `${asArray(value).length === 1 ? 'STRUCT' : ''}${formatNested(value, type, zone, formatLiteral)}`;
    case 'RANGE':
      return `${typeName(type)} ${stringLiteral(formatValue(value, type, zone))}`;
    case 'INTERVAL':
      return `INTERVAL ${stringLiteral(formatValue(value, type, zone))} YEAR TO SECOND`;
    default:
      return `${type.kind} ${stringLiteral(formatValue(value, type, zone))}`;
  }
}
