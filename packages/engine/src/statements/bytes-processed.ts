import type { Scan } from '../logical/index.ts';
import { forEachScan } from '../logical/rewrite.ts';

/** Bytes of the base tables that a plan reads, each table once. */
export function bytesProcessed(scan: Scan): bigint {
  const bytes = new Map<string, bigint>();
  forEachScan(scan, (s) => {
    if (s.kind === 'TableScan') bytes.set(s.table.physicalName, s.table.byteCount);
  });
  return [...bytes.values()].reduce((sum, b) => sum + b, 0n);
}
