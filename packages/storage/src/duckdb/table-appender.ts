import { DuckDBDataChunk } from '@duckdb/node-api';
import type { DuckDBAppender, DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { invariant } from '@bqml-emulator/common';
import type { HandleTable, StageColumn } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import { physicalType, physicalTypeText } from './physical-type.ts';
import { toPhysical } from './physical-value.ts';
import { relationalError } from './relational-error.ts';

/** Rows of one chunk: the engine's vector size. */
const CHUNK_ROWS = 2048;

/** Rows after which the appender is flushed, which blocks the main thread for some ten milliseconds. */
const FLUSH_ROWS = 20 * CHUNK_ROWS;

/** `c0 BIGINT, c1 VARCHAR`; a table without columns keeps its row count in one that is always NULL. */
export const columnDefinitions = (columns: readonly StageColumn[]): string =>
  columns.length === 0
    ? 'c0 BOOLEAN'
    : columns.map((column, index) => `c${index} ${physicalTypeText(column)}`).join(', ');

/** Appends batches to a table with columns `c0`, `c1`, ... of the given types. */
export class TableAppender {
  readonly #appender: DuckDBAppender;
  readonly #columns: readonly StageColumn[];
  readonly #types: readonly DuckDBType[];
  readonly #handles: HandleTable;
  #unflushed = 0;
  #closed = false;

  private constructor(appender: DuckDBAppender, columns: readonly StageColumn[], handles: HandleTable) {
    this.#appender = appender;
    this.#columns = columns.length === 0 ? [{ type: { kind: 'BOOL' }, lazy: false }] : columns;
    this.#types = this.#columns.map(physicalType);
    this.#handles = handles;
  }

  static async open(
    connection: DuckDBConnection,
    database: string,
    table: string,
    columns: readonly StageColumn[],
    handles: HandleTable,
  ): Promise<TableAppender> {
    return new TableAppender(await connection.createAppender(table, 'main', database), columns, handles);
  }

  append(batch: Batch): void {
    for (let start = 0; start < batch.rowCount; start += CHUNK_ROWS) {
      const end = Math.min(start + CHUNK_ROWS, batch.rowCount);
      const chunk = DuckDBDataChunk.create(this.#types, end - start);
      this.#columns.forEach((column, index) => {
        const values = batch.columns[index]?.values ?? [];
        invariant(
          index >= batch.columns.length || values.length === batch.rowCount,
          'columns of a batch are equally long',
        );
        const items = [];
        for (let row = start; row < end; row++) items.push(toPhysical(column, values[row] ?? null, this.#handles));
        chunk.setColumnValues(index, items);
      });
      this.#guard(() => this.#appender.appendDataChunk(chunk));
      this.#unflushed += end - start;
      if (this.#unflushed >= FLUSH_ROWS) {
        this.#guard(() => this.#appender.flushSync());
        this.#unflushed = 0;
      }
    }
  }

  /** Flushes the rest. */
  close(): void {
    this.#closed = true;
    this.#guard(() => this.#appender.closeSync());
  }

  /** Forgets what was not flushed. Does nothing after `close`. */
  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#appender.clear();
    this.#appender.closeSync();
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw relationalError(error);
    }
  }
}
