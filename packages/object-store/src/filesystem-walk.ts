import type { BigIntStats, Dirent } from 'node:fs';
import { lstatSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { compareBytes } from './byte-order.ts';
import { isInside, unlessAbsent } from './filesystem-path.ts';
import { gsUri } from './gs-uri.ts';
import { isFileName } from './object-name.ts';
import type { ListOptions } from './object-store.ts';

/**
 * Files looked at together. A synchronous look takes a tenth of the time of an asynchronous one, so that these take
 * less than a millisecond; other work goes on between them.
 */
const STAT_BATCH = 128;

export interface WalkedFile {
  readonly name: string;
  /** Real path, inside the bucket's directory. */
  readonly path: string;
  readonly stats: BigIntStats;
}

interface Entry {
  /** The object name of a file, or the common prefix of a folder, which ends in `/`. */
  readonly key: string;
  readonly path: string;
  readonly folder: boolean;
}

export interface WalkedBucket {
  readonly bucket: string;
  /** Real path. */
  readonly directory: string;
}

/**
 * Regular files below a bucket's directory in byte order of the object name. Folders are entered only where a name
 * that is asked for can be; links that leave the bucket or lead back to their own folder are skipped.
 */
export async function* walkFiles(
  root: WalkedBucket,
  options: ListOptions,
): AsyncGenerator<readonly WalkedFile[], void, undefined> {
  yield* walkFolder(root, root.directory, '', [root.directory], options);
}

async function* walkFolder(
  root: WalkedBucket,
  folder: string,
  prefix: string,
  ancestors: readonly string[],
  options: ListOptions,
): AsyncGenerator<readonly WalkedFile[], void, undefined> {
  const entries = await readEntries(root, folder, prefix, ancestors, options);
  let start = 0;
  while (start < entries.length) {
    options.signal?.throwIfAborted();
    const first = entries[start];
    if (first?.folder) {
      yield* walkFolder(root, first.path, first.key, [...ancestors, first.path], options);
      start++;
      continue;
    }
    let end = start;
    while (end < entries.length && end - start < STAT_BATCH && entries[end]?.folder === false) end++;
    const present = entries.slice(start, end).flatMap((entry) => readStats(entry) ?? []);
    await setImmediate();
    if (present.length > 0) yield present;
    start = end;
  }
}

async function readEntries(
  root: WalkedBucket,
  folder: string,
  prefix: string,
  ancestors: readonly string[],
  options: ListOptions,
): Promise<Entry[]> {
  const found = (await unlessAbsent(gsUri(root.bucket, prefix), () => readdir(folder, { withFileTypes: true }))) ?? [];
  const entries: Entry[] = [];
  for (const child of found) {
    const key = prefix + child.name;
    if (!isFileName(key)) continue;
    const entry = child.isSymbolicLink()
      ? await followLink(root, join(folder, child.name), key, ancestors)
      : plainEntry(child, folder, key);
    if (entry !== undefined && isWanted(entry, options)) entries.push(entry);
  }
  return entries.sort((a, b) => compareBytes(a.key, b.key));
}

function plainEntry(child: Dirent, folder: string, key: string): Entry | undefined {
  const path = join(folder, child.name);
  if (child.isDirectory()) return { key: `${key}/`, path, folder: true };
  return child.isFile() ? { key, path, folder: false } : undefined;
}

async function followLink(
  root: WalkedBucket,
  link: string,
  key: string,
  ancestors: readonly string[],
): Promise<Entry | undefined> {
  return unlessAbsent(gsUri(root.bucket, key), async () => {
    const path = await realpath(link);
    if (!isInside(root.directory, path) || ancestors.includes(path)) return undefined;
    const stats = await stat(path);
    if (stats.isDirectory()) return { key: `${key}/`, path, folder: true };
    return stats.isFile() ? { key, path, folder: false } : undefined;
  });
}

function isWanted(entry: Entry, { prefix = '', startAfter }: ListOptions): boolean {
  if (!entry.key.startsWith(prefix) && !(entry.folder && prefix.startsWith(entry.key))) return false;
  if (startAfter === undefined || compareBytes(entry.key, startAfter) > 0) return true;
  return entry.folder && startAfter.startsWith(entry.key);
}

/** Undefined for a file that has gone, or is something else by now. */
function readStats({ key, path }: Entry): WalkedFile | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isFile() ? { name: key, path, stats } : undefined;
}
