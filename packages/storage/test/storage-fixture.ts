import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { randomIds, systemClock } from '@bqml-emulator/common';
import type { Clock } from '@bqml-emulator/common';
import type { ColumnSchema, Dataset, NewTable, ObjectTable } from '@bqml-emulator/catalog';
import { MemoryObjectStore } from '@bqml-emulator/object-store';
import type { ObjectStore } from '@bqml-emulator/object-store';
import type { Batch, SqlType, Value } from '@bqml-emulator/types';
import { OBJECT_TABLE_SCHEMA, openStorage } from '../src/index.ts';
import type { Storage } from '../src/index.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface StorageFixture {
  readonly storage: Storage;
  readonly dataDirectory: string;
  /** Closes and opens again. */
  reopen(): Promise<Storage>;
}

export async function openFixture(
  more: { readonly clock?: Clock; readonly objectStore?: ObjectStore; readonly dataDirectory?: string } = {},
): Promise<StorageFixture> {
  const dataDirectory = more.dataDirectory ?? join(temporaryDirectory(), 'data');
  const open = () =>
    openStorage({
      dataDirectory,
      objectStore: more.objectStore ?? new MemoryObjectStore(systemClock),
      clock: more.clock ?? systemClock,
      ids: randomIds,
      defaultProjectId: 'local',
      threads: 2,
      memoryBytes: 500e6,
    });
  let storage = await open();
  onTestFinished(() => storage.close());
  return {
    storage,
    dataDirectory,
    reopen: async () => {
      await storage.close();
      storage = await open();
      return storage;
    },
  };
}

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
