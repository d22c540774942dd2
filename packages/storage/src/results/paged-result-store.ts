import { mkdir, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { RESULT_EXPIRATION_MILLIS, invariant } from '@bqml-emulator/common';
import type { Clock, IdSource } from '@bqml-emulator/common';
import type { ColumnSchema, QueryResult, ResultStore } from '@bqml-emulator/catalog';
import { isLazyValue } from '@bqml-emulator/types';
import type { Batch, SqlType } from '@bqml-emulator/types';
import { ByteWriter } from '../packed/byte-writer.ts';
import type { PackableValue } from '../packed/packed-value.ts';
import { readPackable } from '../packed/read-packable.ts';
import { RowCollector, writeRow } from './result-page.ts';
import type { ResultPage } from './result-page.ts';

/** A page ends at this size; a row that is larger has a page of its own. */
const PAGE_BYTES = 1 << 20;

export interface PagedResultStoreOptions {
  /** Emptied when the store is opened. */
  readonly directory: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** A result up to this size stays in memory. */
  readonly maxResultBytesInMemory?: number;
  /** As long as all of them together are not larger than this. */
  readonly maxBytesInMemory?: number;
}

interface Entry {
  readonly result: StoredResult;
  readonly expirationMillis: number;
}

/** Results of queries as packed rows, in memory or in one file each. They do not outlive the process. */
export class PagedResultStore implements ResultStore {
  readonly #options: Required<PagedResultStoreOptions>;
  /** In the order in which they expire. */
  readonly #entries = new Map<string, Entry>();
  #bytesInMemory = 0;

  private constructor(options: PagedResultStoreOptions) {
    this.#options = { maxResultBytesInMemory: PAGE_BYTES, maxBytesInMemory: 64 << 20, ...options };
  }

  static async open(options: PagedResultStoreOptions): Promise<PagedResultStore> {
    await rm(options.directory, { recursive: true, force: true });
    await mkdir(options.directory, { recursive: true });
    return new PagedResultStore(options);
  }

  async write(schema: readonly ColumnSchema[], rows: AsyncIterable<Batch>, signal?: AbortSignal): Promise<QueryResult> {
    await this.#removeExpired();
    const { directory, ids, clock, maxResultBytesInMemory, maxBytesInMemory } = this.#options;
    const id = ids.hex(16);
    const memory = Math.min(maxResultBytesInMemory, maxBytesInMemory - this.#bytesInMemory);
    const writer = new ResultWriter(id, schema, join(directory, `${id}.rows`), memory);
    try {
      for await (const batch of rows) await writer.append(batch, signal);
      signal?.throwIfAborted();
      const result = await writer.finish();
      this.#bytesInMemory += result.bytesInMemory;
      this.#entries.set(id, { result, expirationMillis: clock.nowMillis() + RESULT_EXPIRATION_MILLIS });
      return result;
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  }

  open(id: string): QueryResult | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined || entry.expirationMillis <= this.#options.clock.nowMillis() ? undefined : entry.result;
  }

  async close(): Promise<void> {
    this.#entries.clear();
    await rm(this.#options.directory, { recursive: true, force: true });
  }

  async #removeExpired(): Promise<void> {
    const now = this.#options.clock.nowMillis();
    for (const [id, { result, expirationMillis }] of this.#entries) {
      if (expirationMillis > now) return;
      this.#entries.delete(id);
      this.#bytesInMemory -= result.bytesInMemory;
      await result.remove();
    }
  }
}

class ResultWriter {
  readonly #id: string;
  readonly #schema: readonly ColumnSchema[];
  readonly #types: readonly SqlType[];
  readonly #path: string;
  readonly #memory: number;
  readonly #page = new ByteWriter();
  readonly #pages: ResultPage[] = [];
  #buffers: Buffer[] = [];
  #file: FileHandle | undefined;
  #offset = 0;
  #rowCount = 0;

  constructor(id: string, schema: readonly ColumnSchema[], path: string, memory: number) {
    this.#id = id;
    this.#schema = schema;
    this.#types = schema.map((column) => column.type);
    this.#path = path;
    this.#memory = memory;
  }

  async append(batch: Batch, signal: AbortSignal | undefined): Promise<void> {
    invariant(batch.columns.length === this.#types.length, 'a result has the columns of its schema');
    for (let row = 0; row < batch.rowCount; row++) {
      signal?.throwIfAborted();
      const values: PackableValue[] = [];
      for (const { values: column } of batch.columns) {
        const value = column[row] ?? null;
        values.push(isLazyValue(value) ? await readPackable(value, signal) : value);
      }
      writeRow(this.#page, this.#types, values);
      this.#rowCount++;
      if (this.#page.length >= PAGE_BYTES) await this.#endPage();
    }
  }

  async finish(): Promise<StoredResult> {
    await this.#endPage();
    await this.#file?.close();
    const memory = this.#file === undefined ? Buffer.concat(this.#buffers) : undefined;
    return new StoredResult(this.#id, this.#schema, this.#rowCount, this.#pages, memory ?? this.#path);
  }

  async abandon(): Promise<void> {
    await this.#file?.close();
    await rm(this.#path, { force: true });
  }

  async #endPage(): Promise<void> {
    const bytes = Buffer.from(this.#page.view());
    this.#page.clear();
    if (bytes.length === 0) return;
    const firstRow = this.#endOfPages();
    this.#pages.push({ firstRow, rowCount: this.#rowCount - firstRow, offset: this.#offset, length: bytes.length });
    this.#offset += bytes.length;
    if (this.#file === undefined && this.#offset > this.#memory) {
      this.#file = await open(this.#path, 'wx');
      await this.#file.appendFile(Buffer.concat(this.#buffers));
      this.#buffers = [];
    }
    if (this.#file === undefined) this.#buffers.push(bytes);
    else await this.#file.appendFile(bytes);
  }

  #endOfPages(): number {
    const last = this.#pages.at(-1);
    return last === undefined ? 0 : last.firstRow + last.rowCount;
  }
}

class StoredResult implements QueryResult {
  readonly id: string;
  readonly schema: readonly ColumnSchema[];
  readonly rowCount: bigint;
  readonly #pages: readonly ResultPage[];
  /** All pages one after the other, or the file that holds them. */
  readonly #bytes: Buffer | string;

  constructor(
    id: string,
    schema: readonly ColumnSchema[],
    rowCount: number,
    pages: readonly ResultPage[],
    bytes: Buffer | string,
  ) {
    this.id = id;
    this.schema = schema;
    this.rowCount = BigInt(rowCount);
    this.#pages = pages;
    this.#bytes = bytes;
  }

  get bytesInMemory(): number {
    return typeof this.#bytes === 'string' ? 0 : this.#bytes.length;
  }

  async read(startRow: bigint, maxRows: number, maxBytes: number): Promise<Batch> {
    const types = this.schema.map((column) => column.type);
    const rows = new RowCollector(types, maxRows, maxBytes);
    if (startRow < this.rowCount) await this.#collect(rows, Number(startRow));
    return rows.batch();
  }

  async remove(): Promise<void> {
    if (typeof this.#bytes === 'string') await rm(this.#bytes, { force: true });
  }

  async #collect(rows: RowCollector, startRow: number): Promise<void> {
    const bytes = this.#bytes;
    if (typeof bytes !== 'string') {
      await this.#takePages(rows, startRow, (page) => bytes.subarray(page.offset, page.offset + page.length));
      return;
    }
    const file = await open(bytes, 'r');
    try {
      await this.#takePages(rows, startRow, async (page) => {
        const { buffer } = await file.read(Buffer.allocUnsafe(page.length), 0, page.length, page.offset);
        return buffer;
      });
    } finally {
      await file.close();
    }
  }

  async #takePages(
    rows: RowCollector,
    startRow: number,
    readPage: (page: ResultPage) => Buffer | Promise<Buffer>,
  ): Promise<void> {
    for (let index = this.#pageOf(startRow); index < this.#pages.length; index++) {
      const page = this.#pages[index];
      invariant(page, 'the page exists');
      if (!rows.take(page, await readPage(page), Math.max(0, startRow - page.firstRow))) return;
    }
  }

  /** Index of the page that holds a row that exists. */
  #pageOf(row: number): number {
    let low = 0;
    let high = this.#pages.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#pages[middle]?.firstRow ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
