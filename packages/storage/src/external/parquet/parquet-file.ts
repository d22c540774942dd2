import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { InvariantError, jobCancelled, resourcesExceeded } from '@bqml-emulator/common';
import type { IdSource } from '@bqml-emulator/common';
import { UnreadableFileError } from '../bad-record.ts';
import { parquetColumns } from './parquet-schema.ts';
import type { ParquetNode } from './parquet-schema.ts';

const MAGIC = 'PAR1';
/** Magic at both ends and the length of the footer. */
const LEAST_BYTES = 12;
const ID_BYTES = 8;

export interface ParquetEngine {
  /** A connection of its own; the reader closes it. */
  connect(): Promise<DuckDBConnection>;
  /** A folder that the engine may read files in. */
  readonly stagingDirectory: string;
  readonly ids: IdSource;
}

/** Columns of some rows: `columns[i][row]`. */
export interface ParquetChunk {
  readonly rowCount: number;
  readonly columns: readonly (readonly DuckDBValue[])[];
}

/**
 * Copies a file to where the engine may read it, hands it to `read` and removes it again. The engine reads columns and
 * row groups as they are asked for, so that its memory does not grow with the file.
 */
export async function* withParquetFile<T>(
  engine: ParquetEngine,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  read: (file: ParquetFile) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const path = join(engine.stagingDirectory, `${engine.ids.hex(ID_BYTES)}.parquet`);
  try {
    await pipeline(bytes, createWriteStream(path), signal ? { signal } : {});
    await requireMagic(path);
    const connection = await engine.connect();
    const file = new ParquetFile(connection, path, signal);
    try {
      yield* read(file);
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}

async function requireMagic(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const ends = Buffer.alloc(MAGIC.length * 2);
    if (size >= LEAST_BYTES) {
      await file.read(ends, 0, MAGIC.length, 0);
      await file.read(ends, MAGIC.length, MAGIC.length, size - MAGIC.length);
    }
    if (ends.toString('latin1') !== MAGIC + MAGIC)
      throw new UnreadableFileError('Input file is not in Parquet format.');
  } finally {
    await file.close();
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A file in the staging directory, open in the engine. */
export class ParquetFile {
  readonly #connection: DuckDBConnection;
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;

  constructor(connection: DuckDBConnection, path: string, signal: AbortSignal | undefined) {
    this.#connection = connection;
    this.#path = `'${path.replaceAll("'", "''")}'`;
    this.#signal = signal;
  }

  async columns(): Promise<readonly ParquetNode[]> {
    const reader = await this.#call(() =>
      this.#connection.runAndReadAll(`SELECT * FROM parquet_schema(${this.#path})`),
    );
    return parquetColumns(reader.getRowObjects());
  }

  /** The rows in the order of the file. `names`: columns as the file spells them; none: the rows are only counted. */
  async *read(names: readonly string[]): AsyncGenerator<ParquetChunk> {
    const list = names.map((name) => `${quoted(name)},`).join(' ');
    const rows = `SELECT ${list} false AS ended FROM read_parquet(${this.#path}, hive_partitioning = false)`;
    // A stream that fails ends like one that is complete, so that only its own last row shows that it is.
    const text = `${rows} UNION ALL SELECT ${names.map(() => 'NULL, ').join('')} true`;
    const result = await this.#call(() => this.#connection.stream(text));
    for (;;) {
      const chunk = await this.#call(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) break;
      const ended = chunk.getColumnVector(names.length).getItem(chunk.rowCount - 1) === true;
      const rowCount = ended ? chunk.rowCount - 1 : chunk.rowCount;
      const columns = names.map((_, index) => {
        const vector = chunk.getColumnVector(index);
        return Array.from({ length: rowCount }, (__, row) => vector.getItem(row));
      });
      if (ended) await this.#call(() => result.fetchChunk());
      if (rowCount > 0) yield { rowCount, columns };
      if (ended) return;
    }
    // Run as a whole, the statement says what went wrong.
    await this.#call(() => this.#connection.run(`SELECT bit_xor(hash(*COLUMNS(*))) FROM (${rows})`));
    throw new InvariantError('a stream of a Parquet file ended early');
  }

  async close(): Promise<void> {
    this.#connection.interrupt();
    // Ends a stream that was left in the middle; the interrupt may hit this statement instead.
    await this.#connection.run('SELECT 1').catch(() => undefined);
    this.#connection.disconnectSync();
  }

  async #call<T>(action: () => Promise<T>): Promise<T> {
    this.#signal?.throwIfAborted();
    const interrupt = () => this.#connection.interrupt();
    this.#signal?.addEventListener('abort', interrupt, { once: true });
    try {
      return await action();
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw parquetError(error);
    } finally {
      this.#signal?.removeEventListener('abort', interrupt);
    }
  }
}

/** What is wrong with a file, in the engine's words. */
function parquetError(cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/^INTERRUPT Error/i.test(message)) return jobCancelled();
  if (message.startsWith('Out of Memory Error')) {
    return resourcesExceeded('The query could not be executed in the allotted memory.');
  }
  const text = /^(?:Invalid Input|IO|Serialization|TProtocolException|Conversion|Not implemented) Error: ([^\n]*)/.exec(
    message,
  )?.[1];
  if (text === undefined && !/parquet|thrift|snappy|zstd|gzip|brotli/i.test(message)) {
    return new InvariantError(`the relational engine refused a Parquet file: ${message}`, { cause });
  }
  return new UnreadableFileError(
    `Invalid Parquet file: ${(text ?? message).replaceAll(/'?\/[^ '"]*\.parquet'?/g, 'the file')}.`,
  );
}
