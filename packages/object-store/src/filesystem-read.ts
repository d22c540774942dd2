import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { uriNotFound } from '@bqml-emulator/common';
import { generationOf } from './filesystem-path.ts';
import type { OpenOptions } from './object-store.ts';

const READ_BYTES = 1 << 20;

/** The same as `readFile`, at once. */
export function readSmallFile(path: string, uri: string, options: OpenOptions): Uint8Array {
  options.signal?.throwIfAborted();
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const before = fstatSync(file, { bigint: true });
    if (options.generation !== undefined && options.generation !== generationOf(before)) throw uriNotFound(uri);
    const bytes = readFileSync(file);
    const after = fstatSync(file, { bigint: true });
    if (generationOf(after) !== generationOf(before) || after.size !== before.size) throw uriNotFound(uri);
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** One generation of a file; `uriNotFound` when it is another one by now, or becomes one while it is read. */
export async function* readFile(path: string, uri: string, options: OpenOptions): AsyncGenerator<Uint8Array> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const before = await handle.stat({ bigint: true });
    const generation = generationOf(before);
    if (options.generation !== undefined && options.generation !== generation) throw uriNotFound(uri);
    yield* readRange(handle, options, Number(before.size));
    const after = await handle.stat({ bigint: true });
    // Somebody wrote into the very file: what was read belongs to no generation.
    if (generationOf(after) !== generation || after.size !== before.size) throw uriNotFound(uri);
  } finally {
    await handle.close();
  }
}

async function* readRange(handle: FileHandle, options: OpenOptions, size: number): AsyncGenerator<Uint8Array> {
  const end = Math.min(options.end ?? size, size);
  let position = options.start ?? 0;
  while (position < end) {
    options.signal?.throwIfAborted();
    const wanted = Math.min(READ_BYTES, end - position);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
