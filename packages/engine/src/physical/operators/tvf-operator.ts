import { invariant } from '@bqml-emulator/common';
import type { Batch, Column, Value } from '@bqml-emulator/types';
import type { TvfOperator } from '../physical-plan.ts';
import { pickColumns, positionsOf } from './pick-columns.ts';

/**
 * Runs the table function over the columns that it reads; the columns that it passes through wait here and are put
 * back beside the row that they came with.
 */
export async function* runTvf(
  operator: TvfOperator,
  input: AsyncIterable<Batch>,
  signal: AbortSignal,
): AsyncIterable<Batch> {
  const { scan } = operator;
  const bound = scan.function;
  const known = positionsOf(scan.inputColumns, operator.input.columns);
  const read = bound.inputColumns.map((i) => known[i] ?? -1);
  const passed = bound.columns.map((c) => (c.passThrough === undefined ? undefined : known[c.passThrough]));
  const waiting = new RowQueue([...new Set(passed.filter((p) => p !== undefined))]);
  const stop = new AbortController();
  let wanted = true;

  async function* batches(): AsyncIterable<Batch> {
    for await (const batch of input) {
      waiting.push(batch);
      yield pickColumns(batch, read);
    }
  }

  try {
    for await (const output of bound.open(batches(), AbortSignal.any([signal, stop.signal]))) {
      const beside = waiting.take(output.rowCount);
      let computed = 0;
      const columns = bound.columns.map((c, i): Column => {
        const position = passed[i];
        if (position !== undefined) return { type: c.type, values: beside.get(position) ?? [] };
        const column = output.columns[computed++];
        invariant(column, 'a table function gives its computed columns');
        return column;
      });
      wanted = false;
      try {
        yield { rowCount: output.rowCount, columns };
        wanted = true;
      } finally {
        // The consumer needs no more rows. Closing the function's stream waits for what it has begun, so it hears first.
        if (!wanted) stop.abort();
      }
    }
  } finally {
    stop.abort();
  }
}

/** Values of some columns, taken row by row in the order in which they came. */
class RowQueue {
  private readonly positions: readonly number[];
  private batches: Batch[] = [];
  private offset = 0;

  constructor(positions: readonly number[]) {
    this.positions = positions;
  }

  push(batch: Batch): void {
    this.batches.push(batch);
  }

  take(count: number): ReadonlyMap<number, readonly Value[]> {
    const taken = new Map<number, Value[]>(this.positions.map((p) => [p, []]));
    let left = count;
    while (left > 0) {
      const [batch] = this.batches;
      invariant(batch, 'a table function gives no more rows than it read');
      const end = Math.min(batch.rowCount, this.offset + left);
      for (const [position, values] of taken) {
        const source = batch.columns[position]?.values ?? [];
        for (let row = this.offset; row < end; row++) values.push(source[row] ?? null);
      }
      left -= end - this.offset;
      this.offset = end;
      if (this.offset === batch.rowCount) {
        this.batches.shift();
        this.offset = 0;
      }
    }
    return taken;
  }
}
