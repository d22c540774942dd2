import type { TableReference } from '@bqml-emulator/common';
import type { Batch } from '@bqml-emulator/types';
import type { ColumnSchema } from './resource.ts';

export const EXTERNAL_FORMATS = ['CSV', 'NEWLINE_DELIMITED_JSON', 'PARQUET'] as const;
export type ExternalFormat = (typeof EXTERNAL_FORMATS)[number];

export const TEXT_ENCODINGS = ['UTF-8', 'ISO-8859-1', 'UTF-16BE', 'UTF-16LE', 'UTF-32BE', 'UTF-32LE'] as const;
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#csvoptions */
export interface CsvOptions {
  /** Undefined: a comma, or what detection finds. A file is split at the first byte of it. */
  readonly fieldDelimiter: string | undefined;
  /** One character; empty: nothing is quoted. */
  readonly quote: string;
  /** Undefined: none, or one where detection finds a header. */
  readonly skipLeadingRows: number | undefined;
  readonly allowJaggedRows: boolean;
  readonly allowQuotedNewlines: boolean;
  readonly preserveAsciiControlCharacters: boolean;
  /** Undefined: an unquoted empty field is NULL. */
  readonly nullMarker: string | undefined;
  readonly nullMarkers: readonly string[] | undefined;
  /** NAME: the last of the skipped rows names the columns. Undefined: POSITION, or NAME where a header was detected. */
  readonly sourceColumnMatch: 'POSITION' | 'NAME' | undefined;
}

export type DecimalTarget = 'NUMERIC' | 'BIGNUMERIC' | 'STRING';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#parquetoptions */
export interface ParquetOptions {
  /** A LIST becomes an ARRAY; otherwise a STRUCT with the repeated group of the file in it. */
  readonly enableListInference: boolean;
  readonly enumAsString: boolean;
  /** A MAP becomes an ARRAY of key and value; otherwise a STRUCT with the repeated group of the file in it. */
  readonly mapTargetType: 'ARRAY_OF_STRUCT' | undefined;
}

/** Formats of texts, C-style (`%Y`) or SQL-style (`YYYY`); undefined: BigQuery's own. */
export interface TextFormats {
  readonly dateFormat: string | undefined;
  readonly datetimeFormat: string | undefined;
  readonly timeFormat: string | undefined;
  readonly timestampFormat: string | undefined;
  /** Of timestamps that name none; undefined: UTC. */
  readonly timeZone: string | undefined;
}

/**
 * Files and how they are read. Options that a format does not have are ignored.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#externaldataconfiguration
 */
export interface ExternalSource {
  readonly format: ExternalFormat;
  readonly uris: readonly string[];
  readonly autodetect: boolean;
  /** Undefined: each file is looked at. */
  readonly compression: 'GZIP' | 'NONE' | undefined;
  readonly encoding: TextEncoding | undefined;
  readonly maxBadRecords: number;
  readonly ignoreUnknownValues: boolean;
  readonly csv: CsvOptions;
  readonly parquet: ParquetOptions;
  readonly text: TextFormats;
  readonly decimalTargetTypes: readonly DecimalTarget[] | undefined;
  readonly referenceFileSchemaUri: string | undefined;
}

/** Files with every option as it is when nothing is said. */
export const plainSource = (format: ExternalFormat, uris: readonly string[]): ExternalSource => ({
  format,
  uris,
  autodetect: false,
  compression: undefined,
  encoding: undefined,
  maxBadRecords: 0,
  ignoreUnknownValues: false,
  csv: {
    fieldDelimiter: undefined,
    quote: '"',
    skipLeadingRows: undefined,
    allowJaggedRows: false,
    allowQuotedNewlines: false,
    preserveAsciiControlCharacters: false,
    nullMarker: undefined,
    nullMarkers: undefined,
    sourceColumnMatch: undefined,
  },
  parquet: { enableListInference: false, enumAsString: false, mapTargetType: undefined },
  text: {
    dateFormat: undefined,
    datetimeFormat: undefined,
    timeFormat: undefined,
    timestampFormat: undefined,
    timeZone: undefined,
  },
  decimalTargetTypes: undefined,
  referenceFileSchemaUri: undefined,
});

export interface DetectedSource {
  readonly schema: readonly ColumnSchema[];
  /** The source with the options that were found out. */
  readonly source: ExternalSource;
}

/** How messages about files call the table that they belong to. */
export const tableSubject = (r: TableReference): string => `table: ${r.projectId}.${r.datasetId}.${r.tableId}`;

/** What is read. */
export interface ExternalRows {
  readonly schema: readonly ColumnSchema[];
  readonly source: ExternalSource;
  /** What `Error while reading ...` calls it: `table: p.d.t`, or `data`. */
  readonly subject: string;
}

/** Reads files of rows in Cloud Storage. Implemented by `storage` over `object-store`. */
export interface ExternalFiles {
  /**
   * Rows in the order of the files (byte order of the URI, each once) and of the lines in them. `columns`: indices into
   * the schema; the position after its last column is `_FILE_NAME`. Batches hold these columns in this order; values of
   * other columns are not looked at. Records that do not fit the schema are left out up to `maxBadRecords`, then
   * `invalid`; a URI without wildcard that is not there is `uriNotFound`.
   */
  read(rows: ExternalRows, signal?: AbortSignal, columns?: readonly number[]): AsyncIterable<Batch>;
  /**
   * The schema of the files: of Parquet, that of the reference file or of the last file; of text, what the first 500
   * rows of the first file look like. No file, or one without rows: `invalid`.
   */
  detect(source: ExternalSource, subject: string, signal?: AbortSignal): Promise<DetectedSource>;
  /** Checks the URIs of a new table: one `*` at most, a bucket that exists. */
  validate(uris: readonly string[], signal?: AbortSignal): Promise<void>;
}
