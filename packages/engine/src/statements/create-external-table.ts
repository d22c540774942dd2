import { datasetNotFound, invalidQuery, notImplemented, tableAlreadyExists } from '@bqml-emulator/common';
import { OBJECT_TABLE_SCHEMA } from '@bqml-emulator/catalog';
import type { ObjectTable } from '@bqml-emulator/catalog';
import { formatInterval } from '@bqml-emulator/types';
import type { Interval } from '@bqml-emulator/types';
import type { CreateExternalTableStatement } from '../logical/index.ts';
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

const MINUTE_MICROS = 60_000_000n;
const MIN_STALENESS_MICROS = 30n * MINUTE_MICROS;
const MAX_STALENESS_MICROS = 7n * 24n * 60n * MINUTE_MICROS;

/** Object tables. https://cloud.google.com/bigquery/docs/object-tables */
export async function createExternalTable(
  statement: CreateExternalTableStatement,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { catalog, clock } = context;
  const { reference } = statement;
  const dataset = catalog.getDataset(reference);
  if (!dataset) throw datasetNotFound(reference, context.location);
  const statistics = { statementType: 'CREATE_EXTERNAL_TABLE', ddlTargetTable: reference } as const;
  const existing = catalog.getTable(reference);
  if (existing && statement.ifExists === 'ignore') {
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  if (existing && statement.ifExists === 'error') throw tableAlreadyExists(reference);
  const options = new StatementOptions(statement.options);
  if (!options.has('object_metadata')) throw notImplemented('external tables that are not object tables');
  options.refuseOthers(KNOWN);
  const uris = options.texts('uris') ?? [];
  if (uris.length === 0) throw invalidQuery('Option uris must be set for an object table');
  if (options.text('object_metadata')?.toUpperCase() !== 'SIMPLE') {
    throw invalidQuery("Invalid value for option object_metadata; the only supported value is 'SIMPLE'");
  }
  const cache = metadataCache(options);
  await context.objectTables.validate(uris, context.signal);
  const now = clock.nowMillis();
  const expiration = dataset.defaultTableExpirationMillis;
  const table: ObjectTable = {
    kind: 'OBJECT_TABLE',
    reference,
    location: dataset.location,
    schema: OBJECT_TABLE_SCHEMA,
    friendlyName: options.text('friendly_name'),
    description: options.text('description'),
    labels: options.labels(),
    expirationMillis:
      options.timestampMillis('expiration_timestamp') ?? (expiration === undefined ? undefined : now + expiration),
    creationMillis: now,
    lastModifiedMillis: now,
    uris,
    connectionId: statement.connectionId,
    objectMetadata: 'SIMPLE',
    ...cache,
  };
  catalog.createObjectTable(table, statement.ifExists === 'replace');
  return { statistics: { ...statistics, ddlOperationPerformed: existing ? 'REPLACE' : 'CREATE' } };
}

/**
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#external_table_option_list:
 * `max_staleness` is 0 or between 30 minutes and 7 days, and metadata caching needs both options.
 */
function metadataCache(options: StatementOptions): Pick<ObjectTable, 'metadataCacheMode' | 'maxStaleness'> {
  const mode = options.text('metadata_cache_mode')?.toUpperCase();
  if (mode !== undefined && mode !== 'AUTOMATIC' && mode !== 'MANUAL') {
    throw invalidQuery("Invalid value for option metadata_cache_mode; supported values are 'AUTOMATIC' and 'MANUAL'");
  }
  const staleness = stalenessOf(options);
  if (staleness === undefined) {
    if (mode !== undefined) throw invalidQuery('Option metadata_cache_mode requires option max_staleness to be set');
    return { metadataCacheMode: undefined, maxStaleness: undefined };
  }
  if (mode === undefined) throw invalidQuery('Option max_staleness requires option metadata_cache_mode to be set');
  return { metadataCacheMode: mode, maxStaleness: formatInterval(staleness) };
}

/** Undefined: none, or zero, which turns caching off. */
function stalenessOf(options: StatementOptions): Interval | undefined {
  const value = options.value('max_staleness');
  if (value === null) return undefined;
  if (typeof value !== 'object' || !('micros' in value)) {
    throw invalidQuery('Invalid value for option max_staleness; an INTERVAL is expected');
  }
  const micros = value.micros + BigInt(value.days + value.months * 30) * 24n * 60n * MINUTE_MICROS;
  if (micros === 0n) return undefined;
  if (micros < MIN_STALENESS_MICROS || micros > MAX_STALENESS_MICROS) {
    throw invalidQuery('Option max_staleness must be 0 or between 30 minutes and 7 days');
  }
  return value;
}
