import { realpathSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bucketNotFound, invalid, invariant, systemClock, uriNotFound } from '@bqml-emulator/common';
import type { Clock, IdSource } from '@bqml-emulator/common';
import { readBucketRecord, writeBucketRecord } from './bucket-record.ts';
import type { BucketRecord } from './bucket-record.ts';
import { compareBytes } from './byte-order.ts';
import { checksumDigest } from './checksum.ts';
import { contentTypeOf } from './content-type.ts';
import { sortedMetadata } from './custom-metadata.ts';
import { makeNewer, moveIntoPlace, removeEmptyFolders, removeEmptyParents } from './filesystem-folders.ts';
import { absentAs, errorCode, findObjectFile, findObjectPath, generationOf, writing } from './filesystem-path.ts';
import type { ObjectFile } from './filesystem-path.ts';
import { readFile, readSmallFile } from './filesystem-read.ts';
import { walkFiles } from './filesystem-walk.ts';
import type { FolderEntry } from './filesystem-walk.ts';
import { FolderCache } from './folder-cache.ts';
import { gsUri } from './gs-uri.ts';
import { KeyedLock } from './keyed-lock.ts';
import { merged, withChanges } from './object-changes.ts';
import { isBucketName, isFileName, isObjectName, RESERVED_FOLDER } from './object-name.ts';
import { removeAbandonedUploads, withUploadFile, writeDurably } from './upload-file.ts';
import { UploadMetadataFolder } from './upload-metadata.ts';
import type { UploadMetadata } from './upload-metadata.ts';
import {
  bucketNotEmpty,
  checkBucketConditions,
  checkChecksums,
  checkConditions,
  invalidBucketName,
  invalidObjectName,
  noFileName,
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

/** Up to this size the calls around a read take longer than the read, and synchronous ones a fifth of the time. */
const SMALL_FILE_BYTES = 64 << 10;

const CHECKSUM_CACHE_ENTRIES = 100_000;

export interface FilesystemObjectStoreOptions {
  /** Bucket name to directory. */
  readonly buckets?: Readonly<Record<string, string>>;
  /** Each folder in here whose name is a bucket name is a bucket; new buckets are made here. */
  readonly root?: string;
  readonly ids: IdSource;
  /** Times the changes of what is not bytes; the machine's when it is not given, which is what times the files. */
  readonly clock?: Clock;
}

/**
 * A bucket is a directory and an object a regular file below it; `/` in the name is a folder. Files may come and go
 * by other means. A name that leads out of the directory, by `..` or by a link, is not found.
 */
export class FilesystemObjectStore implements ObjectStore {
  readonly #buckets: ReadonlyMap<string, string>;
  readonly #root: string | undefined;
  readonly #ids: IdSource;
  readonly #clock: Clock;
  readonly #locks = new KeyedLock();
  readonly #folders = new FolderCache<FolderEntry>();
  readonly #checksums = new Map<string, Checksums & { readonly size: bigint; readonly generation: bigint }>();

  constructor(options: FilesystemObjectStoreOptions) {
    const buckets = Object.entries(options.buckets ?? {});
    for (const [name] of buckets) if (!isBucketName(name)) throw invalidBucketName(name);
    this.#buckets = new Map(buckets);
    this.#root = options.root;
    this.#ids = options.ids;
    this.#clock = options.clock ?? systemClock;
  }

  async listBuckets(): Promise<readonly Bucket[]> {
    const names = new Set(this.#buckets.keys());
    if (this.#root !== undefined) {
      const root = this.#root;
      for (const name of await readdir(root).catch((error: unknown) => absentAs<string[]>(error, []))) {
        if (isBucketName(name)) names.add(name);
      }
    }
    const buckets = await Promise.all([...names].sort(compareBytes).map((name) => this.getBucket(name)));
    return buckets.filter((bucket) => bucket !== undefined);
  }

  async getBucket(bucket: string): Promise<Bucket | undefined> {
    const directory = this.#directory(bucket);
    if (directory === undefined) return undefined;
    return toBucket(bucket, await this.#bucketRecord(directory));
  }

  async createBucket(bucket: string, attributes: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
    if (!isBucketName(bucket)) throw invalidBucketName(bucket);
    if (this.#directory(bucket) !== undefined) return false;
    if (this.#root === undefined) throw invalid(`There is no folder for new buckets, so ${bucket} cannot be created.`);
    const directory = join(this.#root, bucket);
    return writing(`gs://${bucket}`, async () => {
      await mkdir(this.#root ?? '', { recursive: true });
      const created = await mkdir(directory).then(
        () => true,
        (error: unknown) => {
          if (errorCode(error) === 'EEXIST') return false;
          throw error;
        },
      );
      if (created && Object.keys(attributes).length > 0) {
        await writeBucketRecord(directory, { ...(await this.#bucketRecord(directory)), attributes });
      }
      return created;
    });
  }

  async updateBucket(
    bucket: string,
    changes: Readonly<Record<string, unknown>>,
    conditions: BucketConditions = {},
  ): Promise<Bucket> {
    const directory = this.#existing(bucket);
    return this.#locks.run(directory, async () => {
      const before = await this.#bucketRecord(directory);
      checkBucketConditions(conditions, BigInt(before.metageneration));
      const now = await writing(`gs://${bucket}`, async () => {
        const record = {
          ...before,
          attributes: merged(before.attributes, changes),
          metageneration: before.metageneration + 1,
          updatedMicros: Math.max(this.#clock.nowMillis() * 1000, before.updatedMicros + 1),
        };
        await writeBucketRecord(directory, record);
        return record;
      });
      return toBucket(bucket, now);
    });
  }

  async deleteBucket(bucket: string, conditions: BucketConditions = {}): Promise<boolean> {
    const directory = this.#directory(bucket);
    if (directory === undefined) return false;
    checkBucketConditions(conditions, BigInt((await this.#bucketRecord(directory)).metageneration));
    if (this.#buckets.has(bucket)) throw invalid(`The bucket ${bucket} is a directory of its own and stays.`);
    for await (const _ of this.list(bucket)) throw bucketNotEmpty(bucket);
    await writing(`gs://${bucket}`, async () => {
      await rm(join(directory, RESERVED_FOLDER), { recursive: true, force: true });
      await removeEmptyFolders(directory);
    });
    if (this.#directory(bucket) !== undefined) throw bucketNotEmpty(bucket);
    return true;
  }

  /** Removes what uploads of a process that has ended left behind. */
  async removeAbandonedUploads(): Promise<void> {
    for (const { name } of await this.listBuckets()) {
      const directory = this.#directory(name);
      if (directory !== undefined) await removeAbandonedUploads(directory);
    }
  }

  async *list(bucket: string, options: ListOptions = {}): AsyncIterable<readonly ObjectMetadata[]> {
    const directory = this.#existing(bucket);
    const uploads = await new UploadMetadataFolder(directory).snapshot();
    for await (const files of walkFiles({ bucket, directory, folders: this.#folders, clock: this.#clock }, options)) {
      yield files.map(({ name, path, stats }) =>
        this.#describe(bucket, name, path, stats, uploads(name, generationOf(stats))),
      );
    }
  }

  async getMetadata(bucket: string, name: string): Promise<ObjectMetadata | undefined> {
    const directory = this.#existing(bucket);
    const file = await findObjectFile(bucket, directory, name);
    if (file === undefined) return undefined;
    return this.#describeFile(bucket, directory, name, file);
  }

  async checksums(bucket: string, name: string, generation?: bigint, signal?: AbortSignal): Promise<Checksums> {
    const file = await findObjectFile(bucket, this.#existing(bucket), name);
    if (file === undefined) throw uriNotFound(gsUri(bucket, name));
    const upload = await new UploadMetadataFolder(this.#existing(bucket)).read(name, generationOf(file.stats));
    const known = recordedChecksums(upload) ?? this.#knownChecksums(file.path, file.stats);
    const current = generationOf(file.stats);
    if (known !== undefined && (generation === undefined || generation === current)) return known;
    const digest = checksumDigest();
    const options = { generation: generation ?? current, signal };
    const uri = gsUri(bucket, name);
    if (file.stats.size <= SMALL_FILE_BYTES) digest.update(readSmallFile(file.path, uri, options));
    else for await (const part of readFile(file.path, uri, options)) digest.update(part);
    const checksums = digest.digest();
    if (this.#checksums.size >= CHECKSUM_CACHE_ENTRIES) this.#checksums.clear();
    this.#checksums.set(file.path, { ...checksums, size: file.stats.size, generation: current });
    return checksums;
  }

  async *open(bucket: string, name: string, options: OpenOptions = {}): AsyncIterable<Uint8Array> {
    const file = await findObjectFile(bucket, this.#existing(bucket), name);
    if (file === undefined) throw uriNotFound(gsUri(bucket, name));
    yield* readFile(file.path, gsUri(bucket, name), options);
  }

  localPath(bucket: string, name: string): string | undefined {
    const directory = this.#directory(bucket);
    return directory === undefined ? undefined : findObjectPath(directory, name);
  }

  async put(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<ObjectMetadata> {
    const directory = this.#existing(bucket);
    if (!isFileName(name)) throw isObjectName(name) ? noFileName(name) : invalidObjectName(name);
    return writing(gsUri(bucket, name), () =>
      withUploadFile(directory, this.#ids, async (temporary) => {
        const checksums = await writeDurably(temporary, content, options.signal);
        checkChecksums(options.expected, checksums);
        return this.#locks.run(join(directory, name), () =>
          this.#commit(bucket, directory, name, temporary, checksums, options),
        );
      }),
    );
  }

  async #commit(
    bucket: string,
    directory: string,
    name: string,
    temporary: string,
    checksums: Checksums,
    options: PutOptions,
  ): Promise<ObjectMetadata> {
    const previous = await findObjectFile(bucket, directory, name);
    await this.#check(bucket, directory, name, previous, options);
    const previousGeneration = previous && generationOf(previous.stats);
    const generation = await makeNewer(temporary, previousGeneration);
    const records = new UploadMetadataFolder(directory);
    // The record first: an object never appears without what was uploaded with it.
    await records.write(name, generation, {
      contentType: options.contentType ?? contentTypeOf(name),
      metadata: sortedMetadata(options.metadata),
      ...(options.attributes === undefined ? {} : { attributes: options.attributes }),
      ...(options.componentCount === undefined ? {} : { componentCount: options.componentCount }),
      ...checksums,
    });
    try {
      await moveIntoPlace(directory, name, temporary);
    } catch (error) {
      await records.remove(name, generation);
      throw error;
    }
    if (previousGeneration !== undefined) await records.remove(name, previousGeneration);
    const written = await this.getMetadata(bucket, name);
    invariant(written, 'an object that was just written is there');
    return written;
  }

  async update(
    bucket: string,
    name: string,
    changes: ObjectChanges,
    conditions: WriteConditions = {},
  ): Promise<ObjectMetadata> {
    const directory = this.#existing(bucket);
    return this.#locks.run(join(directory, name), async () => {
      const file = await findObjectFile(bucket, directory, name);
      if (file === undefined) throw uriNotFound(gsUri(bucket, name));
      const before = await this.#describeFile(bucket, directory, name, file);
      checkConditions(conditions, before);
      const { md5Hash, crc32c, componentCount } = before;
      const record: UploadMetadata = {
        ...withChanges(before, changes),
        ...(componentCount === undefined ? {} : { componentCount }),
        ...(md5Hash === undefined || crc32c === undefined ? {} : { md5Hash, crc32c }),
        metageneration: Number(before.metageneration) + 1,
        updatedMicros: Math.max(this.#clock.nowMillis() * 1000, Number(before.updatedMicros) + 1),
      };
      await writing(gsUri(bucket, name), () =>
        new UploadMetadataFolder(directory).write(name, before.generation, record),
      );
      return this.#describe(bucket, name, file.path, file.stats, record);
    });
  }

  async delete(bucket: string, name: string, conditions: WriteConditions = {}): Promise<boolean> {
    const directory = this.#existing(bucket);
    return this.#locks.run(join(directory, name), async () => {
      const file = await findObjectFile(bucket, directory, name);
      await this.#check(bucket, directory, name, file, conditions);
      if (file === undefined) return false;
      return writing(gsUri(bucket, name), async () => {
        // The name, not the real path: deleting a link leaves what it points to.
        await rm(join(directory, name));
        await new UploadMetadataFolder(directory).remove(name, generationOf(file.stats));
        // A folder is only there because of what is in it.
        await removeEmptyParents(directory, name);
        return true;
      });
    });
  }

  async #check(
    bucket: string,
    directory: string,
    name: string,
    file: ObjectFile | undefined,
    conditions: WriteConditions,
  ): Promise<void> {
    checkConditions(conditions, file && (await this.#describeFile(bucket, directory, name, file)));
  }

  async #describeFile(bucket: string, directory: string, name: string, file: ObjectFile): Promise<ObjectMetadata> {
    const upload = await new UploadMetadataFolder(directory).read(name, generationOf(file.stats));
    return this.#describe(bucket, name, file.path, file.stats, upload);
  }

  /** A directory without a record was made by other means, at the time that it says itself. */
  async #bucketRecord(directory: string): Promise<BucketRecord> {
    const record = await readBucketRecord(directory);
    if (record !== undefined) return record;
    const { birthtimeNs, mtimeNs } = await stat(directory, { bigint: true });
    const creationMicros = Number((birthtimeNs > 0n ? birthtimeNs : mtimeNs) / 1000n);
    return { attributes: {}, metageneration: 1, creationMicros, updatedMicros: creationMicros };
  }

  /** Real path of the bucket's directory; undefined when there is none. */
  #directory(bucket: string): string | undefined {
    if (!isBucketName(bucket)) return undefined;
    const path = this.#buckets.get(bucket) ?? (this.#root === undefined ? undefined : join(this.#root, bucket));
    if (path === undefined) return undefined;
    try {
      const real = realpathSync(path);
      return statSync(real).isDirectory() ? real : undefined;
    } catch (error) {
      return absentAs(error, undefined);
    }
  }

  #existing(bucket: string): string {
    const directory = this.#directory(bucket);
    if (directory === undefined) throw bucketNotFound(bucket);
    return directory;
  }

  #knownChecksums(path: string, stats: BigIntStats): Checksums | undefined {
    const known = this.#checksums.get(path);
    return known?.size === stats.size && known.generation === generationOf(stats) ? known : undefined;
  }

  #describe(
    bucket: string,
    name: string,
    path: string,
    stats: BigIntStats,
    upload: UploadMetadata | undefined,
  ): ObjectMetadata {
    const generation = generationOf(stats);
    const checksums = recordedChecksums(upload) ?? this.#knownChecksums(path, stats);
    return {
      bucket,
      name,
      generation,
      metageneration: BigInt(upload?.metageneration ?? 1),
      size: Number(stats.size),
      contentType: upload?.contentType ?? contentTypeOf(name),
      createdMicros: generation,
      updatedMicros: upload?.updatedMicros === undefined ? generation : BigInt(upload.updatedMicros),
      metadata: upload?.metadata ?? {},
      attributes: upload?.attributes ?? {},
      componentCount: upload?.componentCount,
      md5Hash: checksums?.md5Hash,
      crc32c: checksums?.crc32c,
    };
  }
}

function toBucket(name: string, record: BucketRecord): Bucket {
  return {
    name,
    attributes: record.attributes,
    metageneration: BigInt(record.metageneration),
    creationMicros: BigInt(record.creationMicros),
    updatedMicros: BigInt(record.updatedMicros),
  };
}

function recordedChecksums(upload: UploadMetadata | undefined): Checksums | undefined {
  const { md5Hash, crc32c } = upload ?? {};
  return md5Hash === undefined || crc32c === undefined ? undefined : { md5Hash, crc32c };
}
