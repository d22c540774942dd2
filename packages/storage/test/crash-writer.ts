/**
 * Changes tables, models and object tables without end, until somebody kills it. Prints a line before each change
 * and one after it was acknowledged. Arguments: data directory, number of the first change.
 */
import { writeSync } from 'node:fs';
import { randomIds, systemClock } from '@bqml-emulator/common';
import { MemoryObjectStore } from '@bqml-emulator/object-store';
import { arrayOf, field, FLOAT64, INT64, structOf } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';
import { openStorage } from '../src/index.ts';
import type { Storage } from '../src/index.ts';
import { batchesOf, column, dataset, newTable, objectTable } from './storage-rows.ts';

export type CrashEvent =
  | {
      readonly begin: number;
      readonly kind: 'create' | 'replace' | 'append' | 'halve' | 'drop' | 'model' | 'object';
      readonly name: string;
      readonly ids: readonly number[];
    }
  | { readonly acknowledged: number };

export const CRASH_SCHEMA = [
  column('id', INT64),
  column('image', structOf([field('dimensions', arrayOf(INT64)), field('values', arrayOf(FLOAT64))]), 'segment'),
];

export const crashImage = (id: number): Value => [[1n, BigInt(id)], Array.from({ length: 200 }, (_, i) => id + i / 4)];

const say = (event: CrashEvent) => writeSync(1, `${JSON.stringify(event)}\n`);
const pick = (n: number) => Math.floor(Math.random() * n);

async function change(storage: Storage, number: number, name: string): Promise<void> {
  const { catalog, tables } = storage;
  const ids = Array.from({ length: 1 + pick(20) }, (_, i) => number * 100 + i);
  const rows = batchesOf(
    CRASH_SCHEMA,
    ids.map((id) => [BigInt(id), crashImage(id)]),
    7,
  );
  const table = newTable(name, CRASH_SCHEMA);
  const { reference } = table;
  if (catalog.getTable(reference) === undefined) {
    say({ begin: number, kind: 'create', name, ids });
    await tables.createTable(table, rows, 'error');
  } else {
    const kind = (['replace', 'append', 'append', 'halve', 'drop'] as const)[pick(5)] ?? 'drop';
    say({ begin: number, kind, name, ids });
    if (kind === 'replace') await tables.createTable(table, rows, 'replace');
    else if (kind === 'append') await tables.appendRows(reference, rows);
    else if (kind === 'drop') await tables.dropTable(reference);
    else {
      await tables.mutate(reference, async (session, physicalName) =>
        session.execute({ text: `DELETE FROM ${physicalName} WHERE c0 % 2 = 0`, parameters: [], functions: [] }),
      );
    }
  }
  say({ acknowledged: number });
}

function register(storage: Storage, number: number): void {
  const name = `r${number}`;
  const kind = number % 2 === 0 ? 'model' : 'object';
  say({ begin: number, kind, name, ids: [] });
  if (kind === 'object') storage.catalog.createExternalTable(objectTable(name, ['gs://b/*']), false);
  else {
    const { reference, ...descriptive } = newTable(name, []);
    storage.catalog.createModel(
      {
        ...descriptive,
        reference: { projectId: reference.projectId, datasetId: reference.datasetId, modelId: name },
        modelType: 'ONNX',
        featureColumns: [],
        labelColumns: [],
        modelUri: 'gs://b/m.onnx',
        contentId: name,
        byteCount: 1,
        creationMillis: 1,
        lastModifiedMillis: 1,
      },
      false,
    );
  }
  say({ acknowledged: number });
}

export async function openCrashStorage(dataDirectory: string): Promise<Storage> {
  const objectStore = new MemoryObjectStore(systemClock);
  return openStorage({
    dataDirectory,
    objectStore,
    clock: systemClock,
    ids: randomIds,
    defaultProjectId: 'local',
    threads: 1,
    memoryBytes: 200e6,
  });
}

if (process.argv[2] !== undefined && import.meta.filename === process.argv[1]) {
  const storage = await openCrashStorage(process.argv[2]);
  if (storage.catalog.getDataset(dataset().reference) === undefined) storage.catalog.createDataset(dataset());
  let number = Number(process.argv[3]);
  const worker = async (name: string) => {
    for (;;) {
      await change(storage, number++, name);
      if (pick(3) === 0) register(storage, number++);
    }
  };
  await Promise.all(['a', 'b', 'c'].map(worker));
}
