import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api';
import type { DuckDBValue } from '@duckdb/node-api';
import { InvariantError } from '@bqml-emulator/common';
import type { ColumnSchema } from '@bqml-emulator/catalog';
import {
  decimalKind,
  divideRounded,
  fitsDecimal,
  fitsInt64,
  formatDecimal,
  isValidDate,
  isValidMicros,
} from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import { BadRecordError, UnreadableFileError } from '../bad-record.ts';
import { textReader, limitCheck } from '../text-value.ts';
import { listElement, repeatedChild } from './parquet-schema.ts';
import type { ParquetNode } from './parquet-schema.ts';

/** What the relational engine read of a column, as a value of the column of the table. */
export type ParquetReader = (raw: DuckDBValue) => Value;

const NO_FORMATS = {
  dateFormat: undefined,
  datetimeFormat: undefined,
  timeFormat: undefined,
  timestampFormat: undefined,
  timeZone: undefined,
};

/** `UnreadableFileError`: the file's column cannot become the table's. */
export function parquetReader(node: ParquetNode, column: ColumnSchema, path = column.name): ParquetReader {
  if (column.mode === 'REPEATED') return repeatedReader(node, column, path);
  if (node.repetition === 'REPEATED') throw mismatch(node, path, column.type);
  const read = singleReader(node, column, path);
  if (column.mode !== 'REQUIRED') return (raw) => (raw === null ? null : read(raw));
  return (raw) => {
    if (raw !== null) return read(raw);
    throw new BadRecordError(`Only optional fields can be set to NULL. Field: ${path}; Value: NULL`);
  };
}

const mismatch = (node: ParquetNode, path: string, type: SqlType) =>
  new UnreadableFileError(
    `Parquet column '${path}' has type ${node.physicalType ?? 'GROUP'} which does not match the target cpp_type ${type.kind === 'FLOAT64' ? 'DOUBLE' : type.kind}.`,
  );

/** A repeated field, a LIST or a MAP as an ARRAY; NULL is the empty one. */
function repeatedReader(node: ParquetNode, column: ColumnSchema, path: string): ParquetReader {
  const element: ColumnSchema = {
    ...column,
    mode: 'NULLABLE',
    type: column.type.kind === 'ARRAY' ? column.type.element : column.type,
  };
  const repeated = node.repetition === 'REPEATED' ? undefined : repeatedChild(node);
  const item =
    node.repetition === 'REPEATED'
      ? node
      : repeated && (node.annotation === 'MAP' ? repeated : node.annotation === 'LIST' && listElement(node, repeated));
  if (!item) throw mismatch(node, path, element.type);
  const read = singleReader(item, element, path);
  return (raw) => itemsOf(raw).map((value) => (value === null ? null : read(value)));
}

/** Entries of a MAP become STRUCTs of key and value. */
function itemsOf(raw: DuckDBValue): readonly DuckDBValue[] {
  if (raw === null) return [];
  if (raw instanceof DuckDBListValue) return raw.items;
  if (raw instanceof DuckDBMapValue) return raw.entries.map(({ key, value }) => new DuckDBStructValue({ key, value }));
  throw unexpected(raw);
}

function singleReader(node: ParquetNode, column: ColumnSchema, path: string): ParquetReader {
  const { type, nested } = column;
  if (type.kind !== 'STRUCT') {
    if (node.physicalType === undefined) throw mismatch(node, path, type);
    return scalarReader(node, column, path);
  }
  if (node.physicalType !== undefined || !nested) throw mismatch(node, path, type);
  const isList = node.annotation === 'LIST' && node.repetition !== 'REPEATED';
  const repeated = isList || node.annotation === 'MAP' ? repeatedChild(node) : undefined;
  if (repeated) return wrappedReader(node, repeated, nested, path);
  return structReader(node.children, nested, path);
}

/** A LIST or a MAP as a STRUCT that holds its repeated group, whose elements the engine gives without their groups. */
function wrappedReader(
  node: ParquetNode,
  repeated: ParquetNode,
  nested: readonly ColumnSchema[],
  path: string,
): ParquetReader {
  const [group] = nested;
  if (nested.length !== 1 || group === undefined || !sameName(group.name, repeated.name) || group.mode !== 'REPEATED') {
    throw mismatch(node, path, { kind: 'STRUCT', fields: [] });
  }
  const inner = `${path}.${group.name}`;
  const element = {
    ...group,
    mode: 'NULLABLE' as const,
    type: group.type.kind === 'ARRAY' ? group.type.element : group.type,
  };
  if (node.annotation === 'MAP' || listElement(node, repeated) === repeated) {
    const read = singleReader(repeated, element, inner);
    return (raw) => [itemsOf(raw).map((value) => (value === null ? null : read(value)))];
  }
  const [only] = group.nested ?? [];
  const child = listElement(node, repeated);
  if (only === undefined || group.nested?.length !== 1 || !sameName(only.name, child.name)) {
    throw mismatch(node, inner, element.type);
  }
  const read = parquetReader(child, only, `${inner}.${only.name}`);
  return (raw) => [itemsOf(raw).map((value) => [read(value)])];
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Fields are found by name; one that the file does not have is NULL. */
function structReader(children: readonly ParquetNode[], nested: readonly ColumnSchema[], path: string): ParquetReader {
  const fields = nested.map((column) => {
    const child = children.find((c) => sameName(c.name, column.name));
    return child && { name: child.name, read: parquetReader(child, column, `${path}.${column.name}`) };
  });
  const empty = nested.map((column): Value => (column.mode === 'REPEATED' ? [] : null));
  return (raw) => {
    if (!(raw instanceof DuckDBStructValue)) throw unexpected(raw);
    const { entries } = raw;
    return fields.map((field, i) => (field ? field.read(entries[field.name] ?? null) : (empty[i] ?? null)));
  };
}

function scalarReader(node: ParquetNode, column: ColumnSchema, path: string): ParquetReader {
  const { type } = column;
  const check = limitCheck(type, column);
  const read = readerOf(node, type);
  if (!read) throw mismatch(node, path, type);
  return (raw) => check(read(raw) ?? refuse(path));
}

function refuse(path: string): never {
  throw new BadRecordError(`Value is out of range. Field: ${path}`);
}

type ScalarReader = (raw: DuckDBValue) => Value | undefined;

const BYTE_ARRAYS = ['BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'];

/** Undefined: the file's type cannot become this one. */
function readerOf({ physicalType = '', annotation }: ParquetNode, type: SqlType): ScalarReader | undefined {
  const isInteger = ['INT32', 'INT64'].includes(physicalType);
  switch (type.kind) {
    case 'BOOL':
      return physicalType === 'BOOLEAN' ? booleanOf : undefined;
    case 'INT64':
      return isInteger && [undefined, 'INTEGER', 'UINT_64'].includes(annotation) ? integerOf : undefined;
    case 'FLOAT64':
      return ['FLOAT', 'DOUBLE'].includes(physicalType) && annotation === undefined ? numberOf : undefined;
    case 'NUMERIC':
    case 'BIGNUMERIC': {
      const kind = decimalKind(type.kind);
      return annotation === 'DECIMAL' ? (raw) => decimalOf(raw, kind) : undefined;
    }
    case 'STRING':
      if (annotation === 'DECIMAL') return decimalText;
      return isBytes(physicalType, annotation) ? textOf : undefined;
    case 'BYTES':
      return isBytes(physicalType, annotation) ? bytesOf : undefined;
    case 'JSON': {
      const read = textReader(type, { maxLength: undefined, precision: undefined, scale: undefined }, NO_FORMATS);
      return isBytes(physicalType, annotation) ? (raw) => read(textOf(raw)) : undefined;
    }
    case 'DATE':
      return annotation === 'DATE' ? dateOf : undefined;
    case 'TIME':
      return annotation === 'TIME' ? timeOf : undefined;
    case 'TIMESTAMP':
    case 'DATETIME':
      return annotation === 'TIMESTAMP' || physicalType === 'INT96' ? microsOf : undefined;
    default:
      return undefined;
  }
}

const isBytes = (physicalType: string, annotation: ParquetNode['annotation']): boolean =>
  BYTE_ARRAYS.includes(physicalType) && [undefined, 'STRING', 'ENUM', 'JSON'].includes(annotation);

const unexpected = (raw: DuckDBValue) =>
  new InvariantError(
    `a Parquet column gives a value of the JavaScript type ${raw === null ? 'null' : raw.constructor.name}`,
  );

function booleanOf(raw: DuckDBValue): Value {
  if (typeof raw === 'boolean') return raw;
  throw unexpected(raw);
}

function integerOf(raw: DuckDBValue): Value | undefined {
  if (typeof raw === 'number') return BigInt(raw);
  if (typeof raw !== 'bigint') throw unexpected(raw);
  return fitsInt64(raw) ? raw : undefined;
}

function numberOf(raw: DuckDBValue): Value {
  if (typeof raw === 'number') return raw;
  throw unexpected(raw);
}

/** Undefined: out of range, or with digits that the type has no room for. */
function decimalOf(raw: DuckDBValue, kind: ReturnType<typeof decimalKind>): Value | undefined {
  if (!(raw instanceof DuckDBDecimalValue)) throw unexpected(raw);
  const shift = kind.scale - raw.scale;
  if (shift < 0 && raw.value % 10n ** BigInt(-shift) !== 0n) return undefined;
  const value = shift < 0 ? divideRounded(raw.value, 10n ** BigInt(-shift)) : raw.value * 10n ** BigInt(shift);
  return fitsDecimal(value, kind) ? value : undefined;
}

function decimalText(raw: DuckDBValue): Value {
  if (!(raw instanceof DuckDBDecimalValue)) throw unexpected(raw);
  return formatDecimal(raw.value, { ...decimalKind('NUMERIC'), scale: raw.scale, unit: 10n ** BigInt(raw.scale) });
}

function textOf(raw: DuckDBValue): string {
  if (typeof raw === 'string') return raw;
  if (raw instanceof DuckDBBlobValue) return Buffer.from(raw.bytes).toString();
  throw unexpected(raw);
}

function bytesOf(raw: DuckDBValue): Value {
  if (raw instanceof DuckDBBlobValue) return Uint8Array.from(raw.bytes);
  if (typeof raw === 'string') return Uint8Array.from(Buffer.from(raw));
  throw unexpected(raw);
}

function dateOf(raw: DuckDBValue): Value | undefined {
  if (!(raw instanceof DuckDBDateValue)) throw unexpected(raw);
  return isValidDate(raw.days) ? raw.days : undefined;
}

function timeOf(raw: DuckDBValue): Value {
  if (raw instanceof DuckDBTimeValue || raw instanceof DuckDBTimeTZValue) return raw.micros;
  throw unexpected(raw);
}

function microsOf(raw: DuckDBValue): Value | undefined {
  const micros = rawMicros(raw);
  return isValidMicros(micros) ? micros : undefined;
}

function rawMicros(raw: DuckDBValue): bigint {
  if (raw instanceof DuckDBTimestampValue || raw instanceof DuckDBTimestampTZValue) return raw.micros;
  // INT96 counts nanoseconds; BigInt division goes towards zero, a moment before 1970 towards the past.
  if (raw instanceof DuckDBTimestampNanosecondsValue)
    return (raw.nanos - (((raw.nanos % 1000n) + 1000n) % 1000n)) / 1000n;
  throw unexpected(raw);
}
