import type * as sql from '@bqml-emulator/sql';
import { INT64 } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import type { ExpressionContext } from './expression-context.ts';
import { fold } from './fold.ts';
import { resolveAs } from './resolve-expression.ts';

const COUNT_KINDS: ReadonlySet<string> = new Set<sql.Expression['kind']>([
  'IntLiteral',
  'NullLiteral',
  'ParameterExpr',
  'SystemVariableExpr',
]);

/** A constant, perhaps cast or with a sign; BigQuery computes nothing here. */
const isCount = (node: sql.Expression): boolean =>
  COUNT_KINDS.has(node.kind) ||
  (node.kind === 'CastExpression' && isCount(node.expression)) ||
  (node.kind === 'UnaryExpression' && isCount(node.operand));

/** LIMIT and OFFSET take what is known before the query runs. */
export function constantCount(
  analysis: Analysis,
  node: sql.Expression,
  clause: string,
  context: ExpressionContext,
): Expression {
  const expects = `${clause} expects an integer literal or parameter`;
  if (!isCount(node)) throw analysis.error(node, expects);
  const value = fold(
    resolveAs(analysis, node, INT64, context, () => expects),
    analysis.context.evaluationContext,
  );
  if (value === null) throw analysis.error(node, `${clause} must not be null`);
  if (typeof value !== 'bigint') throw analysis.error(node, `${clause} expression must be constant`);
  if (value < 0n) throw analysis.error(node, `${clause} expects a non-negative integer literal or parameter`);
  return { kind: 'Literal', type: INT64, value };
}
