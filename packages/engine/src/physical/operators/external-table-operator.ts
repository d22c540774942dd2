import { tableSubject } from '@bqml-emulator/catalog';
import type { ExternalFiles } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import type { ExternalTableOperator } from '../physical-plan.ts';

export function runExternalTable(
  { scan }: ExternalTableOperator,
  files: ExternalFiles,
  signal: AbortSignal,
): AsyncIterable<Batch> {
  const { schema, source, reference } = scan.table;
  return files.read({ schema, source, subject: tableSubject(reference) }, signal, scan.columnIndices);
}
