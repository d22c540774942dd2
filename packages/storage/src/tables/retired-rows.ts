import type { Clock } from '@bqml-emulator/common';
import type { DuckDbRelationalStore } from '../duckdb/duckdb-relational-store.ts';
import type { SegmentStore } from '../segments/segment-store.ts';
import { dropPhysicalTable } from './physical-table.ts';

/**
 * A query looks a table up before it opens its session, so that rows stay this long after the catalog has forgotten
 * them, and as long as a session that was open then.
 */
const GRACE_MILLIS = 10_000;

interface Retired {
  readonly physicalName: string | undefined;
  readonly segments: readonly number[];
  readonly atMillis: number;
  /** The last session that was opened before. */
  readonly session: number;
}

/** Rows that no resource names any more, until nobody can be reading them. What a crash leaves, recovery drops. */
export class RetiredRows {
  readonly #relational: DuckDbRelationalStore;
  readonly #segments: SegmentStore;
  readonly #clock: Clock;
  #retired: Retired[] = [];
  #timer: NodeJS.Timeout | undefined;
  #dropping: Promise<void> = Promise.resolve();

  constructor(relational: DuckDbRelationalStore, segments: SegmentStore, clock: Clock) {
    this.#relational = relational;
    this.#segments = segments;
    this.#clock = clock;
  }

  retire(physicalName: string | undefined, segments: readonly number[]): void {
    if (physicalName === undefined && segments.length === 0) return;
    const session = this.#relational.lastSessionId;
    this.#retired.push({ physicalName, segments, atMillis: this.#clock.nowMillis(), session });
    this.#schedule();
  }

  /** Drops everything, whoever may be reading. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#dropping;
    await this.#drop(this.#retired);
    this.#retired = [];
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const oldest = this.#relational.oldestSessionId ?? Infinity;
      const before = this.#clock.nowMillis() - GRACE_MILLIS;
      const due = this.#retired.filter((rows) => rows.atMillis <= before && rows.session < oldest);
      this.#retired = this.#retired.filter((rows) => !due.includes(rows));
      this.#dropping = this.#dropping.then(() => this.#drop(due));
      if (this.#retired.length > 0) this.#schedule();
    }, GRACE_MILLIS).unref();
  }

  async #drop(retired: readonly Retired[]): Promise<void> {
    if (retired.length === 0) return;
    const connection = await this.#relational.connect();
    try {
      for (const { physicalName, segments } of retired) {
        if (physicalName !== undefined) await dropPhysicalTable(connection, physicalName);
        await this.#segments.remove(segments);
      }
    } finally {
      connection.disconnectSync();
    }
  }
}
