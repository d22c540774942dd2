import { gsUri } from './gs-uri.ts';
import type { ObjectStore } from './object-store.ts';
import { objectTooLarge, readObject } from './read-object.ts';

/** The bytes of one generation of an object, not read yet. */
export class ObjectContent {
  readonly bucket: string;
  readonly name: string;
  readonly generation: bigint;
  readonly size: number;
  readonly #store: ObjectStore;

  constructor(store: ObjectStore, object: { bucket: string; name: string; generation: bigint; size: number }) {
    this.#store = store;
    this.bucket = object.bucket;
    this.name = object.name;
    this.generation = object.generation;
    this.size = object.size;
  }

  /** The file that holds the bytes, looked up now; undefined when there is none. */
  get localPath(): string | undefined {
    return this.#store.localPath(this.bucket, this.name);
  }

  /** `uriNotFound` when this generation is gone, `resourcesExceeded` above `maxBytes`; reads nothing then. */
  async read(maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    if (this.size > maxBytes) throw objectTooLarge(gsUri(this.bucket, this.name), this.size, maxBytes);
    return readObject(this.#store, this.bucket, this.name, maxBytes, { generation: this.generation, signal });
  }
}
