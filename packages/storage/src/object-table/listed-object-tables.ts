import { bucketNotFound, invalid, invariant } from '@bqml-emulator/common';
import type { ObjectTable, ObjectTableSource } from '@bqml-emulator/catalog';
import { gsUri, ObjectContent, parseGsUri } from '@bqml-emulator/object-store';
import type { ObjectMetadata, ObjectStore } from '@bqml-emulator/object-store';
import { BYTES } from '@bqml-emulator/types';
import type { Batch, Value } from '@bqml-emulator/types';
import { ObjectData } from './object-data.ts';
import { listObjects } from './object-listing.ts';
import { OBJECT_TABLE_SCHEMA } from './object-table-schema.ts';

const BATCH_ROWS = 2048;

/** Objects that are read for their hashes at the same time. */
const PARALLEL_READS = 8;

/** https://cloud.google.com/bigquery/quotas#load_jobs */
const MAX_URIS = 10_000;

const DATA_COLUMN = OBJECT_TABLE_SCHEMA.length;

/** The value of one column for one object. `md5` is there when a column that shows it was asked for. */
type ColumnReader = (object: ObjectMetadata, uri: string, md5: string | undefined, table: ObjectTable) => Value;

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

const SHOWS_MD5: ReadonlySet<number> = new Set([4, 7]);

/** Object tables that list their buckets at every scan. */
export class ListedObjectTables implements ObjectTableSource {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  async *scan(
    table: ObjectTable,
    signal?: AbortSignal,
    columns: readonly number[] = Array.from({ length: DATA_COLUMN + 1 }, (_, index) => index),
  ): AsyncIterable<Batch> {
    const withMd5 = columns.some((column) => SHOWS_MD5.has(column));
    let objects: ObjectMetadata[] = [];
    for await (const object of listObjects(this.#store, table.uris, signal)) {
      objects.push(object);
      if (objects.length < BATCH_ROWS) continue;
      yield await this.#batch(table, objects, columns, withMd5, signal);
      objects = [];
    }
    if (objects.length > 0) yield await this.#batch(table, objects, columns, withMd5, signal);
  }

  async validate(uris: readonly string[], signal?: AbortSignal): Promise<void> {
    if (uris.length === 0) throw invalid('At least one URI is required', 'uris');
    if (uris.length > MAX_URIS) throw invalid(`At most ${MAX_URIS} URIs are allowed, found ${uris.length}`, 'uris');
    for (const bucket of new Set(uris.map((uri) => parseGsUri(uri).bucket))) {
      signal?.throwIfAborted();
      if ((await this.#store.getBucket(bucket)) === undefined) throw bucketNotFound(bucket);
    }
  }

  async #batch(
    table: ObjectTable,
    objects: readonly ObjectMetadata[],
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
  async #hashes(objects: readonly ObjectMetadata[], signal: AbortSignal | undefined): Promise<readonly string[]> {
    const hashes: string[] = [];
    for (let start = 0; start < objects.length; start += PARALLEL_READS) {
      const some = objects.slice(start, start + PARALLEL_READS);
      hashes.push(...(await Promise.all(some.map((object) => this.#md5(object, signal)))));
    }
    return hashes;
  }

  async #md5(object: ObjectMetadata, signal: AbortSignal | undefined): Promise<string> {
    if (object.md5Hash !== undefined) return object.md5Hash;
    return (await this.#store.checksums(object.bucket, object.name, object.generation, signal)).md5Hash;
  }
}
