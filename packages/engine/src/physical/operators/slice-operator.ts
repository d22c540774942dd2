import type { Batch } from '@bqml-emulator/types';
import type { SliceOperator } from '../physical-plan.ts';
import { pickColumns, positionsOf, sliceRows } from './pick-columns.ts';

/** Stops pulling its input with the last row that it gives. */
export async function* runSlice(operator: SliceOperator, input: AsyncIterable<Batch>): AsyncIterable<Batch> {
  if (operator.limit === 0) return;
  const positions = positionsOf(operator.sources, operator.input.columns);
  let skip = operator.offset;
  let left = operator.limit;
  for await (const batch of input) {
    const rows = sliceRows(batch, Math.min(skip, batch.rowCount), skip + left);
    skip = Math.max(0, skip - batch.rowCount);
    left -= rows.rowCount;
    if (rows.rowCount > 0) yield pickColumns(rows, positions);
    if (left <= 0) return;
  }
}
