import { invalidQuery } from '@bqml-emulator/common';
import type { BaseTable, ColumnSchema } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import { typeName, typesEqual } from '@bqml-emulator/types';
import type {
  ComputedColumn,
  PlanColumn,
  QueryOutput,
  ResolvedStatement,
  Scan,
  UpdateStatement,
} from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce } from './coerce.ts';
import { resolveDefault } from './column-default.ts';
import { argumentTypeText } from './function-text.ts';
import { scalarContext } from './expression-context.ts';
import { identifierText } from './identifier-text.ts';
import { NameScope, columnRef } from './name-scope.ts';
import { namesOfColumns } from './relation.ts';
import type { QueryResult } from './relation.ts';
import { lastPart } from './resource-path.ts';
import { coerceAt, resolveCondition, resolveExpression } from './resolve-expression.ts';
import { resolveQuery } from './resolve-query.ts';
import { unrecognizedName } from './resolve-path.ts';
import { findTable } from './resolve-table.ts';
import { resolveValues } from './resolve-values.ts';
import { expandValueTable } from './value-table.ts';
import { WithScope } from './with-scope.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#insert_statement */
export function resolveInsert(analysis: Analysis, node: sql.InsertStatement): ResolvedStatement {
  if (node.mode) throw analysis.notImplemented(node, `INSERT OR ${node.mode}`);
  if (node.assertRowsModified) throw analysis.notImplemented(node.assertRowsModified, 'ASSERT_ROWS_MODIFIED');
  if (node.returning) throw analysis.notImplemented(node.returning, 'THEN RETURN');
  const table = targetTable(analysis, node.target);
  const indices = node.columns
    ? node.columns.identifiers.map((name, i, all) => insertColumn(analysis, table, name, all.slice(0, i)))
    : table.schema.map((_, i) => i);
  const targets = indices.flatMap((index) => table.schema[index] ?? []);
  let rows: QueryResult;
  if (node.rows) rows = resolveValues(analysis, node.rows, targets);
  else if (node.query) rows = insertQuery(analysis, node.query, targets);
  else throw analysis.notImplemented(node, node.kind);
  return { kind: 'InsertStatement', table, query: wholeRows(analysis, table, indices, rows) };
}

function targetTable(analysis: Analysis, node: sql.GeneralizedPathExpression): BaseTable {
  if (node.kind !== 'PathExpression') throw analysis.notImplemented(node, node.kind);
  const { reference, table } = findTable(analysis, node);
  if (table.kind === 'TABLE') return table;
  const name = `${reference.projectId}:${reference.datasetId}.${reference.tableId}`;
  throw invalidQuery(`DML over external table ${name} is not supported`);
}

function insertColumn(
  analysis: Analysis,
  table: BaseTable,
  name: sql.Identifier,
  earlier: readonly sql.Identifier[],
): number {
  const key = name.name.toLowerCase();
  const index = table.schema.findIndex((c) => c.name.toLowerCase() === key);
  if (index < 0) throw notInTable(analysis, table, name);
  if (earlier.some((e) => e.name.toLowerCase() === key)) {
    throw analysis.error(name, `INSERT has columns with duplicate name: ${identifierText(name.name)}`);
  }
  return index;
}

function notInTable(analysis: Analysis, table: BaseTable, name: sql.Identifier) {
  const { projectId, datasetId, tableId } = table.reference;
  return analysis.error(
    name,
    `Column ${identifierText(name.name)} is not present in table ${projectId}.${datasetId}.${tableId}`,
  );
}

/** INSERT ... SELECT: columns by position. */
function insertQuery(analysis: Analysis, node: sql.Query, targets: readonly ColumnSchema[]): QueryResult {
  const result = expandValueTable(analysis, resolveQuery(analysis, node, undefined, new WithScope()));
  if (result.columns.length !== targets.length) {
    throw analysis.error(
      node,
      `Inserted row has wrong column count; Has ${result.columns.length}, expected ${targets.length}`,
    );
  }
  for (const [i, target] of targets.entries()) {
    const source = result.columns[i]?.source;
    if (!source || coerce(source, target.type, (message) => analysis.error(node, message))) continue;
    throw analysis.error(
      node,
      `Query column ${i + 1} has type ${argumentTypeText(source)} which cannot be inserted into column ${identifierText(target.name)}, which has type ${typeName(target.type)}`,
    );
  }
  return result;
}

/** Every column of the table in schema order: given ones converted, the others their default or NULL. */
function wholeRows(analysis: Analysis, table: BaseTable, indices: readonly number[], rows: QueryResult): QueryOutput {
  const computed: ComputedColumn[] = [];
  const used = new Set<number>();
  const columns = table.schema.map((schema, index): PlanColumn => {
    const given = rows.columns[indices.indexOf(index)];
    if (given && typesEqual(given.column.type, schema.type) && !used.has(given.column.id)) {
      used.add(given.column.id);
      return given.column;
    }
    const expression = given
      ? (coerce(given.source, schema.type) ?? columnRef(given.column))
      : resolveDefault(analysis, schema);
    const column = analysis.newColumn(schema.name, schema.type);
    computed.push({ column, expression });
    return column;
  });
  const scan: Scan =
    computed.length === 0 &&
    columns.every((c, i) => c === rows.scan.columns[i]) &&
    columns.length === rows.scan.columns.length
      ? rows.scan
      : { kind: 'ProjectScan', columns, input: rows.scan, computed };
  return {
    scan,
    columns: columns.map((column, i) => ({ name: table.schema[i]?.name ?? '', column })),
    referencedTables: analysis.referencedTables,
  };
}

interface Target {
  readonly table: BaseTable;
  readonly columns: readonly PlanColumn[];
  readonly scope: NameScope;
}

function dmlTarget(analysis: Analysis, node: sql.GeneralizedPathExpression, alias: sql.Alias | undefined): Target {
  const table = targetTable(analysis, node);
  const columns = table.schema.map((c) => analysis.newColumn(c.name, c.type));
  const name = alias?.identifier.name ?? (node.kind === 'PathExpression' ? lastPart(node) : undefined);
  const named = columns.map((column) => ({ name: column.name, expression: columnRef(column) }));
  return { table, columns, scope: NameScope.ofQuery(namesOfColumns(name, named), undefined) };
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#update_statement */
export function resolveUpdate(analysis: Analysis, node: sql.UpdateStatement): ResolvedStatement {
  if (node.from) throw analysis.notImplemented(node.from, 'UPDATE ... FROM');
  if (node.withOffset) throw analysis.notImplemented(node.withOffset, 'WITH OFFSET in UPDATE');
  if (node.assertRowsModified) throw analysis.notImplemented(node.assertRowsModified, 'ASSERT_ROWS_MODIFIED');
  if (node.returning) throw analysis.notImplemented(node.returning, 'THEN RETURN');
  if (!node.where) throw analysis.error(node, 'UPDATE must have a WHERE clause');
  const { table, columns, scope } = dmlTarget(analysis, node.target, node.alias);
  const ctes = new WithScope();
  const condition = resolveCondition(analysis, node.where, scalarContext(scope, ctes, 'WHERE clause'));
  const assignments: UpdateStatement['assignments'][number][] = [];
  for (const { item } of node.items.items) {
    if (item.kind !== 'UpdateSetValue') throw analysis.notImplemented(item, 'nested DML');
    const columnIndex = updatedColumn(analysis, table, item.path, node.alias, scope);
    const schema = table.schema[columnIndex];
    if (!schema) continue;
    if (assignments.some((a) => a.columnIndex === columnIndex)) {
      throw analysis.error(item.path, `Update item ${identifierText(schema.name)} assigned more than once`);
    }
    const { value } = item;
    const expression =
      value.kind === 'DefaultLiteral'
        ? resolveDefault(analysis, schema)
        : coerceAt(
            analysis,
            resolveExpression(analysis, value, scalarContext(scope, ctes, 'UPDATE clause')),
            schema.type,
            value,
            (wanted, found) =>
              `Value of type ${found} cannot be assigned to ${identifierText(schema.name)}, which has type ${wanted}`,
          );
    assignments.push({ columnIndex, expression });
  }
  return { kind: 'UpdateStatement', table, tableColumns: columns, assignments, condition };
}

function updatedColumn(
  analysis: Analysis,
  table: BaseTable,
  path: sql.GeneralizedPathExpression,
  alias: sql.Alias | undefined,
  scope: NameScope,
): number {
  if (path.kind !== 'PathExpression') throw analysis.notImplemented(path, path.kind);
  const [first, second, third] = path.names;
  const tableName = alias?.identifier.name ?? table.reference.tableId;
  const isColumn = (name: sql.Identifier) => (c: ColumnSchema) => c.name.toLowerCase() === name.name.toLowerCase();
  const qualified = first && second && first.name.toLowerCase() === tableName.toLowerCase();
  const column = qualified ? second : first;
  const rest = qualified ? third : second;
  if (!column) throw analysis.notImplemented(path, path.kind);
  const index = table.schema.findIndex(isColumn(column));
  if (index < 0) throw unrecognizedName(analysis, column, scope);
  if (rest) throw analysis.notImplemented(rest, 'UPDATE of a STRUCT field');
  return index;
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#delete_statement */
export function resolveDelete(analysis: Analysis, node: sql.DeleteStatement): ResolvedStatement {
  if (node.withOffset) throw analysis.notImplemented(node.withOffset, 'WITH OFFSET in DELETE');
  if (node.assertRowsModified) throw analysis.notImplemented(node.assertRowsModified, 'ASSERT_ROWS_MODIFIED');
  if (node.returning) throw analysis.notImplemented(node.returning, 'THEN RETURN');
  if (!node.where) throw analysis.error(node, 'DELETE must have a WHERE clause');
  const { table, columns, scope } = dmlTarget(analysis, node.target, node.alias);
  const context = scalarContext(scope, new WithScope(), 'WHERE clause');
  const condition = resolveCondition(analysis, node.where, context);
  return { kind: 'DeleteStatement', table, tableColumns: columns, condition };
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#truncate_table_statement */
export function resolveTruncate(analysis: Analysis, node: sql.TruncateStatement): ResolvedStatement {
  if (node.where) throw analysis.notImplemented(node.where, 'TRUNCATE ... WHERE');
  return { kind: 'TruncateStatement', table: targetTable(analysis, node.target) };
}
