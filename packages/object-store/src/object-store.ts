/**
 * A bucket. `attributes` are the fields of Cloud Storage's bucket resource that its owner sets (labels, location,
 * iamConfiguration, ...), as JSON, none of them null. https://cloud.google.com/storage/docs/json_api/v1/buckets#resource
 */
export interface Bucket {
  readonly name: string;
  readonly creationMicros: bigint;
  readonly updatedMicros: bigint;
  /** Starts with 1 and counts the changes of `attributes`. */
  readonly metageneration: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Fields of an object that its owner sets, besides the content type and the custom metadata; all are text. */
export type ObjectAttribute =
  'cacheControl' | 'contentDisposition' | 'contentEncoding' | 'contentLanguage' | 'customTime' | 'storageClass';

export type ObjectAttributes = Readonly<Partial<Record<ObjectAttribute, string>>>;

/**
 * One generation of an object, without its bytes. https://cloud.google.com/storage/docs/json_api/v1/objects#resource
 * For a plain file the generation is the time of its last change, so that a rewritten file is a new generation.
 */
export interface ObjectMetadata {
  readonly bucket: string;
  readonly name: string;
  /** Positive int64. */
  readonly generation: bigint;
  /** Starts with 1 in each generation and counts the changes of what is not the bytes. */
  readonly metageneration: bigint;
  readonly size: number;
  readonly contentType: string;
  /** When this generation was made. Microseconds since 1970-01-01T00:00:00Z. */
  readonly createdMicros: bigint;
  /** When the bytes or anything else changed last. */
  readonly updatedMicros: bigint;
  /** Custom metadata, in byte order of the keys. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly attributes: ObjectAttributes;
  /** How many objects it was composed of; undefined when it was uploaded in one piece. */
  readonly componentCount: number | undefined;
  /** Base64 of the MD5 digest; undefined where the bytes would have to be read: see `ObjectStore.checksums`. */
  readonly md5Hash: string | undefined;
  /** Likewise; base64 of four bytes, big-endian. */
  readonly crc32c: string | undefined;
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

/**
 * What must hold of the object that is there now; `conditionNotMet` otherwise.
 * https://cloud.google.com/storage/docs/request-preconditions
 */
export interface WriteConditions {
  /** This generation; 0: no object. */
  readonly ifGenerationMatch?: bigint | undefined;
  /** An object of another generation; 0: any object. */
  readonly ifGenerationNotMatch?: bigint | undefined;
  /** An object with this metageneration. */
  readonly ifMetagenerationMatch?: bigint | undefined;
  /** No object, or one with another metageneration. */
  readonly ifMetagenerationNotMatch?: bigint | undefined;
}

/** What must hold of the bucket that is there now; `conditionNotMet` otherwise. */
export interface BucketConditions {
  readonly ifMetagenerationMatch?: bigint | undefined;
  readonly ifMetagenerationNotMatch?: bigint | undefined;
}

export interface PutOptions extends WriteConditions {
  /** By the extension of the name when it is not given. */
  readonly contentType?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly attributes?: ObjectAttributes;
  readonly componentCount?: number | undefined;
  /** Bytes with other checksums are refused as `invalid`. */
  readonly expected?: Partial<Checksums>;
  readonly signal?: AbortSignal | undefined;
}

/** What is absent stays, `null` clears, other values replace. */
export interface ObjectChanges {
  readonly contentType?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, string | null>>;
  readonly attributes?: Readonly<Partial<Record<ObjectAttribute, string | null>>>;
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
  createBucket(bucket: string, attributes?: Readonly<Record<string, unknown>>): Promise<boolean>;
  /** Top-level keys: an absent one stays, `null` removes, other values replace. */
  updateBucket(
    bucket: string,
    changes: Readonly<Record<string, unknown>>,
    conditions?: BucketConditions,
  ): Promise<Bucket>;
  /** False when it does not exist. A bucket that holds objects throws `resourceInUse`. */
  deleteBucket(bucket: string, conditions?: BucketConditions): Promise<boolean>;

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
   * The file that holds the object's bytes, so that another process can read them itself; the time of its last change
   * is the object's generation. Undefined for a store without files and for an object that is not there.
   */
  localPath(bucket: string, name: string): string | undefined;

  /** Replaces the object in one step, or leaves it as it was. */
  put(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<ObjectMetadata>;
  /** Changes what is not the bytes; the generation stays and the metageneration grows by one. */
  update(bucket: string, name: string, changes: ObjectChanges, conditions?: WriteConditions): Promise<ObjectMetadata>;
  /** False when it was not there. */
  delete(bucket: string, name: string, conditions?: WriteConditions): Promise<boolean>;
}
