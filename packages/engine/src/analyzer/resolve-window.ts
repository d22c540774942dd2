import type * as sql from '@bqml-emulator/sql';
import { INT64, typeName } from '@bqml-emulator/types';
import type { WindowFrameBound, WindowSpecification } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce, supportsGrouping } from './coerce.ts';
import type { AnalyticCollector, ExpressionContext } from './expression-context.ts';
import { identifierText } from './identifier-text.ts';
import { resolveExpression } from './resolve-expression.ts';
import { resolveOrderByItems } from './resolve-order-by.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/window-function-calls */
export function resolveWindow(
  analysis: Analysis,
  node: sql.WindowSpecification,
  windows: AnalyticCollector,
  context: ExpressionContext,
): WindowSpecification {
  const { partitionBy, orderBy, frame } = inherit(analysis, node, windows);
  return {
    partitionBy: (partitionBy?.expressions ?? []).map((e) => {
      const expression = resolveExpression(analysis, e, context);
      if (supportsGrouping(expression.type)) return expression;
      throw analysis.error(e, `Partitioning by expressions of type ${typeName(expression.type)} is not allowed`);
    }),
    orderBy: orderBy ? resolveOrderByItems(analysis, orderBy, context) : [],
    frame: frame && {
      unit: frame.unit,
      start: resolveBound(analysis, frame.lower, context),
      end: frame.upper ? resolveBound(analysis, frame.upper, context) : { kind: 'CURRENT_ROW', offset: undefined },
    },
  };
}

type Clauses = Pick<sql.WindowSpecification, 'partitionBy' | 'orderBy' | 'frame'>;

/** `OVER name` and `(name ...)` take over what the named window has; neither may say the same twice. */
function inherit(analysis: Analysis, node: sql.WindowSpecification, windows: AnalyticCollector): Clauses {
  if (!node.baseWindow) return node;
  const base = inherit(analysis, windows.window(node.baseWindow), windows);
  const name = identifierText(node.baseWindow.name);
  if (node.partitionBy) {
    throw analysis.error(node.partitionBy, 'If a window has a base window, PARTITION BY is not allowed');
  }
  if (node.orderBy && base.orderBy) {
    throw analysis.error(node.orderBy, `If a window has ORDER BY, then its base window ${name} cannot have ORDER BY`);
  }
  return {
    partitionBy: base.partitionBy,
    orderBy: node.orderBy ?? base.orderBy,
    frame: node.frame ?? base.frame,
  };
}

function resolveBound(analysis: Analysis, node: sql.WindowFrameExpr, context: ExpressionContext): WindowFrameBound {
  switch (node.boundary) {
    case 'UNBOUNDED PRECEDING':
      return { kind: 'UNBOUNDED_PRECEDING', offset: undefined };
    case 'UNBOUNDED FOLLOWING':
      return { kind: 'UNBOUNDED_FOLLOWING', offset: undefined };
    case 'CURRENT ROW':
      return { kind: 'CURRENT_ROW', offset: undefined };
    case 'OFFSET PRECEDING':
    case 'OFFSET FOLLOWING': {
      const kind = node.boundary === 'OFFSET PRECEDING' ? 'PRECEDING' : 'FOLLOWING';
      if (!node.expression) throw analysis.notImplemented(node, node.kind);
      const value = resolveExpression(analysis, node.expression, context);
      const offset = value.type.kind === 'STRING' ? undefined : (coerce(value, INT64) ?? value);
      if (!offset || value.type.kind === 'BOOL') {
        throw analysis.error(
          node.expression,
          `Window framing expression has type ${typeName(value.type)} that cannot coerce to the type INT64`,
        );
      }
      return { kind, offset };
    }
  }
}
