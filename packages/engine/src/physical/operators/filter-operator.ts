import type { EvaluationContext } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import type { FilterOperator } from '../physical-plan.ts';
import { evaluateValue } from '../evaluator/evaluate-expression.ts';
import { BatchRow } from './batch-row.ts';
import { pickColumns, positionsOf } from './pick-columns.ts';

/** Gives the rows for which the condition is TRUE, in order. */
export async function* runFilter(
  operator: FilterOperator,
  input: AsyncIterable<Batch>,
  evaluation: EvaluationContext,
  signal: AbortSignal,
): AsyncIterable<Batch> {
  const positions = new Map(operator.input.columns.map((c, i) => [c.id, i]));
  const picked = positionsOf(operator.columns, operator.input.columns);
  for await (const batch of input) {
    const kept: number[] = [];
    for (let i = 0; i < batch.rowCount; i++) {
      const row = new BatchRow(batch, i, positions, evaluation, signal);
      const result = evaluateValue(operator.scan.condition, row);
      if ((result instanceof Promise ? await result : result) === true) kept.push(i);
    }
    if (kept.length === 0) continue;
    const { columns } = pickColumns(batch, picked);
    yield {
      rowCount: kept.length,
      columns: columns.map((c) => ({ type: c.type, values: kept.map((i) => c.values[i] ?? null) })),
    };
  }
}
