import { invariant } from '@bqml-emulator/common';
import type { Batch } from '@bqml-emulator/types';
import type { PlanColumn } from '../../logical/index.ts';

/** For each of `wanted` its position in `columns`. */
export function positionsOf(wanted: readonly PlanColumn[], columns: readonly PlanColumn[]): readonly number[] {
  const positions = new Map(columns.map((c, i) => [c.id, i]));
  return wanted.map((c) => {
    const position = positions.get(c.id);
    invariant(position !== undefined, `column ${c.id} (${c.name}) is in the input`);
    return position;
  });
}

export function pickColumns(batch: Batch, positions: readonly number[]): Batch {
  return { rowCount: batch.rowCount, columns: positions.flatMap((i) => batch.columns[i] ?? []) };
}

export function sliceRows(batch: Batch, start: number, end: number): Batch {
  if (start === 0 && end >= batch.rowCount) return batch;
  const columns = batch.columns.map((c) => ({ type: c.type, values: c.values.slice(start, end) }));
  return { rowCount: Math.max(0, Math.min(end, batch.rowCount) - start), columns };
}
