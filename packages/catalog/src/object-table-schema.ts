import { INT64, JSON_TYPE, STRING, TIMESTAMP, arrayOf, field, structOf } from '@bqml-emulator/types';
import type { SqlType, StructType } from '@bqml-emulator/types';
import type { ColumnMode, ColumnSchema } from './resource.ts';

const column = (name: string, type: SqlType, mode: ColumnMode = 'NULLABLE', struct?: StructType): ColumnSchema => ({
  name,
  type,
  mode,
  description: undefined,
  maxLength: undefined,
  precision: undefined,
  scale: undefined,
  defaultExpression: undefined,
  nested: struct?.fields.map((f) => column(f.name ?? '', f.type)),
  storage: 'inline',
});

const METADATA = structOf([field('name', STRING), field('value', STRING)]);
const REF = structOf([
  field('uri', STRING),
  field('version', STRING),
  field('authorizer', STRING),
  field('details', JSON_TYPE),
]);

/**
 * The columns that every object table has; the pseudocolumn `data` is not among them.
 * https://cloud.google.com/bigquery/docs/object-table-introduction#object_table_schema
 */
export const OBJECT_TABLE_SCHEMA: readonly ColumnSchema[] = [
  column('uri', STRING),
  column('generation', INT64),
  column('content_type', STRING),
  column('size', INT64),
  column('md5_hash', STRING),
  column('updated', TIMESTAMP),
  column('metadata', arrayOf(METADATA), 'REPEATED', METADATA),
  column('ref', REF, 'NULLABLE', REF),
];
