import type { ColumnSchema } from '@bqml-emulator/catalog';
import { ServiceError } from '@bqml-emulator/common';
import {
  BIGNUMERIC_KIND,
  NUMERIC_KIND,
  divideRounded,
  jsonObject,
  parseJson,
  parseValue,
  timeZone,
  typeName,
} from '@bqml-emulator/types';
import type { JsonNode, SqlType, Value } from '@bqml-emulator/types';
import { NumberText } from './seed-text.ts';
import type { RawValue } from './seed-text.ts';

/** A value that its column cannot hold; `path` leads to it from the row. */
export class RowValueError extends Error {
  override readonly name = 'RowValueError';
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[]) {
    super(message);
    this.path = path;
  }
}

type Path = readonly (string | number)[];

const UTC = timeZone('UTC');
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const isRecord = (raw: RawValue): raw is { readonly [name: string]: RawValue } =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof NumberText);

/** The values of one row, or of a RECORD, in the order of the schema. */
export function readFields(
  record: { readonly [name: string]: RawValue },
  schema: readonly ColumnSchema[],
  path: Path = [],
): Value[] {
  const given = new Map<string, readonly [string, RawValue]>();
  for (const [key, raw] of Object.entries(record)) {
    const lower = key.toLowerCase();
    if (!schema.some((column) => column.name.toLowerCase() === lower)) {
      throw new RowValueError('there is no such column', [...path, key]);
    }
    if (given.has(lower)) throw new RowValueError('the column is named twice', [...path, key]);
    given.set(lower, [key, raw]);
  }
  return schema.map((column) => {
    const [key, raw] = given.get(column.name.toLowerCase()) ?? [column.name, undefined];
    if (raw === undefined && column.defaultExpression !== undefined) {
      throw new RowValueError('the row must name the column, because its default is not evaluated here', [
        ...path,
        key,
      ]);
    }
    return readColumn(raw ?? null, column, [...path, key]);
  });
}

function readColumn(raw: RawValue, column: ColumnSchema, path: Path): Value {
  if (column.type.kind === 'ARRAY') {
    const { element } = column.type;
    if (raw === null) return [];
    if (!Array.isArray(raw)) throw new RowValueError('the column is REPEATED and takes a list', path);
    return (raw as readonly RawValue[]).map((item, i) => {
      if (item === null) throw new RowValueError('a list holds no null', [...path, i]);
      return readValue(item, element, column, [...path, i]);
    });
  }
  if (raw !== null) return readValue(raw, column.type, column, path);
  if (column.mode === 'REQUIRED') throw new RowValueError('the column is REQUIRED', path);
  return null;
}

function readValue(raw: RawValue, type: SqlType, column: ColumnSchema, path: Path): Value {
  if (type.kind === 'JSON') return { json: jsonNode(raw, path) };
  if (type.kind === 'STRUCT') {
    if (!isRecord(raw)) throw new RowValueError('the column is a RECORD and takes an object', path);
    return readFields(raw, column.nested ?? [], path);
  }
  if (typeof raw === 'object' && !(raw instanceof NumberText)) {
    throw new RowValueError(`a ${typeName(type)} is no list and no object`, path);
  }
  const text = raw instanceof NumberText ? raw.text : String(raw);
  const value = readText(text, type, path);
  if (value === undefined) throw new RowValueError(`${JSON.stringify(text)} is no ${typeName(type)}`, path);
  return withinLimits(value, type, column, path);
}

function readText(text: string, type: SqlType, path: Path): Value | undefined {
  if (type.kind === 'BYTES') return BASE64.test(text) ? Uint8Array.from(Buffer.from(text, 'base64')) : undefined;
  // As YAML writes them.
  const number = type.kind === 'FLOAT64' ? text.replace(/^([-+]?)\.(inf|nan)$/i, '$1$2') : text;
  try {
    return parseValue(number, type, UTC);
  } catch (error) {
    if (error instanceof ServiceError) throw new RowValueError(error.message, path);
    throw error;
  }
}

/** The declared length, precision and scale; a decimal is rounded to its scale. */
function withinLimits(value: Value, type: SqlType, column: ColumnSchema, path: Path): Value {
  const { maxLength, precision, scale = 0 } = column;
  if (maxLength !== undefined && (typeof value === 'string' || value instanceof Uint8Array)) {
    const length = typeof value === 'string' ? Array.from(value).length : value.length;
    if (length > maxLength) {
      throw new RowValueError(`the length is ${length}, and the column's is ${maxLength} at most`, path);
    }
  }
  if (precision === undefined || typeof value !== 'bigint') return value;
  const kind = type.kind === 'BIGNUMERIC' ? BIGNUMERIC_KIND : NUMERIC_KIND;
  const unit = 10n ** BigInt(kind.scale - scale);
  const scaled = divideRounded(value, unit);
  if (scaled <= -(10n ** BigInt(precision)) || scaled >= 10n ** BigInt(precision)) {
    throw new RowValueError(`the value is out of range of ${type.kind}(${precision}, ${scale})`, path);
  }
  return scaled * unit;
}

function jsonNode(raw: RawValue, path: Path): JsonNode {
  if (raw instanceof NumberText) {
    const node = JSON_NUMBER.test(raw.text) ? parseJson(raw.text, { roundNumbers: true }).json : undefined;
    if (node === undefined) throw new RowValueError(`${raw.text} is no JSON number`, path);
    return node;
  }
  if (typeof raw === 'bigint' && (raw < -(2n ** 63n) || raw >= 2n ** 64n)) {
    throw new RowValueError(`${raw} is no integer that JSON holds`, path);
  }
  if (Array.isArray(raw)) return (raw as readonly RawValue[]).map((item, i) => jsonNode(item, [...path, i]));
  if (!isRecord(raw)) return raw as JsonNode;
  return jsonObject(Object.entries(raw).map(([key, value]) => [key, jsonNode(value, [...path, key])] as const));
}

/** https://www.rfc-editor.org/rfc/rfc8259#section-6 */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
