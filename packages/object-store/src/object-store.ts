/** A bucket and when it was made. */
export interface Bucket {
  readonly name: string;
  readonly creationMicros: bigint;
}

/**
 * One generation of an object, without its bytes. https://cloud.google.com/storage/docs/json_api/v1/objects#resource
 * For a plain file the generation is the time of its last change, so that a rewritten file is a new generation.
 */
export interface ObjectMetadata {
  readonly bucket: string;
  readonly name: string;
  /** Positive int64. */
  readonly generation: bigint;
  readonly size: number;
  readonly contentType: string;
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly updatedMicros: bigint;
  /** Custom metadata, in byte order of the keys. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Base64 of the MD5 digest; undefined where the bytes would have to be read: see `ObjectStore.checksums`. */
  readonly md5Hash: string | undefined;
}

export interface Checksums {
  /** Base64 of the 16 bytes. */
  readonly md5Hash: string;
  /** Base64 of the four bytes, big-endian. https://cloud.google.com/storage/docs/data-validation */
  readonly crc32c: string;
}

export interface ListOptions {
  /** Only names that start with this. */
  readonly prefix?: string;
  /** Only names after this one, in byte order. */
  readonly startAfter?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenOptions {
  /** Only this generation; another one is not found. */
  readonly generation?: bigint | undefined;
  /** First byte; 0 when it is not given. */
  readonly start?: number;
  /** Byte after the last one; the object's size when it is not given. */
  readonly end?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface WriteConditions {
  /** Write only over this generation; 0: only when there is no object. `conditionNotMet` otherwise. */
  readonly ifGenerationMatch?: bigint;
}

export interface PutOptions extends WriteConditions {
  /** By the extension of the name when it is not given. */
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Buckets and their objects. A bucket that does not exist throws `bucketNotFound`, an object `uriNotFound`,
 * except where absence is `undefined`. A name that no object can have is not found.
 */
export interface ObjectStore {
  /** In byte order of the name. */
  listBuckets(): Promise<readonly Bucket[]>;
  getBucket(bucket: string): Promise<Bucket | undefined>;
  /** False when it exists already. */
  createBucket(bucket: string): Promise<boolean>;
  /** False when it does not exist. A bucket that holds objects throws `conditionNotMet`. */
  deleteBucket(bucket: string): Promise<boolean>;

  /**
   * Objects in byte order of the UTF-8 name, in batches of the store's own size, none empty. Reads no object's bytes.
   * An object that is deleted meanwhile may be missing.
   */
  list(bucket: string, options?: ListOptions): AsyncIterable<readonly ObjectMetadata[]>;
  getMetadata(bucket: string, name: string): Promise<ObjectMetadata | undefined>;
  /** Computed from the bytes when they are not known yet, then kept. */
  checksums(bucket: string, name: string, generation?: bigint, signal?: AbortSignal): Promise<Checksums>;
  /** The bytes of one generation. If the object is replaced while it is read, the old generation is read to its end. */
  open(bucket: string, name: string, options?: OpenOptions): AsyncIterable<Uint8Array>;
  /**
   * The file that holds the object's bytes, so that another process can read them itself; undefined for a store
   * without files and for an object that is not there.
   */
  localPath(bucket: string, name: string): string | undefined;

  /** Replaces the object in one step, or leaves it as it was. */
  put(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<ObjectMetadata>;
  /** False when it was not there. */
  delete(bucket: string, name: string, conditions?: WriteConditions): Promise<boolean>;
}
