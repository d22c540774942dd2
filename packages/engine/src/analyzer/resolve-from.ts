import { unreachable } from '@bqml-emulator/common';
import type * as sql from '@bqml-emulator/sql';
import type { Analysis } from './analysis.ts';
import { columnRef } from './name-scope.ts';
import type { NameScope } from './name-scope.ts';
import { namesOfResult } from './relation.ts';
import type { Relation } from './relation.ts';
import { resolveArray } from './resolve-array.ts';
import { resolveJoin } from './resolve-join.ts';
import { resolvePivot } from './resolve-pivot.ts';
import { resolveQuery } from './resolve-query.ts';
import { resolveTableFunction } from './resolve-table-function.ts';
import { lastPart } from './resource-path.ts';
import { scanTable } from './resolve-table.ts';
import { resolveUnpivot } from './resolve-unpivot.ts';
import type { WithScope } from './with-scope.ts';

/** What a FROM clause may see besides its own tables. */
export interface FromEnvironment {
  /** The query around this one, for correlated subqueries. */
  readonly outer: NameScope | undefined;
  readonly ctes: WithScope;
  /** The rows that `|> JOIN` joins. */
  readonly pipeInput?: Relation;
}

/** A FROM clause, or one side of a join, with the PIVOT and UNPIVOT that follow it. */
export function resolveFrom(analysis: Analysis, node: sql.TableExpression, environment: FromEnvironment): Relation {
  const relation = resolveTableExpression(analysis, node, environment);
  if (!('postfixOperators' in node)) return relation;
  return node.postfixOperators.reduce((input, operator) => {
    switch (operator.kind) {
      case 'PivotClause':
        return resolvePivot(analysis, operator, input, environment);
      case 'UnpivotClause':
        return resolveUnpivot(analysis, operator, input, environment);
      case 'SampleClause':
        throw analysis.notImplemented(operator, 'TABLESAMPLE');
      case 'MatchRecognizeClause':
        throw analysis.notImplemented(operator, 'MATCH_RECOGNIZE');
      default:
        return unreachable(operator);
    }
  }, relation);
}

function resolveTableExpression(analysis: Analysis, node: sql.TableExpression, environment: FromEnvironment): Relation {
  switch (node.kind) {
    case 'TablePathExpression':
      return resolveTablePath(analysis, node, environment);
    case 'TableSubquery':
      return resolveTableSubquery(analysis, node, environment);
    case 'Join':
      return resolveJoin(analysis, node, environment);
    case 'ParenthesizedJoin':
      return resolveFrom(analysis, node.join, environment);
    case 'TVF':
      return resolveTableFunction(analysis, node, environment);
    case 'PipeJoinLhsPlaceholder':
      if (environment.pipeInput) return environment.pipeInput;
      throw analysis.notImplemented(node, node.kind);
    default:
      return unreachable(node);
  }
}

function resolveTablePath(analysis: Analysis, node: sql.TablePathExpression, environment: FromEnvironment): Relation {
  if (node.forSystemTime) throw analysis.notImplemented(node.forSystemTime, 'FOR SYSTEM_TIME AS OF');
  if (isArrayPath(node, environment.outer)) return resolveArray(analysis, node, undefined, environment);
  const { path } = node;
  if (!path) throw analysis.notImplemented(node, node.kind);
  if (node.withOffset) throw analysis.error(node.withOffset, 'WITH OFFSET can only be used with array scans');
  return resolveTableReference(analysis, path, node.alias?.identifier.name, environment.ctes);
}

/** UNNEST, or a path that begins with a name in scope: `t.arr`. One name alone is always a table. */
export function isArrayPath(node: sql.TablePathExpression, scope: NameScope | undefined): boolean {
  if (node.unnest) return true;
  const [first, second] = node.path?.names ?? [];
  return first !== undefined && second !== undefined && scope?.lookup(first.name) !== undefined;
}

/** A WITH entry or a table; the alias is the last name when none was written. */
export function resolveTableReference(
  analysis: Analysis,
  path: sql.PathExpression,
  alias: string | undefined,
  ctes: WithScope,
): Relation {
  const [first, second] = path.names;
  const entry = first && !second ? ctes.find(first.name) : undefined;
  if (!entry || !first) return scanTable(analysis, path, alias ?? lastPart(path));
  const columns = entry.columns.map((c) => {
    const column = analysis.newColumn(c.name ?? '$col', c.type);
    return { name: c.name, column, source: columnRef(column) };
  });
  return {
    scan: { kind: 'WithRefScan', columns: columns.map((c) => c.column), entryId: entry.entryId },
    names: namesOfResult(alias ?? first.name, { columns, isValueTable: entry.isValueTable }),
  };
}

/** A subquery in FROM does not see the tables beside it. */
function resolveTableSubquery(analysis: Analysis, node: sql.TableSubquery, environment: FromEnvironment): Relation {
  if (node.isLateral) throw analysis.notImplemented(node, 'LATERAL');
  const result = resolveQuery(analysis, node.query, environment.outer, environment.ctes);
  return { scan: result.scan, names: namesOfResult(node.alias?.identifier.name, result) };
}
