import type { Batch } from '@bqml-emulator/types';
import type { ObjectTable } from './resource.ts';

/** What an object table lists, and the connection that it is listed with. */
export type ObjectTableUris = Pick<ObjectTable, 'reference' | 'location' | 'uris' | 'connectionId'>;

/** Lists the objects behind object tables. Implemented by `storage` over `object-store`. */
export interface ObjectTableSource {
  /**
   * Columns in the order of the table's schema (uri, generation, content_type, size, md5_hash, updated, metadata,
   * ref) and then `data` as lazy BYTES (`ObjectBytesValue`). Objects in byte order of the URI, each once.
   * `columns`: indices into that list; the batches then hold these columns in this order. Objects' bytes are read
   * only for `md5_hash` and `ref`, and only where the object store does not know the hash yet.
   */
  scan(table: ObjectTable, signal?: AbortSignal, columns?: readonly number[]): AsyncIterable<Batch>;
  /**
   * Lists the objects that match `uris` (undefined: all of the table's) and keeps them as the table's metadata cache.
   * Of two calls at the same time for one table, the second is refused.
   */
  refreshMetadataCache(table: ObjectTable, uris: readonly string[] | undefined, signal?: AbortSignal): Promise<void>;
  /** Checks the URIs of a new table: one `*` at most, a bucket that exists. */
  validate(table: ObjectTableUris, signal?: AbortSignal): Promise<void>;
}
