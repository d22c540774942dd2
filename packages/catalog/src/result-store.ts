import type { Batch } from '@bqml-emulator/types';
import type { ColumnSchema } from './resource.ts';

/** The rows of a finished query: pages bounded by bytes, small results in memory, with expiry. */
export interface QueryResult {
  readonly id: string;
  readonly schema: readonly ColumnSchema[];
  readonly rowCount: bigint;
  /**
   * Rows from `startRow`, in order, until `maxRows` rows or `maxBytes` of their wire form are reached, but at least
   * one row while any is left.
   */
  read(startRow: bigint, maxRows: number, maxBytes: number): Promise<Batch>;
}

export interface ResultStore {
  /** Reads `rows` to its end; lazy values are read one row at a time. Nothing is kept when it fails. */
  write(schema: readonly ColumnSchema[], rows: AsyncIterable<Batch>, signal?: AbortSignal): Promise<QueryResult>;
  /** Undefined when it never was, or expired. */
  open(id: string): QueryResult | undefined;
}
