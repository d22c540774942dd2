import { bucketNotFound, invariant } from '@bqml-emulator/common';
import { compareBytes } from './byte-order.ts';
import type {
  Bucket,
  BucketConditions,
  Checksums,
  ListOptions,
  ObjectChanges,
  ObjectMetadata,
  ObjectStore,
  OpenOptions,
  PutOptions,
  WriteConditions,
} from './object-store.ts';

/** How long a store is asked no more which it is that has a bucket. */
const REMEMBERED_MILLIS = 10_000;

/** Several stores as one: a bucket is that of the first store that has it, and new ones are made in `newBuckets`. */
export class LayeredObjectStore implements ObjectStore {
  readonly #stores: readonly ObjectStore[];
  readonly #newBuckets: ObjectStore;
  readonly #nowMillis: () => number;
  readonly #owners = new Map<string, { readonly store: ObjectStore; readonly untilMillis: number }>();

  constructor(stores: readonly ObjectStore[], newBuckets: ObjectStore, nowMillis: () => number) {
    invariant(stores.includes(newBuckets), 'new buckets are made in one of the stores');
    this.#stores = stores;
    this.#newBuckets = newBuckets;
    this.#nowMillis = nowMillis;
  }

  async listBuckets(): Promise<readonly Bucket[]> {
    const found = new Map<string, Bucket>();
    for (const store of this.#stores) {
      for (const bucket of await store.listBuckets()) if (!found.has(bucket.name)) found.set(bucket.name, bucket);
    }
    return [...found.values()].sort((a, b) => compareBytes(a.name, b.name));
  }

  async getBucket(bucket: string): Promise<Bucket | undefined> {
    for (const store of this.#stores) {
      const found = await store.getBucket(bucket);
      if (found === undefined) continue;
      this.#owners.set(bucket, { store, untilMillis: this.#nowMillis() + REMEMBERED_MILLIS });
      return found;
    }
    this.#owners.delete(bucket);
    return undefined;
  }

  async createBucket(bucket: string, attributes?: Readonly<Record<string, unknown>>): Promise<boolean> {
    if ((await this.getBucket(bucket)) !== undefined) return false;
    return this.#newBuckets.createBucket(bucket, attributes);
  }

  async updateBucket(
    bucket: string,
    changes: Readonly<Record<string, unknown>>,
    conditions?: BucketConditions,
  ): Promise<Bucket> {
    return (await this.#owner(bucket)).updateBucket(bucket, changes, conditions);
  }

  async deleteBucket(bucket: string, conditions?: BucketConditions): Promise<boolean> {
    if ((await this.getBucket(bucket)) === undefined) return false;
    const store = await this.#owner(bucket);
    this.#owners.delete(bucket);
    return store.deleteBucket(bucket, conditions);
  }

  async *list(bucket: string, options?: ListOptions): AsyncIterable<readonly ObjectMetadata[]> {
    yield* (await this.#owner(bucket)).list(bucket, options);
  }

  async getMetadata(bucket: string, name: string): Promise<ObjectMetadata | undefined> {
    return (await this.#owner(bucket)).getMetadata(bucket, name);
  }

  async checksums(bucket: string, name: string, generation?: bigint, signal?: AbortSignal): Promise<Checksums> {
    return (await this.#owner(bucket)).checksums(bucket, name, generation, signal);
  }

  async *open(bucket: string, name: string, options?: OpenOptions): AsyncIterable<Uint8Array> {
    yield* (await this.#owner(bucket)).open(bucket, name, options);
  }

  localPath(bucket: string, name: string): string | undefined {
    const owner = this.#owners.get(bucket)?.store;
    if (owner !== undefined) return owner.localPath(bucket, name);
    for (const store of this.#stores) {
      const path = store.localPath(bucket, name);
      if (path !== undefined) return path;
    }
    return undefined;
  }

  async put(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<ObjectMetadata> {
    return (await this.#owner(bucket)).put(bucket, name, content, options);
  }

  async update(
    bucket: string,
    name: string,
    changes: ObjectChanges,
    conditions?: WriteConditions,
  ): Promise<ObjectMetadata> {
    return (await this.#owner(bucket)).update(bucket, name, changes, conditions);
  }

  async delete(bucket: string, name: string, conditions?: WriteConditions): Promise<boolean> {
    return (await this.#owner(bucket)).delete(bucket, name, conditions);
  }

  async #owner(bucket: string): Promise<ObjectStore> {
    const known = this.#owners.get(bucket);
    if (known !== undefined && known.untilMillis > this.#nowMillis()) return known.store;
    await this.getBucket(bucket);
    const found = this.#owners.get(bucket);
    if (found === undefined) throw bucketNotFound(bucket);
    return found.store;
  }
}
