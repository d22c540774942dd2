import type { Dataset } from '@bqml-emulator/catalog';
import { notImplemented } from '@bqml-emulator/common';
import type { ExternalSourceDefinition, ExternalTableDefinition } from '@bqml-emulator/engine';
import { z } from 'zod';
import { readBody, tableReference, wireBoolean, wireInteger, wireLabels, wireText } from '../wire/json.ts';
import { definedLabels } from './description.ts';
import { isEmptyPart } from './external-data-configuration.ts';
import { fieldRequest, toColumnSchema } from './schema.ts';
import { readTableId } from './table.ts';

const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? undefined);
const schema = z.object({ fields: z.array(fieldRequest).nullish() }).nullish();

const csvOptions = z.object({
  allowJaggedRows: wireBoolean,
  allowQuotedNewlines: wireBoolean,
  encoding: wireText,
  fieldDelimiter: wireText,
  nullMarker: wireText,
  nullMarkers: texts,
  preserveAsciiControlCharacters: wireBoolean,
  quote: wireText,
  skipLeadingRows: wireInteger,
  sourceColumnMatch: wireText,
});

const parquetOptions = z.object({
  enableListInference: wireBoolean,
  enumAsString: wireBoolean,
  mapTargetType: wireText,
});

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#externaldataconfiguration */
const externalDataConfiguration = z.object({
  autodetect: wireBoolean,
  compression: wireText,
  connectionId: wireText,
  csvOptions: csvOptions.nullish(),
  dateFormat: wireText,
  datetimeFormat: wireText,
  decimalTargetTypes: texts,
  fileSetSpecType: wireText,
  ignoreUnknownValues: wireBoolean,
  jsonOptions: z.object({ encoding: wireText }).nullish(),
  maxBadRecords: wireInteger,
  objectMetadata: wireText,
  parquetOptions: parquetOptions.nullish(),
  referenceFileSchemaUri: wireText,
  schema,
  sourceFormat: wireText,
  sourceUris: texts,
  timeFormat: wireText,
  timeZone: wireText,
  timestampFormat: wireText,
});

const externalTableRequest = z.object({
  tableReference,
  friendlyName: wireText,
  description: wireText,
  labels: wireLabels,
  expirationTime: wireInteger,
  maxStaleness: wireText,
  schema,
  externalDataConfiguration: externalDataConfiguration.nullish(),
});

type Configuration = z.infer<typeof externalDataConfiguration>;

/** Parts that BigQuery has and the emulator has not; what they hold is not looked at. */
const MISSING_PARTS = [
  'avroOptions',
  'bigtableOptions',
  'googleSheetsOptions',
  'hivePartitioningOptions',
  'jsonExtension',
  'metadataCacheMode',
];

/** The body of tables.insert when it makes a table over files; undefined when it makes another table. */
export function toExternalTableDefinition(body: unknown, dataset: Dataset): ExternalTableDefinition | undefined {
  const request = readBody(externalTableRequest, body);
  const external = request.externalDataConfiguration;
  if (!external || external.objectMetadata !== undefined) return undefined;
  refuseMissingParts(body);
  if (request.maxStaleness !== undefined) throw notImplemented('maxStaleness of external tables');
  const fields = external.schema?.fields ?? request.schema?.fields ?? [];
  return {
    reference: { ...dataset.reference, tableId: readTableId(request.tableReference.tableId) },
    schema: fields.length > 0 ? fields.map(toColumnSchema) : undefined,
    source: sourceDefinition(external),
    connectionId: external.connectionId,
    friendlyName: request.friendlyName,
    description: request.description,
    labels: definedLabels(request.labels ?? {}),
    expirationMillis: request.expirationTime,
  };
}

function refuseMissingParts(body: unknown): void {
  const { externalDataConfiguration: given } = body as {
    readonly externalDataConfiguration: Readonly<Record<string, unknown>>;
  };
  const part = MISSING_PARTS.find((name) => !isEmptyPart(given[name]));
  if (part !== undefined) throw notImplemented(`${part} of external tables`);
  const { fileSetSpecType, timestampTargetPrecision: precision } = given;
  // Six digits are what a TIMESTAMP has anyway.
  if (!isEmptyPart(precision) && String(precision) !== '6') {
    throw notImplemented('timestampTargetPrecision of external tables');
  }
  if (!isEmptyPart(fileSetSpecType) && fileSetSpecType !== 'FILE_SET_SPEC_TYPE_FILE_SYSTEM_MATCH') {
    throw notImplemented('fileSetSpecType of external tables');
  }
}

function sourceDefinition(external: Configuration): ExternalSourceDefinition {
  const { csvOptions: csv, jsonOptions: json, parquetOptions: parquet } = external;
  return {
    format: external.sourceFormat,
    uris: external.sourceUris ?? [],
    autodetect: external.autodetect ?? false,
    compression: external.compression,
    encoding: csv?.encoding ?? json?.encoding,
    maxBadRecords: external.maxBadRecords,
    ignoreUnknownValues: external.ignoreUnknownValues,
    fieldDelimiter: csv?.fieldDelimiter,
    quote: csv?.quote,
    skipLeadingRows: csv?.skipLeadingRows,
    allowJaggedRows: csv?.allowJaggedRows,
    allowQuotedNewlines: csv?.allowQuotedNewlines,
    preserveAsciiControlCharacters: csv?.preserveAsciiControlCharacters,
    nullMarker: csv?.nullMarker,
    nullMarkers: csv?.nullMarkers,
    sourceColumnMatch: csv?.sourceColumnMatch,
    enableListInference: parquet?.enableListInference,
    enumAsString: parquet?.enumAsString,
    mapTargetType: parquet?.mapTargetType,
    dateFormat: external.dateFormat,
    datetimeFormat: external.datetimeFormat,
    timeFormat: external.timeFormat,
    timestampFormat: external.timestampFormat,
    timeZone: external.timeZone,
    decimalTargetTypes: external.decimalTargetTypes,
    referenceFileSchemaUri: external.referenceFileSchemaUri,
  };
}
