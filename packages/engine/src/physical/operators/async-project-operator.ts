import { invariant } from '@bqml-emulator/common';
import type { EvaluationContext } from '@bqml-emulator/catalog';
import type { Batch, Column, Value } from '@bqml-emulator/types';
import type { ComputedColumn, Expression, FunctionCall } from '../../logical/index.ts';
import { isLazyExpression } from '../../logical/lazy.ts';
import { isAsynchronous } from '../../optimizer/asynchronous.ts';
import { evaluateExpression, evaluateValue } from '../evaluator/evaluate-expression.ts';
import type { EvaluationRow } from '../evaluator/evaluate-expression.ts';
import type { AsyncProjectOperator } from '../physical-plan.ts';
import { BatchRow } from './batch-row.ts';
import { batchBytes } from './value-bytes.ts';
import { sliceRows } from './pick-columns.ts';

/** Rows that are evaluated together, fewer where the values that they give are larger than `CHUNK_BYTES`. */
const CHUNK_ROWS = 16;
const FIRST_CHUNK_ROWS = 2;
const CHUNK_BYTES = 8 * 2 ** 20;
/** Calls out of the process get this many rows at once. */
const CALL_CHUNK_ROWS = 128;
/** Where nothing is read or called. */
const HANDLE_CHUNK_ROWS = 2048;
/** Chunks in flight: with the rows of a chunk, the bound on values that are in memory at once. */
const CONCURRENT_CHUNKS = 2;

/** Evaluates the computed columns row by row, some rows at a time, and gives the rows in the order of the input. */
export async function* runAsyncProject(
  operator: AsyncProjectOperator,
  input: AsyncIterable<Batch>,
  evaluation: EvaluationContext,
  lazyColumns: ReadonlySet<number>,
  signal: AbortSignal,
): AsyncIterable<Batch> {
  const stop = new AbortController();
  const bounded = AbortSignal.any([signal, stop.signal]);
  const project = new Projection(operator, evaluation, lazyColumns, bounded);
  const pending: Promise<Batch>[] = [];
  try {
    for await (const batch of input) {
      for (let start = 0, end = 0; start < batch.rowCount; start = end) {
        end = start + project.chunkRows;
        const chunk = project.run(sliceRows(batch, start, end));
        // Awaited in turn below; a failure of a later chunk must not count as unhandled before that.
        chunk.catch(() => undefined);
        pending.push(chunk);
        const first = pending.length >= CONCURRENT_CHUNKS ? pending.shift() : undefined;
        if (first) yield await first;
      }
    }
    for (const chunk of pending) yield await chunk;
  } finally {
    stop.abort();
  }
}

class Projection {
  /** Rows of the next chunk. */
  chunkRows: number;
  private readonly operator: AsyncProjectOperator;
  private readonly evaluation: EvaluationContext;
  private readonly lazyColumns: ReadonlySet<number>;
  private readonly signal: AbortSignal;
  private readonly positions: ReadonlyMap<number, number>;
  private readonly computed: ReadonlyMap<number, ComputedColumn>;

  constructor(
    operator: AsyncProjectOperator,
    evaluation: EvaluationContext,
    lazyColumns: ReadonlySet<number>,
    signal: AbortSignal,
  ) {
    this.operator = operator;
    this.evaluation = evaluation;
    this.lazyColumns = lazyColumns;
    this.signal = signal;
    this.positions = new Map(operator.input.columns.map((c, i) => [c.id, i]));
    this.computed = new Map(operator.scan.computed.map((c) => [c.column.id, c]));
    this.chunkRows = chunkRowsOf(
      operator.scan.computed.map((c) => c.expression),
      lazyColumns,
    );
  }

  async run(chunk: Batch): Promise<Batch> {
    const rows = Array.from(
      { length: chunk.rowCount },
      (_, i) => new BatchRow(chunk, i, this.positions, this.evaluation, this.signal),
    );
    const columns = await Promise.all(
      this.operator.columns.map(async (column): Promise<Column> => {
        const computed = this.computed.get(column.id);
        if (computed) return { type: column.type, values: await this.evaluate(computed, rows) };
        const source = chunk.columns[this.positions.get(column.id) ?? -1];
        invariant(source, `column ${column.id} is in the input`);
        return source;
      }),
    );
    const batch = { rowCount: chunk.rowCount, columns };
    if (this.chunkRows <= CHUNK_ROWS) this.chunkRows = rowsWithin(CHUNK_BYTES, batch);
    return batch;
  }

  private evaluate({ expression }: ComputedColumn, rows: readonly EvaluationRow[]): Promise<readonly Value[]> {
    if (isBatchCall(expression)) return this.call(expression, rows);
    const evaluate = isLazyExpression(expression, this.lazyColumns) ? evaluateExpression : evaluateValue;
    return Promise.all(rows.map(async (row) => evaluate(expression, row)));
  }

  /** One call for all rows. */
  private async call(call: FunctionCall, rows: readonly EvaluationRow[]): Promise<readonly Value[]> {
    const { signature } = call;
    const types = [...call.arguments.map((a) => a.type), call.type];
    const args = await Promise.all(
      rows.map((row) =>
        Promise.all(
          call.arguments.map(async (a, i) =>
            signature.lazyParameters?.includes(i) ? evaluateExpression(a, row) : evaluateValue(a, row),
          ),
        ),
      ),
    );
    const called = args.filter((values) => signature.nulls === 'receive' || !values.includes(null));
    invariant(signature.evaluateAsync, `${call.function.name} is asynchronous`);
    const results =
      called.length === 0 ? [] : await signature.evaluateAsync(called, types, this.evaluation, this.signal);
    let next = 0;
    return args.map((values) => (values === called[next] ? (results[next++] ?? null) : null));
  }
}

function chunkRowsOf(computed: readonly Expression[], lazyColumns: ReadonlySet<number>): number {
  if (!computed.some((e) => isAsynchronous(e, lazyColumns))) return HANDLE_CHUNK_ROWS;
  return computed.every(isBatchCall) ? CALL_CHUNK_ROWS : FIRST_CHUNK_ROWS;
}

/** As many rows like those of `batch` as `bytes` hold. */
const rowsWithin = (bytes: number, batch: Batch): number =>
  Math.max(1, Math.min(CHUNK_ROWS, Math.floor((bytes * batch.rowCount) / batchBytes(batch))));

/** A call that every row makes, so that one call can serve many rows. */
function isBatchCall(e: Expression): e is FunctionCall {
  return e.kind === 'FunctionCall' && !e.safe && e.signature.evaluateAsync !== undefined;
}
