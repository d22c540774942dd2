import type { ColumnSchema } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import { structOf, typeName } from '@bqml-emulator/types';
import type { Expression, PlanColumn, Scan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce } from './coerce.ts';
import { resolveDefault } from './column-default.ts';
import { argumentTypeText } from './function-text.ts';
import { scalarContext } from './expression-context.ts';
import { identifierText } from './identifier-text.ts';
import { NameScope, columnRef } from './name-scope.ts';
import type { QueryResult } from './relation.ts';
import { resolveExpression } from './resolve-expression.ts';
import { WithScope } from './with-scope.ts';

/** The rows of INSERT ... VALUES in the types of the columns that they are for. */
export function resolveValues(
  analysis: Analysis,
  node: sql.InsertValuesRowList,
  targets: readonly ColumnSchema[],
): QueryResult {
  const rows = node.rows.map((row) => resolveRow(analysis, row, targets));
  const columns = targets.map((t) => analysis.newColumn(t.name, t.type));
  const scan = rows.every((row) => row.every(isConstant))
    ? arrayOfRows(analysis, rows, columns)
    : union(analysis, rows, columns);
  return {
    scan,
    columns: columns.map((column) => ({ name: column.name, column, source: columnRef(column) })),
    isValueTable: false,
  };
}

function resolveRow(
  analysis: Analysis,
  row: sql.InsertValuesRow,
  targets: readonly ColumnSchema[],
): readonly Expression[] {
  if (row.values.length !== targets.length) {
    throw analysis.error(
      row,
      `Inserted row has wrong column count; Has ${row.values.length}, expected ${targets.length}`,
    );
  }
  const context = scalarContext(NameScope.empty(), new WithScope(), 'INSERT VALUES');
  return row.values.flatMap((node, i) => {
    const target = targets[i];
    if (!target) return [];
    if (node.kind === 'DefaultLiteral') return [resolveDefault(analysis, target)];
    const value = resolveExpression(analysis, node, context);
    const stored = coerce(value, target.type, (message) => analysis.error(node, message));
    if (stored) return [stored];
    throw analysis.error(
      node,
      `Value has type ${argumentTypeText(value)} which cannot be inserted into column ${identifierText(target.name)}, which has type ${typeName(target.type)}`,
    );
  });
}

/** Values without calls or subqueries, which one array can hold. */
function isConstant(e: Expression): boolean {
  switch (e.kind) {
    case 'Literal':
    case 'Parameter':
      return true;
    case 'MakeArray':
      return e.elements.every(isConstant);
    case 'MakeStruct':
      return e.fields.every(isConstant);
    case 'Cast':
      return isConstant(e.operand);
    default:
      return false;
  }
}

/** Many rows of constants as one array, which a stage reads much faster than a union of rows. */
function arrayOfRows(
  analysis: Analysis,
  rows: readonly (readonly Expression[])[],
  columns: readonly PlanColumn[],
): Scan {
  const [only, second] = rows;
  if (only && !second) return oneRow(only, columns);
  const type = structOf(columns.map((c) => ({ name: c.name, type: c.type })));
  const elementColumn = analysis.newColumn('$row', type);
  const row = columnRef(elementColumn);
  return {
    kind: 'ProjectScan',
    columns,
    input: {
      kind: 'ArrayScan',
      columns: [elementColumn],
      input: undefined,
      array: {
        kind: 'MakeArray',
        type: { kind: 'ARRAY', element: type },
        elements: rows.map((fields) => ({ kind: 'MakeStruct', type, fields })),
      },
      elementColumn,
      offsetColumn: undefined,
      condition: undefined,
      outer: false,
    },
    computed: columns.map((column, index) => ({
      column,
      expression: { kind: 'GetStructField', type: column.type, operand: row, index },
    })),
  };
}

function oneRow(values: readonly Expression[], columns: readonly PlanColumn[]): Scan {
  const computed = columns.flatMap((column, i) => {
    const expression = values[i];
    return expression ? [{ column, expression }] : [];
  });
  return { kind: 'ProjectScan', columns, input: { kind: 'SingleRowScan', columns: [] }, computed };
}

function union(analysis: Analysis, rows: readonly (readonly Expression[])[], columns: readonly PlanColumn[]): Scan {
  const [only, second] = rows;
  if (only && !second) return oneRow(only, columns);
  const inputs = rows.map((row) => {
    const inputColumns = columns.map((c) => analysis.newColumn(c.name, c.type));
    return { scan: oneRow(row, inputColumns), inputColumns };
  });
  return { kind: 'SetOperationScan', columns, operation: 'UNION_ALL', inputs };
}
