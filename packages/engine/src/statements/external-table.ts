import { invalid, notImplemented, tableAlreadyExists } from '@bqml-emulator/common';
import type { Clock, TableReference } from '@bqml-emulator/common';
import { parseConnectionId, tableSubject } from '@bqml-emulator/catalog';
import type {
  Catalog,
  ColumnSchema,
  Dataset,
  DetectedSource,
  ExternalFiles,
  ExternalFormat,
  ExternalTable,
  Labels,
} from '@bqml-emulator/catalog';
import type { SqlType } from '@bqml-emulator/types';
import { externalSource } from './external-source.ts';
import type { ExternalSourceDefinition } from './external-source.ts';

/** What a statement or a request says of a table over files; undefined where it says nothing. */
export interface ExternalTableDefinition {
  readonly reference: TableReference;
  /** Undefined: it is detected. */
  readonly schema: readonly ColumnSchema[] | undefined;
  readonly source: ExternalSourceDefinition;
  readonly connectionId: string | undefined;
  readonly friendlyName: string | undefined;
  readonly description: string | undefined;
  readonly labels: Labels;
  readonly expirationMillis: number | undefined;
}

export interface ExternalTableDependencies {
  readonly catalog: Catalog;
  readonly externalFiles: ExternalFiles;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** https://cloud.google.com/bigquery/docs/schemas#column_names */
const RESERVED_NAME = /^(?:_partition|_table_|_file_|_row_timestamp|__root__|_colidentifier)/i;

/** Checks a definition, detects a schema that is not given, and makes the table. */
export async function createExternalTable(
  definition: ExternalTableDefinition,
  dataset: Dataset,
  replace: boolean,
  { catalog, externalFiles, clock, signal }: ExternalTableDependencies,
): Promise<ExternalTable> {
  const { reference, connectionId, friendlyName, description, labels } = definition;
  if (!replace && catalog.getTable(reference)) throw tableAlreadyExists(reference);
  if (connectionId !== undefined) parseConnectionId(connectionId, reference.projectId, dataset.location);
  const { schema, source } = await describe(definition, externalFiles, signal);
  signal.throwIfAborted();
  const now = clock.nowMillis();
  const expiration = dataset.defaultTableExpirationMillis;
  const table: ExternalTable = {
    kind: 'EXTERNAL_TABLE',
    reference,
    location: dataset.location,
    schema,
    friendlyName,
    description,
    labels,
    expirationMillis: definition.expirationMillis ?? (expiration === undefined ? undefined : now + expiration),
    creationMillis: now,
    lastModifiedMillis: now,
    connectionId,
    source,
  };
  catalog.createExternalTable(table, replace);
  return table;
}

async function describe(
  { reference, schema, source: given }: ExternalTableDefinition,
  files: ExternalFiles,
  signal: AbortSignal,
): Promise<DetectedSource> {
  const source = externalSource(given);
  const { referenceFileSchemaUri } = source;
  await files.validate(source.uris, signal);
  if (referenceFileSchemaUri !== undefined) await files.validate([referenceFileSchemaUri], signal);
  if (schema === undefined && !source.autodetect && source.format !== 'PARQUET') {
    throw invalid('Schema is required for CSV and JSON formats if autodetect is not on.', 'schema');
  }
  const described = schema ? { schema, source } : await files.detect(source, tableSubject(reference), signal);
  for (const column of described.schema) checkColumn(column, source.format);
  return described;
}

function checkColumn(column: ColumnSchema, format: ExternalFormat): void {
  const { name, type, nested } = column;
  if (RESERVED_NAME.test(name)) {
    throw invalid(
      `Invalid field name "${name}". Field names are not allowed to start with the (case-insensitive) prefixes _PARTITION, _TABLE_, _FILE_, _ROW_TIMESTAMP, __ROOT__ and _COLIDENTIFIER`,
    );
  }
  if (format === 'CSV' && (type.kind === 'ARRAY' || type.kind === 'STRUCT')) {
    throw invalid(`CSV files don't support nested or repeated data. Field: ${name}`);
  }
  if (scalarOf(type).kind === 'GEOGRAPHY') throw notImplemented(`external tables with a GEOGRAPHY column (${name})`);
  for (const child of nested ?? []) checkColumn(child, format);
}

const scalarOf = (type: SqlType): SqlType => (type.kind === 'ARRAY' ? type.element : type);
