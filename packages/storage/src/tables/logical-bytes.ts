import type { StageColumn } from '@bqml-emulator/catalog';
import { isPackedNumbers } from '@bqml-emulator/types';
import type { PackedNumbers, SqlType, Value } from '@bqml-emulator/types';
import type { PackableValue } from '../packed/packed-value.ts';
import { fieldName } from '../duckdb/physical-type.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#data_type_sizes */
const FIXED_BYTES: Partial<Record<SqlType['kind'], number>> = {
  BOOL: 1,
  INT64: 8,
  FLOAT64: 8,
  DATE: 8,
  DATETIME: 8,
  TIME: 8,
  TIMESTAMP: 8,
  NUMERIC: 16,
  BIGNUMERIC: 32,
  INTERVAL: 16,
};

/** Logical size of a value; NULL takes nothing. */
export function logicalBytes(type: SqlType, value: PackableValue): number {
  if (value === null) return 0;
  const fixed = FIXED_BYTES[type.kind];
  if (fixed !== undefined) return fixed;
  if (type.kind === 'ARRAY' && isPackedNumbers(value)) return value.length * 8;
  if (value instanceof Uint8Array) return 2 + value.length;
  if (typeof value === 'string') return 2 + Buffer.byteLength(value);
  if (Array.isArray(value) && type.kind === 'ARRAY') {
    const element = FIXED_BYTES[type.element.kind];
    if (element !== undefined) return value.length * element;
    return value.reduce<number>((sum, item: Value) => sum + logicalBytes(type.element, item), 0);
  }
  if (Array.isArray(value) && type.kind === 'STRUCT') {
    return type.fields.reduce(
      (sum, { type: of }, i) => sum + logicalBytes(of, (value[i] as Value | PackedNumbers | undefined) ?? null),
      0,
    );
  }
  return 16;
}

/** The logical size of a row as an expression of the relational engine; values in segments are not counted. */
export const rowBytesText = (columns: readonly StageColumn[]): string =>
  ['0', ...columns.map(({ type, lazy }, i) => (lazy ? '0' : bytesText(type, `c${i}`, 0)))].join(' + ');

function bytesText(type: SqlType, value: string, depth: number): string {
  const fixed = FIXED_BYTES[type.kind];
  if (fixed !== undefined) return `CASE WHEN ${value} IS NULL THEN 0 ELSE ${fixed} END`;
  switch (type.kind) {
    case 'BYTES':
      return `coalesce(octet_length(${value}) + 2, 0)`;
    case 'ARRAY': {
      const element = FIXED_BYTES[type.element.kind];
      if (element !== undefined) return `coalesce(len(${value}) * ${element}, 0)`;
      const each = bytesText(type.element, `e${depth}`, depth + 1);
      return `coalesce(list_sum(list_transform(${value}, lambda e${depth}: ${each})), 0)`;
    }
    case 'STRUCT':
      return `(${['0', ...type.fields.map((field, i) => bytesText(field.type, `(${value}).${fieldName(i)}`, depth))].join(' + ')})`;
    case 'RANGE':
      return `CASE WHEN ${value} IS NULL THEN 0 ELSE 16 END`;
    default:
      return `coalesce(strlen(${value}) + 2, 0)`;
  }
}
