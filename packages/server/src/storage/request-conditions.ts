import type { WriteConditions } from '@bqml-emulator/object-store';
import type { QueryString } from '../http/route.ts';
import { invalidRequest } from './storage-error.ts';

const MAX_INT64 = 2n ** 63n - 1n;

/** An int64 of the query string; undefined when it is absent. */
export function int64Parameter(query: QueryString, name: string): bigint | undefined {
  const text = query.text(name);
  if (text === undefined) return undefined;
  const value = /^-?\d{1,19}$/.test(text) ? BigInt(text) : -1n;
  if (value < 0n || value > MAX_INT64) throw invalidRequest(`Invalid value for parameter ${name}: '${text}'`);
  return value;
}

/** https://cloud.google.com/storage/docs/request-preconditions; `Source` is in the names for the object of a copy. */
export function requestConditions(query: QueryString, of: '' | 'Source' = ''): WriteConditions {
  return {
    ifGenerationMatch: int64Parameter(query, `if${of}GenerationMatch`),
    ifGenerationNotMatch: int64Parameter(query, `if${of}GenerationNotMatch`),
    ifMetagenerationMatch: int64Parameter(query, `if${of}MetagenerationMatch`),
    ifMetagenerationNotMatch: int64Parameter(query, `if${of}MetagenerationNotMatch`),
  };
}
