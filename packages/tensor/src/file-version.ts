import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { uriNotFound } from '@bqml-emulator/common';
import type { FileVersion } from './image-reference.ts';

/** The bytes of a file that is still as it was found; `uriNotFound` when it is not, or stops being it meanwhile. */
export async function readVersion(path: string, size: number, version: FileVersion): Promise<Uint8Array> {
  const file = await openFile(path, version);
  try {
    await check(file, size, version);
    const bytes = Buffer.allocUnsafeSlow(size);
    let length = 0;
    while (length < size) {
      const { bytesRead } = await file.read(bytes, length, size - length, length);
      if (bytesRead === 0) throw uriNotFound(version.uri);
      length += bytesRead;
    }
    await check(file, size, version);
    return bytes;
  } finally {
    await file.close();
  }
}

async function openFile(path: string, { uri }: FileVersion): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'ENOENT' ? uriNotFound(uri) : error;
  }
}

async function check(file: FileHandle, size: number, { changedMicros, uri }: FileVersion): Promise<void> {
  const stats = await file.stat({ bigint: true });
  const micros = stats.mtimeNs / 1000n;
  if (stats.size !== BigInt(size) || (micros > 0n ? micros : 1n) !== changedMicros) throw uriNotFound(uri);
}
