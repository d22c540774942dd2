import { InvariantError } from '@bqml-emulator/common';
import type { ExternalTableScan, ObjectTableScan, SingleRowScan, TableScan, TvfScan } from '../../../logical/index.ts';
import type { EmissionContext, StoredRelation } from '../emission-context.ts';
import { selectList } from './columns.ts';

export function emitSingleRowScan(_scan: SingleRowScan, _context: EmissionContext): string {
  return `SELECT ${selectList([])}`;
}

/** A column index that stands for the identity of a row inside its table. */
export const ROW_IDENTITY = -1;

export function emitTableScan(scan: TableScan, _context: EmissionContext): string {
  const items = scan.columns.map((c, i) => {
    const index = scan.columnIndices[i];
    return `${index === ROW_IDENTITY ? 'rowid' : `c${index}`} AS c${c.id}`;
  });
  return `SELECT ${selectList(items)} FROM ${scan.table.physicalName}`;
}

export function emitStoredRelation(relation: StoredRelation): string {
  const items = relation.columns.map((c, i) => `c${i} AS c${c.id}`);
  return `SELECT ${selectList(items)} FROM ${relation.tableName}`;
}

/** The planner runs these as operators and puts what they give into `storedScans`. */
export function emitOperatorScan(
  scan: ObjectTableScan | ExternalTableScan | TvfScan,
  _context: EmissionContext,
): string {
  throw new InvariantError(`${scan.kind} is an operator`);
}
