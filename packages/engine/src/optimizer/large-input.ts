import type { SqlType } from '@bqml-emulator/types';
import type { Expression, ProjectScan, Scan } from '../logical/index.ts';
import { operandsOf } from '../logical/expression-tree.ts';
import { expressionsOf, forEachScan } from '../logical/rewrite.ts';
import { isOperatorScan } from './asynchronous.ts';

/** What a subquery that reads nothing but its row is made of. */
const ROW_SCANS: ReadonlySet<Scan['kind']> = new Set([
  'SingleRowScan',
  'ArrayScan',
  'ProjectScan',
  'FilterScan',
  'AggregateScan',
  'OrderByScan',
  'LimitOffsetScan',
]);

/**
 * The operator below `s` that reads large values, when everything from there up to `s` is done row by row, or `s`
 * aggregates some rows at a time.
 */
export function largeInput(s: Scan, lazy: ReadonlySet<number>): ProjectScan | undefined {
  const isRowByRow = s.kind === 'ProjectScan' || s.kind === 'FilterScan' || s.kind === 'ArrayScan';
  if (!isRowByRow && !(s.kind === 'AggregateScan' && s.inParts)) return undefined;
  if (s.input === undefined || isOperatorScan(s, lazy)) return undefined;
  if (!expressionsOf(s).every(isOfRow)) return undefined;
  const { input } = s;
  if (input.kind !== 'ProjectScan' || !isOperatorScan(input, lazy)) {
    return input.kind === 'AggregateScan' ? undefined : largeInput(input, lazy);
  }
  return input.computed.some((c) => isLarge(c.column.type) && !lazy.has(c.column.id)) ? input : undefined;
}

/** Whether subqueries in the expression read nothing but the row that it is computed for. */
function isOfRow(e: Expression): boolean {
  let ofRow = true;
  if (e.kind === 'Subquery') {
    forEachScan(e.scan, (s) => {
      ofRow &&= ROW_SCANS.has(s.kind);
    });
  }
  return ofRow && operandsOf(e).every(isOfRow);
}

const isLarge = (type: SqlType): boolean => type.kind === 'ARRAY' || type.kind === 'STRUCT' || type.kind === 'BYTES';
