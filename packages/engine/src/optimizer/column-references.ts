import type { ColumnRef, ComputedColumn, Expression, PlanColumn } from '../logical/index.ts';
import { rewriteExpression } from '../logical/rewrite.ts';

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
