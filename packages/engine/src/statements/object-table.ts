import { invalidQuery, tableAlreadyExists } from '@bqml-emulator/common';
import type { Clock, TableReference } from '@bqml-emulator/common';
import { OBJECT_TABLE_SCHEMA, intervalMicros, parseConnectionId } from '@bqml-emulator/catalog';
import type { Catalog, Dataset, Labels, ObjectTable, ObjectTableSource } from '@bqml-emulator/catalog';
import { formatInterval } from '@bqml-emulator/types';
import type { Interval } from '@bqml-emulator/types';

/** What a statement or a request says of an object table; undefined where it says nothing. */
export interface ObjectTableDefinition {
  readonly reference: TableReference;
  readonly uris: readonly string[];
  readonly connectionId: string | undefined;
  /** `SIMPLE` in any case. */
  readonly objectMetadata: string | undefined;
  readonly metadataCacheMode: string | undefined;
  readonly maxStaleness: Interval | undefined;
  readonly friendlyName: string | undefined;
  readonly description: string | undefined;
  readonly labels: Labels;
  readonly expirationMillis: number | undefined;
}

export interface ObjectTableDependencies {
  readonly catalog: Catalog;
  readonly objectTables: ObjectTableSource;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const MINUTE_MICROS = 60_000_000n;
const MIN_STALENESS_MICROS = 30n * MINUTE_MICROS;
const MAX_STALENESS_MICROS = 7n * 24n * 60n * MINUTE_MICROS;

/** Checks a definition and makes the table. https://cloud.google.com/bigquery/docs/object-tables */
export async function createObjectTable(
  definition: ObjectTableDefinition,
  dataset: Dataset,
  replace: boolean,
  { catalog, objectTables, clock, signal }: ObjectTableDependencies,
): Promise<ObjectTable> {
  const { reference, uris, connectionId, friendlyName, description, labels } = definition;
  if (!replace && catalog.getTable(reference)) throw tableAlreadyExists(reference);
  if (uris.length === 0) throw invalidQuery('Option uris must be set for an object table');
  if (definition.objectMetadata?.toUpperCase() !== 'SIMPLE') {
    throw invalidQuery("Invalid value for option object_metadata; the only supported value is 'SIMPLE'");
  }
  if (connectionId !== undefined) parseConnectionId(connectionId, reference.projectId, dataset.location);
  const cache = metadataCache(definition);
  await objectTables.validate({ reference, location: dataset.location, uris, connectionId }, signal);
  signal.throwIfAborted();
  const now = clock.nowMillis();
  const expiration = dataset.defaultTableExpirationMillis;
  const table: ObjectTable = {
    kind: 'OBJECT_TABLE',
    reference,
    location: dataset.location,
    schema: OBJECT_TABLE_SCHEMA,
    friendlyName,
    description,
    labels,
    expirationMillis: definition.expirationMillis ?? (expiration === undefined ? undefined : now + expiration),
    creationMillis: now,
    lastModifiedMillis: now,
    uris,
    connectionId,
    objectMetadata: 'SIMPLE',
    ...cache,
  };
  catalog.createExternalTable(table, replace);
  return table;
}

/**
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#external_table_option_list:
 * `max_staleness` is 0 or between 30 minutes and 7 days, and metadata caching needs both options.
 */
export function metadataCache(
  definition: Pick<ObjectTableDefinition, 'metadataCacheMode' | 'maxStaleness'>,
): Pick<ObjectTable, 'metadataCacheMode' | 'maxStaleness'> {
  const mode = definition.metadataCacheMode?.toUpperCase();
  if (mode !== undefined && mode !== 'AUTOMATIC' && mode !== 'MANUAL') {
    throw invalidQuery("Invalid value for option metadata_cache_mode; supported values are 'AUTOMATIC' and 'MANUAL'");
  }
  const staleness = definition.maxStaleness;
  const micros = staleness === undefined ? 0n : intervalMicros(staleness);
  if (staleness === undefined || micros === 0n) {
    if (mode !== undefined) throw invalidQuery('Option metadata_cache_mode requires option max_staleness to be set');
    return { metadataCacheMode: undefined, maxStaleness: undefined };
  }
  if (micros < MIN_STALENESS_MICROS || micros > MAX_STALENESS_MICROS) {
    throw invalidQuery('Option max_staleness must be 0 or between 30 minutes and 7 days');
  }
  if (mode === undefined) throw invalidQuery('Option max_staleness requires option metadata_cache_mode to be set');
  return { metadataCacheMode: mode, maxStaleness: formatInterval(staleness) };
}
