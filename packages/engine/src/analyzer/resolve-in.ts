import type * as sql from '@bqml-emulator/sql';
import { BOOL, typeName, typesEqual } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import { freeColumns } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { callScalar } from './call-scalar.ts';
import { castTo, coerce, commonSupertype, supportsEquality } from './coerce.ts';
import { argumentTypeText } from './function-text.ts';
import type { ExpressionContext } from './expression-context.ts';
import { columnRef } from './name-scope.ts';
import { resolveExpression } from './resolve-expression.ts';
import { negated } from './resolve-operator.ts';
import { resolveQuery } from './resolve-query.ts';

/** `x [NOT] IN (a, b)`, `IN (SELECT ...)`, `IN UNNEST(array)`. */
export function resolveIn(analysis: Analysis, node: sql.InExpression, context: ExpressionContext): Expression {
  const operand = resolveExpression(analysis, node.value, context);
  let result: Expression;
  if (node.list) {
    result = inList(
      analysis,
      node,
      operand,
      node.list.values.map((v) => resolveExpression(analysis, v, context)),
    );
  } else if (node.unnest) {
    const [array] = node.unnest.expressions;
    if (!array || node.unnest.expressions.length > 1)
      throw analysis.notImplemented(node.unnest, 'UNNEST of many arrays');
    const value = resolveExpression(analysis, array.expression, context);
    result = callScalar(analysis, node.operatorLocation, '$in_array', [operand, value], [node.value, array]);
  } else if (node.query) {
    result = inQuery(analysis, node, operand, node.query, context);
  } else {
    throw analysis.notImplemented(node, node.kind);
  }
  return negated(analysis, node, result, node.isNot);
}

function inList(
  analysis: Analysis,
  node: sql.InExpression,
  operand: Expression,
  list: readonly Expression[],
): Expression {
  const at = node.operatorLocation;
  const fail = () => {
    const types = [...new Set(list.map(argumentTypeText))].join(', ');
    return analysis.error(
      at,
      `No matching signature for operator IN for argument types ${argumentTypeText(operand)} and {${types}}`,
    );
  };
  const type = commonSupertype([operand, ...list]);
  if (!type) throw fail();
  if (!supportsEquality(type)) throw analysis.error(at, `IN is not defined for arguments of type ${typeName(type)}`);
  const convert = (value: Expression) => {
    const converted = coerce(value, type, (message) => analysis.error(at, message));
    if (!converted) throw fail();
    return converted;
  };
  return { kind: 'InList', type: BOOL, operand: convert(operand), list: list.map(convert) };
}

function inQuery(
  analysis: Analysis,
  node: sql.InExpression,
  operand: Expression,
  query: sql.Query,
  context: ExpressionContext,
): Expression {
  const result = resolveQuery(analysis, query, context.scope, context.ctes);
  const [only, second] = result.columns;
  if (!only || second) throw analysis.error(query, 'Subquery of type IN must have only one output column');
  const element = columnRef(only.column);
  const type = commonSupertype([operand, element]);
  const value = type && coerce(operand, type, (message) => analysis.error(node.value, message));
  if (!type || !value || !coerce(element, type)) {
    throw analysis.error(
      node.value,
      `Cannot execute IN subquery with uncomparable types ${argumentTypeText(operand)} and ${typeName(only.column.type)}`,
    );
  }
  let { scan } = result;
  let { column } = only;
  if (!typesEqual(column.type, type)) {
    const cast = analysis.newColumn(column.name, type);
    const computed = [{ column: cast, expression: castTo(element, type) }];
    scan = { kind: 'ProjectScan', columns: [cast], input: scan, computed };
    column = cast;
  }
  return {
    kind: 'Subquery',
    type: BOOL,
    form: 'IN',
    scan,
    column,
    operand: value,
    correlatedColumns: freeColumns(scan),
  };
}
