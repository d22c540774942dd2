import type * as sql from '@bqml-emulator/sql';
import type { ComputedColumn, RecursiveScan, Scan, WithScan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce } from './coerce.ts';
import { identifierText } from './identifier-text.ts';
import { matchColumns } from './match-columns.ts';
import { columnRef } from './name-scope.ts';
import type { NameScope } from './name-scope.ts';
import type { QueryResult } from './relation.ts';
import { resolveQuery, resolveQueryExpression } from './resolve-query.ts';
import { combine, operationName } from './resolve-set-operation.ts';
import type { WithScope } from './with-scope.ts';

/** Each entry sees the ones before it; with RECURSIVE it may read itself. */
export function resolveWithClause(
  analysis: Analysis,
  node: sql.WithClause,
  outer: NameScope | undefined,
  ctes: WithScope,
): { readonly entries: WithScan['entries']; readonly scope: WithScope } {
  const entries: WithScan['entries'][number][] = [];
  const names = new Set<string>();
  let scope = ctes;
  for (const aliasedQuery of inDependencyOrder(node)) {
    const { name } = aliasedQuery.name;
    if (names.has(name.toLowerCase())) {
      throw analysis.error(aliasedQuery.name, `Duplicate alias ${identifierText(name)} for WITH subquery`);
    }
    names.add(name.toLowerCase());
    if (aliasedQuery.modifiers) throw analysis.notImplemented(aliasedQuery.modifiers, 'WITH DEPTH');
    const entryId = analysis.newEntryId();
    const isRecursive = node.recursive && mentions(aliasedQuery.query, name);
    const result = isRecursive
      ? resolveRecursive(analysis, aliasedQuery, entryId, outer, scope)
      : resolveQuery(analysis, aliasedQuery.query, outer, scope);
    const scan = inOrder(analysis, result);
    analysis.defineEntry(entryId, scan);
    entries.push({ id: entryId, name, scan });
    scope = scope.with(withEntry(entryId, name, result));
  }
  return { entries, scope };
}

/** With RECURSIVE an entry may also read a later one; each comes after those that it reads. */
function inDependencyOrder(node: sql.WithClause): readonly sql.AliasedQuery[] {
  const queries = node.entries.map((e) => e.aliasedQuery);
  if (!node.recursive) return queries;
  const ordered: sql.AliasedQuery[] = [];
  const visiting = new Set<sql.AliasedQuery>();
  const visit = (query: sql.AliasedQuery) => {
    if (visiting.has(query) || ordered.includes(query)) return;
    visiting.add(query);
    for (const other of queries) if (other !== query && mentions(query.query, other.name.name)) visit(other);
    ordered.push(query);
  };
  queries.forEach(visit);
  return ordered;
}

function withEntry(entryId: number, name: string, result: QueryResult) {
  const columns = result.columns.map((c) => ({ name: c.name, type: c.column.type }));
  return { entryId, name, columns, isValueTable: result.isValueTable };
}

/** A scan whose columns are exactly those of the result, which may name one column twice. */
function inOrder(analysis: Analysis, result: QueryResult): Scan {
  const { scan, columns } = result;
  const exact = columns.length === scan.columns.length && columns.every((c, i) => c.column === scan.columns[i]);
  if (exact) return scan;
  const seen = new Set<number>();
  const computed: ComputedColumn[] = [];
  const ordered = columns.map(({ column }) => {
    if (!seen.has(column.id)) {
      seen.add(column.id);
      return column;
    }
    const copy = analysis.newColumn(column.name, column.type);
    computed.push({ column: copy, expression: columnRef(column) });
    return copy;
  });
  return { kind: 'ProjectScan', columns: ordered, input: scan, computed };
}

/** `anchor UNION ALL recursive`: the last query of the union reads the entry. */
function resolveRecursive(
  analysis: Analysis,
  node: sql.AliasedQuery,
  entryId: number,
  outer: NameScope | undefined,
  ctes: WithScope,
): QueryResult {
  const { body, orderBy, limit } = node.query;
  if (node.query.with) {
    const inner = resolveWithClause(analysis, node.query.with, outer, ctes);
    const plain = { ...node, query: { ...node.query, with: undefined } };
    const result = resolveRecursive(analysis, plain, entryId, outer, inner.scope);
    return {
      ...result,
      scan: { kind: 'WithScan', columns: result.scan.columns, entries: inner.entries, query: result.scan },
    };
  }
  if (orderBy) throw analysis.error(orderBy, 'A recursive query may not use ORDER BY');
  if (limit) throw analysis.error(limit, 'A recursive query may not use LIMIT');
  const [metadata] = body.kind === 'SetOperation' ? body.metadata.entries : [];
  const last = body.kind === 'SetOperation' ? body.inputs.at(-1) : undefined;
  if (body.kind !== 'SetOperation' || metadata?.operation.operator !== 'UNION' || !last) {
    throw analysis.error(
      node.query,
      `Recursive query '${identifierText(node.name.name)}' must be a UNION of a non-recursive and a recursive term`,
    );
  }
  const name = operationName(body);
  const anchors = body.inputs.slice(0, -1);
  const resolved = anchors.map((input) => resolveQueryExpression(analysis, input, outer, ctes));
  const [only, second] = resolved;
  const anchor =
    only && !second ? only : combine(analysis, body, name, matchColumns(analysis, body, resolved), anchors);
  const inside = ctes.with(withEntry(entryId, node.name.name, anchor));
  const term = resolveQueryExpression(analysis, last, outer, inside);
  const [, recursive = term] = matchColumns(analysis, body, [anchor, term]);
  if (recursive.columns.length !== anchor.columns.length) {
    combine(analysis, body, name, [anchor, recursive], [anchors[0] ?? body, last]);
  }
  const columns = anchor.columns.map((c) => analysis.newColumn(c.column.name, c.column.type));
  const scan: RecursiveScan = {
    kind: 'RecursiveScan',
    columns,
    entryId,
    distinct: metadata.allOrDistinct.value === 'DISTINCT',
    anchor: asTypes(analysis, last, anchor, columns),
    recursive: asTypes(analysis, last, recursive, columns),
  };
  return {
    scan,
    columns: columns.map((column, i) => ({ name: anchor.columns[i]?.name, column, source: columnRef(column) })),
    isValueTable: anchor.isValueTable,
  };
}

/** New columns of the types of `like`, in its order: a recursive term has to give what the anchor gives. */
function asTypes(
  analysis: Analysis,
  node: sql.SourceRange,
  result: QueryResult,
  like: readonly { readonly type: QueryResult['columns'][number]['column']['type'] }[],
): Scan {
  const computed = result.columns.map(({ column, source }, i): ComputedColumn => {
    const type = like[i]?.type ?? column.type;
    const expression = coerce(source, type) ?? coerce(columnRef(column), type);
    if (!expression) {
      throw analysis.error(
        node,
        `Cannot coerce column ${i + 1} of the recursive term to ${type.kind}, the type of the non-recursive term`,
      );
    }
    return { column: analysis.newColumn(column.name, type), expression };
  });
  return { kind: 'ProjectScan', columns: computed.map((c) => c.column), input: result.scan, computed };
}

/** Whether a FROM clause somewhere in the query names the entry. */
function mentions(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((part) => mentions(part, name));
  if ('kind' in node && node.kind === 'TablePathExpression' && 'path' in node) {
    const path = node.path as sql.PathExpression | undefined;
    const [first, second] = path?.names ?? [];
    if (first && !second && first.name.toLowerCase() === name.toLowerCase()) return true;
  }
  return Object.values(node).some((part) => mentions(part, name));
}
