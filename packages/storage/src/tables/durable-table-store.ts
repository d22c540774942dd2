import type { DuckDBConnection } from '@duckdb/node-api';
import { datasetNotFound, invalidQuery, invariant, tableAlreadyExists, tableNotFound } from '@bqml-emulator/common';
import type { Clock, IdSource, TableReference } from '@bqml-emulator/common';
import type {
  BaseTable,
  Catalog,
  NewTable,
  ExternalFiles,
  ObjectTableSource,
  RelationalSession,
  StageColumn,
  Table,
  TableStore,
} from '@bqml-emulator/catalog';
import { tableSubject } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import { TABLES } from '../duckdb/database.ts';
import type { DuckDbRelationalStore } from '../duckdb/duckdb-relational-store.ts';
import { Semaphore } from '../duckdb/semaphore.ts';
import { columnDefinitions, TableAppender } from '../duckdb/table-appender.ts';
import type { SegmentStore } from '../segments/segment-store.ts';
import type { Intent, SegmentRecord, TableRows } from '../sqlite/table-rows.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { physicalNameOf, recordVersion } from './physical-table.ts';
import type { RetiredRows } from './retired-rows.ts';
import { stageColumnsOf, StoredColumns } from './stored-columns.ts';
import { storeForeignValues } from './stored-values-of-change.ts';

/** Writes at the same time, each on a connection of its own. */
const MAX_WRITES = 4;

export interface DurableTableStoreOptions {
  readonly catalog: Catalog;
  readonly rows: TableRows;
  readonly relational: DuckDbRelationalStore;
  readonly segments: SegmentStore;
  readonly retired: RetiredRows;
  readonly objectTables: ObjectTableSource;
  readonly externalFiles: ExternalFiles;
  readonly clock: Clock;
  readonly ids: IdSource;
}

interface Write<T> {
  readonly kind: Intent['kind'];
  readonly table: BaseTable;
  readonly version: number;
  readonly work: (connection: DuckDBConnection, stored: StoredColumns) => Promise<T>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Rows in DuckDB, large values in segments, names in SQLite. A write is: rows and segments under names that nobody
 * knows (or in a transaction that nobody sees); segments synced; intent in SQLite; DuckDB commits rows and version
 * together; the catalog shows them and the intent ends, in one SQLite transaction; what was replaced is dropped when
 * nobody can be reading it.
 */
export class DurableTableStore implements TableStore {
  readonly #options: DurableTableStoreOptions;
  readonly #queue = new KeyedQueue();
  readonly #places = new Semaphore(MAX_WRITES);

  constructor(options: DurableTableStoreOptions) {
    this.#options = options;
  }

  async createTable(
    table: NewTable,
    rows: AsyncIterable<Batch> | undefined,
    ifExists: 'error' | 'replace',
    signal?: AbortSignal,
  ): Promise<BaseTable> {
    const { catalog, clock, ids } = this.#options;
    return this.#queue.run(keyOf(table.reference), async () => {
      this.#checkName(table, ifExists);
      const now = clock.nowMillis();
      const created: BaseTable = {
        ...table,
        kind: 'TABLE',
        physicalName: physicalNameOf(ids.hex(8)),
        rowCount: 0n,
        byteCount: 0n,
        creationMillis: now,
        lastModifiedMillis: now,
      };
      await this.#write({
        kind: 'create',
        table: created,
        version: 1,
        signal,
        work: async (connection, stored) => {
          const columns = stageColumnsOf(created.schema);
          await connection.run(`CREATE TABLE ${TABLES}.${created.physicalName} (${columnDefinitions(columns)})`);
          if (rows !== undefined) await this.#append(connection, created, stored, rows, signal);
          // While the rows were read, somebody may have taken the name.
          this.#checkName(table, ifExists);
        },
      });
      const shown = catalog.getTable(table.reference);
      invariant(shown?.kind === 'TABLE', 'a table that was just created is there');
      return shown;
    });
  }

  async appendRows(reference: TableReference, rows: AsyncIterable<Batch>, signal?: AbortSignal): Promise<bigint> {
    return this.#queue.run(keyOf(reference), async () => {
      const { table, version } = this.#existing(reference);
      return this.#write({
        kind: 'change',
        table,
        version: version + 1,
        signal,
        work: (connection, stored) => this.#append(connection, table, stored, rows, signal),
      });
    });
  }

  async mutate<T>(
    reference: TableReference,
    change: (session: RelationalSession, physicalName: string) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { relational, rows } = this.#options;
    return this.#queue.run(keyOf(reference), async () => {
      const { table, version } = this.#existing(reference);
      return this.#write({
        kind: 'change',
        table,
        version: version + 1,
        signal,
        work: async (connection, stored) => {
          const session = relational.openTransactionSession(connection);
          try {
            const result = await change(session, table.physicalName);
            const own = rows.segmentsOf(table.physicalName).map((segment) => segment.id);
            await storeForeignValues(session, table, own, stored, signal);
            return result;
          } finally {
            await session.close();
          }
        },
      });
    });
  }

  async dropTable(reference: TableReference): Promise<void> {
    await this.#queue.run(keyOf(reference), async () => {
      const table = this.#options.catalog.getTable(reference);
      if (table === undefined) throw tableNotFound(reference);
      this.#forget(table);
    });
  }

  async *readTable(table: Table, signal?: AbortSignal): AsyncIterable<Batch> {
    if (table.kind === 'OBJECT_TABLE') {
      yield* this.#options.objectTables.scan(
        table,
        signal,
        table.schema.map((_, index) => index),
      );
      return;
    }
    if (table.kind === 'EXTERNAL_TABLE') {
      const { schema, source, reference } = table;
      yield* this.#options.externalFiles.read({ schema, source, subject: tableSubject(reference) }, signal);
      return;
    }
    const session = await this.#options.relational.openSession(signal);
    try {
      const columns = stageColumnsOf(table.schema);
      const names = columns.map((_, index) => `c${index}`).join(', ');
      const text = `SELECT ${names === '' ? 'c0' : names} FROM ${TABLES}.${table.physicalName}`;
      yield* session.run({ text, parameters: [], functions: [], columns }, signal);
    } finally {
      await session.close();
    }
  }

  /** Removes tables whose time is over, with their rows. */
  removeExpired(): void {
    for (const table of this.#options.rows.expired(this.#options.clock.nowMillis())) this.#forget(table);
  }

  /** Resolves when no write is running or waiting. */
  async idle(): Promise<void> {
    await this.#queue.idle();
  }

  #forget(table: Table): void {
    const { rows, retired } = this.#options;
    const segments = rows.remove(table);
    retired.retire(table.kind === 'TABLE' ? table.physicalName : undefined, segments);
  }

  #checkName(table: NewTable, ifExists: 'error' | 'replace'): void {
    const { catalog } = this.#options;
    const { reference } = table;
    if (catalog.getDataset(reference) === undefined) throw datasetNotFound(reference);
    if (ifExists === 'error' && catalog.getTable(reference) !== undefined) throw tableAlreadyExists(reference);
  }

  #existing(reference: TableReference): { table: BaseTable; version: number } {
    const table = this.#options.catalog.getTable(reference);
    const row = this.#options.rows.get(reference);
    if (table === undefined || row === undefined) throw tableNotFound(reference);
    if (table.kind !== 'TABLE') {
      const { projectId, datasetId, tableId } = reference;
      throw invalidQuery(
        `${projectId}:${datasetId}.${tableId} is not allowed for this operation because it is an ${table.kind === 'OBJECT_TABLE' ? 'object' : 'external'} table.`,
      );
    }
    return { table, version: row.version };
  }

  async #append(
    connection: DuckDBConnection,
    table: BaseTable,
    stored: StoredColumns,
    rows: AsyncIterable<Batch>,
    signal: AbortSignal | undefined,
  ): Promise<bigint> {
    const columns = stageColumnsOf(table.schema);
    const handles = this.#options.relational.newHandles();
    const appender = await TableAppender.open(connection, TABLES, table.physicalName, columns, handles);
    let count = 0n;
    try {
      for await (const batch of rows) {
        signal?.throwIfAborted();
        appender.append(await stored.store(batch, signal));
        count += BigInt(batch.rowCount);
      }
      appender.close();
    } finally {
      appender.abandon();
    }
    return count;
  }

  async #write<T>(write: Write<T>): Promise<T> {
    const { relational, rows, segments, clock } = this.#options;
    const { table, signal } = write;
    const columns: readonly StageColumn[] = stageColumnsOf(table.schema);
    const release = await this.#places.acquire(signal);
    const connection = await relational.connect();
    const stored = new StoredColumns(segments, columns);
    let committed = false;
    try {
      await connection.run('BEGIN TRANSACTION');
      const result = await write.work(connection, stored);
      signal?.throwIfAborted();
      const counts = await recordVersion(connection, table.physicalName, columns, write.version);
      const made = await stored.finish();
      const old = write.kind === 'change' ? rows.segmentsOf(table.physicalName) : [];
      const intent: Intent = {
        kind: write.kind,
        version: write.version,
        segments: made,
        table: {
          ...table,
          rowCount: counts.rowCount,
          byteCount: counts.byteCount + totalBytes(old) + totalBytes(made),
          lastModifiedMillis: clock.nowMillis(),
        },
      };
      rows.recordIntent(intent);
      await connection.run('COMMIT');
      committed = true;
      this.#show(intent);
      return result;
    } catch (error) {
      if (!committed) {
        await rollBack(connection);
        rows.dropIntent(table.physicalName);
        await stored.abandon();
      }
      throw error;
    } finally {
      connection.disconnectSync();
      release();
    }
  }

  #show(intent: Intent): void {
    const { rows, retired } = this.#options;
    const { table } = intent;
    const shown = rows.applyIntent(intent);
    if (shown === undefined) {
      retired.retire(
        intent.kind === 'create' ? table.physicalName : undefined,
        intent.segments.map((segment) => segment.id),
      );
      throw intent.kind === 'create' ? datasetNotFound(table.reference) : tableNotFound(table.reference);
    }
    const { replaced } = shown;
    retired.retire(replaced?.kind === 'TABLE' ? replaced.physicalName : undefined, shown.segments);
  }
}

const keyOf = ({ projectId, datasetId, tableId }: TableReference) => `${projectId}\0${datasetId}\0${tableId}`;

const totalBytes = (segments: readonly SegmentRecord[]): bigint =>
  BigInt(segments.reduce((sum, segment) => sum + segment.bytes, 0));

/** An error that ended the transaction itself leaves nothing to roll back. */
async function rollBack(connection: DuckDBConnection): Promise<void> {
  await connection.run('ROLLBACK').catch((error: unknown) => {
    if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error;
  });
}
