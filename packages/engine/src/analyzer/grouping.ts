import type * as sql from '@bqml-emulator/sql';
import { typeName } from '@bqml-emulator/types';
import { rewriteExpression, sameExpression, visitExpression } from '../logical/index.ts';
import type { AggregateScan, ComputedColumn, Expression, Scan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import type { AggregateList } from './call-collectors.ts';
import { supportsGrouping } from './coerce.ts';
import { scalarContext } from './expression-context.ts';
import type { ExpressionContext } from './expression-context.ts';
import { identifierText } from './identifier-text.ts';
import { columnRef } from './name-scope.ts';
import { resolveExpression } from './resolve-expression.ts';
import type { SelectItem } from './select-list.ts';

/** Keys of GROUP BY, and the grouping sets as indices into them. */
interface Grouping {
  readonly keys: readonly ComputedColumn[];
  readonly sets: readonly (readonly number[])[] | undefined;
}

/** The keys: ordinals and aliases stand for columns of the SELECT list, all else reads the FROM clause. */
export function resolveGroupBy(
  analysis: Analysis,
  node: sql.GroupBy | undefined,
  items: readonly SelectItem[],
  isComputed: (expression: Expression) => boolean,
  context: ExpressionContext,
): Grouping {
  const keys: ComputedColumn[] = [];
  const addKey = (expression: Expression, at: sql.SourceRange, name: string | undefined): number => {
    if (!supportsGrouping(expression.type)) {
      throw analysis.error(at, `Grouping by expressions of type ${typeName(expression.type)} is not allowed`);
    }
    const known = keys.findIndex((k) => sameExpression(k.expression, expression));
    if (known >= 0) return known;
    return keys.push({ column: analysis.newColumn(name ?? '$groupbycol', expression.type), expression }) - 1;
  };
  const addExpression = (expression: sql.Expression): number => {
    const key = groupingKey(analysis, expression, items, isComputed, context);
    return addKey(key.expression, expression, key.name);
  };
  if (!node) return { keys, sets: undefined };
  if (node.andOrderBy) throw analysis.notImplemented(node, 'GROUP AND ORDER BY');
  if (node.all) {
    for (const item of items) {
      if (!isComputed(item.expression) && readsColumn(item.expression)) addKey(item.expression, item.node, item.name);
    }
    return { keys, sets: undefined };
  }
  const elements = node.items.map((item): readonly (readonly number[])[] => {
    if (item.expression) return [[addExpression(item.expression)]];
    if (item.rollup) return rollup(item.rollup.expressions.map(addExpression));
    if (item.cube) return cube(item.cube.expressions.map(addExpression));
    if (item.groupingSets) return item.groupingSets.sets.flatMap((set) => groupingSet(set, addExpression));
    return [[]];
  });
  const isPlain = node.items.every((item) => item.expression);
  return { keys, sets: isPlain ? undefined : crossProduct(elements) };
}

/** `GROUP BY a, ROLLUP(b, c)`: every set of one element with every set of the others. */
function crossProduct(elements: readonly (readonly (readonly number[])[])[]): readonly (readonly number[])[] {
  return elements.reduce<readonly (readonly number[])[]>(
    (sets, element) => sets.flatMap((set) => element.map((other) => [...new Set([...set, ...other])])),
    [[]],
  );
}

const rollup = (keys: readonly number[]) => keys.map((_, i) => keys.slice(0, keys.length - i)).concat([[]]);

const cube = (keys: readonly number[]) =>
  Array.from({ length: 2 ** keys.length }, (_, set) =>
    keys.filter((_key, i) => ((set >> (keys.length - 1 - i)) & 1) === 0),
  );

function groupingSet(
  set: sql.GroupingSet,
  addExpression: (expression: sql.Expression) => number,
): readonly (readonly number[])[] {
  if (set.rollup) return rollup(set.rollup.expressions.map(addExpression));
  if (set.cube) return cube(set.cube.expressions.map(addExpression));
  if (!set.expression) return [[]];
  // `(a, b)` is one set of two keys.
  const parts = set.expression.kind === 'StructConstructorWithParens' ? set.expression.fields : [set.expression];
  return [parts.map(addExpression)];
}

function groupingKey(
  analysis: Analysis,
  node: sql.Expression,
  items: readonly SelectItem[],
  isComputed: (expression: Expression) => boolean,
  context: ExpressionContext,
): { readonly expression: Expression; readonly name: string | undefined } {
  const fromList = (item: SelectItem, text: string) => {
    if (isComputed(item.expression)) {
      throw analysis.error(node, `Column ${text} contains an aggregation function, which is not allowed in GROUP BY`);
    }
    return item;
  };
  if (node.kind === 'PathExpression' && node.names.length === 1) {
    const name = node.names[0]?.name ?? '';
    const matches = items.filter((i) => i.name?.toLowerCase() === name.toLowerCase());
    const [item, second] = matches;
    if (item && second && !matches.every((m) => sameExpression(m.expression, item.expression))) {
      throw analysis.error(
        node,
        `Name ${identifierText(name)} in GROUP BY clause is ambiguous; it may refer to multiple columns in the SELECT-list`,
      );
    }
    if (item) return fromList(item, name);
  }
  if (node.kind === 'IntLiteral') {
    const item = items[Number(node.text) - 1];
    if (!item) throw analysis.error(node, `GROUP BY is out of SELECT column number range: ${node.text}`);
    return fromList(item, node.text);
  }
  const expression = resolveExpression(analysis, node, scalarContext(context.scope, context.ctes, 'GROUP BY'));
  if (expression.kind === 'Literal') throw analysis.error(node, 'Cannot GROUP BY literal values');
  return { expression, name: node.kind === 'PathExpression' ? node.names.at(-1)?.name : undefined };
}

function readsColumn(expression: Expression): boolean {
  let reads = false;
  visitExpression(expression, (e) => {
    if (e.kind === 'ColumnRef') reads = true;
  });
  return reads;
}

/** Whether some part of the expression refers to a query around the one that it stands in. */
export function readsOuterColumn(expression: Expression): boolean {
  let reads = false;
  visitExpression(expression, (e) => {
    if (e.kind === 'ColumnRef' && e.correlated) reads = true;
  });
  return reads;
}

/** Turns expressions over the FROM clause into expressions over the groups. */
type Regroup = (expression: Expression, clause: string) => Expression;

export function makeRegroup(analysis: Analysis, input: Scan, grouping: Grouping): Regroup {
  const ungrouped = new Set(input.columns.map((c) => c.id));
  return (expression, clause) =>
    rewriteExpression(expression, (e) => {
      const key = grouping.keys.find(
        (k) => k.expression === e || (e.kind !== 'Literal' && sameExpression(k.expression, e)),
      );
      if (key) return columnRef(key.column, readsOuterColumn(e));
      if (e.kind !== 'ColumnRef' || !ungrouped.has(e.column.id)) return undefined;
      const at = analysis.originOf(e) ?? { start: 0, end: 0 };
      throw analysis.error(
        at,
        `${clause} expression references column ${identifierText(e.column.name)} which is neither grouped nor aggregated`,
      );
    });
}

export function aggregateScan(input: Scan, grouping: Grouping, aggregates: AggregateList): AggregateScan {
  return {
    kind: 'AggregateScan',
    columns: [...grouping.keys.map((k) => k.column), ...aggregates.calls.map((a) => a.column)],
    input,
    groupBy: grouping.keys,
    groupingSets: grouping.sets,
    aggregates: aggregates.calls,
  };
}
