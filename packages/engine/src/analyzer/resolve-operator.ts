import type { ScalarFunction, TypePattern } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import { BOOL } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { callScalar, matchCall } from './call-scalar.ts';
import { isNumeric } from './coerce.ts';
import { argumentTypeText } from './function-text.ts';
import type { ExpressionContext } from './expression-context.ts';
import { resolveFloat, resolveInteger } from './resolve-literal.ts';
import { resolveExpression } from './resolve-expression.ts';

const BINARY: Readonly<Record<Exclude<sql.BinaryOperator, 'IS' | 'IS DISTINCT FROM'>, string>> = {
  '+': '$add',
  '-': '$subtract',
  '*': '$multiply',
  '/': '$divide',
  '|': '$bitwise_or',
  '&': '$bitwise_and',
  '^': '$bitwise_xor',
  '=': '$equal',
  '!=': '$not_equal',
  '<>': '$not_equal',
  '<': '$less',
  '<=': '$less_or_equal',
  '>': '$greater',
  '>=': '$greater_or_equal',
  LIKE: '$like',
};

export function resolveUnary(analysis: Analysis, node: sql.UnaryExpression, context: ExpressionContext): Expression {
  const { operand } = node;
  if (node.operator === '-' && operand.kind === 'IntLiteral') return resolveInteger(analysis, operand, true);
  if (node.operator === '-' && operand.kind === 'FloatLiteral') return resolveFloat(analysis, operand, true);
  const value = resolveExpression(analysis, operand, context);
  switch (node.operator) {
    case '-':
      return callScalar(analysis, node, '$unary_minus', [value], [operand]);
    case '~':
      return callScalar(analysis, node, '$bitwise_not', [value], [operand]);
    case 'NOT':
      if (operand.kind === 'NullLiteral') throw analysis.error(node, 'Operands of NOT cannot be literal NULL');
      return callScalar(analysis, node, '$not', [value], [operand]);
    case '+':
      if (isNumeric(value.type)) return value;
      throw analysis.error(node, `Operands of + must be numeric type but was ${argumentTypeText(value)}`);
  }
}

export function resolveBinary(analysis: Analysis, node: sql.BinaryExpression, context: ExpressionContext): Expression {
  if (node.operator === 'IS') return resolveIs(analysis, node, context);
  const operands = [resolveExpression(analysis, node.left, context), resolveExpression(analysis, node.right, context)];
  const nodes = [node.left, node.right];
  if (node.operator === 'IS DISTINCT FROM') {
    return callScalar(analysis, node, node.isNot ? '$is_not_distinct_from' : '$is_distinct_from', operands, nodes);
  }
  return negated(analysis, node, callScalar(analysis, node, BINARY[node.operator], operands, nodes), node.isNot);
}

/** `IS [NOT] NULL`, `TRUE`, `FALSE`, `UNKNOWN`. */
function resolveIs(analysis: Analysis, node: sql.BinaryExpression, context: ExpressionContext): Expression {
  const value = [resolveExpression(analysis, node.left, context)];
  if (node.right.kind === 'BooleanLiteral') {
    const name = node.right.value ? '$is_true' : '$is_false';
    return negated(analysis, node, callScalar(analysis, node, name, value, [node.left]), node.isNot);
  }
  return callScalar(analysis, node, node.isNot ? '$is_not_null' : '$is_null', value, [node.left]);
}

export function negated(analysis: Analysis, node: sql.SourceRange, value: Expression, isNot: boolean): Expression {
  return isNot ? callScalar(analysis, node, '$not', [value]) : value;
}

export function resolveShift(
  analysis: Analysis,
  node: sql.BitwiseShiftExpression,
  context: ExpressionContext,
): Expression {
  const name = node.operator === '<<' ? '$bitwise_left_shift' : '$bitwise_right_shift';
  const operands = [resolveExpression(analysis, node.left, context), resolveExpression(analysis, node.right, context)];
  return callScalar(analysis, node.operatorLocation, name, operands, [node.left, node.right]);
}

const bool: TypePattern = { pattern: 'EXACT', type: BOOL };

/** AND and OR as overload resolution sees them; they become `Logical`. */
const LOGICAL: Readonly<Record<'AND' | 'OR', ScalarFunction>> = {
  AND: logical('$and'),
  OR: logical('$or'),
};

function logical(name: string): ScalarFunction {
  return {
    kind: 'scalar',
    name,
    signatures: [{ parameters: [{ type: bool }, { type: bool, repeated: true }], result: bool, nulls: 'receive' }],
    docUrl: 'https://cloud.google.com/bigquery/docs/reference/standard-sql/operators#logical_operators',
  };
}

export function resolveLogical(
  analysis: Analysis,
  node: sql.AndExpr | sql.OrExpr,
  context: ExpressionContext,
): Expression {
  const operator = node.kind === 'AndExpr' ? 'AND' : 'OR';
  const operands = node.operands.map((o) => ({ expression: resolveExpression(analysis, o, context), name: undefined }));
  const matched = matchCall(analysis, node, LOGICAL[operator], operands, node.operands);
  return { kind: 'Logical', type: BOOL, operator, operands: matched.arguments };
}

/** `a || b || c` associates to the left. */
export function resolveConcat(analysis: Analysis, node: sql.ConcatExpr, context: ExpressionContext): Expression {
  const [first, ...others] = node.operands.map((o) => resolveExpression(analysis, o, context));
  if (!first) throw analysis.notImplemented(node, node.kind);
  return others.reduce((left, right) => callScalar(analysis, node, '$concat_op', [left, right], []), first);
}

export function resolveBetween(
  analysis: Analysis,
  node: sql.BetweenExpression,
  context: ExpressionContext,
): Expression {
  const nodes = [node.value, node.low, node.high];
  const operands = nodes.map((n) => resolveExpression(analysis, n, context));
  const between = callScalar(analysis, node.operatorLocation, '$between', operands, nodes);
  return negated(analysis, node, between, node.isNot);
}

/** `LIKE ANY (...)`, `LIKE ALL (...)`: the value and then the patterns. */
export function resolveLikeQuantified(
  analysis: Analysis,
  node: sql.LikeExpression,
  context: ExpressionContext,
): Expression {
  if (!node.list) throw analysis.notImplemented(node, `${node.kind} with UNNEST or a subquery`);
  const nodes = [node.value, ...node.list.values];
  const operands = nodes.map((n) => resolveExpression(analysis, n, context));
  // NOT LIKE ANY is "unlike at least one", which is not the negation of LIKE ANY.
  const any = (node.quantifier.operator !== 'ALL') !== node.isNot;
  const like = callScalar(analysis, node.operatorLocation, any ? '$like_any' : '$like_all', operands, nodes);
  return negated(analysis, node, like, node.isNot);
}
