import { ServiceError } from '@bqml-emulator/common';
import { isLazyValue } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import { constantRow, evaluateExpression } from '../physical/evaluator/evaluate-expression.ts';
import type { EvaluationRow } from '../physical/evaluator/evaluate-expression.ts';
import { operandsOf } from '../logical/expression-tree.ts';
import type { Rule } from './rule.ts';
import { rewriteExpressions } from './scan-tree.ts';

/**
 * Evaluates what depends on no row. An expression that fails stays as it is: it may stand where no row reaches it.
 */
export const foldConstants: Rule = {
  name: 'fold_constants',
  apply: (plan, context) => {
    const row = constantRow(context.evaluation);
    return rewriteExpressions(plan, (e) => fold(e, row));
  },
};

function fold(e: Expression, row: EvaluationRow): Expression {
  if (e.kind === 'Literal' || !isFoldable(e)) return e;
  try {
    const value = evaluateExpression(e, row);
    return value instanceof Promise || isLazyValue(value) ? e : { kind: 'Literal', type: e.type, value };
  } catch (error) {
    if (error instanceof ServiceError) return e;
    throw error;
  }
}

function isFoldable(e: Expression): boolean {
  switch (e.kind) {
    case 'ColumnRef':
    case 'Subquery':
    case 'Parameter':
      return false;
    case 'FunctionCall':
      if (e.signature.volatile || e.signature.lazyResult || !e.signature.evaluate) return false;
      break;
    default:
      break;
  }
  return operandsOf(e).every((operand) => operand.kind === 'Literal' || operand.kind === 'Parameter');
}
