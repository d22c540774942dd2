import type { Database } from 'better-sqlite3';
import type { DatasetReference, TableReference } from '@bqml-emulator/common';
import type { BaseTable, Table } from '@bqml-emulator/catalog';
import type { SqlType } from '@bqml-emulator/types';
import type { DeletedDataset } from './deleted-datasets.ts';
import { fromRecordText, toRecordText } from './record-text.ts';

export interface TableRow {
  readonly table: Table;
  /** Counts the changes of the rows; 0 for a table without rows of its own. */
  readonly version: number;
}

export interface SegmentRecord {
  readonly id: number;
  readonly bytes: number;
  readonly type: SqlType;
}

/** What the catalog shows once DuckDB has committed `version` of the physical table. */
export interface Intent {
  readonly kind: 'create' | 'change';
  /** For `create` the whole resource; for `change` the resource with its new counts. */
  readonly table: BaseTable;
  readonly version: number;
  readonly segments: readonly SegmentRecord[];
}

const key = (r: TableReference) => [r.projectId, r.datasetId, r.tableId] as const;

/** Rows of `tables`, `segments` and `intents`. Each call is one transaction. */
export class TableRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(reference: TableReference): TableRow | undefined {
    const row = this.#database
      .prepare<unknown[], { body: string; version: number }>(
        'SELECT body, version FROM tables WHERE project = ? AND dataset = ? AND name = ?',
      )
      .get(...key(reference));
    return row && { table: fromRecordText<Table>(row.body), version: row.version };
  }

  /** In byte order of the name. */
  list(dataset: DatasetReference): readonly Table[] {
    return this.#database
      .prepare<unknown[], { body: string }>('SELECT body FROM tables WHERE project = ? AND dataset = ? ORDER BY name')
      .all(dataset.projectId, dataset.datasetId)
      .map(({ body }) => fromRecordText<Table>(body));
  }

  /** Tables of a deleted dataset, by the name under which it is kept. */
  listDeleted({ projectId, keptAs }: DeletedDataset): readonly Table[] {
    return this.list({ projectId, datasetId: keptAs });
  }

  /** As `remove`. */
  removeDeleted({ projectId, keptAs }: DeletedDataset, table: Table): readonly number[] {
    return this.remove({ ...table, reference: { ...table.reference, projectId, datasetId: keptAs } });
  }

  expired(nowMillis: number): readonly Table[] {
    return this.#database
      .prepare<unknown[], { body: string }>('SELECT body FROM tables WHERE expiration_millis <= ?')
      .all(nowMillis)
      .map(({ body }) => fromRecordText<Table>(body));
  }

  /** Inserts the row or replaces it. */
  put(table: Table, version: number): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO tables VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(
        ...key(table.reference),
        table.kind === 'TABLE' ? table.physicalName : null,
        version,
        table.expirationMillis ?? null,
        toRecordText(table),
      );
  }

  /** Removes the row; the segments of its rows are forgotten with it and returned. */
  remove(table: Table): readonly number[] {
    return this.#database.transaction(() => {
      this.#database
        .prepare('DELETE FROM tables WHERE project = ? AND dataset = ? AND name = ?')
        .run(...key(table.reference));
      return table.kind === 'TABLE' ? this.#forgetSegments(table.physicalName) : [];
    })();
  }

  recordIntent(intent: Intent): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO intents VALUES (?, ?, ?)')
      .run(intent.table.physicalName, intent.version, toRecordText(intent));
  }

  dropIntent(physicalName: string): void {
    this.#database.prepare('DELETE FROM intents WHERE physical_name = ?').run(physicalName);
  }

  intents(): readonly Intent[] {
    return this.#database
      .prepare<unknown[], { body: string }>('SELECT body FROM intents')
      .all()
      .map(({ body }) => fromRecordText<Intent>(body));
  }

  /**
   * Shows what an intent says and ends it. What it replaces is returned, with its segments; undefined when the table
   * (for `create`, its dataset) has gone meanwhile: then nothing is shown, and the intent has ended all the same.
   */
  applyIntent(
    intent: Intent,
  ): { readonly replaced: Table | undefined; readonly segments: readonly number[] } | undefined {
    return this.#database.transaction(() => {
      const { table } = intent;
      this.dropIntent(table.physicalName);
      const current = this.get(table.reference);
      if (intent.kind === 'create') {
        if (!this.#hasDataset(table.reference)) return undefined;
        const segments = current?.table.kind === 'TABLE' ? this.#forgetSegments(current.table.physicalName) : [];
        this.put(table, intent.version);
        this.#addSegments(intent);
        return { replaced: current?.table, segments };
      }
      if (current?.table.kind !== 'TABLE' || current.table.physicalName !== table.physicalName) return undefined;
      const { rowCount, byteCount, lastModifiedMillis } = table;
      this.put({ ...current.table, rowCount, byteCount, lastModifiedMillis }, intent.version);
      this.#addSegments(intent);
      return { replaced: undefined, segments: [] };
    })();
  }

  segmentsOf(physicalName: string): readonly SegmentRecord[] {
    return this.#database
      .prepare<unknown[], { id: number; bytes: number; type: string }>(
        'SELECT id, bytes, type FROM segments WHERE physical_name = ?',
      )
      .all(physicalName)
      .map(({ id, bytes, type }) => ({ id, bytes, type: fromRecordText<SqlType>(type) }));
  }

  allSegments(): readonly SegmentRecord[] {
    return this.#database
      .prepare<unknown[], { id: number; bytes: number; type: string }>('SELECT id, bytes, type FROM segments')
      .all()
      .map(({ id, bytes, type }) => ({ id, bytes, type: fromRecordText<SqlType>(type) }));
  }

  physicalNames(): ReadonlySet<string> {
    return new Set(
      this.#database
        .prepare<unknown[], string>('SELECT physical_name FROM tables WHERE physical_name IS NOT NULL')
        .pluck()
        .all(),
    );
  }

  /** Forgets segments of tables that are no more. */
  forgetOrphanedSegments(): void {
    this.#database.exec(
      'DELETE FROM segments WHERE physical_name NOT IN (SELECT physical_name FROM tables WHERE physical_name IS NOT NULL)',
    );
  }

  #hasDataset(reference: DatasetReference): boolean {
    return (
      this.#database
        .prepare('SELECT 1 FROM datasets WHERE project = ? AND dataset = ?')
        .get(reference.projectId, reference.datasetId) !== undefined
    );
  }

  #addSegments(intent: Intent): void {
    const insert = this.#database.prepare('INSERT INTO segments VALUES (?, ?, ?, ?)');
    for (const { id, bytes, type } of intent.segments) {
      insert.run(id, intent.table.physicalName, bytes, toRecordText(type));
    }
  }

  #forgetSegments(physicalName: string): readonly number[] {
    return this.#database
      .prepare<unknown[], number>('DELETE FROM segments WHERE physical_name = ? RETURNING id')
      .pluck()
      .all(physicalName);
  }
}
