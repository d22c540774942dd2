import type { Expression } from '../../logical/index.ts';
import { operandsOf } from '../../logical/expression-tree.ts';

/** Functions that give a value for every input, and whose templates do too. */
const TOTAL_FUNCTIONS: ReadonlySet<string> = new Set([
  '$equal',
  '$not_equal',
  '$less',
  '$less_or_equal',
  '$greater',
  '$greater_or_equal',
  '$between',
  '$in_array',
  '$is_null',
  '$is_not_null',
  '$is_true',
  '$is_false',
  '$is_distinct_from',
  '$is_not_distinct_from',
  '$not',
  'STARTS_WITH',
  'ENDS_WITH',
]);

/** Whether evaluating the expression for a row that a guard would have kept away from it can do no harm. */
export function cannotFail(e: Expression): boolean {
  switch (e.kind) {
    case 'FunctionCall':
      return TOTAL_FUNCTIONS.has(e.function.name) && e.arguments.every(cannotFail);
    case 'Cast':
    case 'Subquery':
      return false;
    case 'ArrayElement':
      return e.safe && operandsOf(e).every(cannotFail);
    default:
      return operandsOf(e).every(cannotFail);
  }
}
