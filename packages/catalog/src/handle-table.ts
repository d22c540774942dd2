import type { LazyValue } from '@bqml-emulator/types';

/**
 * Lazy values of one query by BIGINT handle, freed with the query. Handles of stored segments are valid in every
 * query: they are resolved through the segment store behind it.
 */
export interface HandleTable {
  /** The handle of `value`; the same object gets the same handle. */
  put(value: LazyValue): bigint;
  /** Throws an `InvariantError` for a handle that it never gave. */
  get(handle: bigint): LazyValue;
}
