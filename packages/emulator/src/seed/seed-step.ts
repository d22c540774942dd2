import { ServiceError } from '@bqml-emulator/common';
import type { Clock, IdSource } from '@bqml-emulator/common';
import type { Job, QueryEngine } from '@bqml-emulator/engine';
import type { ObjectStore } from '@bqml-emulator/object-store';
import type { Storage } from '@bqml-emulator/storage';
import { StartError } from '../options.ts';
import type { LoadedSeed } from './load-seed.ts';

/** What a seed is made in. */
export interface SeedTarget {
  readonly storage: Storage;
  readonly engine: QueryEngine;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly projectId: string;
  /** Of datasets and connections that name none. */
  readonly location: string;
  readonly runQuery: (sql: string) => Promise<Job>;
}

/** One resource that is not there yet and of which everything that can be known before has been checked. */
export interface SeedStep {
  /** Where it stands in the seed: `datasets[0].tables[1]`. */
  readonly at: string;
  make(): unknown;
  unmake(): unknown;
}

export interface SeedPlanning {
  readonly seed: LoadedSeed;
  readonly target: SeedTarget;
}

export const seedError = ({ source }: LoadedSeed, at: string, message: string): StartError =>
  new StartError(`${source}: ${at}: ${message}`);

/** Runs what may refuse the seed with an error of the catalogue, and says where in the seed that was. */
export async function located<T>(seed: LoadedSeed, at: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServiceError) throw seedError(seed, at, error.message);
    throw error;
  }
}

/** No two items have the same key. */
export function refuseTwins<T>(
  seed: LoadedSeed,
  at: string,
  items: readonly T[],
  field: string,
  key: (item: T) => string,
) {
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    if (seen.has(key(item))) throw seedError(seed, `${at}[${i}].${field}`, `${key(item)} is there twice`);
    seen.add(key(item));
  }
}
