import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { invariant } from '@bqml-emulator/common';
import type { TensorData } from '../pool/predict-protocol.ts';

/** A tensor that is in memory or in the spool's file. */
export interface SpooledTensor {
  readonly length: number;
  read(): Promise<TensorData>;
}

/** A file is closed when the last tensor in it is gone. */
const openFiles = new FinalizationRegistry<FileHandle>((file) => void file.close());

/**
 * Holds the large outputs of one query: in memory up to a limit, then in a file without a name, which the operating
 * system drops with its last use, also when this process is killed.
 */
export class TensorSpool {
  readonly #directory: string;
  readonly #memoryLimitBytes: number;
  #memoryBytes = 0;
  #file: Promise<SpoolFile> | undefined;

  /** `directory` need not exist. */
  constructor(directory: string, memoryLimitBytes: number) {
    this.#directory = directory;
    this.#memoryLimitBytes = memoryLimitBytes;
  }

  /** `data` is not copied and must not change. */
  async store(data: TensorData): Promise<SpooledTensor> {
    const size = ArrayBuffer.isView(data) ? data.byteLength : 0;
    if (!ArrayBuffer.isView(data) || this.#memoryBytes + size <= this.#memoryLimitBytes) {
      this.#memoryBytes += size;
      return { length: data.length, read: async () => data };
    }
    this.#file ??= SpoolFile.create(this.#directory);
    return (await this.#file).append(data);
  }
}

type NumericData = Exclude<TensorData, readonly string[]>;

class SpoolFile {
  readonly #file: FileHandle;
  #end = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
    openFiles.register(this, file);
  }

  static async create(directory: string): Promise<SpoolFile> {
    await mkdir(directory, { recursive: true });
    const folder = await mkdtemp(join(directory, 'tensors-'));
    const file = await open(join(folder, 'spool'), 'wx+', 0o600);
    await rm(folder, { recursive: true });
    return new SpoolFile(file);
  }

  async append(data: NumericData): Promise<SpooledTensor> {
    const position = this.#end;
    this.#end += data.byteLength;
    await this.#file.write(data, 0, data.byteLength, position);
    const { length, byteLength } = data;
    const TypedArray = data.constructor as new (buffer: ArrayBuffer) => NumericData;
    return { length, read: async () => new TypedArray(await this.#read(position, byteLength)) };
  }

  async #read(position: number, length: number): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await this.#file.read(bytes, 0, length, position);
    invariant(bytesRead === length, 'what was spooled is there');
    return bytes.buffer;
  }
}
