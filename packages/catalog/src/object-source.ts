import type { Batch } from '@bqml-emulator/types';
import type { ObjectTable } from './resource.ts';

/** Lists the objects behind object tables. Implemented by `storage` over `object-store`. */
export interface ObjectTableSource {
  /**
   * Columns in the order of the table's schema (uri, generation, content_type, size, md5_hash, updated, metadata,
   * ref) and then `data` as lazy BYTES. Objects in byte order of the URI; no object's bytes are read.
   */
  scan(table: ObjectTable, signal?: AbortSignal): AsyncIterable<Batch>;
  /** Checks the URIs of a new table: one `*` at most, a bucket that exists. */
  validate(uris: readonly string[], signal?: AbortSignal): Promise<void>;
}
