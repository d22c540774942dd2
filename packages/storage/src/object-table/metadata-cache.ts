import type { Database } from 'better-sqlite3';
import type { ObjectTable } from '@bqml-emulator/catalog';
import { readListedObject, writeListedObject } from './listed-object.ts';
import type { ListedObject } from './listed-object.ts';

const PAGE_ROWS = 2048;

export interface CachedListing {
  readonly id: number;
  readonly refreshedMillis: number;
}

/**
 * Listings of object tables. A listing is written under a new id and shown in one step; a scan reads one listing to its
 * end, also when it is replaced meanwhile.
 */
export class MetadataCache {
  readonly #database: Database;
  readonly #readers = new Map<number, number>();

  constructor(database: Database) {
    this.#database = database;
    // What a crash left behind, and caches of tables that are no more.
    database.exec(`
      DELETE FROM metadata_caches WHERE NOT EXISTS (
        SELECT 1 FROM tables AS t WHERE t.project = metadata_caches.project AND t.dataset = metadata_caches.dataset
          AND t.name = metadata_caches.name);
      DELETE FROM cached_objects WHERE cache NOT IN (SELECT id FROM metadata_caches);
    `);
  }

  /** Undefined: never listed, or listed for an earlier table of this name. */
  find(table: ObjectTable): CachedListing | undefined {
    const { projectId, datasetId, tableId } = table.reference;
    return this.#database
      .prepare<unknown[], CachedListing>(
        `SELECT id, refreshed_millis AS refreshedMillis FROM metadata_caches
         WHERE project = ? AND dataset = ? AND name = ? AND table_creation_millis = ?`,
      )
      .get(projectId, datasetId, tableId, table.creationMillis);
  }

  /** In the order in which they were written. */
  async *read(listing: CachedListing): AsyncGenerator<ListedObject> {
    const page = this.#database.prepare<unknown[], { position: number; body: string }>(
      'SELECT position, body FROM cached_objects WHERE cache = ? AND position > ? ORDER BY position LIMIT ?',
    );
    this.#readers.set(listing.id, (this.#readers.get(listing.id) ?? 0) + 1);
    try {
      for (let last = -1; ;) {
        const rows = page.all(listing.id, last, PAGE_ROWS);
        for (const row of rows) yield readListedObject(row.body);
        last = rows.at(-1)?.position ?? last;
        if (rows.length < PAGE_ROWS) return;
      }
    } finally {
      this.#release(listing.id);
    }
  }

  /** Reads `objects` to their end; nothing is kept when they fail. */
  async write(table: ObjectTable, objects: AsyncIterable<ListedObject>, nowMillis: number): Promise<CachedListing> {
    const id = this.#newId();
    // A reader of its own, so that nobody takes the rows away while they are written.
    this.#readers.set(id, 1);
    const insert = this.#database.prepare('INSERT INTO cached_objects VALUES (?, ?, ?)');
    const insertRows = this.#database.transaction((rows: readonly ListedObject[], first: number) => {
      for (const [i, object] of rows.entries()) insert.run(id, first + i, writeListedObject(object));
    });
    const insertAll = (rows: readonly ListedObject[], first: number): void => {
      // Only the transaction that shows the listing waits for the disk.
      this.#database.pragma('synchronous = NORMAL');
      try {
        insertRows(rows, first);
      } finally {
        this.#database.pragma('synchronous = FULL');
      }
    };
    try {
      let rows: ListedObject[] = [];
      let first = 0;
      for await (const object of objects) {
        if (rows.push(object) < PAGE_ROWS) continue;
        insertAll(rows, first);
        first += rows.length;
        rows = [];
      }
      insertAll(rows, first);
      this.#show(table, id, nowMillis);
    } finally {
      this.#release(id);
    }
    return { id, refreshedMillis: nowMillis };
  }

  #show({ reference, creationMillis }: ObjectTable, id: number, nowMillis: number): void {
    const name = [reference.projectId, reference.datasetId, reference.tableId];
    const replaced = this.#database.transaction(() => {
      const before = this.#database
        .prepare<unknown[], number>(
          'DELETE FROM metadata_caches WHERE project = ? AND dataset = ? AND name = ? RETURNING id',
        )
        .pluck()
        .get(...name);
      this.#database
        .prepare('INSERT INTO metadata_caches VALUES (?, ?, ?, ?, ?, ?)')
        .run(id, ...name, creationMillis, nowMillis);
      return before;
    })();
    if (replaced !== undefined) this.#removeUnread(replaced);
  }

  #release(id: number): void {
    const left = (this.#readers.get(id) ?? 1) - 1;
    if (left > 0) this.#readers.set(id, left);
    else this.#readers.delete(id);
    this.#removeUnread(id);
  }

  /** Rows that no table shows and no scan reads. */
  #removeUnread(id: number): void {
    if (this.#readers.has(id)) return;
    this.#database
      .prepare('DELETE FROM cached_objects WHERE cache = ? AND cache NOT IN (SELECT id FROM metadata_caches)')
      .run(id);
  }

  #newId(): number {
    const used = this.#database
      .prepare<unknown[], number | null>(
        'SELECT max(id) FROM (SELECT id FROM metadata_caches UNION ALL SELECT max(cache) FROM cached_objects)',
      )
      .pluck()
      .get();
    return Math.max(used ?? 0, ...this.#readers.keys()) + 1;
  }
}
