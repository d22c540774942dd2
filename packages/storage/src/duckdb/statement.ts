import type { DuckDBDataChunk, DuckDBPreparedStatement } from '@duckdb/node-api';
import { InvariantError } from '@bqml-emulator/common';
import type { HandleTable, StageColumn, StageText } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import type { EngineConnection } from './engine-connection.ts';
import { physicalValueType } from './physical-type.ts';
import { readVector, valueToPhysical } from './physical-value.ts';
import { relationalError } from './relational-error.ts';
import type { StageFunctions, StageFunctionScope } from './stage-functions.ts';

/** An interrupt that arrives between two statements is lost, so it is sent until the call has ended. */
const INTERRUPT_INTERVAL_MILLIS = 20;

export interface StatementContext {
  readonly connection: EngineConnection;
  readonly functions: StageFunctions;
  readonly handles: HandleTable;
  readonly signal: AbortSignal;
  /** Calls that are running in the engine: while there is one, its connection must stay. */
  readonly inFlight: Set<Promise<unknown>>;
}

/** A prepared statement with its parameters bound and its functions in place, until `end`. */
class Statement {
  readonly #context: StatementContext;
  readonly #scope: StageFunctionScope;
  #prepared: DuckDBPreparedStatement | undefined;
  #ready = false;

  constructor(context: StatementContext, scope: StageFunctionScope) {
    this.#context = context;
    this.#scope = scope;
  }

  async prepare(text: string, parameters: StageText['parameters']): Promise<DuckDBPreparedStatement> {
    const { connection, macros } = this.#context.connection;
    if (!this.#ready && this.#scope.macros !== '') {
      // Until they are all there, the connection knows none.
      const known = [...macros];
      macros.clear();
      await this.call(() => connection.run(this.#scope.macros));
      for (const [name, macro] of known) macros.set(name, macro);
    }
    this.#ready = true;
    this.#prepared?.destroySync();
    const prepared = await this.call(() => connection.prepare(text));
    this.#prepared = prepared;
    parameters.forEach(({ type, value }, index) => {
      const physical = valueToPhysical(type, value);
      if (physical === null) prepared.bindNull(index + 1);
      else prepared.bindValue(index + 1, physical, physicalValueType(type));
    });
    return prepared;
  }

  /** One call into the engine; what it throws is what the user sees. */
  async call<T>(action: () => Promise<T>): Promise<T> {
    const { signal, inFlight } = this.#context;
    const { connection } = this.#context.connection;
    signal.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const interrupt = () => {
      connection.interrupt();
      timer = setInterval(() => connection.interrupt(), INTERRUPT_INTERVAL_MILLIS);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    const call = action();
    inFlight.add(call);
    try {
      return await call;
    } catch (error) {
      signal.throwIfAborted();
      const kept = this.#scope.keptError(error);
      throw kept === undefined ? relationalError(error) : kept.error;
    } finally {
      inFlight.delete(call);
      signal.removeEventListener('abort', interrupt);
      clearInterval(timer);
    }
  }

  end(): void {
    this.#prepared?.destroySync();
    this.#scope.end();
  }
}

/** Runs a statement for its effect; the number of rows changed. */
export async function executeStatement(context: StatementContext, stage: Omit<StageText, 'columns'>): Promise<bigint> {
  const statement = new Statement(
    context,
    context.functions.enter(context.connection, stage.functions, context.handles),
  );
  try {
    const prepared = await statement.prepare(stage.text, stage.parameters);
    const result = await statement.call(() => prepared.run());
    return BigInt(result.rowsChanged);
  } finally {
    statement.end();
  }
}

/** Runs a query to its end; its rows. */
export async function collectRows(context: StatementContext, stage: StageText): Promise<readonly Batch[]> {
  const statement = new Statement(
    context,
    context.functions.enter(context.connection, stage.functions, context.handles),
  );
  try {
    const prepared = await statement.prepare(stage.text, stage.parameters);
    const result = await statement.call(() => prepared.run());
    const batches: Batch[] = [];
    for (;;) {
      const chunk = await statement.call(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return batches;
      batches.push(readBatch(chunk, stage.columns, chunk.rowCount, context.handles));
    }
  } finally {
    statement.end();
  }
}

/**
 * Yields a query's rows while it runs. The binding's stream ends without a word when the query fails or is
 * interrupted after its first chunk, so a last row that only a query that came to its end can give is added and
 * looked for. UNION ALL keeps the order as long as `preserve_insertion_order` is on, which is the default.
 */
export async function* streamRows(context: StatementContext, stage: StageText): AsyncGenerator<Batch> {
  const { columns } = stage;
  const statement = new Statement(
    context,
    context.functions.enter(context.connection, stage.functions, context.handles),
  );
  try {
    const lastRow = [...columns.map(() => 'NULL'), 'true'].join(', ');
    const prepared = await statement.prepare(
      `SELECT *, false FROM (${stage.text}\n) UNION ALL SELECT ${lastRow}`,
      stage.parameters,
    );
    const result = await statement.call(() => prepared.stream());
    let ended = false;
    while (!ended) {
      const chunk = await statement.call(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) break;
      ended = chunk.getColumnVector(columns.length).getItem(chunk.rowCount - 1) === true;
      const rowCount = ended ? chunk.rowCount - 1 : chunk.rowCount;
      const batch = readBatch(chunk, columns, rowCount, context.handles);
      // The statement itself ends with the fetch after the last chunk.
      if (ended) await statement.call(() => result.fetchChunk());
      if (rowCount > 0) yield batch;
    }
    if (!ended) {
      // Only a statement that is run as a whole says what went wrong. This one computes every row and keeps none.
      const again = await statement.prepare(
        `SELECT bit_xor(hash(*COLUMNS(*))) FROM (${stage.text}\n)`,
        stage.parameters,
      );
      await statement.call(() => again.run());
      throw new InvariantError('a stream of the relational engine ended early');
    }
  } finally {
    statement.end();
  }
}

function readBatch(
  chunk: DuckDBDataChunk,
  columns: readonly StageColumn[],
  rowCount: number,
  handles: HandleTable,
): Batch {
  return {
    rowCount,
    columns: columns.map((column, index) => ({
      type: column.type,
      values: readVector(chunk.getColumnVector(index), column, rowCount, handles),
    })),
  };
}
