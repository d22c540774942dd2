import { bucketNotFound, uriNotFound } from '@bqml-emulator/common';
import type { Clock } from '@bqml-emulator/common';
import { compareBytes } from './byte-order.ts';
import { checksumDigest } from './checksum.ts';
import { contentTypeOf } from './content-type.ts';
import { gsUri } from './gs-uri.ts';
import { sortedMetadata } from './custom-metadata.ts';
import { isBucketName, isObjectName } from './object-name.ts';
import { merged, withChanges } from './object-changes.ts';
import {
  bucketNotEmpty,
  checkBucketConditions,
  checkChecksums,
  checkConditions,
  invalidBucketName,
  invalidObjectName,
} from './write-conditions.ts';
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

const LIST_BATCH = 1000;

interface StoredObject {
  readonly metadata: ObjectMetadata;
  readonly bytes: Uint8Array;
  readonly checksums: Checksums;
}

interface StoredBucket {
  bucket: Bucket;
  readonly objects: Map<string, StoredObject>;
}

/** Objects in the heap of this process. */
export class MemoryObjectStore implements ObjectStore {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, StoredBucket>();
  #lastGeneration = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async listBuckets(): Promise<readonly Bucket[]> {
    return [...this.#buckets.values()].map(({ bucket }) => bucket).sort((a, b) => compareBytes(a.name, b.name));
  }

  async getBucket(bucket: string): Promise<Bucket | undefined> {
    return this.#buckets.get(bucket)?.bucket;
  }

  async createBucket(bucket: string, attributes: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
    if (!isBucketName(bucket)) throw invalidBucketName(bucket);
    if (this.#buckets.has(bucket)) return false;
    const now = this.#clock.nowMicros();
    this.#buckets.set(bucket, {
      bucket: { name: bucket, creationMicros: now, updatedMicros: now, metageneration: 1n, attributes },
      objects: new Map(),
    });
    return true;
  }

  async updateBucket(
    bucket: string,
    changes: Readonly<Record<string, unknown>>,
    conditions: BucketConditions = {},
  ): Promise<Bucket> {
    const stored = this.#bucket(bucket);
    const { metageneration, attributes } = stored.bucket;
    checkBucketConditions(conditions, metageneration);
    stored.bucket = {
      ...stored.bucket,
      metageneration: metageneration + 1n,
      updatedMicros: this.#clock.nowMicros(),
      attributes: merged(attributes, changes),
    };
    return stored.bucket;
  }

  async deleteBucket(bucket: string, conditions: BucketConditions = {}): Promise<boolean> {
    const stored = this.#buckets.get(bucket);
    if (stored === undefined) return false;
    checkBucketConditions(conditions, stored.bucket.metageneration);
    if (stored.objects.size > 0) throw bucketNotEmpty(bucket);
    return this.#buckets.delete(bucket);
  }

  async *list(bucket: string, options: ListOptions = {}): AsyncIterable<readonly ObjectMetadata[]> {
    const { prefix = '', startAfter, signal } = options;
    const names = [...this.#bucket(bucket).objects.keys()]
      .filter((name) => name.startsWith(prefix) && (startAfter === undefined || compareBytes(name, startAfter) > 0))
      .sort(compareBytes);
    for (let start = 0; start < names.length; start += LIST_BATCH) {
      signal?.throwIfAborted();
      const objects = this.#bucket(bucket).objects;
      const batch = names.slice(start, start + LIST_BATCH).flatMap((name) => objects.get(name)?.metadata ?? []);
      if (batch.length > 0) yield batch;
    }
  }

  async getMetadata(bucket: string, name: string): Promise<ObjectMetadata | undefined> {
    return this.#bucket(bucket).objects.get(name)?.metadata;
  }

  async checksums(bucket: string, name: string, generation?: bigint): Promise<Checksums> {
    return this.#object(bucket, name, generation).checksums;
  }

  async *open(bucket: string, name: string, options: OpenOptions = {}): AsyncIterable<Uint8Array> {
    options.signal?.throwIfAborted();
    const { bytes } = this.#object(bucket, name, options.generation);
    const part = bytes.subarray(options.start ?? 0, options.end ?? bytes.length);
    if (part.length > 0) yield part;
  }

  localPath(): undefined {
    return undefined;
  }

  async put(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<ObjectMetadata> {
    this.#bucket(bucket);
    if (!isObjectName(name)) throw invalidObjectName(name);
    const parts: Uint8Array[] = [];
    const digest = checksumDigest();
    for await (const part of content) {
      options.signal?.throwIfAborted();
      // A copy: the producer may use its buffer again.
      parts.push(Uint8Array.from(part));
      digest.update(part);
    }
    const { objects } = this.#bucket(bucket);
    const checksums = digest.digest();
    checkChecksums(options.expected, checksums);
    checkConditions(options, objects.get(name)?.metadata);
    const bytes = Buffer.concat(parts);
    const generation = this.#nextGeneration();
    const metadata: ObjectMetadata = {
      bucket,
      name,
      generation,
      metageneration: 1n,
      size: bytes.length,
      contentType: options.contentType ?? contentTypeOf(name),
      createdMicros: generation,
      updatedMicros: generation,
      metadata: sortedMetadata(options.metadata),
      attributes: options.attributes ?? {},
      componentCount: options.componentCount,
      ...checksums,
    };
    objects.set(name, { metadata, bytes, checksums });
    return metadata;
  }

  async update(
    bucket: string,
    name: string,
    changes: ObjectChanges,
    conditions: WriteConditions = {},
  ): Promise<ObjectMetadata> {
    const { objects } = this.#bucket(bucket);
    const stored = objects.get(name);
    if (stored === undefined) throw uriNotFound(gsUri(bucket, name));
    checkConditions(conditions, stored.metadata);
    const metadata = {
      ...stored.metadata,
      ...withChanges(stored.metadata, changes),
      metageneration: stored.metadata.metageneration + 1n,
      updatedMicros: this.#clock.nowMicros(),
    };
    objects.set(name, { ...stored, metadata });
    return metadata;
  }

  async delete(bucket: string, name: string, conditions: WriteConditions = {}): Promise<boolean> {
    const { objects } = this.#bucket(bucket);
    checkConditions(conditions, objects.get(name)?.metadata);
    return objects.delete(name);
  }

  #nextGeneration(): bigint {
    const now = this.#clock.nowMicros();
    this.#lastGeneration = now > this.#lastGeneration ? now : this.#lastGeneration + 1n;
    return this.#lastGeneration;
  }

  #bucket(bucket: string): StoredBucket {
    const stored = this.#buckets.get(bucket);
    if (stored === undefined) throw bucketNotFound(bucket);
    return stored;
  }

  #object(bucket: string, name: string, generation: bigint | undefined): StoredObject {
    const stored = this.#bucket(bucket).objects.get(name);
    if (stored === undefined || (generation !== undefined && stored.metadata.generation !== generation)) {
      throw uriNotFound(gsUri(bucket, name));
    }
    return stored;
  }
}
