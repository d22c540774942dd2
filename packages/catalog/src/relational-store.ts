import type { Batch, SqlType, Value } from '@bqml-emulator/types';
import type { HandleTable } from './handle-table.ts';

/** A column of a stage's result: the SQL type, and whether the relational engine holds a BIGINT handle for it. */
export interface StageColumn {
  readonly type: SqlType;
  readonly lazy: boolean;
}

/**
 * A JavaScript function that a stage's text calls by `name`. Values cross as documented at `Value`; a lazy
 * argument or result crosses as a `LazyValue`. NULLs are passed. It runs on the main thread, 2,048 rows a call,
 * so it must be synchronous: an asynchronous one would silently give wrong data.
 */
export interface StageFunction {
  readonly name: string;
  readonly parameters: readonly StageColumn[];
  readonly result: StageColumn;
  /** False: may be folded or called once for equal arguments. */
  readonly volatile: boolean;
  readonly evaluate: (...args: Value[]) => Value;
}

export interface StageText {
  /** Text in the relational engine's dialect; reads `$1`, `$2`, ... from `parameters`. */
  readonly text: string;
  readonly parameters: readonly { readonly type: SqlType; readonly value: Value }[];
  readonly functions: readonly StageFunction[];
  /** The result columns in order. */
  readonly columns: readonly StageColumn[];
}

/**
 * One connection. Statements of a session run one after the other. Physical types of the SQL types:
 * BOOL BOOLEAN; INT64 BIGINT; FLOAT64 DOUBLE; NUMERIC DECIMAL(38,9); BIGNUMERIC BLOB (32 bytes, sortable);
 * STRING VARCHAR; BYTES BLOB; DATE DATE; DATETIME TIMESTAMP; TIME TIME; TIMESTAMP TIMESTAMPTZ; INTERVAL INTERVAL;
 * JSON VARCHAR (canonical text); GEOGRAPHY VARCHAR; ARRAY LIST; STRUCT STRUCT(f0, f1, ...); RANGE STRUCT(lo, hi);
 * anything lazy BIGINT.
 */
export interface RelationalSession {
  /**
   * Streams the result in batches of at most 2,048 rows. An error that a `StageFunction` threw is rethrown
   * unchanged; `signal` interrupts the statement.
   */
  run(stage: StageText, signal?: AbortSignal): AsyncIterable<Batch>;
  /** Runs a statement for its effect; returns the number of rows changed. */
  execute(stage: Omit<StageText, 'columns'>, signal?: AbortSignal): Promise<bigint>;
  /** A table of this session, dropped with it, filled from `rows`. Columns are named `c0`, `c1`, ...; returns its name. */
  materialize(columns: readonly StageColumn[], rows: AsyncIterable<Batch>, signal?: AbortSignal): Promise<string>;
  /** Physical type text of a column, for casts and empty tables: `DECIMAL(38,9)`, `STRUCT(f0 BIGINT)`. */
  physicalType(column: StageColumn): string;
  readonly handles: HandleTable;
  close(): Promise<void>;
}

/** The relational engine over the tables of one data directory. */
export interface RelationalStore {
  /** A session with its own connection and handle table; waits while as many as allowed are open. */
  openSession(signal?: AbortSignal): Promise<RelationalSession>;
}
