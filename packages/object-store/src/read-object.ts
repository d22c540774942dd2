import { resourcesExceeded, ServiceError } from '@bqml-emulator/common';
import { gsUri } from './gs-uri.ts';
import type { ObjectStore, OpenOptions } from './object-store.ts';

export const objectTooLarge = (uri: string, size: number, maxBytes: number): ServiceError =>
  resourcesExceeded(`the object ${uri} of ${size} bytes is larger than the limit of ${maxBytes} bytes.`);

/** The whole object in one piece; `resourcesExceeded` when it is longer than `maxBytes`. */
export async function readObject(
  store: ObjectStore,
  bucket: string,
  name: string,
  maxBytes: number,
  options?: OpenOptions,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of store.open(bucket, name, options)) {
    size += part.length;
    if (size > maxBytes) throw objectTooLarge(gsUri(bucket, name), size, maxBytes);
    parts.push(part);
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size);
}
