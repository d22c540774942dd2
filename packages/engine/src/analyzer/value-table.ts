import type { Analysis } from './analysis.ts';
import { columnRef } from './name-scope.ts';
import { projectInOrder } from './relation.ts';
import type { QueryResult } from './relation.ts';

/** SELECT AS STRUCT at the top of a statement gives the fields as columns. */
export function expandValueTable(analysis: Analysis, result: QueryResult): QueryResult {
  const [only] = result.columns;
  if (!result.isValueTable || only?.column.type.kind !== 'STRUCT') return result;
  const value = columnRef(only.column);
  const computed = only.column.type.fields.map((field, index) => ({
    name: field.name,
    column: analysis.newColumn(field.name ?? '$col', field.type),
    expression: { kind: 'GetStructField', type: field.type, operand: value, index } as const,
  }));
  return {
    scan: projectInOrder(
      result.scan,
      computed.map((c) => c.column),
      computed,
    ),
    columns: computed.map(({ name, column }) => ({ name, column, source: columnRef(column) })),
    isValueTable: false,
  };
}
