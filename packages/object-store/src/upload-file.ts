import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdSource } from '@bqml-emulator/common';
import { checksumDigest } from './checksum.ts';
import { unlessAbsent } from './filesystem-path.ts';
import { RESERVED_FOLDER } from './object-name.ts';
import type { Checksums } from './object-store.ts';

const folderOf = (directory: string) => join(directory, RESERVED_FOLDER, 'uploads');

/** Files that this process is writing. */
const inUse = new Set<string>();

/**
 * Runs `action` with a new path in the bucket's reserved folder, and removes what it left there. The name holds the
 * process, so that another one can tell what a crash left.
 */
export async function withUploadFile<T>(
  directory: string,
  ids: IdSource,
  action: (path: string) => Promise<T>,
): Promise<T> {
  await mkdir(folderOf(directory), { recursive: true });
  const path = join(folderOf(directory), `${process.pid}-${ids.hex(16)}`);
  inUse.add(path);
  try {
    return await action(path);
  } finally {
    await rm(path, { force: true });
    inUse.delete(path);
  }
}

/** Removes the files of uploads whose process has ended. */
export async function removeAbandonedUploads(directory: string): Promise<void> {
  const folder = folderOf(directory);
  for (const name of (await unlessAbsent(folder, () => readdir(folder))) ?? []) {
    const path = join(folder, name);
    const owner = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
    if (!inUse.has(path) && (owner === process.pid || !isRunning(owner))) await rm(path, { force: true });
  }
}

function isRunning(processId: number): boolean {
  if (processId === 0) return false;
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Writes a new file of any length; it survives a loss of power when this resolves. */
export async function writeDurably(
  path: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Checksums> {
  const digest = checksumDigest();
  const file = await open(path, 'wx');
  try {
    for await (const part of content) {
      signal?.throwIfAborted();
      digest.update(part);
      await file.writeFile(part);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return digest.digest();
}
