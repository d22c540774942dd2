import { datasetNotFound, invalidQuery, notImplemented, tableAlreadyExists } from '@bqml-emulator/common';
import type { Interval } from '@bqml-emulator/types';
import type { CreateExternalTableStatement } from '../logical/index.ts';
import { createObjectTable } from './object-table.ts';
import { StatementOptions } from './options.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

const KNOWN = [
  'object_metadata',
  'uris',
  'max_staleness',
  'metadata_cache_mode',
  'description',
  'friendly_name',
  'labels',
  'expiration_timestamp',
  'tags',
];

/** Object tables. https://cloud.google.com/bigquery/docs/object-tables */
export async function createExternalTable(
  statement: CreateExternalTableStatement,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { reference, ifExists } = statement;
  const dataset = context.catalog.getDataset(reference);
  if (!dataset) throw datasetNotFound(reference, context.location);
  const statistics = { statementType: 'CREATE_EXTERNAL_TABLE', ddlTargetTable: reference } as const;
  const existing = context.catalog.getTable(reference);
  if (existing && ifExists === 'ignore') return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  if (existing && ifExists === 'error') throw tableAlreadyExists(reference);
  const options = new StatementOptions(statement.options);
  if (!options.has('object_metadata')) {
    throw notImplemented(`external tables of format ${options.text('format') ?? 'unknown'}; object tables are`);
  }
  options.refuseOthers(KNOWN);
  const definition = {
    reference,
    uris: options.texts('uris') ?? [],
    connectionId: statement.connectionId,
    objectMetadata: options.text('object_metadata'),
    metadataCacheMode: options.text('metadata_cache_mode'),
    maxStaleness: interval(options, 'max_staleness'),
    friendlyName: options.text('friendly_name'),
    description: options.text('description'),
    labels: options.labels(),
    expirationMillis: options.timestampMillis('expiration_timestamp'),
  };
  await createObjectTable(definition, dataset, ifExists === 'replace', context);
  return { statistics: { ...statistics, ddlOperationPerformed: existing ? 'REPLACE' : 'CREATE' } };
}

function interval(options: StatementOptions, name: string): Interval | undefined {
  const value = options.value(name);
  if (value === null) return undefined;
  if (typeof value === 'object' && 'micros' in value) return value;
  throw invalidQuery(`Invalid value for option ${name}; an INTERVAL is expected`);
}
