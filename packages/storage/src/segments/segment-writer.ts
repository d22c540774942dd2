import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { SqlType } from '@bqml-emulator/types';
import type { PackableValue } from '../packed/packed-value.ts';
import { ByteWriter } from '../packed/byte-writer.ts';
import { encodeFileHeader, encodeRecord } from './segment-format.ts';
import { storedHandle } from './stored-value.ts';

/** Records are gathered up to this size before they are written. */
const WRITE_BYTES = 4 << 20;

/** A segment file that is being written under a name of its own until `finish`. */
export class SegmentWriter {
  readonly id: number;
  readonly type: SqlType;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #record = new ByteWriter();
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #length = 0;

  private constructor(id: number, type: SqlType, path: string, file: FileHandle) {
    this.id = id;
    this.type = type;
    this.#path = path;
    this.#file = file;
  }

  static async create(id: number, type: SqlType, path: string): Promise<SegmentWriter> {
    const writer = new SegmentWriter(id, type, path, await open(temporary(path), 'wx'));
    writer.#add(encodeFileHeader(type));
    return writer;
  }

  /** Bytes of the file so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends a value that is not NULL; its handle. */
  async append(value: PackableValue): Promise<bigint> {
    const handle = storedHandle(this.id, this.#length);
    this.#add(Buffer.from(encodeRecord(this.#record, this.type, value)));
    if (this.#pendingBytes >= WRITE_BYTES) await this.#flush();
    return handle;
  }

  /** Syncs the file and gives it its name. The folder is the caller's to sync. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    await rename(temporary(this.#path), this.#path);
  }

  async abandon(): Promise<void> {
    await this.#file.close();
    await rm(temporary(this.#path), { force: true });
    await rm(this.#path, { force: true });
  }

  #add(bytes: Buffer): void {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.#length += bytes.length;
  }

  async #flush(): Promise<void> {
    const buffers = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    if (buffers.length > 0) await this.#file.appendFile(Buffer.concat(buffers));
  }
}

const temporary = (path: string) => `${path}.tmp`;
