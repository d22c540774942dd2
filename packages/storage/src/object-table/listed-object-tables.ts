import { bucketNotFound, invalid, invalidQuery, invariant } from '@bqml-emulator/common';
import type { Clock } from '@bqml-emulator/common';
import { OBJECT_TABLE_SCHEMA, maxStalenessMillis } from '@bqml-emulator/catalog';
import type { ObjectTable, ObjectTableSource, ObjectTableUris } from '@bqml-emulator/catalog';
import { compareBytes, gsUri, matchesUri, ObjectContent, parseGsUri } from '@bqml-emulator/object-store';
import type { ObjectStore } from '@bqml-emulator/object-store';
import { BYTES } from '@bqml-emulator/types';
import type { Batch, Value } from '@bqml-emulator/types';
import type { ListedObject } from './listed-object.ts';
import type { CachedListing, MetadataCache } from './metadata-cache.ts';
import { ObjectData } from './object-data.ts';
import { listObjects } from './object-listing.ts';

/** Batches grow up to this size from a small one, so that work on the first objects begins while others are listed. */
const BATCH_ROWS = 2048;
const FIRST_BATCH_ROWS = 128;

/** Objects that are read for their hashes at the same time. */
const PARALLEL_READS = 8;

/** https://cloud.google.com/bigquery/quotas#load_jobs */
const MAX_URIS = 10_000;

const DATA_COLUMN = OBJECT_TABLE_SCHEMA.length;

/** The value of one column for one object. `md5` is there when a column that shows it was asked for. */
type ColumnReader = (object: ListedObject, uri: string, md5: string | undefined, table: ObjectTable) => Value;

const READERS: readonly ColumnReader[] = [
  (_, uri) => uri,
  (object) => object.generation,
  (object) => object.contentType,
  (object) => BigInt(object.size),
  (_, __, md5) => md5 ?? null,
  (object) => object.updatedMicros,
  (object) => Object.entries(object.metadata),
  (object, uri, md5, table) => [
    uri,
    String(object.generation),
    table.connectionId ?? null,
    {
      json: {
        gcs_metadata: {
          content_type: object.contentType,
          md5_hash: md5 ?? null,
          size: object.size,
          updated: Number(object.updatedMicros),
        },
      },
    },
  ],
];

const cacheKey = ({ reference }: ObjectTable) => `${reference.projectId}:${reference.datasetId}.${reference.tableId}`;

const SHOWS_MD5: ReadonlySet<number> = new Set([4, 7]);

/** A cache that is older is not used. https://cloud.google.com/bigquery/docs/metadata-caching-external-tables */
const CACHE_LIFETIME_MILLIS = 7 * 24 * 60 * 60 * 1000;
/** BigQuery refreshes an AUTOMATIC cache every 30 to 60 minutes; here the first scan after that time does. */
const AUTOMATIC_REFRESH_MILLIS = 30 * 60 * 1000;

/** Object tables list their buckets at every scan, unless their metadata cache is fresh enough. */
export class ListedObjectTables implements ObjectTableSource {
  readonly #store: ObjectStore;
  readonly #cache: MetadataCache;
  readonly #clock: Clock;
  readonly #refreshing = new Map<string, Promise<CachedListing>>();

  constructor(store: ObjectStore, cache: MetadataCache, clock: Clock) {
    this.#store = store;
    this.#cache = cache;
    this.#clock = clock;
  }

  async *scan(
    table: ObjectTable,
    signal?: AbortSignal,
    columns: readonly number[] = Array.from({ length: DATA_COLUMN + 1 }, (_, index) => index),
  ): AsyncIterable<Batch> {
    const withMd5 = columns.some((column) => SHOWS_MD5.has(column));
    let objects: ListedObject[] = [];
    let batchRows = FIRST_BATCH_ROWS;
    for await (const object of this.#objects(table, signal)) {
      objects.push(object);
      if (objects.length < batchRows) continue;
      batchRows = Math.min(batchRows * 2, BATCH_ROWS);
      yield await this.#batch(table, objects, columns, withMd5, signal);
      objects = [];
    }
    if (objects.length > 0) yield await this.#batch(table, objects, columns, withMd5, signal);
  }

  async refreshMetadataCache(
    table: ObjectTable,
    uris: readonly string[] | undefined,
    signal?: AbortSignal,
  ): Promise<void> {
    if (this.#refreshing.has(cacheKey(table))) {
      throw invalidQuery(`The metadata cache of table ${cacheKey(table)} is being refreshed by another job`);
    }
    if (uris !== undefined) await this.validate({ ...table, uris }, signal);
    await this.#refresh(table, uris, signal);
  }

  /** As of now, or as the cache has them. */
  async *#objects(table: ObjectTable, signal: AbortSignal | undefined): AsyncIterable<ListedObject> {
    const listing = await this.#freshListing(table, signal);
    yield* listing ? this.#cache.read(listing) : listObjects(this.#store, table.uris, signal);
  }

  /** Undefined: the buckets are to be listed. A stale MANUAL cache stays as it is. */
  async #freshListing(table: ObjectTable, signal: AbortSignal | undefined): Promise<CachedListing | undefined> {
    const staleness = maxStalenessMillis(table);
    if (staleness === undefined) return undefined;
    const automatic = table.metadataCacheMode === 'AUTOMATIC';
    const cached = this.#cache.find(table);
    const limit = Math.min(staleness, automatic ? AUTOMATIC_REFRESH_MILLIS : CACHE_LIFETIME_MILLIS);
    if (cached && this.#clock.nowMillis() - cached.refreshedMillis <= limit) return cached;
    return automatic ? this.#refresh(table, undefined, signal) : undefined;
  }

  /** One listing at a time for a table; whoever comes meanwhile waits for it. */
  async #refresh(
    table: ObjectTable,
    uris: readonly string[] | undefined,
    signal: AbortSignal | undefined,
  ): Promise<CachedListing> {
    const key = cacheKey(table);
    const running = this.#refreshing.get(key);
    if (running) {
      const listing = await running.catch(() => undefined);
      // The query that listed was cancelled or failed; this one finds out for itself.
      return listing ?? this.#refresh(table, uris, signal);
    }
    const objects = uris ? this.#partlyRefreshed(table, uris, signal) : listObjects(this.#store, table.uris, signal);
    const refreshed = this.#cache.write(table, objects, this.#clock.nowMillis());
    this.#refreshing.set(key, refreshed);
    try {
      return await refreshed;
    } finally {
      this.#refreshing.delete(key);
    }
  }

  /** The cached objects, but those that match `uris` as they are now. */
  async *#partlyRefreshed(table: ObjectTable, uris: readonly string[], signal: AbortSignal | undefined) {
    const cached = this.#cache.find(table);
    const patterns = uris.map(parseGsUri);
    const refreshed = (object: ListedObject) =>
      patterns.some((pattern) => pattern.bucket === object.bucket && matchesUri(pattern, object.name));
    const objects: ListedObject[] = [];
    for await (const object of listObjects(this.#store, table.uris, signal))
      if (refreshed(object)) objects.push(object);
    if (cached) for await (const object of this.#cache.read(cached)) if (!refreshed(object)) objects.push(object);
    yield* objects.sort((a, b) => compareBytes(gsUri(a.bucket, a.name), gsUri(b.bucket, b.name)));
  }

  async validate({ uris }: Pick<ObjectTableUris, 'uris'>, signal?: AbortSignal): Promise<void> {
    if (uris.length === 0) throw invalid('At least one URI is required', 'uris');
    if (uris.length > MAX_URIS) throw invalid(`At most ${MAX_URIS} URIs are allowed, found ${uris.length}`, 'uris');
    for (const bucket of new Set(uris.map((uri) => parseGsUri(uri).bucket))) {
      signal?.throwIfAborted();
      if ((await this.#store.getBucket(bucket)) === undefined) throw bucketNotFound(bucket);
    }
  }

  async #batch(
    table: ObjectTable,
    objects: readonly ListedObject[],
    columns: readonly number[],
    withMd5: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Batch> {
    const hashes = withMd5 ? await this.#hashes(objects, signal) : [];
    const uris = objects.map((object) => gsUri(object.bucket, object.name));
    return {
      rowCount: objects.length,
      columns: columns.map((column) => {
        if (column === DATA_COLUMN) {
          return {
            type: BYTES,
            values: objects.map((object) => new ObjectData(new ObjectContent(this.#store, object))),
          };
        }
        const type = OBJECT_TABLE_SCHEMA[column]?.type;
        const read = READERS[column];
        invariant(type && read, 'an object table has this column');
        return { type, values: objects.map((object, row) => read(object, uris[row] ?? '', hashes[row], table)) };
      }),
    };
  }

  /** In the order of the objects; a few are read at a time. */
  async #hashes(objects: readonly ListedObject[], signal: AbortSignal | undefined): Promise<readonly string[]> {
    const hashes: string[] = [];
    for (let start = 0; start < objects.length; start += PARALLEL_READS) {
      const some = objects.slice(start, start + PARALLEL_READS);
      hashes.push(...(await Promise.all(some.map((object) => this.#md5(object, signal)))));
    }
    return hashes;
  }

  async #md5(object: ListedObject, signal: AbortSignal | undefined): Promise<string> {
    if (object.md5Hash !== undefined) return object.md5Hash;
    return (await this.#store.checksums(object.bucket, object.name, object.generation, signal)).md5Hash;
  }
}
