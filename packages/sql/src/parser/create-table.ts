import type {
  CloneDataSource,
  ClusterBy,
  CreateScope,
  CreateTableStatement,
  Query,
  SqlSecurity,
  Statement,
  WithConnectionClause,
  WithPartitionColumnsClause,
} from '../ast/index.ts';
import { parseTableElementList } from './column-schema.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpressions } from './expression.ts';
import { parseOptionalForSystemTime } from './from.ts';
import { parseDashedPath, parseIdentifier, parsePath } from './identifier.ts';
import { parseOptionalOptions, parseOptions } from './option.ts';
import { parseQuery } from './query.ts';
import { parseOptionalWhere } from './select.ts';
import { parseWithConnection } from './table-function.ts';
import { parseOptionalCollate } from './type.ts';
import { parseOptionalPartitionBy } from './window.ts';

/** What stands between CREATE and the kind of object. */
export interface CreatePrefix {
  readonly start: number;
  readonly orReplace: boolean;
  readonly scope: CreateScope | undefined;
}

/** "CREATE" ("OR" "REPLACE")? scope? */
export function parseCreatePrefix(c: TokenCursor): CreatePrefix {
  const { start } = c.expect('CREATE');
  const orReplace = c.take('OR');
  if (orReplace) c.expect('REPLACE');
  return { start, orReplace, scope: parseScope(c) };
}

function parseScope(c: TokenCursor): CreateScope | undefined {
  const { symbol } = c.token;
  if (symbol === 'TEMP' || symbol === 'TEMPORARY') {
    c.advance();
    return 'TEMP';
  }
  if (symbol === 'PUBLIC' || symbol === 'PRIVATE') {
    c.advance();
    return symbol;
  }
  return undefined;
}

/** "IF" "NOT" "EXISTS" */
export function parseIfNotExists(c: TokenCursor): boolean {
  if (!c.take('IF')) return false;
  c.expectSequence('NOT', 'EXISTS');
  return true;
}

/** The part of CREATE TABLE that pipe CREATE TABLE has too: everything but the query. */
export function parseCreateTablePrefix(c: TokenCursor): CreateTableStatement {
  const prefix = parseCreatePrefix(c);
  if (!c.at('TABLE')) c.expected('TABLE');
  return parseCreateTable(c, prefix);
}

/** create_table_statement_prefix, from TABLE on. */
export function parseCreateTable(c: TokenCursor, prefix: CreatePrefix): CreateTableStatement {
  c.expect('TABLE');
  const ifNotExists = parseIfNotExists(c);
  const name = parseDashedPath(c);
  const elements = c.at('(') ? parseTableElementList(c) : undefined;
  const like = c.take('LIKE') ? parseDashedPath(c) : undefined;
  const clone = c.at('CLONE') ? parseDataSource(c, 'CloneDataSource') : undefined;
  const copy = c.at('COPY') ? parseDataSource(c, 'CopyDataSource') : undefined;
  const collate = parseOptionalDefaultCollate(c);
  const partitionBy = parseOptionalPartitionBy(c, false);
  const clusterBy = parseOptionalClusterBy(c);
  const connection = parseOptionalTableConnection(c);
  const options = parseOptionalOptions(c);
  return {
    kind: 'CreateTableStatement',
    end: c.previousEnd,
    ...prefix,
    ifNotExists,
    name,
    elements,
    like,
    clone,
    copy,
    collate,
    partitionBy,
    clusterBy,
    connection,
    options,
    query: undefined,
  };
}

function parseOptionalTableConnection(c: TokenCursor): WithConnectionClause | undefined {
  return c.at('WITH') ? parseWithConnection(c) : undefined;
}

/** ("CLONE" | "COPY") path ("FOR" "SYSTEM_TIME" ...)? where? */
export function parseDataSource<K extends 'CloneDataSource' | 'CopyDataSource'>(
  c: TokenCursor,
  kind: K,
): Omit<CloneDataSource, 'kind'> & { readonly kind: K } {
  c.advance();
  const { start } = c.token;
  const path = parseDashedPath(c);
  const forSystemTime = parseOptionalForSystemTime(c);
  const where = parseOptionalWhere(c);
  return { kind, start, end: c.previousEnd, path, forSystemTime, where };
}

/** "DEFAULT" collate_clause */
export function parseOptionalDefaultCollate(c: TokenCursor): ReturnType<typeof parseOptionalCollate> {
  if (!c.take('DEFAULT')) return undefined;
  if (!c.at('COLLATE')) c.expected('COLLATE');
  return parseOptionalCollate(c);
}

/** "CLUSTER" "BY" expression ("," expression)* */
export function parseOptionalClusterBy(c: TokenCursor): ClusterBy | undefined {
  const { start } = c.token;
  if (!c.take('CLUSTER')) return undefined;
  c.expect('BY');
  const expressions = parseExpressions(c);
  return { kind: 'ClusterBy', start, end: c.previousEnd, expressions };
}

/** "AS" query */
export function parseAsQuery(c: TokenCursor): Query {
  c.expect('AS');
  return parseQuery(c);
}

export const parseOptionalAsQuery = (c: TokenCursor): Query | undefined => (c.at('AS') ? parseAsQuery(c) : undefined);

/** "WITH" "PARTITION" "COLUMNS" table_element_list? */
export function parseOptionalPartitionColumns(c: TokenCursor): WithPartitionColumnsClause | undefined {
  if (!(c.at('WITH') && c.peek(1).symbol === 'PARTITION')) return undefined;
  const { start } = c.advance();
  c.advance();
  c.expect('COLUMNS');
  const elements = c.at('(') ? parseTableElementList(c) : undefined;
  return { kind: 'WithPartitionColumnsClause', start, end: c.previousEnd, elements };
}

/** create_external_table_statement and create_external_schema_statement, from EXTERNAL on. */
export function parseCreateExternal(c: TokenCursor, prefix: CreatePrefix): Statement {
  const external = c.expect('EXTERNAL');
  if (c.take('SCHEMA')) {
    const ifNotExists = parseIfNotExists(c);
    const name = parsePath(c);
    const connection = parseOptionalTableConnection(c);
    if (!c.at('OPTIONS')) c.expected('OPTIONS', ...(connection ? [] : ['WITH', '.']));
    const options = parseOptions(c);
    return {
      kind: 'CreateExternalSchemaStatement',
      end: c.previousEnd,
      ...prefix,
      ifNotExists,
      name,
      connection,
      options,
    };
  }
  c.expect('TABLE', 'SCHEMA');
  if (c.at('FUNCTION')) {
    c.fail('Syntax error: CREATE EXTERNAL TABLE FUNCTION is not supported', external.start);
  }
  const ifNotExists = parseIfNotExists(c);
  const name = parseDashedPath(c);
  const elements = c.at('(') ? parseTableElementList(c) : undefined;
  const like = c.take('LIKE') ? parseDashedPath(c) : undefined;
  const collate = parseOptionalDefaultCollate(c);
  const partitionColumns = parseOptionalPartitionColumns(c);
  if (c.at('WITH') && c.peek(1).symbol !== 'CONNECTION') {
    c.advance();
    c.expected('CONNECTION', ...(partitionColumns ? [] : ['PARTITION']));
  }
  const connection = parseOptionalTableConnection(c);
  if (!c.at('OPTIONS')) refuseMissingOptions(c, { elements, like, collate, partitionColumns, connection });
  const options = parseOptions(c);
  return {
    kind: 'CreateExternalTableStatement',
    end: c.previousEnd,
    ...prefix,
    ifNotExists,
    name,
    elements,
    like,
    collate,
    partitionColumns,
    connection,
    options,
  };
}

function refuseMissingOptions(c: TokenCursor, read: Readonly<Record<string, unknown>>): never {
  if (read.connection) c.expected('OPTIONS', '.');
  if (read.partitionColumns || read.collate) c.expected('OPTIONS', 'WITH');
  if (read.like) c.expected('DEFAULT', 'OPTIONS', 'WITH', '.');
  if (read.elements) c.expected('DEFAULT', 'LIKE', 'OPTIONS', 'WITH');
  return c.unexpected();
}

/** "SNAPSHOT" "TABLE" name "CLONE" source options? */
export function parseCreateSnapshot(c: TokenCursor, prefix: CreatePrefix): Statement {
  c.expect('SNAPSHOT');
  if (!c.at('TABLE')) c.unexpected();
  c.advance();
  const ifNotExists = parseIfNotExists(c);
  const name = parseDashedPath(c);
  if (!c.at('CLONE')) c.expected('CLONE', '.');
  const clone = parseDataSource(c, 'CloneDataSource');
  const options = parseOptionalOptions(c);
  return { kind: 'CreateSnapshotTableStatement', end: c.previousEnd, ...prefix, ifNotExists, name, clone, options };
}

/** "SQL" "SECURITY" ("INVOKER" | "DEFINER") */
export function parseOptionalSqlSecurity(c: TokenCursor): SqlSecurity | undefined {
  if (!c.take('SQL')) return undefined;
  c.expect('SECURITY');
  return parseSecurity(c);
}

export function parseSecurity(c: TokenCursor): SqlSecurity {
  const security = c.at('INVOKER') ? 'INVOKER' : 'DEFINER';
  c.expect(security, 'INVOKER');
  return security;
}

/** create_view_statement, from RECURSIVE, VIEW or MATERIALIZED on. */
export function parseCreateView(c: TokenCursor, prefix: CreatePrefix): Statement {
  const isMaterialized = c.take('MATERIALIZED');
  const recursive = c.take('RECURSIVE');
  if (recursive || !isMaterialized) c.expect('VIEW');
  else c.expect('VIEW', 'RECURSIVE');
  const ifNotExists = parseIfNotExists(c);
  const name = parseDashedPath(c);
  const columns = c.at('(') ? parseColumnsWithOptions(c) : undefined;
  const sqlSecurity = parseOptionalSqlSecurity(c);
  if (!isMaterialized) {
    const options = parseOptionalOptions(c);
    const query = parseAsQuery(c);
    return {
      kind: 'CreateViewStatement',
      end: c.previousEnd,
      ...prefix,
      ifNotExists,
      recursive,
      name,
      columns,
      sqlSecurity,
      options,
      query,
    };
  }
  const partitionBy = parseOptionalPartitionBy(c, false);
  const clusterBy = parseOptionalClusterBy(c);
  const options = parseOptionalOptions(c);
  c.expect('AS');
  let replicaOf: ReturnType<typeof parseDashedPath> | undefined;
  if (c.take('REPLICA')) {
    c.expect('OF');
    replicaOf = parseDashedPath(c);
  }
  const query = replicaOf ? undefined : parseQuery(c);
  return {
    kind: 'CreateMaterializedViewStatement',
    end: c.previousEnd,
    ...prefix,
    ifNotExists,
    recursive,
    name,
    columns,
    sqlSecurity,
    partitionBy,
    clusterBy,
    options,
    query,
    replicaOf,
  };
}

/** "(" identifier options? ("," ...)* ")" */
function parseColumnsWithOptions(c: TokenCursor) {
  const { start } = c.expect('(');
  const columns = [];
  do {
    const columnStart = c.token.start;
    const name = parseIdentifier(c);
    const options = parseOptionalOptions(c);
    columns.push({ kind: 'ColumnWithOptions', start: columnStart, end: c.previousEnd, name, options } as const);
  } while (c.take(','));
  c.expect(')', ',');
  return { kind: 'ColumnWithOptionsList', start, end: c.previousEnd, columns } as const;
}

/** create_schema_statement, from SCHEMA on. */
export function parseCreateSchema(c: TokenCursor, prefix: CreatePrefix): Statement {
  c.expect('SCHEMA');
  const ifNotExists = parseIfNotExists(c);
  const name = parsePath(c);
  const collate = parseOptionalDefaultCollate(c);
  const options = parseOptionalOptions(c);
  return { kind: 'CreateSchemaStatement', end: c.previousEnd, ...prefix, ifNotExists, name, collate, options };
}
