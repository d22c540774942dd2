import type { AuxLoadDataStatement, ExportDataStatement, Statement } from '../ast/index.ts';
import { parseOptionalClusterBy } from './create-table.ts';
import { parseTableElementList } from './column-schema.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseDashedPath, parsePath } from './identifier.ts';
import { parseOptionalOptions, parseOptionsList } from './option.ts';
import { parseAsQuery, parseOptionalPartitionColumns } from './create-table.ts';
import { parseOptionalWithConnection, parseWithConnection } from './table-function.ts';
import { parseOptionalCollate } from './type.ts';
import { parseOptionalPartitionBy } from './window.ts';

/** "EXPORT" ("DATA" | "MODEL" | "TABLE" "METADATA") ... */
export function parseExport(c: TokenCursor): Statement {
  const { start } = c.expect('EXPORT');
  if (c.take('DATA')) {
    const clauses = parseExportDataClauses(c, start);
    const query = parseAsQuery(c);
    return { ...clauses, end: c.previousEnd, query };
  }
  if (c.take('MODEL')) {
    const name = parsePath(c);
    const connection = parseOptionalWithConnection(c);
    const options = parseOptionalOptions(c);
    return { kind: 'ExportModelStatement', start, end: c.previousEnd, name, connection, options };
  }
  c.expect('TABLE', 'DATA', 'MODEL');
  if (c.at('FUNCTION')) c.fail('EXPORT TABLE FUNCTION METADATA is not supported');
  c.expect('METADATA', 'FUNCTION');
  c.expect('FROM');
  const name = parseDashedPath(c);
  const connection = parseOptionalWithConnection(c);
  const options = parseOptionalOptions(c);
  return {
    kind: 'ExportMetadataStatement',
    start,
    end: c.previousEnd,
    objectKind: 'TABLE',
    name,
    connection,
    options,
  };
}

/** export_data_no_query, after EXPORT DATA. */
export function parseExportDataClauses(c: TokenCursor, start: number): ExportDataStatement {
  const connection = parseOptionalWithConnection(c);
  const options = parseOptionalOptions(c);
  return { kind: 'ExportDataStatement', start, end: c.previousEnd, connection, options, query: undefined };
}

/** aux_load_data_statement. https://cloud.google.com/bigquery/docs/reference/standard-sql/load-statements */
export function parseLoadData(c: TokenCursor): AuxLoadDataStatement {
  const { start } = c.expect('LOAD');
  c.expect('DATA');
  const mode = c.at('INTO') ? 'INTO' : 'OVERWRITE';
  c.expect(mode, 'INTO');
  const isTemp = (c.at('TEMP') || c.at('TEMPORARY')) && c.peek(1).symbol === 'TABLE';
  if (isTemp) {
    c.advance();
    c.advance();
  }
  const name = parseDashedPath(c);
  const elements = c.at('(') ? parseTableElementList(c) : undefined;
  const partitions = parsePartitions(c);
  const collate = parseOptionalCollate(c);
  const partitionBy = parseOptionalPartitionBy(c, false);
  const clusterBy = parseOptionalClusterBy(c);
  const options = parseOptionalOptions(c);
  const filesStart = c.token.start;
  if (!c.at('FROM')) c.unexpected();
  c.expectSequence('FROM', 'FILES');
  const files = parseOptionsList(c);
  const fromFiles = {
    kind: 'AuxLoadDataFromFilesOptionsList',
    start: filesStart,
    end: c.previousEnd,
    options: files,
  } as const;
  const partitionColumns = parseOptionalPartitionColumns(c);
  const connection = c.at('WITH') ? parseWithConnection(c) : undefined;
  return {
    kind: 'AuxLoadDataStatement',
    start,
    end: c.previousEnd,
    mode,
    isTemp,
    name,
    partitions,
    elements,
    collate,
    partitionBy,
    clusterBy,
    options,
    fromFiles,
    partitionColumns,
    connection,
  };
}

/** "OVERWRITE"? "PARTITIONS" "(" expression ")" */
function parsePartitions(c: TokenCursor): AuxLoadDataStatement['partitions'] {
  const { start } = c.token;
  const isOverwrite = c.at('OVERWRITE') && c.peek(1).symbol === 'PARTITIONS';
  if (isOverwrite) c.advance();
  if (!c.take('PARTITIONS')) return undefined;
  c.expect('(');
  const filter = parseExpression(c);
  c.expect(')');
  return { kind: 'AuxLoadDataPartitionsClause', start, end: c.previousEnd, isOverwrite, filter };
}
