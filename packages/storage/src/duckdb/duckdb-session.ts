import { jobCancelled } from '@bqml-emulator/common';
import type { RelationalSession, StageColumn, StageText } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import type { ConnectionPool } from './connection-pool.ts';
import { SCRATCH } from './database.ts';
import type { EngineConnection } from './engine-connection.ts';
import { physicalTypeText } from './physical-type.ts';
import { QueryHandles } from './query-handles.ts';
import type { StageFunctions } from './stage-functions.ts';
import { collectRows, executeStatement, streamRows } from './statement.ts';
import type { StatementContext } from './statement.ts';
import { columnDefinitions, TableAppender } from './table-appender.ts';

export interface SessionOptions {
  /** An idle connection, and its way back. */
  readonly connections: ConnectionPool;
  readonly functions: StageFunctions;
  readonly handles: QueryHandles;
  /** Unique in this process; session tables are named after it. */
  readonly id: number;
  /**
   * A connection whose transaction all statements belong to; not closed with the session. Session tables are
   * temporary tables of it then, because a transaction does not see what others commit after it began.
   */
  readonly transaction: EngineConnection | undefined;
  readonly onClose: () => void;
}

/**
 * A query's view of the engine. A connection runs one statement at a time, and a stream stays a running statement
 * until its end, so that each stream has a connection of its own: what reads a stream may run other statements and
 * fill session tables meanwhile. In a transaction there is one connection, and a query is collected first.
 */
export class DuckDbSession implements RelationalSession {
  readonly handles: QueryHandles;
  readonly #options: SessionOptions;
  readonly #idle: EngineConnection[] = [];
  readonly #open = new Set<EngineConnection>();
  readonly #tables: string[] = [];
  /** Ends when the last statement of the transaction's connection has ended. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #appenders = new Set<TableAppender>();
  #tableCount = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.handles = options.handles;
  }

  get id(): number {
    return this.#options.id;
  }

  async *run(stage: StageText, signal?: AbortSignal): AsyncGenerator<Batch> {
    if (this.#options.transaction !== undefined) {
      yield* await this.#exclusively((connection) => collectRows(this.#context(connection, signal), stage));
      return;
    }
    const connection = await this.#take();
    let finished = false;
    try {
      yield* streamRows(this.#context(connection, signal), stage);
      finished = true;
    } finally {
      if (!finished) await this.#endStream(connection);
      this.#give(connection);
    }
  }

  async execute(stage: Omit<StageText, 'columns'>, signal?: AbortSignal): Promise<bigint> {
    return this.#exclusively((connection) => executeStatement(this.#context(connection, signal), stage));
  }

  async materialize(
    columns: readonly StageColumn[],
    rows: AsyncIterable<Batch>,
    signal?: AbortSignal,
  ): Promise<string> {
    const table = `s${this.#options.id}_${this.#tableCount++}`;
    const database = this.#options.transaction === undefined ? SCRATCH : 'temp';
    const name = `${database}.${table}`;
    const create = `CREATE ${database === 'temp' ? 'TEMP ' : ''}TABLE ${name} (${columnDefinitions(columns)})`;
    await this.execute({ text: create, parameters: [], functions: [] }, signal);
    this.#tables.push(name);
    const connection = this.#options.transaction ?? (await this.#take());
    const appender = await TableAppender.open(connection.connection, database, table, columns, this.handles);
    this.#appenders.add(appender);
    const stop = this.#stopSignal(signal);
    try {
      for await (const batch of rows) {
        stop.throwIfAborted();
        appender.append(batch);
      }
      stop.throwIfAborted();
      appender.close();
    } finally {
      appender.abandon();
      this.#appenders.delete(appender);
      this.#give(connection);
    }
    return name;
  }

  physicalType(column: StageColumn): string {
    return physicalTypeText(column);
  }

  /** Interrupts what is running; its readers get `jobCancelled`. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(jobCancelled());
    await Promise.allSettled(this.#inFlight);
    for (const appender of this.#appenders) appender.abandon();
    // Temporary tables of a transaction's connection go with the connection.
    if (this.#options.transaction === undefined && this.#tables.length > 0) {
      const connection = this.#idle.pop() ?? (await this.#connect());
      await connection.connection.run(this.#tables.map((table) => `DROP TABLE IF EXISTS ${table};`).join('\n'));
      this.#idle.push(connection);
    }
    for (const opened of this.#open) {
      if (!this.#idle.includes(opened)) await endStream(opened);
      this.#options.connections.give(opened);
    }
    this.#open.clear();
    this.handles.clear();
    this.#options.onClose();
  }

  #context(connection: EngineConnection, signal: AbortSignal | undefined): StatementContext {
    const { functions } = this.#options;
    const { handles } = this;
    return { connection, functions, handles, inFlight: this.#inFlight, signal: this.#stopSignal(signal) };
  }

  #stopSignal(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  /** In a transaction, statements wait for one another; otherwise each takes a connection. */
  async #exclusively<T>(action: (connection: EngineConnection) => Promise<T>): Promise<T> {
    const { transaction } = this.#options;
    if (transaction === undefined) {
      const connection = await this.#take();
      try {
        return await action(connection);
      } finally {
        this.#give(connection);
      }
    }
    const run = this.#last.then(() => action(transaction));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #take(): Promise<EngineConnection> {
    this.#closing.signal.throwIfAborted();
    return this.#idle.pop() ?? this.#connect();
  }

  async #connect(): Promise<EngineConnection> {
    const connection = await this.#options.connections.take();
    this.#open.add(connection);
    return connection;
  }

  /** While the session closes, that is left to `close`. */
  async #endStream(connection: EngineConnection): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const ending = endStream(connection);
    this.#inFlight.add(ending);
    await ending;
    this.#inFlight.delete(ending);
  }

  #give(connection: EngineConnection): void {
    if (connection !== this.#options.transaction) this.#idle.push(connection);
  }
}

/**
 * A stream that was left in the middle is still running on its connection, and may be calling a stage function. The
 * next statement ends it, on a thread of its own; disconnecting would wait for it on the thread that it waits for.
 */
async function endStream(connection: EngineConnection): Promise<void> {
  connection.connection.interrupt();
  // The interrupt may hit this statement: the stream has ended either way.
  await connection.connection.run('SELECT 1').catch(() => undefined);
}
