import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessAbsent } from './filesystem-path.ts';
import { RESERVED_FOLDER } from './object-name.ts';
import type { Checksums } from './object-store.ts';

/** What a file cannot say about an object that was uploaded. */
export interface UploadMetadata extends Checksums {
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const folderOf = (directory: string) => join(directory, RESERVED_FOLDER, 'metadata');

/** One record an object generation: a record of another generation says nothing about the file that is there now. */
const recordName = (name: string, generation: bigint) =>
  `${createHash('sha256').update(name).digest('hex')}-${generation}.json`;

/** Records by object and generation, in the bucket's reserved folder. */
export class UploadMetadataFolder {
  readonly #directory: string;

  constructor(bucketDirectory: string) {
    this.#directory = folderOf(bucketDirectory);
  }

  /** A lookup over what there is now; costs one directory read, and one file read for each record that is found. */
  async snapshot(): Promise<(name: string, generation: bigint) => Promise<UploadMetadata | undefined>> {
    const found = new Set((await unlessAbsent(this.#directory, () => readdir(this.#directory))) ?? []);
    return async (name, generation) =>
      found.size > 0 && found.has(recordName(name, generation)) ? this.read(name, generation) : undefined;
  }

  async read(name: string, generation: bigint): Promise<UploadMetadata | undefined> {
    const path = join(this.#directory, recordName(name, generation));
    const text = await unlessAbsent(path, () => readFile(path, 'utf8'));
    return text === undefined ? undefined : (JSON.parse(text) as UploadMetadata);
  }

  /** Durable when it resolves. */
  async write(name: string, generation: bigint, record: UploadMetadata): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const path = join(this.#directory, recordName(name, generation));
    const file = await open(`${path}.tmp`, 'w');
    try {
      await file.writeFile(JSON.stringify(record));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.tmp`, path);
  }

  async remove(name: string, generation: bigint): Promise<void> {
    await rm(join(this.#directory, recordName(name, generation)), { force: true });
  }
}
