import type { PlanColumn } from './column.ts';
import { someExpression } from './expression-tree.ts';
import type { Expression, OrderByItem, Subquery } from './expression.ts';
import { isLazyExpression } from './lazy.ts';
import type { ArrayScan, ComputedColumn, Scan } from './scan.ts';

/** What is done with each element, in this order. */
export type ElementStep =
  | { readonly kind: 'compute'; readonly computed: readonly ComputedColumn[] }
  | { readonly kind: 'filter'; readonly condition: Expression };

/** `ARRAY(SELECT column FROM UNNEST(array) [WITH OFFSET o] [WHERE ...] [ORDER BY o])`: elements one after the other. */
export interface ElementQuery {
  readonly array: Expression;
  readonly elementColumn: PlanColumn;
  readonly offsetColumn: PlanColumn | undefined;
  readonly steps: readonly ElementStep[];
  readonly column: PlanColumn;
}

/** Undefined for other subqueries. */
export function elementQueryOf({ form, scan, column }: Subquery): ElementQuery | undefined {
  if (form !== 'ARRAY' || column === undefined) return undefined;
  const items = scan.kind === 'OrderByScan' ? scan.items : [];
  const { source, steps } = stepsDownFrom(scan.kind === 'OrderByScan' ? scan.input : scan);
  if (!isArrayAlone(source) || !items.every((item) => isAscending(item, source.offsetColumn))) return undefined;
  const { array, elementColumn, offsetColumn } = source;
  return { array, elementColumn, offsetColumn, steps, column };
}

/** Whether the subquery can be evaluated element by element over an array that is not read yet. */
export function readsElements(e: Expression, lazy: ReadonlySet<number>): boolean {
  const query = e.kind === 'Subquery' ? elementQueryOf(e) : undefined;
  return (
    query !== undefined &&
    isLazyExpression(query.array, lazy) &&
    !someExpression(query.array, (x) => x.kind === 'Subquery') &&
    !computedByElement(query).some((x) => someExpression(x, (part) => !isAtHand(part, lazy)))
  );
}

export const computedByElement = ({ steps }: ElementQuery): readonly Expression[] =>
  steps.flatMap((step) => (step.kind === 'filter' ? [step.condition] : step.computed.map((c) => c.expression)));

/** Evaluated at once, without reading. */
function isAtHand(e: Expression, lazy: ReadonlySet<number>): boolean {
  if (e.kind === 'Subquery' || isLazyExpression(e, lazy)) return false;
  return e.kind !== 'FunctionCall' || (e.signature.evaluate !== undefined && e.signature.evaluateAsync === undefined);
}

function stepsDownFrom(top: Scan): { readonly source: Scan; readonly steps: readonly ElementStep[] } {
  const steps: ElementStep[] = [];
  let source = top;
  while (source.kind === 'ProjectScan' || source.kind === 'FilterScan') {
    const step: ElementStep =
      source.kind === 'ProjectScan'
        ? { kind: 'compute', computed: source.computed }
        : { kind: 'filter', condition: source.condition };
    steps.unshift(step);
    source = source.input;
  }
  return { source, steps };
}

const isArrayAlone = (scan: Scan): scan is ArrayScan =>
  scan.kind === 'ArrayScan' && scan.input === undefined && scan.condition === undefined;

const isAscending = ({ expression, descending }: OrderByItem, offset: PlanColumn | undefined): boolean =>
  !descending && expression.kind === 'ColumnRef' && expression.column.id === offset?.id;
