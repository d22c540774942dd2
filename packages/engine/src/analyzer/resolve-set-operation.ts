import type * as sql from '@bqml-emulator/sql';
import { typeName, typesEqual } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import type { ComputedColumn, PlanColumn, Scan, SetOperationScan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce, commonSupertype, supportsGrouping } from './coerce.ts';
import { argumentTypeText } from './function-text.ts';
import { matchColumns } from './match-columns.ts';
import { columnRef } from './name-scope.ts';
import type { NameScope } from './name-scope.ts';
import { distinctColumns } from './relation.ts';
import type { QueryResult } from './relation.ts';
import { resolveQueryExpression } from './resolve-query.ts';
import type { WithScope } from './with-scope.ts';

const OPERATIONS: Readonly<Record<string, SetOperationScan['operation']>> = {
  'UNION ALL': 'UNION_ALL',
  'UNION DISTINCT': 'UNION_DISTINCT',
  'INTERSECT DISTINCT': 'INTERSECT_DISTINCT',
  'EXCEPT DISTINCT': 'EXCEPT_DISTINCT',
};

/** The name of a set operation in messages, `UNION ALL`. */
export function operationName(node: sql.SetOperation): string {
  const [metadata] = node.metadata.entries;
  return `${metadata?.operation.operator ?? 'UNION'} ${metadata?.allOrDistinct.value ?? 'ALL'}`;
}

/**
 * Columns match by position, or by name with CORRESPONDING and BY NAME, and become their common supertype. The names
 * are those of the first query.
 */
export function resolveSetOperation(
  analysis: Analysis,
  node: sql.SetOperation,
  outer: NameScope | undefined,
  ctes: WithScope,
): QueryResult {
  const inputs = node.inputs.map((input) => resolveQueryExpression(analysis, input, outer, ctes));
  const matched = matchColumns(analysis, node, inputs);
  return combine(analysis, node, operationName(node), matched, node.inputs);
}

/** `nodes[i]` is where input i was written. */
export function combine(
  analysis: Analysis,
  node: sql.SourceRange,
  name: string,
  inputs: readonly QueryResult[],
  nodes: readonly sql.SourceRange[],
): QueryResult {
  const operation = OPERATIONS[name];
  const [first] = inputs;
  if (!operation || !first) throw analysis.notImplemented(node, name);
  const types = unifiedTypes(analysis, node, name, inputs, nodes);
  const columns = first.columns.map((c, i) => analysis.newColumn(c.column.name, types[i] ?? c.column.type));
  const converted = inputs.map((input, i) => convertInput(analysis, nodes[i] ?? node, input, types));
  const scan: SetOperationScan = { kind: 'SetOperationScan', columns, operation, inputs: converted };
  return {
    scan,
    columns: columns.map((column, i) => ({ name: first.columns[i]?.name, column, source: columnRef(column) })),
    isValueTable: first.isValueTable,
  };
}

const count = (n: number) => `${n} column${n === 1 ? '' : 's'}`;

function unifiedTypes(
  analysis: Analysis,
  node: sql.SourceRange,
  name: string,
  inputs: readonly QueryResult[],
  nodes: readonly sql.SourceRange[],
): readonly SqlType[] {
  const [first] = inputs;
  for (const [i, input] of inputs.entries()) {
    if (!first || input.columns.length === first.columns.length) continue;
    throw analysis.error(
      nodes[i] ?? node,
      `Queries in ${name} have mismatched column count; query 1 has ${count(first.columns.length)}, query ${i + 1} has ${count(input.columns.length)}`,
    );
  }
  return (first?.columns ?? []).map((_, c) => {
    const sources = inputs.flatMap((input) => input.columns[c]?.source ?? []);
    const type = commonSupertype(sources);
    if (!type) {
      const texts = sources.map(argumentTypeText).join(', ');
      throw analysis.error(nodes[1] ?? node, `Column ${c + 1} in ${name} has incompatible types: ${texts}`);
    }
    if (name !== 'UNION ALL' && !supportsGrouping(type)) {
      throw analysis.error(
        nodes[0] ?? node,
        `Column ${c + 1} in ${name} has type that does not support set operation comparisons: ${typeName(type)}`,
      );
    }
    return type;
  });
}

/** The columns of an input in the types of the operation. */
export function convertInput(
  analysis: Analysis,
  node: sql.SourceRange,
  input: QueryResult,
  types: readonly SqlType[],
): { readonly scan: Scan; readonly inputColumns: readonly PlanColumn[] } {
  const computed: ComputedColumn[] = [];
  const inputColumns = input.columns.map(({ column, source }, i) => {
    const type = types[i] ?? column.type;
    if (typesEqual(column.type, type)) return column;
    const expression = coerce(source, type, (message) => analysis.error(node, message)) ?? columnRef(column);
    const converted = analysis.newColumn(column.name, type);
    computed.push({ column: converted, expression });
    return converted;
  });
  if (computed.length === 0) return { scan: input.scan, inputColumns };
  const columns = distinctColumns(inputColumns);
  return { scan: { kind: 'ProjectScan', columns, input: input.scan, computed }, inputColumns };
}
