import { unreachable } from '@bqml-emulator/common';
import type * as sql from '@bqml-emulator/sql';
import type { OrderByItem, Scan, WithScan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { constantCount } from './constant-count.ts';
import { scalarContext } from './expression-context.ts';
import { NameScope, columnRef } from './name-scope.ts';
import { namesOfResult, resultOfRelation } from './relation.ts';
import type { QueryResult, Relation } from './relation.ts';
import { resolveExpression } from './resolve-expression.ts';
import { resolveFrom, resolveTableReference } from './resolve-from.ts';
import { orderByItem } from './resolve-order-by.ts';
import { resolvePipeOperator } from './resolve-pipe.ts';
import { ordinalOutOfRange, resolveSelect } from './resolve-select.ts';
import { resolveSetOperation } from './resolve-set-operation.ts';
import { resolveWithClause } from './resolve-with.ts';
import type { WithScope } from './with-scope.ts';

/** A query with its WITH, ORDER BY and LIMIT. `outer` is the scope of the expression that it stands in. */
export function resolveQuery(
  analysis: Analysis,
  node: sql.Query,
  outer: NameScope | undefined,
  ctes: WithScope,
): QueryResult {
  if (!node.with) return resolvePiped(analysis, node, outer, ctes);
  const { entries, scope } = resolveWithClause(analysis, node.with, outer, ctes);
  const result = resolvePiped(analysis, node, outer, scope);
  const scan: WithScan = { kind: 'WithScan', columns: result.scan.columns, entries, query: result.scan };
  return { ...result, scan };
}

/** The body and the pipe operators after it. A pipe that starts with FROM keeps its table aliases. */
function resolvePiped(analysis: Analysis, node: sql.Query, outer: NameScope | undefined, ctes: WithScope): QueryResult {
  if (node.pipeOperators.length === 0) return resolveBody(analysis, node, outer, ctes);
  const environment = { outer, ctes };
  let relation: Relation;
  if (node.body.kind === 'FromQuery') {
    relation = resolveFrom(analysis, node.body.from.table, environment);
  } else {
    const result = resolveBody(analysis, node, outer, ctes);
    relation = { scan: result.scan, names: namesOfResult(undefined, result) };
  }
  for (const operator of node.pipeOperators) {
    relation = resolvePipeOperator(analysis, operator, relation, environment);
  }
  return resultOfRelation(analysis, relation);
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
    case 'FromQuery':
      return resultOfRelation(analysis, resolveFrom(analysis, node.from.table, { outer, ctes }));
    case 'TableClause':
      if (!node.path || node.where) throw analysis.notImplemented(node, node.kind);
      return resultOfRelation(analysis, resolveTableReference(analysis, node.path, undefined, ctes));
    default:
      return unreachable(node);
  }
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

export function limitScan(analysis: Analysis, node: sql.LimitOffset, input: Scan, ctes: WithScope): Scan {
  const { limit, offset } = node;
  const count = scalarContext(NameScope.empty(), ctes, 'LIMIT');
  if (!limit.expression) throw analysis.error(limit, 'LIMIT ALL is not supported');
  return {
    kind: 'LimitOffsetScan',
    columns: input.columns,
    input,
    limit: constantCount(analysis, limit.expression, 'LIMIT', count),
    offset: offset && constantCount(analysis, offset, 'OFFSET', count),
  };
}
