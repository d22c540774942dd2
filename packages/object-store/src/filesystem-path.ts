import type { BigIntStats } from 'node:fs';
import { realpathSync, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { invalid, ServiceError } from '@bqml-emulator/common';
import { gsUri } from './gs-uri.ts';
import { isFileName } from './object-name.ts';

/** What the operating system says when there is no such file. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']);

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export const isAbsent = (error: unknown): boolean => ABSENT.has(errorCode(error) ?? '');

export function absentAs<T>(error: unknown, value: T): T {
  if (isAbsent(error)) return value;
  throw error;
}

/** This process, or nobody, may do that. */
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS']);

/** A folder where a file must be, or the other way round, or a name that the file system does not take. */
const IMPOSSIBLE = new Set(['EISDIR', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ', 'ELOOP']);

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const accessDenied = (uri: string) => new ServiceError('accessDenied', `Access Denied: File ${uri}: Access Denied`);

/** `undefined` where the file is absent; `accessDenied` where this process may not read it. */
export async function unlessAbsent<T>(uri: string, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (REFUSED.has(errorCode(error) ?? '')) throw accessDenied(uri);
    throw error;
  }
}

/** What the operating system refuses to write becomes an error that the user can read. */
export async function writing<T>(uri: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (REFUSED.has(code)) throw accessDenied(uri);
    if (IMPOSSIBLE.has(code)) throw invalid(`The name of ${uri} cannot be that of a file in its bucket's directory.`);
    if (FULL.has(code)) throw new ServiceError('quotaExceeded', `There is no room for ${uri} on the disk.`);
    throw error;
  }
}

/** True when `path` is `directory` or lies below it; both are real paths. */
export const isInside = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);

export interface ObjectFile {
  /** Real path, inside the bucket's directory. */
  readonly path: string;
  readonly stats: BigIntStats;
}

/** The regular file of an object; undefined when it is absent, no object name, or leads out of the bucket. */
export async function findObjectFile(bucket: string, directory: string, name: string): Promise<ObjectFile | undefined> {
  if (!isFileName(name)) return undefined;
  return unlessAbsent(gsUri(bucket, name), async () => {
    const path = await realpath(join(directory, name));
    if (!isInside(directory, path)) return undefined;
    const stats = await stat(path, { bigint: true });
    return stats.isFile() ? { path, stats } : undefined;
  });
}

/** The same, at once. */
export function findObjectPath(directory: string, name: string): string | undefined {
  if (!isFileName(name)) return undefined;
  try {
    const path = realpathSync(join(directory, name));
    return isInside(directory, path) && statSync(path).isFile() ? path : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Nanoseconds of the last change as the microseconds that a generation counts. */
export const generationOf = (stats: BigIntStats): bigint => {
  const micros = stats.mtimeNs / 1000n;
  return micros > 0n ? micros : 1n;
};
