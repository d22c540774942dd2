import type * as sql from '@bqml-emulator/sql';
import { INT64 } from '@bqml-emulator/types';
import type { ComputedColumn } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { untypedNull } from './coerce.ts';
import type { QueryResult, ResultColumn } from './relation.ts';

type Propagation = sql.SetOperationColumnPropagationMode['mode'];

/**
 * The inputs of a set operation with their columns in the order in which they match. Without CORRESPONDING or BY NAME
 * they stay as they are.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#by_name_or_corresponding
 */
export function matchColumns(
  analysis: Analysis,
  node: sql.SetOperation,
  inputs: readonly QueryResult[],
): readonly QueryResult[] {
  const [metadata] = node.metadata.entries;
  const match = metadata?.columnMatchMode;
  const propagation = metadata?.columnPropagationMode;
  if (!metadata || !match) {
    if (propagation) throw analysis.notImplemented(propagation, `${propagation.mode} without BY NAME`);
    return inputs;
  }
  const byName = match.mode === 'BY NAME' || match.mode === 'BY NAME ON';
  const keyword = byName ? 'BY NAME' : 'CORRESPONDING';
  const mode: Propagation = propagation?.mode ?? (byName && !metadata.correspondingBy ? 'STRICT' : 'INNER');
  const listed = metadata.correspondingBy?.expressions.flatMap((e) => (e.kind === 'Identifier' ? keyOf(e.name) : []));
  const names = inputs.map((input, i) => namesOf(analysis, node.inputs[i] ?? node, input, keyword, i, listed));
  const wanted = metadata.correspondingBy
    ? listedNames(analysis, metadata.correspondingBy, names, mode)
    : wantedNames(names, mode);
  if (mode === 'STRICT') requireSameNames(analysis, node, names, keyword);
  if (wanted.length === 0) {
    throw analysis.error(match, `Queries of the set operation using ${keyword} do not have any columns in common`);
  }
  return inputs.map((input) => arrange(analysis, input, wanted));
}

const keyOf = (name: string) => name.toLowerCase();

function namesOf(
  analysis: Analysis,
  node: sql.SourceRange,
  input: QueryResult,
  keyword: string,
  index: number,
  listed: readonly string[] | undefined,
): readonly string[] {
  const seen = new Set<string>();
  return input.columns.flatMap(({ name }, i) => {
    if (listed && (name === undefined || !listed.includes(keyOf(name)))) return [];
    if (name === undefined) {
      throw analysis.error(
        node,
        `Anonymous columns are not allowed in set operations when ${keyword} is used: query ${index + 1}, column ${i + 1}`,
      );
    }
    if (seen.has(keyOf(name))) {
      throw analysis.error(
        node,
        `Duplicate columns found when using ${keyword} in set operations: ${name} in query ${index + 1}`,
      );
    }
    seen.add(keyOf(name));
    return [name];
  });
}

/** The names of the result: of the first query, of all queries, or those that all have. */
function wantedNames(names: readonly (readonly string[])[], mode: Propagation): readonly string[] {
  const [first = [], ...others] = names;
  const has = (list: readonly string[], name: string) => list.some((n) => keyOf(n) === keyOf(name));
  switch (mode) {
    case 'LEFT':
    case 'STRICT':
      return first;
    case 'INNER':
      return first.filter((name) => others.every((list) => has(list, name)));
    case 'FULL': {
      const all = [...first];
      for (const name of others.flat()) if (!has(all, name)) all.push(name);
      return all;
    }
  }
}

/** The columns of `BY (a, b)` and `ON (a, b)`. */
function listedNames(
  analysis: Analysis,
  list: sql.ExpressionList,
  names: readonly (readonly string[])[],
  mode: Propagation,
): readonly string[] {
  return list.expressions.map((identifier) => {
    if (identifier.kind !== 'Identifier') throw analysis.notImplemented(identifier, identifier.kind);
    const holders = names.filter((own) => own.some((n) => keyOf(n) === keyOf(identifier.name)));
    const inFirst = names[0]?.some((n) => keyOf(n) === keyOf(identifier.name)) ?? false;
    if (holders.length === 0) {
      throw analysis.error(
        identifier,
        `The column name ${identifier.name} from the BY list does not appear in any input queries.`,
      );
    }
    if ((mode === 'INNER' || mode === 'STRICT') && holders.length < names.length) {
      const missing = names.findIndex((own) => !holders.includes(own));
      throw analysis.error(
        identifier,
        `The column name ${identifier.name} from the BY list does not appear in query ${missing + 1}. All columns in the BY list must appear in each input query`,
      );
    }
    if (mode === 'LEFT' && !inFirst) {
      throw analysis.error(
        identifier,
        `The column name '${identifier.name}' from the LEFT BY list must appear in query 1`,
      );
    }
    return identifier.name;
  });
}

function requireSameNames(
  analysis: Analysis,
  node: sql.SetOperation,
  names: readonly (readonly string[])[],
  keyword: string,
): void {
  const sorted = (list: readonly string[]) => list.map(keyOf).sort().join(', ');
  const [first = []] = names;
  for (const [i, list] of names.entries()) {
    if (sorted(list) === sorted(first)) continue;
    throw analysis.error(
      node.inputs[i] ?? node,
      `STRICT ${keyword} requires all input queries to have identical column names, but query 1 has [${first.join(', ')}] and query ${i + 1} has [${list.join(', ')}]`,
    );
  }
}

/** The columns of those names in that order; NULL for one that the query has not. */
function arrange(analysis: Analysis, input: QueryResult, wanted: readonly string[]): QueryResult {
  const computed: ComputedColumn[] = [];
  const columns = wanted.map((name): ResultColumn => {
    const own = input.columns.find((c) => c.name !== undefined && keyOf(c.name) === keyOf(name));
    if (own) return own;
    const source = untypedNull();
    const column = analysis.newColumn(name, INT64);
    computed.push({ column, expression: source });
    return { name, column, source };
  });
  if (computed.length === 0) return { ...input, columns };
  const all = [...input.scan.columns, ...computed.map((c) => c.column)];
  return { ...input, columns, scan: { kind: 'ProjectScan', columns: all, input: input.scan, computed } };
}
