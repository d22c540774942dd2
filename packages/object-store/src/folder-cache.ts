import type { BigIntStats } from 'node:fs';

/** Smaller folders are read again as fast as they are looked up. */
const LEAST_ENTRIES = 256;

const MOST_ENTRIES = 500_000;

/** Coarsest time of change of a file system: within it, a folder may change and keep its time. */
const GRANULARITY_NANOS = 2_000_000_000n;

interface CachedFolder<Entry> {
  readonly changedNanos: bigint;
  readonly entries: readonly Entry[];
}

/**
 * Sorted entries of large folders, good while the folder's time of change stays: a listing of many pages reads them
 * once. A folder that changed just now is not kept.
 */
export class FolderCache<Entry> {
  readonly #folders = new Map<string, CachedFolder<Entry>>();
  #size = 0;

  find(key: string, stats: BigIntStats): readonly Entry[] | undefined {
    const cached = this.#folders.get(key);
    return cached?.changedNanos === stats.mtimeNs ? cached.entries : undefined;
  }

  /** `stats` are from before the entries were read, at `nowMillis`. */
  keep(key: string, stats: BigIntStats, nowMillis: number, entries: readonly Entry[]): void {
    if (entries.length < LEAST_ENTRIES || BigInt(nowMillis) * 1_000_000n - stats.mtimeNs < GRANULARITY_NANOS) return;
    this.#size -= this.#folders.get(key)?.entries.length ?? 0;
    this.#folders.delete(key);
    for (const [oldest, { entries: old }] of this.#folders) {
      if (this.#size + entries.length <= MOST_ENTRIES) break;
      this.#folders.delete(oldest);
      this.#size -= old.length;
    }
    this.#folders.set(key, { changedNanos: stats.mtimeNs, entries });
    this.#size += entries.length;
  }
}
