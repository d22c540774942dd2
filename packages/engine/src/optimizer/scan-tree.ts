import type { Expression, Scan } from '../logical/index.ts';
import { expressionsOf, forEachScan, mapScan } from '../logical/rewrite.ts';
import { mapOperands, operandsOf } from '../logical/expression-tree.ts';

/** Rewrites bottom up, subqueries included unless `stays` holds for them. */
export function rewriteScans(
  s: Scan,
  rewrite: (s: Scan) => Scan,
  stays: (subquery: Expression) => boolean = () => false,
): Scan {
  const below = (child: Scan): Scan => rewriteScans(child, rewrite, stays);
  const inExpression = (e: Expression): Expression => mapOperands(e, inExpression, stays(e) ? undefined : below);
  return rewrite(mapScan(s, below, inExpression));
}

/** Rewrites every expression of a plan bottom up, subqueries included. */
export function rewriteExpressions(s: Scan, rewrite: (e: Expression) => Expression): Scan {
  const below = (child: Scan): Scan => rewriteExpressions(child, rewrite);
  const inExpression = (e: Expression): Expression => rewrite(mapOperands(e, inExpression, below));
  return mapScan(s, below, inExpression);
}

/** Ids of the columns that an expression reads, also inside its subqueries (columns of the subquery included). */
export function columnsReadBy(e: Expression, into: Set<number> = new Set()): Set<number> {
  if (e.kind === 'ColumnRef') into.add(e.column.id);
  if (e.kind === 'Subquery') {
    for (const c of e.correlatedColumns) into.add(c.id);
    forEachScan(e.scan, (s) => {
      for (const x of expressionsOf(s)) columnsReadBy(x, into);
    });
  }
  for (const operand of operandsOf(e)) columnsReadBy(operand, into);
  return into;
}
