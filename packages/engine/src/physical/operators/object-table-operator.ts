import type { ObjectTableSource } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import type { ObjectTableOperator } from '../physical-plan.ts';

export const runObjectTable = (
  { scan }: ObjectTableOperator,
  source: ObjectTableSource,
  signal: AbortSignal,
): AsyncIterable<Batch> => source.scan(scan.table, signal, scan.columnIndices);
