import type { ColumnSchema, Dataset, NewTable, ObjectTable } from '@bqml-emulator/catalog';
import type { Batch, SqlType, Value } from '@bqml-emulator/types';
import { OBJECT_TABLE_SCHEMA } from '@bqml-emulator/catalog';

export const datasetReference = { projectId: 'local', datasetId: 'd' };

export const dataset = (datasetId = 'd'): Dataset => ({
  reference: { projectId: 'local', datasetId },
  location: 'US',
  friendlyName: undefined,
  description: undefined,
  labels: {},
  defaultTableExpirationMillis: undefined,
  creationMillis: 1,
  lastModifiedMillis: 1,
});

export const column = (name: string, type: SqlType, storage: ColumnSchema['storage'] = 'inline'): ColumnSchema => ({
  name,
  type,
  mode: type.kind === 'ARRAY' ? 'REPEATED' : 'NULLABLE',
  description: undefined,
  maxLength: undefined,
  precision: undefined,
  scale: undefined,
  defaultExpression: undefined,
  nested: undefined,
  storage,
});

export const newTable = (tableId: string, schema: readonly ColumnSchema[]): NewTable => ({
  reference: { ...datasetReference, tableId },
  location: 'US',
  schema,
  friendlyName: undefined,
  description: undefined,
  labels: {},
  expirationMillis: undefined,
});

export const objectTable = (tableId: string, uris: readonly string[]): ObjectTable => ({
  ...newTable(tableId, OBJECT_TABLE_SCHEMA),
  kind: 'OBJECT_TABLE',
  uris,
  connectionId: 'local.us.images',
  objectMetadata: 'SIMPLE',
  metadataCacheMode: undefined,
  maxStaleness: undefined,
  creationMillis: 1,
  lastModifiedMillis: 1,
});

export async function* batchesOf(
  schema: readonly { readonly type: SqlType }[],
  rows: readonly (readonly Value[])[],
  size = 2048,
): AsyncIterable<Batch> {
  for (let start = 0; start < rows.length; start += size) {
    const slice = rows.slice(start, start + size);
    yield {
      rowCount: slice.length,
      columns: schema.map(({ type }, index) => ({ type, values: slice.map((row) => row[index] ?? null) })),
    };
  }
}

export async function rowsOf(batches: AsyncIterable<Batch>): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const batch of batches) {
    for (let row = 0; row < batch.rowCount; row++) rows.push(batch.columns.map((of) => of.values[row] ?? null));
  }
  return rows;
}
