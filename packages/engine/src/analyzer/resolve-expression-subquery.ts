import type * as sql from '@bqml-emulator/sql';
import { BOOL, arrayOf, typeName } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import { freeColumns } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import type { ExpressionContext } from './expression-context.ts';
import { resolveQuery } from './resolve-query.ts';

/** `(SELECT ...)`, `ARRAY(SELECT ...)`, `EXISTS(SELECT ...)`. */
export function resolveExpressionSubquery(
  analysis: Analysis,
  node: sql.ExpressionSubquery,
  context: ExpressionContext,
): Expression {
  const { scan, columns } = resolveQuery(analysis, node.query, context.scope, context.ctes);
  const common = { kind: 'Subquery', scan, operand: undefined, correlatedColumns: freeColumns(scan) } as const;
  if (node.modifier === 'EXISTS') return { ...common, type: BOOL, form: 'EXISTS', column: undefined };
  const [only, second] = columns;
  if (!only || second) {
    const kind = node.modifier === 'ARRAY' ? 'ARRAY' : 'Scalar';
    throw analysis.error(
      node,
      `${kind} subquery cannot have more than one column unless using SELECT AS STRUCT to build STRUCT values`,
    );
  }
  const { column } = only;
  if (node.modifier === 'NONE') return { ...common, type: column.type, form: 'SCALAR', column };
  if (column.type.kind === 'ARRAY') {
    throw analysis.error(
      node,
      `Cannot use array subquery with column of type ${typeName(column.type)} because nested arrays are not supported`,
    );
  }
  return { ...common, type: arrayOf(column.type), form: 'ARRAY', column };
}
