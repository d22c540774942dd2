import type { SqlType } from './type.ts';
import type { Value } from './value.ts';

/**
 * The elements of an ARRAY<FLOAT64> or ARRAY<INT64> without NULL, exactly and without an object for each.
 * Of a FLOAT64 array the bytes stand for `byte / 255`, as ML.DECODE_IMAGE gives them.
 */
export type PackedNumbers = Float64Array | Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** The fields of a STRUCT. */
export type PackedStruct = readonly (PackedNumbers | Value)[];

/**
 * A value that is large and not read yet: the bytes of an object, a decoded image, a stored tensor.
 * It travels through the relational engine as a BIGINT handle (see `HandleTable`).
 */
export interface LazyValue {
  readonly lazy: true;
  readonly type: SqlType;
  /** Size when read, in bytes of the SQL value; undefined when that is not known without reading. */
  readonly byteSize: number | undefined;
  /**
   * Reads the whole value; NULL if it turns out to be NULL. May be called again.
   * Errors are `ServiceError`s of the query that reads.
   */
  read(signal?: AbortSignal): Promise<Value>;
  /** For a STRUCT: as `read`, with the arrays of numbers among its fields packed where they are at hand like that. */
  readPacked?(signal?: AbortSignal): Promise<PackedStruct | null>;
  /** For an ARRAY, where it costs less than `read`: how many elements it has; null if it is NULL. */
  length?(signal?: AbortSignal): Promise<number | null>;
  /** For a STRUCT: its field at `index`, still lazy, so that reading one field need not read the others. */
  field?(index: number): LazyValue;
}

export const isPackedNumbers = (value: unknown): value is PackedNumbers =>
  value instanceof Float64Array ||
  value instanceof Float32Array ||
  value instanceof BigInt64Array ||
  value instanceof Int32Array ||
  value instanceof Uint8Array;

export function isLazyValue(value: unknown): value is LazyValue {
  return typeof value === 'object' && value !== null && 'lazy' in value && value.lazy === true;
}
