import { invariant } from '@bqml-emulator/common';
import {
  decimalKind,
  formatDate,
  formatDatetime,
  formatDecimal,
  formatFloat64WithPoint,
  formatInterval,
  formatTime,
  formatTimestamp,
  timeZone,
} from '@bqml-emulator/types';
import type { Interval, Json, JsonNode, Range, SqlType, Value } from '@bqml-emulator/types';

/** JSON in which an INT64 beyond 2^53 is text, as `bq --format=json` and TO_JSON_STRING print it. */
export type PlainValue =
  null | boolean | number | string | readonly PlainValue[] | { readonly [key: string]: PlainValue };

export function plainValue(value: Value, type: SqlType): PlainValue {
  if (value === null) return null;
  switch (type.kind) {
    case 'ARRAY':
      return (value as readonly Value[]).map((v) => plainValue(v, type.element));
    case 'STRUCT':
      return Object.fromEntries(
        type.fields.map((f, i) => [
          f.name ?? `_field_${i + 1}`,
          plainValue((value as readonly Value[])[i] ?? null, f.type),
        ]),
      );
    case 'RANGE': {
      const { start, end } = value as Range;
      return `[${rangeBound(start, type.element)}, ${rangeBound(end, type.element)})`;
    }
    case 'BOOL':
      return value as boolean;
    case 'INT64':
      return plainInteger(value as bigint);
    case 'FLOAT64': {
      const double = value as number;
      return Number.isFinite(double) ? double : String(double);
    }
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return formatDecimal(value as bigint, decimalKind(type.kind));
    case 'STRING':
    case 'GEOGRAPHY':
      return value as string;
    case 'BYTES':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'DATE':
      return formatDate(value as number);
    case 'TIME':
      return formatTime(value as bigint);
    case 'DATETIME':
      return formatDatetime(value as bigint);
    case 'TIMESTAMP':
      return formatTimestamp(value as bigint, timeZone('UTC'));
    case 'INTERVAL':
      return formatInterval(value as Interval);
    case 'JSON':
      return plainJson((value as Json).json);
    default:
      invariant(false, 'every type has a plain form');
  }
}

function plainInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function rangeBound(bound: Value, type: SqlType): string {
  const plain = plainValue(bound, type);
  return typeof plain === 'string' ? plain : 'UNBOUNDED';
}

function plainJson(node: JsonNode): PlainValue {
  if (typeof node === 'bigint') return plainInteger(node);
  if (Array.isArray(node)) return (node as readonly JsonNode[]).map(plainJson);
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(
      Object.entries(node as Readonly<Record<string, JsonNode>>).map(([k, v]) => [k, plainJson(v)]),
    );
  }
  return node as null | boolean | number | string;
}

/** One cell of a table or a CSV file; NULL is the empty text in CSV and `NULL` in a table. */
export function cellText(value: Value, type: SqlType, nullText: string): string {
  if (value === null) return nullText;
  if (type.kind === 'FLOAT64') return formatFloat64WithPoint(value as number);
  const plain = plainValue(value, type);
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}
