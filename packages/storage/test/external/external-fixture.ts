import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { systemClock } from '@bqml-emulator/common';
import { plainSource } from '@bqml-emulator/catalog';
import type { ColumnSchema, ExternalFiles, ExternalFormat, ExternalSource } from '@bqml-emulator/catalog';
import { MemoryObjectStore } from '@bqml-emulator/object-store';
import { formatLiteral, typeName } from '@bqml-emulator/types';
import { openFixture } from '../storage-fixture.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

type Part<T> = Partial<T>;

export interface SourceChanges extends Part<Omit<ExternalSource, 'csv' | 'parquet' | 'text'>> {
  readonly csv?: Part<ExternalSource['csv']>;
  readonly parquet?: Part<ExternalSource['parquet']>;
  readonly text?: Part<ExternalSource['text']>;
}

/** A source with the defaults of the API, over the whole bucket. */
export function sourceOf(format: ExternalFormat, { csv, parquet, text, ...rest }: SourceChanges = {}): ExternalSource {
  const plain = plainSource(format, ['gs://b/*']);
  return {
    ...plain,
    csv: { ...plain.csv, ...csv },
    parquet: { ...plain.parquet, ...parquet },
    text: { ...plain.text, ...text },
    ...rest,
  };
}

/** Files in a bucket `b` and what reads them. */
export class ExternalFixture {
  readonly files: ExternalFiles;
  readonly store: MemoryObjectStore;
  readonly dataDirectory: string;

  private constructor(files: ExternalFiles, store: MemoryObjectStore, dataDirectory: string) {
    this.files = files;
    this.store = store;
    this.dataDirectory = dataDirectory;
  }

  static async open(contents: Readonly<Record<string, string | Uint8Array>>): Promise<ExternalFixture> {
    const store = new MemoryObjectStore(systemClock);
    await store.createBucket('b');
    for (const [name, content] of Object.entries(contents)) await store.put('b', name, [Buffer.from(content)]);
    const { storage, dataDirectory } = await openFixture({ objectStore: store });
    return new ExternalFixture(storage.externalFiles, store, dataDirectory);
  }

  /** One line a row, values as literals; or the message of the error. */
  async print(schema: readonly ColumnSchema[], source: ExternalSource, columns?: readonly number[]): Promise<string[]> {
    const lines: string[] = [];
    try {
      const rows = { schema, source, subject: 'table: p.d.t' };
      for await (const batch of this.files.read(rows, undefined, columns)) {
        for (let row = 0; row < batch.rowCount; row++) {
          lines.push(batch.columns.map((c) => formatLiteral(c.values[row] ?? null, c.type)).join(' | '));
        }
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      lines.push(`${error.name}: ${error.message}`);
    }
    return lines;
  }

  /** `name TYPE` of each column that is detected, and then the rows. */
  async detected(source: ExternalSource): Promise<string[]> {
    const found = await this.files.detect(source, 'table: p.d.t');
    return [describeSchema(found.schema), ...(await this.print(found.schema, found.source))];
  }
}

export const describeSchema = (schema: readonly ColumnSchema[]): string =>
  schema.map((c) => `${c.name} ${typeName(c.type)}${c.mode === 'REQUIRED' ? ' REQUIRED' : ''}`).join(' | ');

/** The bytes of a Parquet file with the rows of a query of the relational engine. */
export async function parquetOf(query: string, options = ''): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  const path = join(temporaryDirectory(), 'file.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`);
  connection.disconnectSync();
  instance.closeSync();
  return readFile(path);
}
