import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@bqml-emulator/common';
import type { Model } from '@bqml-emulator/catalog';
import { MemoryObjectStore } from '@bqml-emulator/object-store';
import { createImageHost } from '@bqml-emulator/tensor';
import type { Batch, SqlType, Value } from '@bqml-emulator/types';
import { createModelRuntime } from '../src/index.ts';
import type { ModelRuntimeOptions, ProcessModelRuntime } from '../src/index.ts';

export const MODELS = new URL('../../tooling/fixtures/models/', import.meta.url);
export const readModel = (name: string): Promise<Buffer> => readFile(new URL(name, MODELS));

export interface TestRuntime {
  readonly runtime: ProcessModelRuntime;
  readonly objectStore: MemoryObjectStore;
  readonly dataDirectory: string;
  /** Puts a fixture, or `content`, into the bucket and imports it; a fixture once only. */
  importModel(name: string, content?: Uint8Array): Promise<Model>;
  dispose(): Promise<void>;
}

export async function createTestRuntime(
  options: Partial<Omit<ModelRuntimeOptions, 'dataDirectory' | 'objectStore'>> = {},
): Promise<TestRuntime> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'ml-test-'));
  const objectStore = new MemoryObjectStore(systemClock);
  await objectStore.createBucket('bucket');
  const runtime = createModelRuntime({
    dataDirectory,
    objectStore,
    images: createImageHost(),
    ...options,
    pool: { size: 2, ...options.pool },
  });
  const imported = new Map<string, Promise<Model>>();
  const importModel = async (name: string, content?: Uint8Array): Promise<Model> => {
    await objectStore.put('bucket', name, [content ?? (await readModel(name))]);
    const model = await runtime.importModel('ONNX', `gs://bucket/${name}`);
    return {
      ...model,
      reference: { projectId: 'p', datasetId: 'd', modelId: name },
      location: 'US',
      modelType: 'ONNX',
      modelUri: `gs://bucket/${name}`,
      description: undefined,
      friendlyName: undefined,
      labels: {},
      expirationMillis: undefined,
      creationMillis: 0,
      lastModifiedMillis: 0,
    };
  };
  return {
    runtime,
    objectStore,
    dataDirectory,
    importModel: (name, content) => {
      if (content !== undefined) return importModel(name, content);
      const known = imported.get(name) ?? importModel(name);
      imported.set(name, known);
      return known;
    },
    dispose: async () => {
      await runtime.dispose();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

export const column = (type: SqlType, values: readonly Value[]) => ({ type, values });

export const batchOf = (...columns: readonly { type: SqlType; values: readonly Value[] }[]): Batch => ({
  rowCount: columns[0]?.values.length ?? 0,
  columns,
});

export async function* asBatches(...batches: readonly Batch[]): AsyncGenerator<Batch> {
  yield* batches;
}

export async function collectRows(batches: AsyncIterable<Batch>): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const batch of batches) {
    for (let row = 0; row < batch.rowCount; row++) rows.push(batch.columns.map(({ values }) => values[row] ?? null));
  }
  return rows;
}
