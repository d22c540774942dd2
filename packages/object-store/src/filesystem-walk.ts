import type { BigIntStats, Dirent } from 'node:fs';
import { lstatSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@bqml-emulator/common';
import { compareBytes } from './byte-order.ts';
import { isInside, unlessAbsent } from './filesystem-path.ts';
import type { FolderCache } from './folder-cache.ts';
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

/** What a folder holds. */
export interface FolderEntry {
  /** The object name of a file, or the common prefix of a folder, which ends in `/`. */
  readonly key: string;
  readonly path: string;
  readonly folder: boolean;
}

export interface WalkedBucket {
  readonly bucket: string;
  /** Real path. */
  readonly directory: string;
  readonly folders: FolderCache<FolderEntry>;
  readonly clock: Clock;
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
  const read = () => sortedEntries(root, folder, prefix, ancestors);
  const entries = (await unlessAbsent(gsUri(root.bucket, prefix), read)) ?? [];
  const wantedPrefix = options.prefix ?? '';
  let start = Math.max(firstAfter(entries, options.startAfter ?? ''), firstAfter(entries, wantedPrefix));
  while (start < entries.length) {
    options.signal?.throwIfAborted();
    const first = entries[start];
    if (first !== undefined && !isWanted(first, options)) {
      if (!first.key.startsWith(wantedPrefix) && compareBytes(first.key, wantedPrefix) > 0) return;
      start++;
      continue;
    }
    if (first?.folder) {
      yield* walkFolder(root, first.path, first.key, [...ancestors, first.path], options);
      start++;
      continue;
    }
    const batch: WalkedFile[] = [];
    const end = Math.min(start + STAT_BATCH, entries.length);
    for (; start < end; start++) {
      const entry = entries[start];
      if (entry === undefined || entry.folder || !isWanted(entry, options)) break;
      const file = readStats(entry);
      if (file !== undefined) batch.push(file);
    }
    await setImmediate();
    if (batch.length > 0) yield batch;
  }
}

async function sortedEntries(
  root: WalkedBucket,
  folder: string,
  prefix: string,
  ancestors: readonly string[],
): Promise<readonly FolderEntry[]> {
  const key = `${prefix}\0${folder}`;
  const stats = await stat(folder, { bigint: true });
  const known = root.folders.find(key, stats);
  if (known !== undefined) return known;
  const nowMillis = root.clock.nowMillis();
  const entries: FolderEntry[] = [];
  let hasLinks = false;
  for (const child of await readdir(folder, { withFileTypes: true })) {
    const name = prefix + child.name;
    if (!isFileName(name)) continue;
    hasLinks ||= child.isSymbolicLink();
    const entry = child.isSymbolicLink()
      ? await followLink(root, join(folder, child.name), name, ancestors)
      : plainEntry(child, folder, name);
    if (entry !== undefined) entries.push(entry);
  }
  entries.sort((a, b) => compareBytes(a.key, b.key));
  // Where a link leads may change without its folder.
  if (!hasLinks) root.folders.keep(key, stats, nowMillis, entries);
  return entries;
}

/** Index of the first entry that may hold names after `point`: a folder of which it is one comes just before it. */
function firstAfter(entries: readonly FolderEntry[], point: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && compareBytes(entry.key, point) <= 0) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function plainEntry(child: Dirent, folder: string, key: string): FolderEntry | undefined {
  const path = join(folder, child.name);
  if (child.isDirectory()) return { key: `${key}/`, path, folder: true };
  return child.isFile() ? { key, path, folder: false } : undefined;
}

async function followLink(
  root: WalkedBucket,
  link: string,
  key: string,
  ancestors: readonly string[],
): Promise<FolderEntry | undefined> {
  return unlessAbsent(gsUri(root.bucket, key), async () => {
    const path = await realpath(link);
    if (!isInside(root.directory, path) || ancestors.includes(path)) return undefined;
    const stats = await stat(path);
    if (stats.isDirectory()) return { key: `${key}/`, path, folder: true };
    return stats.isFile() ? { key, path, folder: false } : undefined;
  });
}

function isWanted(entry: FolderEntry, { prefix = '', startAfter }: ListOptions): boolean {
  if (!entry.key.startsWith(prefix) && !(entry.folder && prefix.startsWith(entry.key))) return false;
  if (startAfter === undefined || compareBytes(entry.key, startAfter) > 0) return true;
  return entry.folder && startAfter.startsWith(entry.key);
}

/** Undefined for a file that has gone, or is something else by now. */
function readStats({ key, path }: FolderEntry): WalkedFile | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isFile() ? { name: key, path, stats } : undefined;
}
