import { bucketNotFound, invalid } from '@bqml-emulator/common';
import type { ColumnSchema, DetectedSource, ExternalFiles, ExternalRows, ExternalSource } from '@bqml-emulator/catalog';
import { parseGsUri } from '@bqml-emulator/object-store';
import type { ObjectStore } from '@bqml-emulator/object-store';
import type { Batch, Value } from '@bqml-emulator/types';
import { BadRecordError, BadRecords, UnreadableFileError, readingFailed } from './bad-record.ts';
import { csvDialect } from './csv/csv-dialect.ts';
import { csvRecords } from './csv/csv-records.ts';
import { CsvRows } from './csv/csv-rows.ts';
import { detectCsv } from './csv/detect-csv.ts';
import { listFiles, openFile, openText } from './data-file.ts';
import type { DataFile } from './data-file.ts';
import { detectJson } from './json/detect-json.ts';
import { jsonLines } from './json/json-lines.ts';
import { JsonRows } from './json/json-rows.ts';
import { withParquetFile } from './parquet/parquet-file.ts';
import type { ParquetEngine } from './parquet/parquet-file.ts';
import { parquetRows } from './parquet/parquet-rows.ts';
import { parquetColumn } from './parquet/parquet-type.ts';
import { RowBatches } from './row-batches.ts';

/** https://cloud.google.com/bigquery/docs/schema-detect */
const SAMPLE_ROWS = 500;

/** https://cloud.google.com/bigquery/quotas#load_jobs */
const MAX_URIS = 10_000;

/** Rows of one file: what can be read, in order; a bad record is told to `bad`. */
interface FileRead {
  readonly file: DataFile;
  readonly schema: readonly ColumnSchema[];
  readonly source: ExternalSource;
  /** Indices into the schema of the columns that a row has. */
  readonly wanted: readonly number[];
  readonly bad: BadRecords;
  readonly signal: AbortSignal | undefined;
}

type RowsOfFile = AsyncIterable<readonly (readonly Value[])[]>;

/** CSV, newline-delimited JSON and Parquet. Memory grows with a row, not with a file. */
export class CloudStorageFiles implements ExternalFiles {
  readonly #store: ObjectStore;
  readonly #parquet: ParquetEngine;

  constructor(store: ObjectStore, parquet: ParquetEngine) {
    this.#store = store;
    this.#parquet = parquet;
  }

  async validate(uris: readonly string[], signal?: AbortSignal): Promise<void> {
    if (uris.length === 0) throw invalid('At least one URI is required', 'uris');
    if (uris.length > MAX_URIS) throw invalid(`At most ${MAX_URIS} URIs are allowed, found ${uris.length}`, 'uris');
    for (const bucket of new Set(uris.map((uri) => parseGsUri(uri).bucket))) {
      signal?.throwIfAborted();
      if ((await this.#store.getBucket(bucket)) === undefined) throw bucketNotFound(bucket);
    }
  }

  async *read(
    { schema, source, subject }: ExternalRows,
    signal?: AbortSignal,
    columns: readonly number[] = schema.map((_, index) => index),
  ): AsyncGenerator<Batch> {
    const wanted = [...new Set(columns)].filter((index) => index < schema.length);
    const types = wanted.flatMap((index) => schema[index]?.type ?? []);
    const positions = columns.map((index) => (index < schema.length ? wanted.indexOf(index) : undefined));
    const bad = new BadRecords(subject, source.maxBadRecords);
    for await (const file of listFiles(this.#store, source.uris, subject, signal)) {
      const batches = new RowBatches(types, positions, file.uri);
      try {
        for await (const rows of this.#rows({ file, schema, source, wanted, bad, signal })) {
          signal?.throwIfAborted();
          for (const row of rows) {
            batches.add(row);
            if (!batches.isFull) continue;
            const batch = batches.take();
            if (batch) yield batch;
          }
        }
      } catch (error) {
        if (error instanceof UnreadableFileError) throw readingFailed(subject, error.message, file.uri);
        throw error;
      }
      const rest = batches.take();
      if (rest) yield rest;
    }
  }

  async detect(source: ExternalSource, subject: string, signal?: AbortSignal): Promise<DetectedSource> {
    const { format, referenceFileSchemaUri } = source;
    const isParquet = format === 'PARQUET';
    const uris = isParquet && referenceFileSchemaUri !== undefined ? [referenceFileSchemaUri] : source.uris;
    let chosen: DataFile | undefined;
    for await (const file of listFiles(this.#store, uris, subject, signal)) {
      chosen = file;
      if (!isParquet) break;
    }
    if (!chosen) throw invalid(`No file to detect the schema of`);
    try {
      const detected = await this.#detect(chosen, source, signal);
      if (detected) return detected;
    } catch (error) {
      if (!(error instanceof BadRecordError || error instanceof UnreadableFileError)) throw error;
      throw readingFailed(subject, error.message, chosen.uri);
    }
    throw readingFailed(subject, 'Schema has no fields.', chosen.uri);
  }

  async #detect(
    file: DataFile,
    source: ExternalSource,
    signal: AbortSignal | undefined,
  ): Promise<DetectedSource | undefined> {
    switch (source.format) {
      case 'CSV': {
        const detected = await detectCsv(() => openText(this.#store, file, source, signal), source, SAMPLE_ROWS);
        return detected && { schema: detected.schema, source: { ...source, csv: detected.csv } };
      }
      case 'NEWLINE_DELIMITED_JSON': {
        const schema = await detectJson(openText(this.#store, file, source, signal), source, SAMPLE_ROWS);
        return schema && { schema, source };
      }
      case 'PARQUET': {
        const bytes = openFile(this.#store, file, signal);
        const nodes = withParquetFile(this.#parquet, bytes, signal, async function* (parquet) {
          yield await parquet.columns();
        });
        for await (const columns of nodes) {
          return { schema: columns.map((node) => parquetColumn(node, source)), source };
        }
        return undefined;
      }
    }
  }

  #rows(read: FileRead): RowsOfFile {
    switch (read.source.format) {
      case 'CSV':
        return this.#csvRows(read);
      case 'NEWLINE_DELIMITED_JSON':
        return this.#jsonRows(read);
      case 'PARQUET':
        return this.#parquetRows(read);
    }
  }

  async *#csvRows({ file, schema, source, wanted, bad, signal }: FileRead): RowsOfFile {
    const byName = source.csv.sourceColumnMatch === 'NAME';
    const skipped = Math.max(source.csv.skipLeadingRows ?? 0, byName ? 1 : 0);
    let reader = byName ? undefined : new CsvRows(schema, source, wanted, undefined);
    let count = 0;
    for await (const records of csvRecords(openText(this.#store, file, source, signal), csvDialect(source))) {
      const rows: (readonly Value[])[] = [];
      for (const record of records) {
        count++;
        if (byName && count === skipped) reader = headedRows(schema, source, wanted, record.fields);
        if (count <= skipped) continue;
        try {
          const row = reader?.read(record);
          if (row) rows.push(row);
        } catch (error) {
          if (!(error instanceof BadRecordError)) throw error;
          bad.add(error.message, file.uri);
        }
      }
      yield rows;
    }
  }

  async *#jsonRows({ file, schema, source, wanted, bad, signal }: FileRead): RowsOfFile {
    const reader = new JsonRows(schema, source, wanted);
    for await (const lines of jsonLines(openText(this.#store, file, source, signal))) {
      const rows: (readonly Value[])[] = [];
      for (const line of lines) {
        try {
          rows.push(reader.read(line));
        } catch (error) {
          if (!(error instanceof BadRecordError)) throw error;
          bad.add(error.message, file.uri);
        }
      }
      yield rows;
    }
  }

  #parquetRows({ file, schema, wanted, signal }: FileRead): RowsOfFile {
    const columns = wanted.flatMap((index) => schema[index] ?? []);
    const bytes = openFile(this.#store, file, signal);
    return withParquetFile(this.#parquet, bytes, signal, (parquet) => parquetRows(parquet, columns));
  }
}

/** A header that does not fit makes the whole file unreadable. */
function headedRows(
  schema: readonly ColumnSchema[],
  source: ExternalSource,
  wanted: readonly number[],
  header: readonly string[],
): CsvRows {
  try {
    return new CsvRows(schema, source, wanted, header);
  } catch (error) {
    if (error instanceof BadRecordError) throw new UnreadableFileError(error.message);
    throw error;
  }
}
