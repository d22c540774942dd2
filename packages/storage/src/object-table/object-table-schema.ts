import type { ColumnMode, ColumnSchema } from '@bqml-emulator/catalog';
import { arrayOf, field, INT64, JSON_TYPE, STRING, structOf, TIMESTAMP } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';

const column = (
  name: string,
  type: SqlType,
  mode: ColumnMode = 'NULLABLE',
  nested?: readonly ColumnSchema[],
): ColumnSchema => ({
  name,
  type,
  mode,
  description: undefined,
  maxLength: undefined,
  precision: undefined,
  scale: undefined,
  defaultExpression: undefined,
  nested,
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
 * The columns of every object table, in order. The pseudocolumn `data` is not one of them.
 * https://cloud.google.com/bigquery/docs/object-table-introduction#object_table_schema
 */
export const OBJECT_TABLE_SCHEMA: readonly ColumnSchema[] = [
  column('uri', STRING),
  column('generation', INT64),
  column('content_type', STRING),
  column('size', INT64),
  column('md5_hash', STRING),
  column('updated', TIMESTAMP),
  column('metadata', arrayOf(METADATA), 'REPEATED', [column('name', STRING), column('value', STRING)]),
  column('ref', REF, 'NULLABLE', [
    column('uri', STRING),
    column('version', STRING),
    column('authorizer', STRING),
    column('details', JSON_TYPE),
  ]),
];
