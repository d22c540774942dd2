import { datasetNotFound, tableAlreadyExists } from '@bqml-emulator/common';
import type { NewTable } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import type { CreateTableStatement } from '../logical/index.ts';
import { bytesProcessed } from './bytes-processed.ts';
import { StatementOptions } from './options.ts';
import { readInlineColumns, withQueryRows } from './run-query.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

const KNOWN = [
  'description',
  'friendly_name',
  'labels',
  'expiration_timestamp',
  'partition_expiration_days',
  'require_partition_filter',
  'kms_key_name',
  'default_rounding_mode',
  'enable_change_history',
  'max_staleness',
];

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_table_statement */
export async function createTable(
  statement: CreateTableStatement,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { catalog, tables, signal } = context;
  const { reference, query } = statement;
  const dataset = catalog.getDataset(reference);
  if (!dataset) throw datasetNotFound(reference, context.location);
  const statistics = {
    statementType: query ? 'CREATE_TABLE_AS_SELECT' : 'CREATE_TABLE',
    ddlTargetTable: reference,
    referencedTables: query?.referencedTables ?? [],
    totalBytesProcessed: query ? bytesProcessed(query.scan) : 0n,
  } as const;
  const existing = catalog.getTable(reference);
  if (existing && statement.ifExists === 'ignore') {
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  if (existing && statement.ifExists === 'error') throw tableAlreadyExists(reference);
  const options = new StatementOptions(statement.options);
  options.refuseOthers(KNOWN);
  const expiration = dataset.defaultTableExpirationMillis;
  const table: NewTable = {
    reference,
    location: dataset.location,
    schema: statement.schema,
    friendlyName: options.text('friendly_name'),
    description: options.text('description'),
    labels: options.labels(),
    expirationMillis:
      options.timestampMillis('expiration_timestamp') ??
      (expiration === undefined ? undefined : context.clock.nowMillis() + expiration),
  };
  const ifExists = statement.ifExists === 'replace' ? 'replace' : 'error';
  if (query) {
    await withQueryRows(readInlineColumns(query, statement.schema), context, (rows) =>
      tables.createTable(table, rows, ifExists, signal),
    );
  } else {
    await tables.createTable(table, undefined, ifExists, signal);
  }
  const ddlOperationPerformed = existing ? 'REPLACE' : 'CREATE';
  if (query) return { statistics: { ...statistics, ddlOperationPerformed }, destinationTable: reference };
  // The result of CREATE TABLE without a query is the empty table: a schema and no rows.
  return {
    statistics: { ...statistics, ddlOperationPerformed, schema: statement.schema },
    result: await context.results.write(statement.schema, noRows(), signal),
    destinationTable: reference,
  };
}

async function* noRows(): AsyncIterable<Batch> {
  // Nothing to give.
}
