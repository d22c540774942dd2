import type { BigIntStats } from 'node:fs';
import { realpathSync, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ServiceError } from '@bqml-emulator/common';
import { gsUri } from './gs-uri.ts';
import { isFileName } from './object-name.ts';

/** What the operating system says when there is no such file. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']);

const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export const isAbsent = (error: unknown): boolean => ABSENT.has(errorCode(error) ?? '');

/** `undefined` where the file is absent; `accessDenied` where this process may not read it. */
export async function unlessAbsent<T>(uri: string, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM') {
      throw new ServiceError('accessDenied', `Access Denied: File ${uri}: Access Denied`);
    }
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
