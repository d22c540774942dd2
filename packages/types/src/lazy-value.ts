import type { SqlType } from './type.ts';
import type { Value } from './value.ts';

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
  /** For a STRUCT: its field at `index`, still lazy, so that reading one field need not read the others. */
  field?(index: number): LazyValue;
}

export function isLazyValue(value: unknown): value is LazyValue {
  return typeof value === 'object' && value !== null && 'lazy' in value && value.lazy === true;
}
