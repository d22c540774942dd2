import type { LazyValue } from '@bqml-emulator/types';

/** Handles from here on are those of stored values; smaller ones belong to a query. */
export const FIRST_STORED_HANDLE = 1n << 62n;

/** Records start at multiples of 8, so that 32 bits reach 32 GiB; 30 bits are left for the segment. */
const OFFSET_BITS = 32n;
export const MAX_SEGMENT_ID = 2 ** 30 - 1;

/** A value in a segment file; its handle is valid in every query. */
export interface StoredValue extends LazyValue {
  readonly handle: bigint;
}

export const isStoredValue = (value: LazyValue): value is StoredValue =>
  'handle' in value && typeof value.handle === 'bigint' && value.handle >= FIRST_STORED_HANDLE;

export const storedHandle = (segment: number, offset: number): bigint =>
  FIRST_STORED_HANDLE | (BigInt(segment) << OFFSET_BITS) | BigInt(offset / 8);

export const segmentOf = (handle: bigint): number => Number((handle - FIRST_STORED_HANDLE) >> OFFSET_BITS);

/** Byte offset of the record in its segment. */
export const offsetOf = (handle: bigint): number => Number(BigInt.asUintN(32, handle)) * 8;
