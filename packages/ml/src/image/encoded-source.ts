import { invariant } from '@bqml-emulator/common';
import { isObjectBytes } from '@bqml-emulator/catalog';
import type { EncodedSource } from '@bqml-emulator/tensor';
import type { LazyValue } from '@bqml-emulator/types';

/**
 * Where the bytes behind lazy BYTES lie: the file of an object that has one, so that another process can read it
 * itself, else the bytes. Undefined when they are NULL.
 */
export async function encodedSource(
  value: LazyValue,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<EncodedSource | undefined> {
  if (isObjectBytes(value)) {
    const { bucket, name, generation, localPath, size } = value.object;
    if (localPath !== undefined) {
      // The generation of a plain file is the time of its last change.
      const version = { changedMicros: generation, uri: `gs://${bucket}/${name}` };
      return { kind: 'file', path: localPath, size, version };
    }
    // The limit of ML.DECODE_IMAGE has its own message, given when the image is opened; nothing is read for it.
    if (size > maxBytes) return { kind: 'file', path: '', size };
    return { kind: 'bytes', bytes: await value.object.read(maxBytes, signal) };
  }
  const bytes = await value.read(signal);
  if (bytes === null) return undefined;
  invariant(bytes instanceof Uint8Array, 'ML.DECODE_IMAGE takes BYTES');
  return { kind: 'bytes', bytes };
}
