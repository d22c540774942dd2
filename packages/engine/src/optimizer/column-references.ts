import type { ColumnRef, ComputedColumn, Expression, PlanColumn } from '../logical/index.ts';
import { rewriteExpression } from '../logical/rewrite.ts';
import { someExpression } from '../logical/expression-tree.ts';

export const columnRef = (column: PlanColumn): ColumnRef => ({
  kind: 'ColumnRef',
  column,
  correlated: false,
  type: column.type,
});

/** The expression with the columns of `computed` replaced by what computes them. */
export function inlineColumns(e: Expression, computed: readonly ComputedColumn[]): Expression {
  const byId = new Map(computed.map((c) => [c.column.id, c.expression]));
  return rewriteExpression(e, (x) => (x.kind === 'ColumnRef' ? byId.get(x.column.id) : undefined));
}

/** Whether an expression over `columns` also reads columns of a query around it. */
export function isCorrelated(e: Expression, columns: readonly PlanColumn[]): boolean {
  const own = new Set(columns.map((c) => c.id));
  return someExpression(e, (x) => {
    if (x.kind === 'ColumnRef') return x.correlated && !own.has(x.column.id);
    return x.kind === 'Subquery' && x.correlatedColumns.some((c) => !own.has(c.id));
  });
}
