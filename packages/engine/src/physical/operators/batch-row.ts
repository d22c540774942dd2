import type { EvaluationContext } from '@bqml-emulator/catalog';
import type { Batch, LazyValue, Value } from '@bqml-emulator/types';
import type { EvaluationRow } from '../evaluator/evaluate-expression.ts';

/** One row of a batch for the evaluation of expressions; it reads each lazy value once. */
export class BatchRow implements EvaluationRow {
  readonly evaluation: EvaluationContext;
  readonly signal: AbortSignal;
  private readonly batch: Batch;
  private readonly index: number;
  private readonly positions: ReadonlyMap<number, number>;
  private readonly reads = new Map<LazyValue, Promise<Value>>();

  /** `positions` maps a column's id to its place in the batch. */
  constructor(
    batch: Batch,
    index: number,
    positions: ReadonlyMap<number, number>,
    evaluation: EvaluationContext,
    signal: AbortSignal,
  ) {
    this.batch = batch;
    this.index = index;
    this.positions = positions;
    this.evaluation = evaluation;
    this.signal = signal;
  }

  column(id: number): Value {
    return this.batch.columns[this.positions.get(id) ?? -1]?.values[this.index] ?? null;
  }

  read(value: LazyValue): Promise<Value> {
    const known = this.reads.get(value);
    if (known) return known;
    const reading = value.read(this.signal);
    this.reads.set(value, reading);
    return reading;
  }
}
