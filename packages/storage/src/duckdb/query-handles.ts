import { invariant } from '@bqml-emulator/common';
import type { HandleTable } from '@bqml-emulator/catalog';
import type { LazyValue } from '@bqml-emulator/types';
import { FIRST_STORED_HANDLE, isStoredValue } from '../segments/stored-value.ts';

/** Where handles of stored values lead. */
export interface StoredValues {
  valueOf(handle: bigint): LazyValue;
}

/** Handles of one query count up from 1; those of stored values come from the segment store. */
export class QueryHandles implements HandleTable {
  readonly #stored: StoredValues;
  #values: LazyValue[] = [];
  #handles = new Map<LazyValue, bigint>();

  constructor(stored: StoredValues) {
    this.#stored = stored;
  }

  put(value: LazyValue): bigint {
    if (isStoredValue(value)) return value.handle;
    const known = this.#handles.get(value);
    if (known !== undefined) return known;
    const handle = BigInt(this.#values.push(value));
    this.#handles.set(value, handle);
    return handle;
  }

  get(handle: bigint): LazyValue {
    if (handle >= FIRST_STORED_HANDLE) return this.#stored.valueOf(handle);
    const value = this.#values[Number(handle) - 1];
    invariant(value, `handle ${handle} was never given out`);
    return value;
  }

  clear(): void {
    this.#values = [];
    this.#handles = new Map();
  }
}
