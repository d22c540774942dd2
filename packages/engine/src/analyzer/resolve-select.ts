import type * as sql from '@bqml-emulator/sql';
import { typeName } from '@bqml-emulator/types';
import { rewriteExpression, sameExpression, visitExpression } from '../logical/index.ts';
import type { ComputedColumn, Expression, OrderByItem, PlanColumn, Scan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { AggregateList, AnalyticList, analyticScan, readsCall } from './call-collectors.ts';
import { coercibilityOf, supportsGrouping } from './coerce.ts';
import { scalarContext } from './expression-context.ts';
import type { ExpressionContext } from './expression-context.ts';
import { aggregateScan, makeRegroup, readsOuterColumn, resolveGroupBy } from './grouping.ts';
import { identifierText } from './identifier-text.ts';
import { EMPTY_NAME_LIST, NameScope, columnRef } from './name-scope.ts';
import { distinctColumns, projectInOrder, sameColumns } from './relation.ts';
import type { QueryResult, Relation, ResultColumn } from './relation.ts';
import { resolveCondition, resolveExpression } from './resolve-expression.ts';
import { resolveFrom } from './resolve-from.ts';
import type { FromEnvironment } from './resolve-from.ts';
import { orderByItem } from './resolve-order-by.ts';
import { resolveSelectList } from './select-list.ts';
import type { SelectItem } from './select-list.ts';
import type { WithScope } from './with-scope.ts';

/** A column of the SELECT list with the column of the plan that holds it. */
interface Output {
  readonly item: SelectItem;
  readonly expression: Expression;
  readonly column: PlanColumn;
}

/**
 * SELECT with the ORDER BY that follows it, which may read what the SELECT list does not have. The clauses are in the
 * order in which they are evaluated.
 */
export function resolveSelect(
  analysis: Analysis,
  node: sql.Select,
  orderBy: sql.OrderBy | undefined,
  outer: NameScope | undefined,
  ctes: WithScope,
): QueryResult {
  const from: Relation = node.from
    ? resolveFrom(analysis, node.from.table, { outer, ctes })
    : { scan: { kind: 'SingleRowScan', columns: [] }, names: EMPTY_NAME_LIST };
  if (!node.from) refuseWithoutFrom(analysis, node, orderBy);
  return resolveSelectOver(analysis, node, from, orderBy, { outer, ctes });
}

/** The clauses of a SELECT after FROM, over the rows of `from`. */
export function resolveSelectOver(
  analysis: Analysis,
  node: sql.Select,
  from: Relation,
  orderBy: sql.OrderBy | undefined,
  { outer, ctes }: FromEnvironment,
): QueryResult {
  if (node.withModifier) throw analysis.notImplemented(node.withModifier, `SELECT WITH ${node.withModifier.name.name}`);
  const scope = NameScope.ofQuery(from.names, outer);
  const aggregates = new AggregateList(analysis);
  const analytics = new AnalyticList(analysis, node.window);
  const context: ExpressionContext = {
    scope,
    ctes,
    clause: 'SELECT list',
    aggregates,
    analytics,
    inside: undefined,
    aggregateScope: scope,
  };

  let scan = from.scan;
  if (node.where) {
    const condition = resolveCondition(analysis, node.where.expression, scalarContext(scope, ctes, 'WHERE clause'));
    scan = { kind: 'FilterScan', columns: scan.columns, input: scan, condition };
  }
  const items = resolveSelectList(analysis, node.selectList, from.names !== EMPTY_NAME_LIST, context);
  const aliased: ExpressionContext = { ...context, scope: scope.withAliases(items) };
  const having =
    node.having &&
    resolveCondition(analysis, node.having.expression, { ...aliased, clause: 'HAVING clause', analytics: undefined });
  const qualify =
    node.qualify && resolveCondition(analysis, node.qualify.expression, { ...aliased, clause: 'QUALIFY clause' });
  if (node.qualify && analytics.calls.length === 0) {
    throw analysis.error(node.qualify, 'The QUALIFY clause requires analytic function to be present');
  }
  const isComputed = (e: Expression) => readsCall(e, aggregates.calls) || readsCall(e, analytics.calls);
  const grouping = resolveGroupBy(analysis, node.groupBy, items, isComputed, context);
  if (node.having && !node.groupBy && aggregates.calls.length === 0) {
    throw analysis.error(node.having, 'The HAVING clause requires GROUP BY or aggregation to be present');
  }
  const order = orderBy?.items.map((item) => ({
    node: item,
    expression: resolveOrderingExpression(analysis, item, items, { ...aliased, clause: 'ORDER BY clause' }),
  }));

  const isAggregated = node.groupBy !== undefined || aggregates.calls.length > 0;
  const regroup = isAggregated ? makeRegroup(analysis, scan, grouping) : (e: Expression) => e;
  if (isAggregated) scan = aggregateScan(scan, grouping, aggregates);
  const outputs = items.map((item) => makeOutput(analysis, item, regroup(item.expression, item.clause)));
  if (having) {
    scan = { kind: 'FilterScan', columns: scan.columns, input: scan, condition: regroup(having, 'HAVING clause') };
  }
  scan = analyticScan(scan, analytics.calls, (e) => regroup(e, 'Analytic function'));
  if (qualify) {
    scan = { kind: 'FilterScan', columns: scan.columns, input: scan, condition: regroup(qualify, 'QUALIFY clause') };
  }
  const sorted = order?.map((o) => {
    const ordered = orderOverOutputs(o.expression, outputs);
    return orderByItem(analysis, o.node, node.distinct ? ordered : regroup(ordered, 'ORDER BY clause'));
  });
  return finishSelect(analysis, node, scan, outputs, sorted);
}

/** The SELECT list, DISTINCT, ORDER BY and AS STRUCT over what the other clauses left. */
function finishSelect(
  analysis: Analysis,
  node: sql.Select,
  input: Scan,
  outputs: readonly Output[],
  order: readonly OrderByItem[] | undefined,
): QueryResult {
  const own = distinctColumns(outputs.map((o) => o.column));
  const computed: readonly ComputedColumn[] = outputs.filter((o) => !isPlainColumn(o.expression));
  if (node.distinct) {
    refuseDistinct(analysis, input, outputs, order);
    let scan: Scan = { kind: 'DistinctScan', columns: own, input: project(input, own, computed) };
    if (order) scan = { kind: 'OrderByScan', columns: own, input: scan, items: order };
    const row = rowColumn(analysis, node, outputs);
    if (!row) return { scan, columns: outputs.map(resultColumn), isValueTable: false };
    return valueTable(projectInOrder(scan, [row.column], row.computed ? [row.computed] : []), row.column);
  }
  const row = rowColumn(analysis, node, outputs);
  const wanted = row ? [row.column] : own;
  const available = [...input.columns, ...own];
  const columns = distinctColumns([...wanted, ...orderColumns(order ?? [], available).map((c) => c.column)]);
  const needed = [...computed, ...(row?.computed ? [row.computed] : [])].filter((c) =>
    columns.some((column) => column.id === c.column.id),
  );
  let scan = project(input, columns, needed);
  if (order) scan = { kind: 'OrderByScan', columns: wanted, input: scan, items: order };
  if (row) return valueTable(scan, row.column);
  return { scan, columns: outputs.map(resultColumn), isValueTable: false };
}

function valueTable(scan: Scan, column: PlanColumn): QueryResult {
  return { scan, columns: [{ name: undefined, column, source: columnRef(column) }], isValueTable: true };
}

/** The source is the constant itself where the column is one, so that a set operation may coerce it. */
function resultColumn({ item, column }: Output): ResultColumn {
  const isConstant = coercibilityOf(item.expression) !== 'expression';
  return { name: item.name, column, source: isConstant ? item.expression : columnRef(column) };
}

/** `columns` of `input` and of `computed`; nothing to do when they are the input's own. */
function project(input: Scan, columns: readonly PlanColumn[], computed: readonly ComputedColumn[]): Scan {
  if (computed.length === 0 && sameColumns(columns, input.columns)) return input;
  const used = computed.map(({ column, expression }) => ({ column, expression }));
  return { kind: 'ProjectScan', columns, input, computed: used };
}

const isPlainColumn = (e: Expression) => e.kind === 'ColumnRef' && !e.correlated;

function makeOutput(analysis: Analysis, item: SelectItem, expression: Expression): Output {
  const column =
    expression.kind === 'ColumnRef' && !expression.correlated
      ? expression.column
      : analysis.newColumn(item.name ?? '$col', expression.type);
  return { item, expression, column };
}

/** The one column of SELECT AS STRUCT and SELECT AS VALUE; undefined for any other SELECT. */
function rowColumn(
  analysis: Analysis,
  node: sql.Select,
  outputs: readonly Output[],
): { readonly column: PlanColumn; readonly computed: ComputedColumn | undefined } | undefined {
  const { selectAs } = node;
  if (!selectAs) return undefined;
  if (selectAs.mode === 'TYPE') throw analysis.notImplemented(selectAs, 'SELECT AS type');
  if (selectAs.mode === 'VALUE') {
    const [only, second] = outputs;
    if (!only || second) throw analysis.error(selectAs, 'SELECT AS VALUE query must have exactly one column');
    return { column: only.column, computed: undefined };
  }
  const fields = outputs.map((o) => (node.distinct ? columnRef(o.column) : o.expression));
  const type = {
    kind: 'STRUCT',
    fields: outputs.map((o) => ({ name: o.item.name, type: o.column.type })),
  } as const;
  const column = analysis.newColumn('$struct', type);
  return { column, computed: { column, expression: { kind: 'MakeStruct', type, fields } } };
}

/** The columns of `available` that the order reads, also from inside subqueries. */
function orderColumns(
  order: readonly OrderByItem[],
  available: readonly PlanColumn[],
): readonly { readonly column: PlanColumn; readonly reference: Expression }[] {
  const own = new Set(available.map((c) => c.id));
  const found: { readonly column: PlanColumn; readonly reference: Expression }[] = [];
  for (const item of order) {
    visitExpression(item.expression, (e) => {
      if (e.kind === 'ColumnRef' && own.has(e.column.id)) found.push({ column: e.column, reference: e });
    });
  }
  return found;
}

/** After DISTINCT only the columns of the SELECT list are left, and all of them are compared. */
function refuseDistinct(
  analysis: Analysis,
  input: Scan,
  outputs: readonly Output[],
  order: readonly OrderByItem[] | undefined,
): void {
  for (const [i, { item, column }] of outputs.entries()) {
    if (supportsGrouping(column.type)) continue;
    const name = identifierText(item.name ?? String(i + 1));
    throw analysis.error(
      item.node,
      `Column ${name} of type ${typeName(column.type)} cannot be used in SELECT DISTINCT`,
    );
  }
  const visible = new Set(outputs.map((o) => o.column.id));
  const hidden = orderColumns(order ?? [], input.columns).find(({ column }) => !visible.has(column.id));
  if (!hidden) return;
  throw analysis.error(
    analysis.originOf(hidden.reference) ?? { start: 0, end: 0 },
    `ORDER BY clause expression references column ${identifierText(hidden.column.name)} which is not visible after SELECT DISTINCT`,
  );
}

/** An ordinal is a column of the SELECT list; names are aliases first. */
function resolveOrderingExpression(
  analysis: Analysis,
  item: sql.OrderingExpression,
  items: readonly SelectItem[],
  context: ExpressionContext,
): Expression {
  const { expression: node } = item;
  if (node.kind === 'IntLiteral') {
    const found = items[Number(node.text) - 1];
    if (found) return found.expression;
    throw analysis.error(node, ordinalOutOfRange(node.text));
  }
  const expression = resolveExpression(analysis, node, context);
  if (expression.kind === 'Literal' && !items.some((i) => i.expression === expression)) {
    throw analysis.error(node, 'Cannot ORDER BY literal values');
  }
  return expression;
}

export function ordinalOutOfRange(text: string): string {
  return Number(text) < 1
    ? `ORDER BY column number item is out of range. Column numbers must be greater than or equal to one. Found : ${text}`
    : `ORDER BY is out of SELECT column number range: ${text}`;
}

/** What the SELECT list already computes is read from there. */
function orderOverOutputs(expression: Expression, outputs: readonly Output[]): Expression {
  return rewriteExpression(expression, (e) => {
    const output =
      outputs.find((o) => o.item.expression === e) ??
      // A constant stays one: functions may want it to be.
      (e.kind === 'Literal' ? undefined : outputs.find((o) => sameExpression(o.item.expression, e)));
    return output && columnRef(output.column, readsOuterColumn(e));
  });
}

function refuseWithoutFrom(analysis: Analysis, node: sql.Select, orderBy: sql.OrderBy | undefined): void {
  const refuse = (clause: sql.SourceRange | undefined, text: string) => {
    if (clause) throw analysis.error(clause, `Query without FROM clause cannot ${text}`);
  };
  refuse(node.where, 'have a WHERE clause');
  refuse(node.distinct ? node : undefined, 'use SELECT DISTINCT');
  refuse(node.groupBy, 'have a GROUP BY clause');
  refuse(node.having, 'have a HAVING clause');
  refuse(node.window, 'have a WINDOW clause');
  refuse(orderBy, 'have an ORDER BY clause');
  refuse(node.qualify, 'have a QUALIFY clause');
}
