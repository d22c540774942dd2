import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './durable-file.ts';
import { unlessAbsent } from './filesystem-path.ts';
import { RESERVED_FOLDER } from './object-name.ts';

/** What a directory cannot say about a bucket. */
export interface BucketRecord {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly metageneration: number;
  readonly creationMicros: number;
  readonly updatedMicros: number;
}

const pathOf = (directory: string) => join(directory, RESERVED_FOLDER, 'bucket.json');

/** Undefined for a directory that was never more than that. */
export async function readBucketRecord(directory: string): Promise<BucketRecord | undefined> {
  const path = pathOf(directory);
  const text = await unlessAbsent(path, () => readFile(path, 'utf8'));
  return text === undefined ? undefined : (JSON.parse(text) as BucketRecord);
}

/** Durable when it resolves. */
export async function writeBucketRecord(directory: string, record: BucketRecord): Promise<void> {
  const path = pathOf(directory);
  await mkdir(join(directory, RESERVED_FOLDER), { recursive: true });
  await replaceFile(path, JSON.stringify(record));
}
