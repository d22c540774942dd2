import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { bucketNotFound, invalid, invariant, uriNotFound } from '@bqml-emulator/common';
import type { IdSource } from '@bqml-emulator/common';
import { compareBytes } from './byte-order.ts';
import { checksumDigest } from './checksum.ts';
import { contentTypeOf } from './content-type.ts';
import { sortedMetadata } from './custom-metadata.ts';
import { findObjectFile, findObjectPath, generationOf, isAbsent, isInside } from './filesystem-path.ts';
import { walkFiles } from './filesystem-walk.ts';
import { gsUri } from './gs-uri.ts';
import { isBucketName, isFileName, RESERVED_FOLDER } from './object-name.ts';
import { UploadMetadataFolder } from './upload-metadata.ts';
import type { UploadMetadata } from './upload-metadata.ts';
import { bucketNotEmpty, checkGeneration, invalidBucketName, invalidObjectName } from './write-conditions.ts';
import type {
  Bucket,
  Checksums,
  ListOptions,
  ObjectMetadata,
  ObjectStore,
  OpenOptions,
  PutOptions,
  WriteConditions,
} from './object-store.ts';

const READ_BYTES = 1 << 20;

/** Up to this size the calls around a read take longer than the read, and synchronous ones a fifth of the time. */
const SMALL_FILE_BYTES = 64 << 10;

const CHECKSUM_CACHE_ENTRIES = 100_000;

export interface FilesystemObjectStoreOptions {
  /** Bucket name to directory. */
  readonly buckets?: Readonly<Record<string, string>>;
  /** Each folder in here whose name is a bucket name is a bucket; new buckets are made here. */
  readonly root?: string;
  readonly ids: IdSource;
}

/**
 * A bucket is a directory and an object a regular file below it; `/` in the name is a folder. Files may come and go
 * by other means. A name that leads out of the directory, by `..` or by a link, is not found.
 */
export class FilesystemObjectStore implements ObjectStore {
  readonly #buckets: ReadonlyMap<string, string>;
  readonly #root: string | undefined;
  readonly #ids: IdSource;
  readonly #checksums = new Map<string, Checksums & { readonly size: bigint; readonly generation: bigint }>();

  constructor(options: FilesystemObjectStoreOptions) {
    const buckets = Object.entries(options.buckets ?? {});
    for (const [name] of buckets) if (!isBucketName(name)) throw invalidBucketName(name);
    this.#buckets = new Map(buckets);
    this.#root = options.root;
    this.#ids = options.ids;
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
    const { birthtimeNs, mtimeNs } = await stat(directory, { bigint: true });
    return { name: bucket, creationMicros: (birthtimeNs > 0n ? birthtimeNs : mtimeNs) / 1000n };
  }

  async createBucket(bucket: string): Promise<boolean> {
    if (!isBucketName(bucket)) throw invalidBucketName(bucket);
    if (this.#directory(bucket) !== undefined) return false;
    if (this.#root === undefined) throw invalid(`There is no folder for new buckets, so ${bucket} cannot be created.`);
    await mkdir(join(this.#root, bucket), { recursive: true });
    return true;
  }

  async deleteBucket(bucket: string): Promise<boolean> {
    const directory = this.#directory(bucket);
    if (directory === undefined) return false;
    if (this.#buckets.has(bucket)) throw invalid(`The bucket ${bucket} is a directory of its own and stays.`);
    for await (const _ of this.list(bucket)) throw bucketNotEmpty(bucket);
    await rm(join(directory, RESERVED_FOLDER), { recursive: true, force: true });
    await rmdir(directory);
    return true;
  }

  async *list(bucket: string, options: ListOptions = {}): AsyncIterable<readonly ObjectMetadata[]> {
    const directory = this.#existing(bucket);
    const uploads = await new UploadMetadataFolder(directory).snapshot();
    for await (const files of walkFiles({ bucket, directory }, options)) {
      yield await Promise.all(
        files.map(async ({ name, path, stats }) =>
          this.#describe(bucket, name, path, stats, await uploads(name, generationOf(stats))),
        ),
      );
    }
  }

  async getMetadata(bucket: string, name: string): Promise<ObjectMetadata | undefined> {
    const directory = this.#existing(bucket);
    const file = await findObjectFile(bucket, directory, name);
    if (file === undefined) return undefined;
    const upload = await new UploadMetadataFolder(directory).read(name, generationOf(file.stats));
    return this.#describe(bucket, name, file.path, file.stats, upload);
  }

  async checksums(bucket: string, name: string, generation?: bigint, signal?: AbortSignal): Promise<Checksums> {
    const file = await findObjectFile(bucket, this.#existing(bucket), name);
    if (file === undefined) throw uriNotFound(gsUri(bucket, name));
    const known = this.#knownChecksums(file.path, file.stats);
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
    if (!isFileName(name)) throw invalidObjectName(name);
    const uploads = join(directory, RESERVED_FOLDER, 'uploads');
    await mkdir(uploads, { recursive: true });
    const temporary = join(uploads, this.#ids.hex(16));
    try {
      const checksums = await writeDurably(temporary, content, options.signal);
      const previous = await findObjectFile(bucket, directory, name);
      const previousGeneration = previous && generationOf(previous.stats);
      checkGeneration(options, previousGeneration);
      const target = await makeFolders(directory, name);
      const generation = await makeNewer(temporary, previousGeneration);
      const records = new UploadMetadataFolder(directory);
      const contentType = options.contentType ?? contentTypeOf(name);
      const metadata = sortedMetadata(options.metadata);
      // The record first: an object never appears without what was uploaded with it.
      await records.write(name, generation, { contentType, metadata, ...checksums });
      await rename(temporary, target);
      if (previousGeneration !== undefined) await records.remove(name, previousGeneration);
    } finally {
      await rm(temporary, { force: true });
    }
    const written = await this.getMetadata(bucket, name);
    invariant(written, 'an object that was just written is there');
    return written;
  }

  async delete(bucket: string, name: string, conditions: WriteConditions = {}): Promise<boolean> {
    const directory = this.#existing(bucket);
    const file = await findObjectFile(bucket, directory, name);
    checkGeneration(conditions, file && generationOf(file.stats));
    if (file === undefined) return false;
    // The name, not the real path: deleting a link leaves what it points to.
    await rm(join(directory, name));
    await new UploadMetadataFolder(directory).remove(name, generationOf(file.stats));
    return true;
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
    return {
      bucket,
      name,
      generation,
      size: Number(stats.size),
      contentType: upload?.contentType ?? contentTypeOf(name),
      updatedMicros: generation,
      metadata: upload?.metadata ?? {},
      md5Hash: upload?.md5Hash ?? this.#knownChecksums(path, stats)?.md5Hash,
    };
  }
}

function absentAs<T>(error: unknown, value: T): T {
  if (isAbsent(error)) return value;
  throw error;
}

/** The same as `readFile`, at once. */
function readSmallFile(path: string, uri: string, options: OpenOptions): Uint8Array {
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

async function* readFile(path: string, uri: string, options: OpenOptions): AsyncGenerator<Uint8Array> {
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

async function writeDurably(
  path: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Checksums> {
  const digest = checksumDigest();
  const file = await open(path, 'wx');
  try {
    for await (const part of content) {
      signal?.throwIfAborted();
      digest.update(part);
      await file.writeFile(part);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return digest.digest();
}

/** Gives the file a change time after `previous`, whatever the clock says; returns its generation. */
async function makeNewer(path: string, previous: bigint | undefined): Promise<bigint> {
  const generation = generationOf(await stat(path, { bigint: true }));
  if (previous === undefined || generation > previous) return generation;
  // A double holds today's seconds to a quarter of a microsecond, so two microseconds are at least one.
  const seconds = Number(previous + 2n) / 1e6;
  await utimes(path, seconds, seconds);
  return generationOf(await stat(path, { bigint: true }));
}

/**
 * Makes the folders above an object and returns the path of its file. `invalid` where a folder would be a file, the
 * file a folder, or a link leads out of the bucket.
 */
async function makeFolders(directory: string, name: string): Promise<string> {
  const parts = name.split('/');
  const file = parts.pop();
  invariant(file, 'a file name is not empty');
  let folder = directory;
  for (const part of parts) {
    const path = join(folder, part);
    await mkdir(path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    const real = await realpath(path).catch((error: unknown) => absentAs(error, undefined));
    if (real === undefined || !isInside(directory, real) || !(await stat(real)).isDirectory()) {
      throw invalidObjectName(name);
    }
    folder = real;
  }
  const target = join(folder, file);
  const there = await lstat(target).catch((error: unknown) => absentAs(error, undefined));
  if (there?.isDirectory()) throw invalidObjectName(name);
  return target;
}
