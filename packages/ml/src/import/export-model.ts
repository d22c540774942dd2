import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { invalid } from '@bqml-emulator/common';
import { hasWildcard, parseGsUri } from '@bqml-emulator/object-store';
import type { ObjectStore } from '@bqml-emulator/object-store';

/** Writes the files below `directory` as objects below `uri`, `saved_model.pb` last, so that a loader waits for it. */
export async function exportFiles(
  store: ObjectStore,
  directory: string,
  uri: string,
  signal?: AbortSignal,
): Promise<void> {
  const target = parseGsUri(uri);
  if (hasWildcard(target)) throw invalid(`Wildcards are not allowed in the URI of EXPORT MODEL: ${uri}`, 'uri');
  const folder = target.pattern.replace(/\/+$/, '');
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const isGraph = (path: string) => Number(relative(directory, path) === 'saved_model.pb');
  for (const path of paths.toSorted((a, b) => isGraph(a) - isGraph(b))) {
    const name = `${folder}/${relative(directory, path).replaceAll(sep, '/')}`;
    await store.put(target.bucket, name, createReadStream(path), { signal });
  }
}
