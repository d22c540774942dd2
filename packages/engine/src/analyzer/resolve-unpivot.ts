import type * as sql from '@bqml-emulator/sql';
import { BOOL, INT64, STRING, structOf, typeName, typesEqual } from '@bqml-emulator/types';
import type { Expression, PlanColumn, Scan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { callScalar } from './call-scalar.ts';
import { scalarContext } from './expression-context.ts';
import { NameScope, columnRef } from './name-scope.ts';
import type { NamedExpression } from './name-scope.ts';
import { namesOfColumns } from './relation.ts';
import type { Relation } from './relation.ts';
import type { FromEnvironment } from './resolve-from.ts';
import { resolvePath } from './resolve-path.ts';

interface UnpivotedItem {
  readonly values: readonly Expression[];
  readonly label: Expression;
}

/**
 * `UNPIVOT(v FOR n IN (a, b AS 'second'))`: a row for each column of the list, with its value and its label. Rows of
 * NULLs only are left out unless INCLUDE NULLS.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#unpivot_operator
 */
export function resolveUnpivot(
  analysis: Analysis,
  node: sql.UnpivotClause,
  input: Relation,
  environment: FromEnvironment,
): Relation {
  const scope = NameScope.ofQuery(input.names, environment.outer);
  const context = scalarContext(scope, environment.ctes, 'UNPIVOT');
  const valueNames = paths(analysis, node.valueColumns).map(singleName);
  const items = node.items.items.map((item): UnpivotedItem => {
    const columns = paths(analysis, item.columns);
    if (columns.length !== valueNames.length) {
      throw analysis.error(
        item,
        `All column groups in the UNPIVOT IN clause must have the same number of columns as the value columns: ${valueNames.length}`,
      );
    }
    const values = columns.map((path) => resolvePath(analysis, path, context));
    return { values, label: labelOf(item, columns) };
  });
  const [first] = items;
  if (!first) throw analysis.notImplemented(node, 'UNPIVOT of nothing');
  requireSameTypes(analysis, node, items, first);
  const fields = [...first.values, first.label];
  const fieldNames = [...valueNames, singleName(node.nameColumn)];
  const type = structOf(fields.map((f, i) => ({ name: fieldNames[i], type: f.type })));
  const elementColumn = analysis.newColumn('$unpivot', type);
  const row = columnRef(elementColumn);
  const rows: Scan = {
    kind: 'ArrayScan',
    columns: [...input.scan.columns, elementColumn],
    input: input.scan,
    array: {
      kind: 'MakeArray',
      type: { kind: 'ARRAY', element: type },
      elements: items.map((item) => ({ kind: 'MakeStruct', type, fields: [...item.values, item.label] })),
    },
    elementColumn,
    offsetColumn: undefined,
    condition: undefined,
    outer: false,
  };
  const computed = fields.map((f, index) => ({
    column: analysis.newColumn(fieldNames[index] ?? '$unpivot', f.type),
    expression: { kind: 'GetStructField', type: f.type, operand: row, index } as const,
  }));
  const project: Scan = {
    kind: 'ProjectScan',
    columns: [...input.scan.columns, ...computed.map((c) => c.column)],
    input: rows,
    computed,
  };
  const values = computed.slice(0, valueNames.length).map((c) => c.column);
  const scan = node.nullFilter === 'INCLUDE NULLS' ? project : withoutNulls(analysis, node, project, values);
  const used = new Set(items.flatMap((i) => i.values.flatMap((v) => (v.kind === 'ColumnRef' ? v.column.id : []))));
  const kept = input.names.columns.filter(
    (c) => c.expression.kind !== 'ColumnRef' || !used.has(c.expression.column.id),
  );
  const added = computed.map(({ column }): NamedExpression => ({ name: column.name, expression: columnRef(column) }));
  return { scan, names: namesOfColumns(node.alias?.identifier.name, [...kept, ...added]) };
}

function paths(analysis: Analysis, list: sql.ExpressionList): readonly sql.PathExpression[] {
  return list.expressions.map((e) => {
    if (e.kind === 'PathExpression') return e;
    if (e.kind === 'Identifier') return { kind: 'PathExpression', start: e.start, end: e.end, names: [e] };
    throw analysis.notImplemented(e, e.kind);
  });
}

const singleName = (path: sql.PathExpression) => path.names.at(-1)?.name ?? '';

/** As written, otherwise the column names joined by underscores. */
function labelOf(item: sql.UnpivotInItem, columns: readonly sql.PathExpression[]): Expression {
  const value = item.label?.value;
  if (value?.kind === 'IntLiteral') return { kind: 'Literal', type: INT64, value: BigInt(value.text) };
  return { kind: 'Literal', type: STRING, value: value?.value ?? columns.map(singleName).join('_') };
}

function requireSameTypes(
  analysis: Analysis,
  node: sql.UnpivotClause,
  items: readonly UnpivotedItem[],
  first: UnpivotedItem,
): void {
  for (const [i, item] of items.entries()) {
    const at = node.items.items[i] ?? node;
    if (!typesEqual(item.label.type, first.label.type)) {
      throw analysis.error(at, 'UNPIVOT labels must all be STRING or all be INT64');
    }
    for (const [j, value] of item.values.entries()) {
      const wanted = first.values[j]?.type ?? value.type;
      if (typesEqual(value.type, wanted)) continue;
      throw analysis.error(
        at,
        `The datatype of column does not match with other datatypes in the IN clause. Expected ${typeName(wanted)}, Found ${typeName(value.type)}`,
      );
    }
  }
}

function withoutNulls(analysis: Analysis, node: sql.SourceRange, input: Scan, values: readonly PlanColumn[]): Scan {
  const operands = values.map((column) => callScalar(analysis, node, '$is_not_null', [columnRef(column)]));
  const [only, second] = operands;
  const condition: Expression = only && !second ? only : { kind: 'Logical', type: BOOL, operator: 'OR', operands };
  return { kind: 'FilterScan', columns: input.columns, input, condition };
}
