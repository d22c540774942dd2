import type * as sql from '@bqml-emulator/sql';
import type { ComputedColumn, Expression, OrderByItem, Scan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { AggregateList, AnalyticList, analyticScan } from './call-collectors.ts';
import { scalarContext } from './expression-context.ts';
import type { ExpressionContext } from './expression-context.ts';
import { aggregateScan, makeRegroup } from './grouping.ts';
import { identifierText } from './identifier-text.ts';
import { inferredAlias } from './inferred-alias.ts';
import { matchColumns } from './match-columns.ts';
import { NameScope, columnRef, findByName } from './name-scope.ts';
import type { NamedExpression } from './name-scope.ts';
import { namesOfColumns, namesOfResult, resultOfRelation } from './relation.ts';
import type { Relation } from './relation.ts';
import { resolveCondition, resolveExpression } from './resolve-expression.ts';
import type { FromEnvironment } from './resolve-from.ts';
import { resolveJoin } from './resolve-join.ts';
import { orderByItem } from './resolve-order-by.ts';
import { resolvePivot } from './resolve-pivot.ts';
import { limitScan, resolveQueryExpression } from './resolve-query.ts';
import { resolveSelectOver } from './resolve-select.ts';
import { combine, operationName } from './resolve-set-operation.ts';
import { resolveUnpivot } from './resolve-unpivot.ts';
import { resolveSelectList } from './select-list.ts';

/** One step of a pipe query. https://cloud.google.com/bigquery/docs/reference/standard-sql/pipe-syntax */
export function resolvePipeOperator(
  analysis: Analysis,
  node: sql.PipeOperator,
  input: Relation,
  environment: FromEnvironment,
): Relation {
  const scope = NameScope.ofQuery(input.names, environment.outer);
  const { ctes, outer } = environment;
  switch (node.kind) {
    case 'PipeSelect': {
      const result = resolveSelectOver(analysis, node.select, input, undefined, environment);
      return { scan: result.scan, names: namesOfResult(undefined, result) };
    }
    case 'PipeExtend':
    case 'PipeWindow':
      return extend(analysis, node.select, input, scope, environment);
    case 'PipeAggregate':
      return aggregate(analysis, node, input, scope, environment);
    case 'PipeSet':
      return set(analysis, node, input, scalarContext(scope, ctes, 'pipe SET'));
    case 'PipeDrop':
      return drop(analysis, node, input);
    case 'PipeRename':
      return rename(analysis, node, input);
    case 'PipeAs':
      return { ...input, names: namesOfColumns(node.alias.identifier.name, input.names.columns) };
    case 'PipeWhere': {
      const condition = resolveCondition(analysis, node.where.expression, scalarContext(scope, ctes, 'WHERE clause'));
      return { ...input, scan: { kind: 'FilterScan', columns: input.scan.columns, input: input.scan, condition } };
    }
    case 'PipeLimitOffset':
      return { ...input, scan: limitScan(analysis, node.limit, input.scan, ctes) };
    case 'PipeOrderBy': {
      const context = scalarContext(scope, ctes, 'ORDER BY clause');
      const items = node.orderBy.items.map((item) => orderingItem(analysis, item, input, context));
      return { ...input, scan: { kind: 'OrderByScan', columns: input.scan.columns, input: input.scan, items } };
    }
    case 'PipeDistinct': {
      const { scan, columns } = resultOfRelation(analysis, input);
      const distinct: Scan = { kind: 'DistinctScan', columns: scan.columns, input: scan };
      const named = columns.map((c) => ({ name: c.name, expression: columnRef(c.column) }));
      return { scan: distinct, names: namesOfColumns(undefined, named) };
    }
    case 'PipeJoin':
      return resolveJoin(analysis, node.join, { ...environment, pipeInput: input });
    case 'PipeSetOperation': {
      const others = node.inputs.map((other) => resolveQueryExpression(analysis, other, outer, ctes));
      const operation = setOperation(node);
      const results = matchColumns(analysis, operation, [resultOfRelation(analysis, input), ...others]);
      const result = combine(analysis, node, operationName(operation), results, [node, ...node.inputs]);
      return { scan: result.scan, names: namesOfResult(undefined, result) };
    }
    case 'PipePivot':
      return resolvePivot(analysis, node.pivot, input, environment);
    case 'PipeUnpivot':
      return resolveUnpivot(analysis, node.unpivot, input, environment);
    default:
      throw analysis.notImplemented(node, `pipe ${node.kind.replace(/^Pipe/, '')}`);
  }
}

/** The set operation that a pipe operator stands for; its first input is the piped table. */
function setOperation(node: sql.PipeSetOperation): sql.SetOperation {
  const { start, end, metadata, inputs } = node;
  const [first] = inputs;
  const entries = { kind: 'SetOperationMetadataList', start, end, entries: [metadata] } as const;
  return { kind: 'SetOperation', start, end, metadata: entries, inputs: first ? [first, ...inputs] : inputs };
}

function orderingItem(
  analysis: Analysis,
  item: sql.OrderingExpression,
  input: Relation,
  context: ExpressionContext,
): OrderByItem {
  const { expression } = item;
  if (expression.kind !== 'IntLiteral') {
    return orderByItem(analysis, item, resolveExpression(analysis, expression, context));
  }
  const column = input.names.columns[Number(expression.text) - 1];
  if (column) return orderByItem(analysis, item, column.expression);
  throw analysis.error(
    expression,
    `ORDER BY column number exceeds input table column count: ${expression.text} vs ${input.names.columns.length}`,
  );
}

/** New columns after the old ones; calls with OVER are allowed. */
function extend(
  analysis: Analysis,
  select: sql.Select,
  input: Relation,
  scope: NameScope,
  environment: FromEnvironment,
): Relation {
  const analytics = new AnalyticList(analysis, select.window);
  const context: ExpressionContext = { ...scalarContext(scope, environment.ctes, 'pipe EXTEND'), analytics };
  const items = resolveSelectList(analysis, select.selectList, true, context);
  const added = compute(analysis, items);
  const scan = analyticScan(input.scan, analytics.calls, (e) => e);
  return {
    scan: withComputed(scan, added.computed),
    names: { ...input.names, columns: [...input.names.columns, ...added.columns] },
  };
}

/** Keys first, then aggregates. */
function aggregate(
  analysis: Analysis,
  node: sql.PipeAggregate,
  input: Relation,
  scope: NameScope,
  environment: FromEnvironment,
): Relation {
  if (node.withModifier) throw analysis.notImplemented(node.withModifier, 'AGGREGATE WITH');
  const aggregates = new AggregateList(analysis);
  const context: ExpressionContext = { ...scalarContext(scope, environment.ctes, 'pipe AGGREGATE'), aggregates };
  const items = resolveSelectList(analysis, node.select.selectList, true, context);
  const { groupBy } = node.select;
  const order: OrderByItem[] = [];
  const keys = (groupBy?.items ?? []).map((item): ComputedColumn => {
    if (!item.expression) throw analysis.notImplemented(item, 'ROLLUP, CUBE and GROUPING SETS in pipe AGGREGATE');
    const expression = resolveExpression(analysis, item.expression, {
      ...context,
      aggregates: undefined,
      clause: 'GROUP BY',
    });
    const name = item.alias?.identifier.name ?? inferredAlias(item.expression) ?? '$groupbycol';
    const column = analysis.newColumn(name, expression.type);
    if (groupBy?.andOrderBy || item.order) {
      const descending = item.order?.direction === 'DESC';
      const nullsFirst = item.order?.nullOrder?.nullsFirst ?? !descending;
      order.push({ expression: columnRef(column), descending, nullsFirst });
    }
    return { column, expression };
  });
  const grouping = { keys, sets: undefined };
  const regroup = makeRegroup(analysis, input.scan, grouping);
  const grouped = items.map((item) => ({ name: item.name, expression: regroup(item.expression, 'AGGREGATE') }));
  const added = compute(analysis, grouped);
  const scan = withComputed(aggregateScan(input.scan, grouping, aggregates), added.computed);
  const named = keys.map((k): NamedExpression => ({
    name: k.column.name.startsWith('$') ? undefined : k.column.name,
    expression: columnRef(k.column),
  }));
  const ordered: Scan =
    order.length > 0 ? { kind: 'OrderByScan', columns: scan.columns, input: scan, items: order } : scan;
  return { scan: ordered, names: namesOfColumns(undefined, [...named, ...added.columns]) };
}

/** Columns for expressions that are not columns already. */
function compute(
  analysis: Analysis,
  items: readonly NamedExpression[],
): { readonly computed: readonly ComputedColumn[]; readonly columns: readonly NamedExpression[] } {
  const computed: ComputedColumn[] = [];
  const columns = items.map(({ name, expression }): NamedExpression => {
    if (expression.kind === 'ColumnRef' && !expression.correlated) return { name, expression };
    const column = analysis.newColumn(name ?? '$col', expression.type);
    computed.push({ column, expression });
    return { name, expression: columnRef(column) };
  });
  return { computed, columns };
}

function withComputed(input: Scan, computed: readonly ComputedColumn[]): Scan {
  if (computed.length === 0) return input;
  return { kind: 'ProjectScan', columns: [...input.columns, ...computed.map((c) => c.column)], input, computed };
}

/** `SET a = a + 1`: the column in its place; table aliases still give the old value. */
function set(analysis: Analysis, node: sql.PipeSet, input: Relation, context: ExpressionContext): Relation {
  const computed: ComputedColumn[] = [];
  const values = new Map<NamedExpression, Expression>();
  for (const item of node.items) {
    const target = columnNamed(analysis, item.column, input, 'SET');
    const expression = resolveExpression(analysis, item.expression, context);
    if (values.has(target)) {
      throw analysis.error(item.column, `Duplicate column name in pipe SET: ${identifierText(item.column.name)}`);
    }
    const column = analysis.newColumn(target.name ?? item.column.name, expression.type);
    computed.push({ column, expression });
    values.set(target, columnRef(column));
  }
  const columns = input.names.columns.map((c) => ({ name: c.name, expression: values.get(c) ?? c.expression }));
  return { scan: withComputed(input.scan, computed), names: { ...input.names, columns } };
}

function drop(analysis: Analysis, node: sql.PipeDrop, input: Relation): Relation {
  const dropped = node.columns.expressions.map((e) => {
    if (e.kind !== 'Identifier') throw analysis.notImplemented(e, e.kind);
    return columnNamed(analysis, e, input, 'DROP');
  });
  const columns = input.names.columns.filter((c) => !dropped.includes(c));
  if (columns.length === 0) throw analysis.error(node, 'Pipe DROP dropped all columns in the input table');
  return { ...input, names: { ...input.names, columns } };
}

function rename(analysis: Analysis, node: sql.PipeRename, input: Relation): Relation {
  const renamed = new Map<NamedExpression, string>();
  for (const item of node.items) renamed.set(columnNamed(analysis, item.oldName, input, 'RENAME'), item.newName.name);
  const columns = input.names.columns.map((c) => ({ ...c, name: renamed.get(c) ?? c.name }));
  return { ...input, names: { ...input.names, columns } };
}

function columnNamed(analysis: Analysis, name: sql.Identifier, input: Relation, operator: string): NamedExpression {
  const [column, second] = findByName(input.names.columns, name.name);
  if (!column) {
    throw analysis.error(
      name,
      `Column name in pipe ${operator} not found in input table: ${identifierText(name.name)}`,
    );
  }
  if (second && operator !== 'DROP') {
    throw analysis.error(
      name,
      `Column name in pipe ${operator} exists more than once in input table: ${identifierText(name.name)}`,
    );
  }
  return column;
}
