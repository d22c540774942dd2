import { invalidQuery } from '@bqml-emulator/common';
import { formatDatetime, formatTimestamp } from './date-text.ts';
import { asArray, asBigint, asBoolean, asBytes, asJson, asNumber, asRange, formatValue } from './format.ts';
import { isExactJsonNumber, jsonObject } from './json.ts';
import { BIGNUMERIC_KIND, decimalToFloat64, formatDecimal, NUMERIC_KIND } from './numeric.ts';
import { timeZone } from './time-zone.ts';
import type { SqlType } from './type.ts';
import type { Json, JsonNode, Value } from './value.ts';

const SAFE_INTEGER = 2n ** 53n;
const UTC = timeZone('UTC');

interface JsonEncoding {
  /** Integers and decimals beyond a double's precision become strings; otherwise such a decimal is refused. */
  readonly stringifyWideNumbers: boolean;
  /** CAST refuses NaN and infinities where TO_JSON writes them as strings. */
  readonly refuseNonFinite?: boolean;
}

function decimalNode(value: bigint, type: 'NUMERIC' | 'BIGNUMERIC', encoding: JsonEncoding): JsonNode {
  const kind = type === 'NUMERIC' ? NUMERIC_KIND : BIGNUMERIC_KIND;
  const text = formatDecimal(value, kind);
  if (value % kind.unit === 0n) {
    const integer = value / kind.unit;
    if (integer >= -(2n ** 63n) && integer < 2n ** 64n) {
      return encoding.stringifyWideNumbers && (integer > SAFE_INTEGER || integer < -SAFE_INTEGER) ? text : integer;
    }
  }
  const float = decimalToFloat64(value, kind);
  if (encoding.stringifyWideNumbers) return float.toString() === text ? float : text;
  if (!isExactJsonNumber(text)) throw invalidQuery(`Failed to convert type ${type} to JSON`);
  return float;
}

/** `2024-01-15T12:34:56.123Z`: RFC 3339 with a fraction of 0, 3 or 6 digits. */
const formatTimestampIso = (micros: bigint): string => `${formatDatetime(micros, 'T')}Z`;

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#json_encodings */
export function jsonNodeOf(value: Value, type: SqlType, encoding: JsonEncoding): JsonNode {
  if (value === null) return null;
  switch (type.kind) {
    case 'BOOL':
      return asBoolean(value);
    case 'INT64': {
      const integer = asBigint(value);
      const wide = integer > SAFE_INTEGER || integer < -SAFE_INTEGER;
      return encoding.stringifyWideNumbers && wide ? integer.toString() : integer;
    }
    case 'FLOAT64': {
      const number = asNumber(value);
      if (Number.isFinite(number)) return number;
      const text = Number.isNaN(number) ? 'NaN' : number > 0 ? 'Infinity' : '-Infinity';
      if (encoding.refuseNonFinite) throw invalidQuery(`${text} is not a valid JSON number`);
      return text;
    }
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return decimalNode(asBigint(value), type.kind, encoding);
    case 'BYTES':
      return Buffer.from(asBytes(value)).toString('base64');
    case 'DATETIME':
      return formatDatetime(asBigint(value), 'T');
    case 'TIMESTAMP':
      return formatTimestampIso(asBigint(value));
    case 'JSON':
      return asJson(value).json;
    case 'ARRAY':
      return asArray(value).map((v) => jsonNodeOf(v, type.element, encoding));
    case 'STRUCT':
      return jsonObject(
        asArray(value).map((v, i): [string, JsonNode] => {
          const field = type.fields[i];
          return [field?.name ?? '', field === undefined ? null : jsonNodeOf(v, field.type, encoding)];
        }),
      );
    case 'RANGE': {
      const { start, end } = asRange(value);
      return jsonObject([
        ['end', jsonNodeOf(end, type.element, encoding)],
        ['start', jsonNodeOf(start, type.element, encoding)],
      ]);
    }
    default:
      return formatValue(value, type, UTC);
  }
}

export const jsonOf = (value: Value, type: SqlType, encoding: JsonEncoding): Json => ({
  json: jsonNodeOf(value, type, encoding),
});

/** A TIMESTAMP text in UTC: `2024-01-15 12:34:56+00`. */
export const formatTimestampUtc = (micros: bigint): string => formatTimestamp(micros, UTC);
