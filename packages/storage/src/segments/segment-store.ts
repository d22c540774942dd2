import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invariant } from '@bqml-emulator/common';
import type { LazyValue, SqlType } from '@bqml-emulator/types';
import { SegmentValue } from './segment-value.ts';
import { SegmentWriter } from './segment-writer.ts';
import { MAX_SEGMENT_ID, segmentOf } from './stored-value.ts';

const FILE_NAME = /^(\d+)\.seg$/;

/** The segment files of one folder. Which of them belong to a table is the catalog's to know. */
export class SegmentStore {
  readonly #directory: string;
  readonly #types = new Map<number, SqlType>();
  #lastId = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Takes the segments that tables own and removes all other files. */
  async recover(owned: readonly { readonly id: number; readonly type: SqlType }[]): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    for (const { id, type } of owned) this.add(id, type);
    for (const name of await readdir(this.#directory)) {
      const id = Number(FILE_NAME.exec(name)?.[1] ?? -1);
      if (!this.#types.has(id)) await rm(join(this.#directory, name), { force: true });
    }
  }

  /** The value of a stored handle. Costs no read. */
  valueOf(handle: bigint): LazyValue {
    const id = segmentOf(handle);
    const type = this.#types.get(id);
    invariant(type, `segment ${id} does not exist`);
    return new SegmentValue(this.#path(id), type, handle);
  }

  async createWriter(type: SqlType): Promise<SegmentWriter> {
    const id = ++this.#lastId;
    invariant(id <= MAX_SEGMENT_ID, 'there are no segment numbers left');
    return SegmentWriter.create(id, type, this.#path(id));
  }

  /** Makes finished files outlive a crash. */
  async sync(): Promise<void> {
    const directory = await open(this.#directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  /** Makes the values of a finished segment readable. */
  add(id: number, type: SqlType): void {
    this.#types.set(id, type);
    this.#lastId = Math.max(this.#lastId, id);
  }

  async remove(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      this.#types.delete(id);
      await rm(this.#path(id), { force: true });
    }
  }

  #path(id: number): string {
    return join(this.#directory, `${id}.seg`);
  }
}
