import type { Batch, Column } from '@bqml-emulator/types';
import { batchBytes } from './value-bytes.ts';

/** Rows that a stage takes at once: as many of what is small, and no more bytes of what is large. */
const GATHERED_ROWS = 2048;
const GATHERED_BYTES = 8 * 2 ** 20;

/** The same rows in fewer batches. */
export async function* gathered(batches: AsyncIterable<Batch>): AsyncIterable<Batch> {
  let waiting: Batch[] = [];
  let rows = 0;
  let bytes = 0;
  for await (const batch of batches) {
    waiting.push(batch);
    rows += batch.rowCount;
    bytes += batchBytes(batch);
    if (rows < GATHERED_ROWS && bytes < GATHERED_BYTES) continue;
    yield concatenated(waiting);
    waiting = [];
    rows = 0;
    bytes = 0;
  }
  if (waiting.length > 0) yield concatenated(waiting);
}

function concatenated(batches: readonly Batch[]): Batch {
  const [first] = batches;
  if (first === undefined || batches.length === 1) return first ?? { rowCount: 0, columns: [] };
  return {
    rowCount: batches.reduce((n, batch) => n + batch.rowCount, 0),
    columns: first.columns.map(({ type }, i): Column => ({
      type,
      values: batches.flatMap((batch) => batch.columns[i]?.values ?? []),
    })),
  };
}
