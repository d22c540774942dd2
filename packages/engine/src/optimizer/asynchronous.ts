import type { AggregateCall, Expression, FunctionCall, Scan } from '../logical/index.ts';
import { readsElements } from '../logical/element-query.ts';
import { isLazyExpression } from '../logical/lazy.ts';
import { operandsOf } from '../logical/expression-tree.ts';

/** These look at a handle, not at what it stands for. */
const NULL_TESTS: ReadonlySet<string> = new Set(['$is_null', '$is_not_null']);

export const isNullTest = (call: FunctionCall): boolean => NULL_TESTS.has(call.function.name);

/** Aggregates that look at handles of their arguments, or pass them on. */
export const takesHandles = (call: AggregateCall): boolean =>
  call.signature.passesHandles === true || (call.function.name === 'COUNT' && !call.distinct);

/** Whether evaluating the node itself reads a lazy value or calls something asynchronous. */
export function isAsynchronousNode(e: Expression, lazy: ReadonlySet<number>): boolean {
  switch (e.kind) {
    case 'FunctionCall':
      if (e.signature.evaluateAsync) return true;
      return (
        !isNullTest(e) &&
        e.arguments.some((a, i) => !e.signature.lazyParameters?.includes(i) && isLazyExpression(a, lazy))
      );
    case 'Case':
      return e.branches.some((b) => isLazyExpression(b.when, lazy));
    case 'Coalesce':
    case 'GetStructField':
      return false;
    default:
      return readsElements(e, lazy) || operandsOf(e).some((operand) => isLazyExpression(operand, lazy));
  }
}

/** Whether the expression has such a node; the scans of subqueries are looked at on their own. */
export function isAsynchronous(e: Expression, lazy: ReadonlySet<number>): boolean {
  return isAsynchronousNode(e, lazy) || operandsOf(e).some((operand) => isAsynchronous(operand, lazy));
}

/** Scans that run in Node: after lifting, a projection runs there with all it computes, or not at all. */
export function isOperatorScan(s: Scan, lazy: ReadonlySet<number>): boolean {
  switch (s.kind) {
    case 'TvfScan':
    case 'ObjectTableScan':
    case 'ExternalTableScan':
      return true;
    case 'ProjectScan':
      return s.computed.some((c) => isAsynchronous(c.expression, lazy));
    default:
      return false;
  }
}
