import type { Scan } from '../../../logical/index.ts';
import type { EmissionContext } from '../emission-context.ts';
import { emitAggregateScan } from './aggregate.ts';
import { emitAnalyticScan } from './analytic.ts';
import { emitArrayScan } from './array.ts';
import { emitJoinScan } from './join.ts';
import { emitDistinctScan, emitFilterScan, emitLimitOffsetScan, emitOrderByScan, emitProjectScan } from './row-wise.ts';
import { emitSetOperationScan } from './set-operation.ts';
import { emitOperatorScan, emitSingleRowScan, emitStoredRelation, emitTableScan } from './source.ts';
import { emitRecursiveScan, emitWithRefScan, emitWithScan } from './with.ts';

type Emitters = {
  readonly [K in Scan['kind']]: (s: Extract<Scan, { kind: K }>, context: EmissionContext) => string;
};

const EMITTERS: Emitters = {
  SingleRowScan: emitSingleRowScan,
  TableScan: emitTableScan,
  ObjectTableScan: emitOperatorScan,
  ExternalTableScan: emitOperatorScan,
  TvfScan: emitOperatorScan,
  ProjectScan: emitProjectScan,
  FilterScan: emitFilterScan,
  JoinScan: emitJoinScan,
  ArrayScan: emitArrayScan,
  AggregateScan: emitAggregateScan,
  AnalyticScan: emitAnalyticScan,
  DistinctScan: emitDistinctScan,
  OrderByScan: emitOrderByScan,
  LimitOffsetScan: emitLimitOffsetScan,
  SetOperationScan: emitSetOperationScan,
  WithScan: emitWithScan,
  WithRefScan: emitWithRefScan,
  RecursiveScan: emitRecursiveScan,
};

/**
 * A query text that gives the scan's columns, each named `c<id>`. Ids are unique in a plan, so a column of a query
 * around this one is just named.
 */
export function emitScan(scan: Scan, context: EmissionContext): string {
  const stored = context.storedScans.get(scan);
  if (stored) return emitStoredRelation(stored);
  const emit = EMITTERS[scan.kind] as (s: Scan, context: EmissionContext) => string;
  return emit(scan, context);
}

/** A scan as an element of FROM. */
export function emitFrom(scan: Scan, context: EmissionContext): string {
  return `(${emitScan(scan, context)}) AS ${context.stage.alias('t')}`;
}
