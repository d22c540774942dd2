import { unreachable } from '@bqml-emulator/common';
import type * as sql from '@bqml-emulator/sql';
import { BOOL, STRING, typeName } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce } from './coerce.ts';
import { argumentTypeText } from './function-text.ts';
import type { ExpressionContext } from './expression-context.ts';
import { resolveCaseNoValue, resolveCaseValue } from './resolve-case.ts';
import { resolveCast } from './resolve-cast.ts';
import { resolveArrayConstructor, resolveStructConstructor, resolveStructWithParens } from './resolve-constructor.ts';
import { resolveArrayElement } from './resolve-element.ts';
import { resolveAnalyticCall, resolveFunctionCall } from './resolve-function-call.ts';
import { resolveExtract, resolveInterval } from './resolve-date-part.ts';
import { resolveIn } from './resolve-in.ts';
import { resolveLiteral } from './resolve-literal.ts';
import {
  resolveBetween,
  resolveBinary,
  resolveConcat,
  resolveLikeQuantified,
  resolveLogical,
  resolveShift,
  resolveUnary,
} from './resolve-operator.ts';
import { resolveParameter } from './resolve-parameter.ts';
import { resolveField, resolvePath } from './resolve-path.ts';
import { resolveExpressionSubquery } from './resolve-expression-subquery.ts';
import { resolveSystemVariable } from './resolve-system-variable.ts';

/** What an expression means where it stands, with its type. */
export function resolveExpression(analysis: Analysis, node: sql.Expression, context: ExpressionContext): Expression {
  switch (node.kind) {
    case 'IntLiteral':
    case 'FloatLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'StringLiteral':
    case 'BytesLiteral':
    case 'NumericLiteral':
    case 'BigNumericLiteral':
    case 'JSONLiteral':
    case 'DateOrTimeLiteral':
    case 'RangeLiteral':
      return resolveLiteral(analysis, node);
    case 'PathExpression':
      return resolvePath(analysis, node, context);
    case 'DotIdentifier':
      return resolveField(analysis, resolveExpression(analysis, node.expression, context), node.name);
    case 'DotGeneralizedField':
      throw analysis.notImplemented(node, node.kind);
    case 'ArrayElement':
      return resolveArrayElement(analysis, node, context);
    case 'ParameterExpr':
      return resolveParameter(analysis, node);
    case 'SystemVariableExpr':
      return resolveSystemVariable(analysis, node);
    case 'UnaryExpression':
      return resolveUnary(analysis, node, context);
    case 'BinaryExpression':
      return resolveBinary(analysis, node, context);
    case 'BitwiseShiftExpression':
      return resolveShift(analysis, node, context);
    case 'AndExpr':
    case 'OrExpr':
      return resolveLogical(analysis, node, context);
    case 'ConcatExpr':
      return resolveConcat(analysis, node, context);
    case 'BetweenExpression':
      return resolveBetween(analysis, node, context);
    case 'InExpression':
      return resolveIn(analysis, node, context);
    case 'LikeExpression':
      return resolveLikeQuantified(analysis, node, context);
    case 'QuantifiedComparisonExpression':
      throw analysis.notImplemented(node, node.kind);
    case 'CaseValueExpression':
      return resolveCaseValue(analysis, node, context);
    case 'CaseNoValueExpression':
      return resolveCaseNoValue(analysis, node, context);
    case 'CastExpression':
      return resolveCast(analysis, node, context);
    case 'ExtractExpression':
      return resolveExtract(analysis, node, context);
    case 'IntervalExpr':
      return resolveInterval(analysis, node, context);
    case 'FunctionCall':
      return resolveFunctionCall(analysis, node, context);
    case 'AnalyticFunctionCall':
      return resolveAnalyticCall(analysis, node, context);
    case 'ArrayConstructor':
      return resolveArrayConstructor(analysis, node, context);
    case 'StructConstructorWithParens':
      return resolveStructWithParens(analysis, node, context);
    case 'StructConstructorWithKeyword':
      return resolveStructConstructor(analysis, node, context);
    case 'ExpressionSubquery':
      return resolveExpressionSubquery(analysis, node, context);
    case 'WithExpression':
      return resolveWithExpression(analysis, node, context);
    default:
      return unreachable(node);
  }
}

/** `WITH(a AS x, b AS a + 1, result)`: each variable sees the ones before it. */
function resolveWithExpression(analysis: Analysis, node: sql.WithExpression, context: ExpressionContext): Expression {
  let inner = context;
  for (const variable of node.variables.columns) {
    const { expression: value, alias } = variable;
    if (value.kind === 'Star' || value.kind === 'DotStar' || !alias) throw analysis.notImplemented(variable, node.kind);
    if (value.kind === 'StarWithModifiers' || value.kind === 'DotStarWithModifiers') {
      throw analysis.notImplemented(variable, node.kind);
    }
    const expression = resolveExpression(analysis, value, inner);
    const scope = inner.scope.withAliases([{ name: alias.identifier.name, expression }]);
    inner = { ...inner, scope, aggregateScope: scope };
  }
  return resolveExpression(analysis, node.expression, inner);
}

/** An expression that has to be of a type; `message` makes the text from the wanted and the found type. */
export function resolveAs(
  analysis: Analysis,
  node: sql.Expression,
  type: SqlType,
  context: ExpressionContext,
  message: (wanted: string, found: string) => string,
): Expression {
  return coerceAt(analysis, resolveExpression(analysis, node, context), type, node, message);
}

export function coerceAt(
  analysis: Analysis,
  expression: Expression,
  type: SqlType,
  node: sql.SourceRange,
  message: (wanted: string, found: string) => string,
): Expression {
  const coerced = coerce(expression, type, (text) => analysis.error(node, text));
  if (!coerced) throw analysis.error(node, message(typeName(type), argumentTypeText(expression)));
  return coerced;
}

/** `WHERE clause should return type BOOL, but returns INT64`. */
export function resolveCondition(analysis: Analysis, node: sql.Expression, context: ExpressionContext): Expression {
  return resolveAs(
    analysis,
    node,
    BOOL,
    context,
    (wanted, found) => `${context.clause} should return type ${wanted}, but returns ${found}`,
  );
}

export const stringLiteral = (value: string): Expression => ({ kind: 'Literal', type: STRING, value });
