import type { Scan } from '../../../logical/index.ts';

/** Whether the scan gives exactly one row, whatever the data. */
export function givesOneRow(scan: Scan): boolean {
  switch (scan.kind) {
    case 'SingleRowScan':
      return true;
    case 'ProjectScan':
    case 'OrderByScan':
    case 'AnalyticScan':
    case 'TvfScan':
      return givesOneRow(scan.input);
    case 'AggregateScan':
      return scan.groupBy.length === 0 && scan.groupingSets === undefined;
    default:
      return false;
  }
}
