import type { EvaluationContext } from '@bqml-emulator/catalog';
import { isLazyValue } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';
import { visitExpression } from '../logical/index.ts';
import type { Expression } from '../logical/index.ts';
import { constantRow, evaluateExpression } from '../physical/evaluator/evaluate-expression.ts';

/**
 * The value of an expression that reads no column, or undefined when it is not constant: it reads one, asks a query,
 * or calls what is volatile, asynchronous or gives a lazy value. Run-time errors are thrown as the query would.
 */
export function fold(expression: Expression, context: EvaluationContext): Value | undefined {
  if (!isConstant(expression)) return undefined;
  const value = evaluateExpression(expression, constantRow(context));
  return value instanceof Promise || isLazyValue(value) ? undefined : value;
}

function isConstant(expression: Expression): boolean {
  let constant = true;
  visitExpression(expression, (e) => {
    if (e.kind === 'ColumnRef' || e.kind === 'Subquery') constant = false;
    if (e.kind !== 'FunctionCall') return;
    const { evaluate, volatile, lazyResult } = e.signature;
    if (!evaluate || volatile || lazyResult) constant = false;
  });
  return constant;
}
