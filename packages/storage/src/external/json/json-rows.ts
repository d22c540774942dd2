import { invariant } from '@bqml-emulator/common';
import type { ColumnSchema, ExternalSource } from '@bqml-emulator/catalog';
import { JsonSyntaxError, jsonObject, parseJson } from '@bqml-emulator/types';
import type { JsonNode, SqlType, Value } from '@bqml-emulator/types';
import { BadRecordError } from '../bad-record.ts';
import { columnName } from '../column-name.ts';
import { textReader } from '../text-value.ts';
import { JsonNumber, isRawObject, parseRecord, rawText } from './json-record.ts';
import type { RawJson, RawObject } from './json-record.ts';
import type { JsonLine } from './json-lines.ts';

type FieldReader = (raw: RawJson) => Value;

interface Field {
  readonly name: string;
  readonly read: FieldReader;
  /** What a record has that does not name the field. */
  readonly absent: () => Value;
}

/** Turns lines into rows of the columns `wanted`, indices into the schema. */
export class JsonRows {
  readonly #read: (record: RawObject) => Value[];

  constructor(schema: readonly ColumnSchema[], source: ExternalSource, wanted: readonly number[]) {
    const columns = wanted.map((index) => {
      const column = schema[index];
      invariant(column, 'a wanted column is in the schema');
      return column;
    });
    this.#read = fieldsReader(columns, schema, '', source);
  }

  read({ text, offset }: JsonLine): Value[] {
    try {
      return this.#read(parseRecord(text));
    } catch (error) {
      if (!(error instanceof BadRecordError)) throw error;
      throw new BadRecordError(`JSON parsing error in row starting at position ${offset}: ${error.message}`);
    }
  }
}

/**
 * Reads the columns `wanted` of records whose schema is `schema`. Names compare without case, and as detection writes
 * them.
 */
function fieldsReader(
  wanted: readonly ColumnSchema[],
  schema: readonly ColumnSchema[],
  prefix: string,
  source: ExternalSource,
): (record: RawObject) => Value[] {
  const fields = wanted.map((column) => fieldOf(column, prefix, source));
  const known = new Set(schema.map((c) => c.name.toLowerCase()));
  return (record) => {
    const values = new Map<string, RawJson>();
    for (const [key, raw] of Object.entries(record)) {
      const asWritten = key.toLowerCase();
      const name = known.has(asWritten) ? asWritten : columnName(key).toLowerCase();
      if (known.has(name)) values.set(name, raw);
      else if (!source.ignoreUnknownValues) throw new BadRecordError(`No such field: ${prefix}${key}.`);
    }
    return fields.map(({ name, read, absent }) => {
      const raw = values.get(name);
      return raw === undefined ? absent() : read(raw);
    });
  };
}

function fieldOf(column: ColumnSchema, prefix: string, source: ExternalSource): Field {
  const path = `${prefix}${column.name}`;
  const read = fieldReader(column, path, source);
  const absent = () => {
    if (column.mode === 'REQUIRED') throw new BadRecordError(`Missing required field: ${path}.`);
    return column.mode === 'REPEATED' ? [] : null;
  };
  return { name: column.name.toLowerCase(), read, absent };
}

function fieldReader(column: ColumnSchema, path: string, source: ExternalSource): FieldReader {
  if (column.mode !== 'REPEATED') {
    const read = valueReader(column, column.type, path, source);
    return (raw) => {
      if (raw === null && column.type.kind !== 'JSON') return nullOf(column, path);
      if (Array.isArray(raw) && column.type.kind !== 'JSON') {
        throw new BadRecordError(`Array specified for non-repeated field: ${path}.`);
      }
      return read(raw);
    };
  }
  invariant(column.type.kind === 'ARRAY', 'a REPEATED column is an ARRAY');
  const read = valueReader(column, column.type.element, path, source);
  return (raw) => {
    if (raw === null) return [];
    if (!Array.isArray(raw))
      throw new BadRecordError(`Repeated field must be imported as a JSON array. Field: ${path}.`);
    return (raw as readonly RawJson[]).map((item) => (item === null ? refuseNull(path) : read(item)));
  };
}

const nullOf = (column: ColumnSchema, path: string): Value => (column.mode === 'REQUIRED' ? refuseNull(path) : null);

function refuseNull(path: string): never {
  throw new BadRecordError(`Only optional fields can be set to NULL. Field: ${path}; Value: NULL`);
}

function valueReader(column: ColumnSchema, type: SqlType, path: string, source: ExternalSource): FieldReader {
  if (type.kind === 'STRUCT') return recordReader(column.nested ?? [], path, source);
  if (type.kind === 'JSON') return (raw) => ({ json: jsonOf(raw, path) });
  if (type.kind === 'RANGE') return rangeReader(type, path, source);
  const read = textReader(type, column, source.text);
  return (raw) => {
    if (isRawObject(raw)) throw new BadRecordError(`JSON object specified for non-record field: ${path}.`);
    if (Array.isArray(raw)) throw new BadRecordError(`Nested arrays not allowed. Field: ${path}.`);
    const text = scalarText(raw, type);
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof BadRecordError)) throw error;
      throw new BadRecordError(`${reason(error, type)} Field: ${path}; Value: ${text}`);
    }
  };
}

/** Timestamps and lengths have a text of their own. */
function reason({ message }: BadRecordError, type: SqlType): string {
  const names: Readonly<Record<string, string>> = { INT64: 'integer', FLOAT64: 'double', BOOL: 'boolean' };
  if (message !== 'Unable to parse') return message;
  return `Could not convert value to ${names[type.kind] ?? type.kind.toLowerCase()}.`;
}

function scalarText(raw: RawJson, type: SqlType): string {
  const text = rawText(raw);
  return raw instanceof JsonNumber && type.kind === 'INT64' ? integerText(text) : text;
}

/** `1.0` and `1e3` are integers too. */
function integerText(source: string): string {
  if (!/[.eE]/.test(source)) return source;
  const value = Number(source);
  return Number.isSafeInteger(value) ? String(value) : source;
}

function recordReader(nested: readonly ColumnSchema[], path: string, source: ExternalSource): FieldReader {
  const read = fieldsReader(nested, nested, `${path}.`, source);
  return (raw) => {
    if (isRawObject(raw)) return read(raw);
    throw new BadRecordError(`Flat value specified for record field. Field: ${path}; Value: ${rawText(raw)}`);
  };
}

/** An object with `start` and `end`, or a RANGE literal. */
function rangeReader(type: SqlType & { kind: 'RANGE' }, path: string, source: ExternalSource): FieldReader {
  const noLimits = { maxLength: undefined, precision: undefined, scale: undefined };
  const whole = textReader(type, noLimits, source.text);
  const bound = textReader(type.element, noLimits, source.text);
  const boundOf = (raw: RawJson | undefined) => {
    if (raw === undefined || raw === null) return null;
    if (typeof raw === 'string') return bound(raw);
    throw new BadRecordError(`Could not convert value to range. Field: ${path}`);
  };
  return (raw) => {
    if (isRawObject(raw)) return { start: boundOf(raw['start']), end: boundOf(raw['end']) };
    if (typeof raw === 'string') return whole(raw);
    throw new BadRecordError(`Could not convert value to range. Field: ${path}`);
  };
}

function jsonOf(raw: RawJson, path: string): JsonNode {
  if (raw instanceof JsonNumber) {
    try {
      return parseJson(raw.source).json;
    } catch (error) {
      if (error instanceof JsonSyntaxError) throw new BadRecordError(`${error.message} Field: ${path}`);
      throw error;
    }
  }
  if (Array.isArray(raw)) return (raw as readonly RawJson[]).map((item) => jsonOf(item, path));
  if (!isRawObject(raw)) return raw as JsonNode;
  return jsonObject(Object.entries(raw).map(([key, item]) => [key, jsonOf(item, path)] as const));
}
