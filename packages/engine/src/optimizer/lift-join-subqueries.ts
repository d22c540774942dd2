import { notImplemented } from '@bqml-emulator/common';
import type { ComputedColumn, Expression, JoinScan, Scan } from '../logical/index.ts';
import { columnRef } from './column-references.ts';
import { mapOperands, someExpression } from '../logical/expression-tree.ts';
import type { Rule, RuleContext } from './rule.ts';
import { columnsReadBy, rewriteScans } from './scan-tree.ts';

/** The engine takes no subquery in the condition of an outer join: it is computed on the side that it depends on. */
export const liftJoinSubqueries: Rule = {
  name: 'lift_join_subqueries',
  apply: (plan, context) => rewriteScans(plan, (s) => (s.kind === 'JoinScan' ? lift(s, context) : s)),
};

function lift(s: JoinScan, context: RuleContext): Scan {
  if (s.joinType === 'INNER' || !s.condition || !someExpression(s.condition, isSubquery)) return s;
  const left: ComputedColumn[] = [];
  const right: ComputedColumn[] = [];
  const without = (e: Expression): Expression => {
    if (!isSubquery(e)) return mapOperands(e, without);
    const read = columnsReadBy(e);
    const isOn = (side: Scan) => side.columns.some((c) => read.has(c.id));
    if (isOn(s.left) && isOn(s.right))
      throw notImplemented('a subquery over both sides of an outer join in its condition');
    const column = context.newColumn('$subquery', e.type);
    (isOn(s.right) ? right : left).push({ column, expression: e });
    return columnRef(column);
  };
  const condition = without(s.condition);
  return { ...s, left: withColumns(s.left, left), right: withColumns(s.right, right), condition };
}

const isSubquery = (e: Expression): boolean => e.kind === 'Subquery';

function withColumns(input: Scan, computed: readonly ComputedColumn[]): Scan {
  if (computed.length === 0) return input;
  return { kind: 'ProjectScan', input, columns: [...input.columns, ...computed.map((c) => c.column)], computed };
}
