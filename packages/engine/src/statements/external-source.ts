import { invalidQuery, notImplemented } from '@bqml-emulator/common';
import { EXTERNAL_FORMATS, TEXT_ENCODINGS } from '@bqml-emulator/catalog';
import type { DecimalTarget, ExternalFormat, ExternalSource, TextFormats } from '@bqml-emulator/catalog';
import { findTimeZone } from '@bqml-emulator/types';

/** What a statement or a request says of files, as it says it; undefined where it says nothing. */
export interface ExternalSourceDefinition extends TextFormats {
  readonly format: string | undefined;
  readonly uris: readonly string[];
  readonly autodetect: boolean;
  readonly compression: string | undefined;
  readonly encoding: string | undefined;
  readonly maxBadRecords: number | undefined;
  readonly ignoreUnknownValues: boolean | undefined;
  readonly fieldDelimiter: string | undefined;
  readonly quote: string | undefined;
  readonly skipLeadingRows: number | undefined;
  readonly allowJaggedRows: boolean | undefined;
  readonly allowQuotedNewlines: boolean | undefined;
  readonly preserveAsciiControlCharacters: boolean | undefined;
  readonly nullMarker: string | undefined;
  readonly nullMarkers: readonly string[] | undefined;
  readonly sourceColumnMatch: string | undefined;
  readonly enableListInference: boolean | undefined;
  readonly enumAsString: boolean | undefined;
  readonly mapTargetType: string | undefined;
  readonly decimalTargetTypes: readonly string[] | undefined;
  readonly referenceFileSchemaUri: string | undefined;
}

/** Formats that BigQuery reads and the emulator does not. */
const OTHER_FORMATS = [
  'AVRO',
  'BIGTABLE',
  'CLOUD_BIGTABLE',
  'DATASTORE_BACKUP',
  'DELTA_LAKE',
  'GOOGLE_SHEETS',
  'ICEBERG',
  'ORC',
];

/** Checks a definition. https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#external_table_option_list */
export function externalSource(definition: ExternalSourceDefinition): ExternalSource {
  const { dateFormat, datetimeFormat, timeFormat, timestampFormat, timeZone } = definition;
  if (timeZone !== undefined && !findTimeZone(timeZone)) throw invalidQuery(`Invalid time zone: ${timeZone}`);
  const format = formatOf(definition.format);
  return {
    format,
    uris: definition.uris,
    autodetect: definition.autodetect,
    compression: oneOf('compression', definition.compression, ['GZIP', 'NONE']),
    encoding: oneOf('encoding', definition.encoding, TEXT_ENCODINGS),
    maxBadRecords: count('max_bad_records', definition.maxBadRecords) ?? 0,
    ignoreUnknownValues: definition.ignoreUnknownValues ?? false,
    csv: csvOptions(definition),
    parquet: {
      enableListInference: definition.enableListInference ?? false,
      enumAsString: definition.enumAsString ?? false,
      mapTargetType: mapTarget(definition.mapTargetType),
    },
    text: { dateFormat, datetimeFormat, timeFormat, timestampFormat, timeZone },
    decimalTargetTypes: definition.decimalTargetTypes?.map(decimalTarget),
    referenceFileSchemaUri: definition.referenceFileSchemaUri,
  };
}

function formatOf(text: string | undefined): ExternalFormat {
  if (text === undefined) throw invalidQuery('Option format must be set for an external table');
  const name = text.toUpperCase();
  const format = EXTERNAL_FORMATS.find((known) => known === (name === 'JSON' ? 'NEWLINE_DELIMITED_JSON' : name));
  if (format) return format;
  if (OTHER_FORMATS.includes(name)) throw notImplemented(`external tables of format ${name}`);
  throw invalidQuery(`Invalid value for option format: ${text}`);
}

function csvOptions(definition: ExternalSourceDefinition): ExternalSource['csv'] {
  const { fieldDelimiter, quote = '"', nullMarker, nullMarkers } = definition;
  if (fieldDelimiter === '') throw invalidQuery('Invalid value for option field_delimiter; it must not be empty');
  if (Array.from(quote).length > 1) throw invalidQuery('Invalid value for option quote; one character is expected');
  if (nullMarker !== undefined && nullMarkers !== undefined) {
    throw invalidQuery('Options null_marker and null_markers cannot be set at the same time');
  }
  return {
    fieldDelimiter,
    quote,
    skipLeadingRows: count('skip_leading_rows', definition.skipLeadingRows),
    allowJaggedRows: definition.allowJaggedRows ?? false,
    allowQuotedNewlines: definition.allowQuotedNewlines ?? false,
    preserveAsciiControlCharacters: definition.preserveAsciiControlCharacters ?? false,
    nullMarker,
    nullMarkers,
    sourceColumnMatch: oneOf('source_column_match', definition.sourceColumnMatch, ['POSITION', 'NAME']),
  };
}

function oneOf<T extends string>(option: string, text: string | undefined, values: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const value = values.find((known) => known === text.toUpperCase());
  if (value !== undefined) return value;
  throw invalidQuery(`Invalid value for option ${option}: ${text}; supported values are ${values.join(', ')}`);
}

function mapTarget(text: string | undefined): 'ARRAY_OF_STRUCT' | undefined {
  const target = oneOf('map_target_type', text, ['ARRAY_OF_STRUCT', 'MAP_TARGET_TYPE_UNSPECIFIED']);
  return target === 'ARRAY_OF_STRUCT' ? target : undefined;
}

function decimalTarget(text: string): DecimalTarget {
  const target = oneOf('decimal_target_types', text, ['NUMERIC', 'BIGNUMERIC', 'STRING']);
  return target ?? 'NUMERIC';
}

function count(option: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw invalidQuery(`Invalid value for option ${option}: ${value}; it must not be negative`);
}
