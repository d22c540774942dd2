import type { EvaluationContext } from '@bqml-emulator/catalog';
import type { PlanColumn, Scan } from '../logical/index.ts';
import { aggregateInParts } from './aggregate-in-parts.ts';
import { foldConstants } from './fold-constants.ts';
import { inlineWith } from './inline-with.ts';
import { liftAsynchronous } from './lift-asynchronous.ts';
import { liftJoinSubqueries } from './lift-join-subqueries.ts';
import { pruneColumns } from './prune-columns.ts';
import { readCorrelatedColumns } from './read-correlated-columns.ts';
import { pushDownFilters, pushDownLimits, pushDownOrder } from './push-down.ts';
import type { Rule } from './rule.ts';
import { forEachScan } from '../logical/rewrite.ts';

/** In the order in which they are applied. */
export const RULES: readonly Rule[] = [
  inlineWith,
  foldConstants,
  pruneColumns,
  readCorrelatedColumns,
  liftJoinSubqueries,
  liftAsynchronous,
  pushDownFilters,
  pushDownLimits,
  pushDownOrder,
  aggregateInParts,
];

export function optimize(plan: Scan, evaluation: EvaluationContext, rules: readonly Rule[] = RULES): Scan {
  let nextId = 1 + largestColumnId(plan);
  const newColumn = (name: string, type: PlanColumn['type']): PlanColumn => ({ id: nextId++, name, type });
  return rules.reduce((p, rule) => rule.apply(p, { evaluation, newColumn }), plan);
}

export function largestColumnId(plan: Scan): number {
  let largest = 0;
  const see = (c: PlanColumn | undefined) => {
    if (c) largest = Math.max(largest, c.id);
  };
  forEachScan(plan, (s) => {
    s.columns.forEach(see);
    if (s.kind === 'ProjectScan') for (const c of s.computed) see(c.column);
    if (s.kind === 'AggregateScan') for (const c of [...s.groupBy, ...s.aggregates]) see(c.column);
    if (s.kind === 'AnalyticScan') for (const c of s.calls) see(c.column);
    if (s.kind === 'ArrayScan') for (const c of [s.elementColumn, s.offsetColumn]) see(c);
  });
  return largest;
}
