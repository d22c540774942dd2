import type { ColumnSchema } from '@bqml-emulator/catalog';
import type * as sql from '@bqml-emulator/sql';
import { typeName, typesEqual } from '@bqml-emulator/types';
import { lazyColumns } from '../logical/index.ts';
import type { IfExists, QueryOutput, ResolvedStatement } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { coerce } from './coerce.ts';
import { identifierText } from './identifier-text.ts';
import { columnSchemaOf, resolveTableElements } from './resolve-column-schema.ts';
import { resolveOptions } from './resolve-options.ts';
import { resolveQuery } from './resolve-query.ts';
import { convertInput } from './resolve-set-operation.ts';
import type { QueryResult } from './relation.ts';
import { datasetReference, modelReference, requireDataset, tableReference } from './resource-path.ts';
import { EXTERNAL_TABLE_OPTIONS, MODEL_OPTIONS, SCHEMA_OPTIONS, TABLE_OPTIONS } from './statement-options.ts';
import { expandValueTable } from './value-table.ts';
import { WithScope } from './with-scope.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language */
export function resolveCreateSchema(analysis: Analysis, node: sql.CreateSchemaStatement): ResolvedStatement {
  refuse(analysis, node.collate, 'DEFAULT COLLATE');
  if (node.orReplace) throw analysis.notImplemented(node, 'CREATE OR REPLACE SCHEMA');
  return {
    kind: 'CreateSchemaStatement',
    reference: datasetReference(analysis, node.name),
    ifExists: node.ifNotExists ? 'ignore' : 'error',
    options: resolveOptions(analysis, node.options, SCHEMA_OPTIONS),
  };
}

export function resolveCreateTable(analysis: Analysis, node: sql.CreateTableStatement): ResolvedStatement {
  const ifExists = ifExistsOf(analysis, node, 'CREATE TABLE');
  refuse(analysis, node.like, 'CREATE TABLE LIKE');
  refuse(analysis, node.clone, 'CREATE TABLE CLONE');
  refuse(analysis, node.copy, 'CREATE TABLE COPY');
  refuse(analysis, node.collate, 'DEFAULT COLLATE');
  refuse(analysis, node.partitionBy, 'PARTITION BY of a table');
  refuse(analysis, node.clusterBy, 'CLUSTER BY of a table');
  refuse(analysis, node.connection, 'CREATE TABLE WITH CONNECTION');
  const reference = tableReference(analysis, node.name);
  requireDataset(analysis, reference);
  const declared = node.elements && resolveTableElements(analysis, node.elements);
  const options = resolveOptions(analysis, node.options, TABLE_OPTIONS);
  if (!node.query) {
    return { kind: 'CreateTableStatement', reference, ifExists, schema: declared ?? [], query: undefined, options };
  }
  const result = expandValueTable(analysis, resolveQuery(analysis, node.query, undefined, new WithScope()));
  const { schema, query } = declared
    ? intoDeclared(analysis, node.query, declared, result)
    : fromQuery(analysis, node.query, result);
  return { kind: 'CreateTableStatement', reference, ifExists, schema, query, options };
}

interface Filled {
  readonly schema: readonly ColumnSchema[];
  readonly query: QueryOutput;
}

/** The schema is that of the query; large values go to segments. */
function fromQuery(analysis: Analysis, node: sql.Query, result: QueryResult): Filled {
  const lazy = lazyColumns(result.scan, analysis.entries);
  const names = new Set<string>();
  const schema = result.columns.map(({ name, column }, i) => {
    if (name === undefined) {
      throw analysis.error(node, `CREATE TABLE columns must be named, but column ${i + 1} has no name`);
    }
    if (names.has(name.toLowerCase())) {
      throw analysis.error(node, `CREATE TABLE has columns with duplicate name ${identifierText(name)}`);
    }
    names.add(name.toLowerCase());
    return columnSchemaOf(name, column.type, lazy.has(column.id) ? 'segment' : 'inline');
  });
  const columns = result.columns.map(({ name, column }) => ({ name: name ?? '', column }));
  return { schema, query: { scan: result.scan, columns, referencedTables: analysis.referencedTables } };
}

/** The query's columns become the declared ones by position. */
function intoDeclared(
  analysis: Analysis,
  node: sql.Query,
  declared: readonly ColumnSchema[],
  result: QueryResult,
): Filled {
  if (declared.length !== result.columns.length) {
    throw analysis.error(
      node,
      'The number of columns in the column definition list does not match the number of columns produced by the query',
    );
  }
  for (const [i, column] of declared.entries()) {
    const source = result.columns[i]?.source;
    if (!source || coerce(source, column.type, (message) => analysis.error(node, message))) continue;
    throw analysis.error(
      node,
      `Column ${i + 1} has type ${typeName(source.type)} which cannot be coerced to ${typeName(column.type)}, the type of column ${identifierText(column.name)}`,
    );
  }
  const lazy = lazyColumns(result.scan, analysis.entries);
  const schema = declared.map((column, i) => {
    const given = result.columns[i]?.column;
    const isLazy = given !== undefined && lazy.has(given.id) && typesEqual(given.type, column.type);
    return isLazy ? { ...column, storage: 'segment' as const } : column;
  });
  const { scan, inputColumns } = convertInput(
    analysis,
    node,
    result,
    declared.map((c) => c.type),
  );
  const columns = inputColumns.map((column, i) => ({ name: declared[i]?.name ?? '', column }));
  return { schema, query: { scan, columns, referencedTables: analysis.referencedTables } };
}

export function resolveCreateExternalTable(
  analysis: Analysis,
  node: sql.CreateExternalTableStatement,
): ResolvedStatement {
  const ifExists = ifExistsOf(analysis, node, 'CREATE EXTERNAL TABLE');
  refuse(analysis, node.like, 'CREATE EXTERNAL TABLE LIKE');
  refuse(analysis, node.collate, 'DEFAULT COLLATE');
  refuse(analysis, node.partitionColumns, 'WITH PARTITION COLUMNS');
  const reference = tableReference(analysis, node.name);
  requireDataset(analysis, reference);
  return {
    kind: 'CreateExternalTableStatement',
    reference,
    ifExists,
    schema: node.elements && resolveTableElements(analysis, node.elements),
    connectionId: connectionId(node.connection),
    options: resolveOptions(analysis, node.options, EXTERNAL_TABLE_OPTIONS),
  };
}

/** As it was written; `DEFAULT` stands for the project's default connection. */
function connectionId(node: sql.WithConnectionClause | undefined): string | undefined {
  const path = node?.connection.path;
  if (!path) return undefined;
  return path.kind === 'DefaultLiteral' ? 'DEFAULT' : path.names.map((n) => n.name).join('.');
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-create */
export function resolveCreateModel(analysis: Analysis, node: sql.CreateModelStatement): ResolvedStatement {
  const ifExists = ifExistsOf(analysis, node, 'CREATE MODEL');
  refuse(analysis, node.inputOutput, 'CREATE MODEL with INPUT and OUTPUT');
  refuse(analysis, node.transform, 'TRANSFORM clause');
  refuse(analysis, node.isRemote ? node : undefined, 'CREATE MODEL REMOTE');
  refuse(analysis, node.connection, 'CREATE MODEL WITH CONNECTION');
  refuse(analysis, node.query ?? node.queries, 'CREATE MODEL AS query');
  const reference = modelReference(analysis, node.name);
  requireDataset(analysis, reference);
  return {
    kind: 'CreateModelStatement',
    reference,
    ifExists,
    options: resolveOptions(analysis, node.options, MODEL_OPTIONS),
  };
}

export function resolveDrop(analysis: Analysis, node: sql.DropStatement): ResolvedStatement {
  const { ifExists, objectKind } = node;
  switch (objectKind) {
    case 'SCHEMA':
      return {
        kind: 'DropSchemaStatement',
        reference: datasetReference(analysis, node.name),
        ifExists,
        cascade: node.mode === 'CASCADE',
      };
    case 'TABLE':
    case 'EXTERNAL TABLE':
    case 'VIEW':
      return { kind: 'DropTableStatement', objectKind, reference: tableReference(analysis, node.name), ifExists };
    case 'MODEL':
      return { kind: 'DropModelStatement', reference: modelReference(analysis, node.name), ifExists };
    default:
      throw analysis.notImplemented(node, `DROP ${objectKind}`);
  }
}

export function resolveUndrop(analysis: Analysis, node: sql.UndropStatement): ResolvedStatement {
  if (node.objectKind !== 'SCHEMA') throw analysis.notImplemented(node, `UNDROP ${node.objectKind}`);
  const reference = datasetReference(analysis, node.name);
  return { kind: 'UndropSchemaStatement', reference, ifNotExists: node.ifNotExists };
}

function ifExistsOf(analysis: Analysis, node: sql.CreateModifiers, statement: string): IfExists {
  if (node.scope) throw analysis.notImplemented(node, statement.replace('CREATE', `CREATE ${node.scope}`));
  if (node.orReplace && node.ifNotExists) {
    throw analysis.error(node, `${statement} cannot have both OR REPLACE and IF NOT EXISTS`);
  }
  return node.orReplace ? 'replace' : node.ifNotExists ? 'ignore' : 'error';
}

function refuse(analysis: Analysis, node: sql.SourceRange | undefined, construct: string): void {
  if (node) throw analysis.notImplemented(node, construct);
}
