import { unreachable } from '@bqml-emulator/common';
import type * as sql from '@bqml-emulator/sql';
import { INT64 } from '@bqml-emulator/types';
import type { Expression, OrderByItem, Scan, WithScan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { scalarContext } from './expression-context.ts';
import { fold } from './fold.ts';
import { NameScope } from './name-scope.ts';
import { distinctColumns, namesOfResult } from './relation.ts';
import type { QueryResult } from './relation.ts';
import { resolveAs, resolveExpression } from './resolve-expression.ts';
import { resolveFrom, resolveTableReference } from './resolve-from.ts';
import { orderByItem } from './resolve-order-by.ts';
import { ordinalOutOfRange, resolveSelect } from './resolve-select.ts';
import { resolveSetOperation } from './resolve-set-operation.ts';
import { resolveWithClause } from './resolve-with.ts';
import type { WithScope } from './with-scope.ts';
import { columnRef } from './name-scope.ts';

/** A query with its WITH, ORDER BY and LIMIT. `outer` is the scope of the expression that it stands in. */
export function resolveQuery(
  analysis: Analysis,
  node: sql.Query,
  outer: NameScope | undefined,
  ctes: WithScope,
): QueryResult {
  const [pipe] = node.pipeOperators;
  if (pipe) throw analysis.notImplemented(pipe, `pipe operator ${pipe.kind}`);
  if (!node.with) return resolveBody(analysis, node, outer, ctes);
  const { entries, scope } = resolveWithClause(analysis, node.with, outer, ctes);
  const result = resolveBody(analysis, node, outer, scope);
  const scan: WithScan = { kind: 'WithScan', columns: result.scan.columns, entries, query: result.scan };
  return { ...result, scan };
}

function resolveBody(analysis: Analysis, node: sql.Query, outer: NameScope | undefined, ctes: WithScope): QueryResult {
  const isSelect = node.body.kind === 'Select';
  let result =
    node.body.kind === 'Select'
      ? resolveSelect(analysis, node.body, node.orderBy, outer, ctes)
      : resolveQueryExpression(analysis, node.body, outer, ctes);
  if (node.orderBy && !isSelect) result = orderResult(analysis, node.orderBy, result, outer, ctes);
  if (!node.limit) return result;
  const scan = limitScan(analysis, node.limit, result.scan, ctes);
  return { ...result, scan };
}

/** A SELECT, a set operation, a query in parentheses, `TABLE t`. */
export function resolveQueryExpression(
  analysis: Analysis,
  node: sql.QueryExpression,
  outer: NameScope | undefined,
  ctes: WithScope,
): QueryResult {
  switch (node.kind) {
    case 'Query':
      return resolveQuery(analysis, node, outer, ctes);
    case 'Select':
      return resolveSelect(analysis, node, undefined, outer, ctes);
    case 'SetOperation':
      return resolveSetOperation(analysis, node, outer, ctes);
    case 'FromQuery': {
      const { scan, names } = resolveFrom(analysis, node.from.table, { outer, ctes });
      return resultOf(analysis, node, scan, names);
    }
    case 'TableClause': {
      if (!node.path || node.where) throw analysis.notImplemented(node, node.kind);
      const { scan, names } = resolveTableReference(analysis, node.path, undefined, ctes);
      return resultOf(analysis, node, scan, names);
    }
    default:
      return unreachable(node);
  }
}

function resultOf(analysis: Analysis, node: sql.QueryExpression, scan: Scan, names: NameScope['names']): QueryResult {
  const columns = names.columns.map(({ name, expression }) => {
    if (expression.kind !== 'ColumnRef') throw analysis.notImplemented(node, 'a value table as a query');
    return { name, column: expression.column, source: columnRef(expression.column) };
  });
  const project: Scan = {
    kind: 'ProjectScan',
    columns: distinctColumns(columns.map((c) => c.column)),
    input: scan,
    computed: [],
  };
  return { scan: project, columns, isValueTable: false };
}

/** ORDER BY after a set operation or parentheses sees the columns of the result only. */
function orderResult(
  analysis: Analysis,
  node: sql.OrderBy,
  result: QueryResult,
  outer: NameScope | undefined,
  ctes: WithScope,
): QueryResult {
  const scope = NameScope.ofQuery(namesOfResult(undefined, result), outer);
  const items = node.items.map((item): OrderByItem => {
    const { expression } = item;
    if (expression.kind === 'IntLiteral') {
      const column = result.columns[Number(expression.text) - 1]?.column;
      if (!column) throw analysis.error(expression, ordinalOutOfRange(expression.text));
      return orderByItem(analysis, item, columnRef(column));
    }
    const context = scalarContext(scope, ctes, 'ORDER BY clause after set operation');
    return orderByItem(analysis, item, resolveExpression(analysis, expression, context));
  });
  return { ...result, scan: { kind: 'OrderByScan', columns: result.scan.columns, input: result.scan, items } };
}

function limitScan(analysis: Analysis, node: sql.LimitOffset, input: Scan, ctes: WithScope): Scan {
  const { limit, offset } = node;
  return {
    kind: 'LimitOffsetScan',
    columns: input.columns,
    input,
    limit: limit.expression && constantCount(analysis, limit.expression, 'LIMIT', ctes),
    offset: offset && constantCount(analysis, offset, 'OFFSET', ctes),
  };
}

/** LIMIT and OFFSET take what is known before the query runs. */
function constantCount(analysis: Analysis, node: sql.Expression, clause: string, ctes: WithScope): Expression {
  const expects = `${clause} expects an integer literal or parameter`;
  const context = scalarContext(NameScope.empty(), ctes, clause);
  const value = fold(
    resolveAs(analysis, node, INT64, context, () => expects),
    analysis.context.evaluationContext,
  );
  if (value === null) throw analysis.error(node, `${clause} must not be null`);
  if (typeof value !== 'bigint') throw analysis.error(node, `${clause} expression must be constant`);
  if (value < 0n) throw analysis.error(node, `${clause} expects a non-negative integer literal or parameter`);
  return { kind: 'Literal', type: INT64, value };
}
