import type { ColumnSchema, StageColumn } from '@bqml-emulator/catalog';
import { invariant } from '@bqml-emulator/common';
import { isLazyValue } from '@bqml-emulator/types';
import type { Batch, Column, LazyValue, SqlType, Value } from '@bqml-emulator/types';
import type { PackableValue } from '../packed/packed-value.ts';
import { readPackable } from '../packed/read-packable.ts';
import type { SegmentStore } from '../segments/segment-store.ts';
import type { SegmentWriter } from '../segments/segment-writer.ts';
import type { SegmentRecord } from '../sqlite/table-rows.ts';
import { logicalBytes } from './logical-bytes.ts';

/** Values that are read while another is written. */
const READ_AHEAD = 4;

/** A segment is closed at this size and the next one begun. */
const SEGMENT_BYTES = 1 << 30;

export const stageColumnsOf = (schema: readonly ColumnSchema[]): readonly StageColumn[] =>
  schema.map(({ type, storage }) => ({ type, lazy: storage === 'segment' }));

interface OpenSegment {
  readonly writer: SegmentWriter;
  bytes: number;
}

/** The segments that one write to a table makes. */
export class StoredColumns {
  readonly #store: SegmentStore;
  readonly #columns: readonly StageColumn[];
  readonly #open = new Map<number, OpenSegment>();
  readonly #all: OpenSegment[] = [];

  constructor(store: SegmentStore, columns: readonly StageColumn[]) {
    this.#store = store;
    this.#columns = columns;
  }

  /**
   * The batch as its table takes it: values of segment columns are written and stand as stored values; lazy values of
   * other columns are read. A few values are in memory at a time.
   */
  async store(batch: Batch, signal: AbortSignal | undefined): Promise<Batch> {
    invariant(batch.columns.length === this.#columns.length, 'a batch has all the columns of the table');
    const columns: Column[] = [];
    for (const [index, column] of batch.columns.entries()) {
      const { type, lazy } = this.#columns[index] ?? { type: column.type, lazy: false };
      if (!lazy && !column.values.some((value) => isLazyValue(value))) {
        columns.push(column);
        continue;
      }
      const values: Value[] = [];
      const reads: Promise<PackableValue>[] = [];
      for (let row = 0; row < column.values.length; row++) {
        signal?.throwIfAborted();
        for (let next = row + reads.length; next < column.values.length && reads.length < READ_AHEAD; next++) {
          const reading = lazy
            ? readPackable(column.values[next] ?? null, signal)
            : readInline(column.values[next] ?? null, signal);
          // One that fails is awaited below, unless another fails before.
          reading.catch(() => undefined);
          reads.push(reading);
        }
        const read = (await reads.shift()) ?? null;
        values.push(lazy && read !== null ? await this.write(index, read) : (read as Value));
      }
      columns.push({ type, values });
    }
    return { rowCount: batch.rowCount, columns };
  }

  /** Stores one value, which is not NULL, for the column at `index`. */
  async write(index: number, value: PackableValue): Promise<LazyValue & { readonly handle: bigint }> {
    const type = this.#columns[index]?.type;
    invariant(type, 'the column exists');
    const segment = await this.#segment(index, type);
    const handle = await segment.writer.append(value);
    segment.bytes += logicalBytes(type, value);
    return unreadable(type, handle);
  }

  /** Syncs the segments and makes them readable; they belong to nobody yet. */
  async finish(): Promise<readonly SegmentRecord[]> {
    for (const { writer } of this.#open.values()) await writer.finish();
    this.#open.clear();
    if (this.#all.length > 0) await this.#store.sync();
    for (const { writer } of this.#all) this.#store.add(writer.id, writer.type);
    return this.#all.map(({ writer, bytes }) => ({ id: writer.id, bytes, type: writer.type }));
  }

  /** Removes every segment, finished or not. */
  async abandon(): Promise<void> {
    for (const { writer } of this.#all) await writer.abandon();
    await this.#store.remove(this.#all.map(({ writer }) => writer.id));
  }

  async #segment(index: number, type: SqlType): Promise<OpenSegment> {
    const current = this.#open.get(index);
    if (current !== undefined && current.writer.length < SEGMENT_BYTES) return current;
    await current?.writer.finish();
    const next = { writer: await this.#store.createWriter(type), bytes: 0 };
    this.#open.set(index, next);
    this.#all.push(next);
    return next;
  }
}

const readInline = async (value: Value, signal: AbortSignal | undefined): Promise<Value> =>
  isLazyValue(value) ? value.read(signal) : value;

/** A stored value whose segment is not finished: it has a handle and nothing else. */
const unreadable = (type: SqlType, handle: bigint) => ({
  lazy: true as const,
  type,
  byteSize: undefined,
  handle,
  read: () => Promise.reject(new Error('the segment is not finished')),
});
