import type { TableReference } from '@bqml-emulator/common';
import type { Batch } from '@bqml-emulator/types';
import type { BaseTable, ColumnSchema, Table } from './resource.ts';
import type { RelationalSession } from './relational-store.ts';

export interface NewTable {
  readonly reference: TableReference;
  readonly location: string;
  readonly schema: readonly ColumnSchema[];
  readonly friendlyName: string | undefined;
  readonly description: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly expirationMillis: number | undefined;
}

/**
 * Changes rows and schema of base tables over both stores. Each call is atomic and durable when its promise
 * resolves, also across `kill -9`: segments are synced, an intent is recorded, DuckDB commits, the catalog's
 * pointer flips, the old rows are dropped. Calls on one table are serialised.
 */
export interface TableStore {
  /**
   * Creates an empty table, or one filled with `rows` (columns in schema order; lazy values are read and written
   * to segments). `ifExists`: `error` throws `tableAlreadyExists`, `replace` swaps old and new in one step.
   */
  createTable(
    table: NewTable,
    rows: AsyncIterable<Batch> | undefined,
    ifExists: 'error' | 'replace',
    signal?: AbortSignal,
  ): Promise<BaseTable>;

  /** Appends batches whose columns are the whole schema in order; returns the number of rows. */
  appendRows(reference: TableReference, rows: AsyncIterable<Batch>, signal?: AbortSignal): Promise<bigint>;

  /**
   * Runs statements that change the rows of one table in one transaction. `change` gets the session and the
   * physical table name and returns what the statement reports (rows affected).
   */
  mutate<T>(
    reference: TableReference,
    change: (session: RelationalSession, physicalName: string) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;

  /** Drops a base table or an object table with everything it owns. Absent: `tableNotFound`. */
  dropTable(reference: TableReference): Promise<void>;

  /** The rows of a table as it is now, all columns in schema order, segment columns as lazy values. */
  readTable(table: Table, signal?: AbortSignal): AsyncIterable<Batch>;
}
