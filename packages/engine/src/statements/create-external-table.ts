import { datasetNotFound, invalidQuery, notImplemented, tableAlreadyExists } from '@bqml-emulator/common';
import type { Dataset } from '@bqml-emulator/catalog';
import type { Interval } from '@bqml-emulator/types';
import type { CreateExternalTableStatement } from '../logical/index.ts';
import type { ExternalSourceDefinition } from './external-source.ts';
import { createExternalTable } from './external-table.ts';
import { createObjectTable } from './object-table.ts';
import { StatementOptions } from './options.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

const DESCRIPTIVE = ['uris', 'description', 'friendly_name', 'labels', 'expiration_timestamp', 'tags'];

const OBJECT_TABLE_OPTIONS = [...DESCRIPTIVE, 'object_metadata', 'max_staleness', 'metadata_cache_mode'];

const FILE_OPTIONS = [
  ...DESCRIPTIVE,
  'allow_jagged_rows',
  'allow_quoted_newlines',
  'compression',
  'date_format',
  'datetime_format',
  'decimal_target_types',
  'enable_list_inference',
  'encoding',
  'enum_as_string',
  'field_delimiter',
  'format',
  'ignore_unknown_values',
  'max_bad_records',
  'null_marker',
  'null_markers',
  'preserve_ascii_control_characters',
  'quote',
  'reference_file_schema_uri',
  'skip_leading_rows',
  'source_column_match',
  'time_format',
  'time_zone',
  'timestamp_format',
];

/** Options of files that BigQuery has and the emulator has not. */
const MISSING_OPTIONS = [
  'bigtable_options',
  'column_name_character_map',
  'enable_logical_types',
  'file_set_spec_type',
  'hive_partition_uri_prefix',
  'json_extension',
  'max_staleness',
  'metadata_cache_mode',
  'projection_fields',
  'require_hive_partition_filter',
  'sheet_range',
];

/** Object tables and tables over files. https://cloud.google.com/bigquery/docs/external-tables */
export async function runCreateExternalTable(
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
  await (options.has('object_metadata') ? makeObjectTable : makeExternalTable)(statement, options, dataset, context);
  return { statistics: { ...statistics, ddlOperationPerformed: existing ? 'REPLACE' : 'CREATE' } };
}

const described = ({ reference, connectionId }: CreateExternalTableStatement, options: StatementOptions) => ({
  reference,
  connectionId,
  friendlyName: options.text('friendly_name'),
  description: options.text('description'),
  labels: options.labels(),
  expirationMillis: options.timestampMillis('expiration_timestamp'),
});

async function makeObjectTable(
  statement: CreateExternalTableStatement,
  options: StatementOptions,
  dataset: Dataset,
  context: StatementContext,
): Promise<void> {
  if (statement.schema) throw invalidQuery('A schema is not allowed for an object table');
  options.refuseOthers(OBJECT_TABLE_OPTIONS);
  const definition = {
    ...described(statement, options),
    uris: options.texts('uris') ?? [],
    objectMetadata: options.text('object_metadata'),
    metadataCacheMode: options.text('metadata_cache_mode'),
    maxStaleness: interval(options, 'max_staleness'),
  };
  await createObjectTable(definition, dataset, statement.ifExists === 'replace', context);
}

async function makeExternalTable(
  statement: CreateExternalTableStatement,
  options: StatementOptions,
  dataset: Dataset,
  context: StatementContext,
): Promise<void> {
  const { schema } = statement;
  const missing = MISSING_OPTIONS.find((name) => options.has(name));
  const source = sourceDefinition(options, schema === undefined);
  if (missing !== undefined) throw notImplemented(`option ${missing} of external tables`);
  options.refuseOthers(FILE_OPTIONS);
  const definition = { ...described(statement, options), schema, source };
  await createExternalTable(definition, dataset, statement.ifExists === 'replace', context);
}

function sourceDefinition(options: StatementOptions, autodetect: boolean): ExternalSourceDefinition {
  const number = (name: string) => {
    const value = options.integer(name);
    return value === undefined ? undefined : Number(value);
  };
  return {
    format: options.text('format'),
    uris: options.texts('uris') ?? [],
    autodetect,
    compression: options.text('compression'),
    encoding: options.text('encoding'),
    maxBadRecords: number('max_bad_records'),
    ignoreUnknownValues: options.flag('ignore_unknown_values'),
    fieldDelimiter: options.text('field_delimiter'),
    quote: options.text('quote'),
    skipLeadingRows: number('skip_leading_rows'),
    allowJaggedRows: options.flag('allow_jagged_rows'),
    allowQuotedNewlines: options.flag('allow_quoted_newlines'),
    preserveAsciiControlCharacters: options.flag('preserve_ascii_control_characters'),
    nullMarker: options.text('null_marker'),
    nullMarkers: options.texts('null_markers'),
    sourceColumnMatch: options.text('source_column_match'),
    enableListInference: options.flag('enable_list_inference'),
    enumAsString: options.flag('enum_as_string'),
    mapTargetType: undefined,
    dateFormat: options.text('date_format'),
    datetimeFormat: options.text('datetime_format'),
    timeFormat: options.text('time_format'),
    timestampFormat: options.text('timestamp_format'),
    timeZone: options.text('time_zone'),
    decimalTargetTypes: options.texts('decimal_target_types'),
    referenceFileSchemaUri: options.text('reference_file_schema_uri'),
  };
}

function interval(options: StatementOptions, name: string): Interval | undefined {
  const value = options.value(name);
  if (value === null) return undefined;
  if (typeof value === 'object' && 'micros' in value) return value;
  throw invalidQuery(`Invalid value for option ${name}; an INTERVAL is expected`);
}
