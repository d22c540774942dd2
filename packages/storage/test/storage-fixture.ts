import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { randomIds, systemClock } from '@bqml-emulator/common';
import type { Clock } from '@bqml-emulator/common';
import { MemoryObjectStore } from '@bqml-emulator/object-store';
import type { ObjectStore } from '@bqml-emulator/object-store';
import { openStorage } from '../src/index.ts';
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
