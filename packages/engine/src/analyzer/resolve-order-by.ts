import type * as sql from '@bqml-emulator/sql';
import { typeName } from '@bqml-emulator/types';
import type { Expression, OrderByItem } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { supportsOrdering } from './coerce.ts';
import type { ExpressionContext } from './expression-context.ts';
import { resolveExpression } from './resolve-expression.ts';

/** ORDER BY inside an aggregate call or a window, where a number is not an ordinal. */
export function resolveOrderByItems(
  analysis: Analysis,
  node: sql.OrderBy,
  context: ExpressionContext,
): readonly OrderByItem[] {
  return node.items.map((item) => orderByItem(analysis, item, resolveExpression(analysis, item.expression, context)));
}

/** Direction and the place of NULLs: first for ascending, last for descending, unless written. */
export function orderByItem(analysis: Analysis, node: sql.OrderingExpression, expression: Expression): OrderByItem {
  if (node.collate) throw analysis.notImplemented(node.collate, 'COLLATE');
  if (!supportsOrdering(expression.type)) {
    throw analysis.error(node.expression, `ORDER BY does not support expressions of type ${typeNameShort(expression)}`);
  }
  const descending = node.direction === 'DESC';
  return { expression, descending, nullsFirst: node.nullOrder?.nullsFirst ?? !descending };
}

/** Containers are named without their contents. */
function typeNameShort(expression: Expression): string {
  const { type } = expression;
  return type.kind === 'STRUCT' || type.kind === 'ARRAY' ? type.kind : typeName(type);
}
