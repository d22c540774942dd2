import { lstat, mkdir, readdir, realpath, rmdir, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invariant } from '@bqml-emulator/common';
import { renameDurably } from './durable-file.ts';
import { absentAs, errorCode, generationOf, isAbsent, isInside } from './filesystem-path.ts';
import { noFileName } from './write-conditions.ts';

const MOVE_ATTEMPTS = 5;

/** Gives the file a change time after `previous`, whatever the clock says; returns its generation. */
export async function makeNewer(path: string, previous: bigint | undefined): Promise<bigint> {
  const generation = generationOf(await stat(path, { bigint: true }));
  if (previous === undefined || generation > previous) return generation;
  // A double holds today's seconds to a quarter of a microsecond, so two microseconds are at least one.
  const seconds = Number(previous + 2n) / 1e6;
  await utimes(path, seconds, seconds);
  return generationOf(await stat(path, { bigint: true }));
}

/**
 * Makes the folders above an object and returns the path of its file. `invalid` where a folder would be a file, the
 * file a folder, or a link leads out of the bucket.
 */
async function makeFolders(directory: string, name: string): Promise<string> {
  const parts = name.split('/');
  const file = parts.pop();
  invariant(file, 'a file name is not empty');
  let folder = directory;
  for (const part of parts) {
    const path = join(folder, part);
    await mkdir(path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    const real = await realpath(path).catch((error: unknown) => absentAs(error, undefined));
    if (real === undefined || !isInside(directory, real) || !(await stat(real)).isDirectory()) {
      throw noFileName(name);
    }
    folder = real;
  }
  const target = join(folder, file);
  const there = await lstat(target).catch((error: unknown) => absentAs(error, undefined));
  if (there?.isDirectory()) throw noFileName(name);
  return target;
}

/** A delete may remove a folder as soon as it is made, so that it is made again. */
export async function moveIntoPlace(directory: string, name: string, temporary: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const target = await makeFolders(directory, name);
    try {
      await renameDurably(temporary, target);
      return;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || attempt === MOVE_ATTEMPTS) throw error;
    }
  }
}

export async function removeEmptyParents(directory: string, name: string): Promise<void> {
  for (let folder = dirname(name); folder !== '.'; folder = dirname(folder)) {
    const path = join(directory, folder);
    if ((await lstat(path).catch((error: unknown) => absentAs(error, undefined)))?.isDirectory() !== true) return;
    if (!(await removeIfEmpty(path))) return;
  }
}

/** Removes folders that hold nothing but folders, the lowest first. */
export async function removeEmptyFolders(directory: string): Promise<void> {
  for (const child of await readdir(directory, { withFileTypes: true })) {
    if (child.isDirectory()) await removeEmptyFolders(join(directory, child.name));
  }
  await removeIfEmpty(directory);
}

async function removeIfEmpty(directory: string): Promise<boolean> {
  try {
    await rmdir(directory);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST' || isAbsent(error)) return false;
    throw error;
  }
}
