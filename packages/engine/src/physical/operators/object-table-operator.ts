import type { ObjectTableSource } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import type { ObjectTableOperator } from '../physical-plan.ts';
import { pickColumns } from './pick-columns.ts';

export async function* runObjectTable(
  operator: ObjectTableOperator,
  source: ObjectTableSource,
  signal: AbortSignal,
): AsyncIterable<Batch> {
  for await (const batch of source.scan(operator.scan.table, signal)) {
    yield pickColumns(batch, operator.scan.columnIndices);
  }
}
