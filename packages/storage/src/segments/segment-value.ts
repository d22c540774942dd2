import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { InvariantError, invariant } from '@bqml-emulator/common';
import type { LazyValue, PackedNumbers, PackedStruct, SqlType, Value } from '@bqml-emulator/types';
import { ByteReader } from '../packed/byte-writer.ts';
import { ARRAY_PREFIX_BYTES, packedLength } from '../packed/packed-array.ts';
import { decodePackedPart, decodePart, decodeRecordHeader, partTypes, recordHeaderBytes } from './segment-format.ts';
import type { PartPlace } from './segment-format.ts';
import { offsetOf } from './stored-value.ts';
import type { StoredValue } from './stored-value.ts';

/** A record of a segment file. Not NULL: NULL has no record. */
export class SegmentValue implements StoredValue {
  readonly lazy = true;
  readonly byteSize = undefined;
  readonly type: SqlType;
  readonly handle: bigint;
  readonly #path: string;

  constructor(path: string, type: SqlType, handle: bigint) {
    this.#path = path;
    this.type = type;
    this.handle = handle;
  }

  async read(signal?: AbortSignal): Promise<Value> {
    const parts = await this.#readParts(this.#allParts(), decodePart, signal);
    return this.type.kind === 'STRUCT' ? parts : (parts[0] ?? null);
  }

  readPacked(signal?: AbortSignal): Promise<PackedStruct> {
    invariant(this.type.kind === 'STRUCT', 'only a STRUCT is read packed');
    return this.#readParts(this.#allParts(), decodePackedPart, signal);
  }

  #allParts(): readonly number[] {
    return partTypes(this.type).map((_, index) => index);
  }

  field(index: number): LazyValue {
    const type = partTypes(this.type)[index];
    invariant(this.type.kind === 'STRUCT' && type, 'only a STRUCT has fields');
    return {
      lazy: true,
      type,
      byteSize: undefined,
      read: (signal) => this.#readField(index, signal),
      ...(type.kind === 'ARRAY' && { length: (signal?: AbortSignal) => this.#lengthOf(index, signal) }),
    };
  }

  async #readField(index: number, signal: AbortSignal | undefined): Promise<Value> {
    return (await this.#readParts([index], decodePart, signal))[0] ?? null;
  }

  /** From the first bytes of the part; the whole of it tells only when its elements are no plain numbers. */
  async #lengthOf(index: number, signal: AbortSignal | undefined): Promise<number | null> {
    const count = await this.#openRecord(async (file, offset, places) => {
      const place = places[index];
      invariant(place, 'a record has all its parts');
      if (place.length < ARRAY_PREFIX_BYTES) return undefined;
      const prefix = await readAt(file, offset + place.offset, ARRAY_PREFIX_BYTES);
      return prefix.length < ARRAY_PREFIX_BYTES ? undefined : packedLength(new ByteReader(prefix), place.length);
    }, signal);
    if (count !== undefined) return count;
    const value = await this.#readField(index, signal);
    return Array.isArray(value) ? value.length : null;
  }

  async #readParts<T extends PackedNumbers | Value>(
    indices: readonly number[],
    decode: (bytes: Buffer, place: PartPlace, type: SqlType) => T | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T[]> {
    return this.#openRecord(async (file, offset, places) => {
      const values: T[] = [];
      for (const index of indices) {
        signal?.throwIfAborted();
        values.push(await this.#readPart(file, offset, places[index], partTypes(this.type)[index], decode));
      }
      return values;
    }, signal);
  }

  async #openRecord<T>(
    use: (file: FileHandle, offset: number, places: readonly PartPlace[]) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    signal?.throwIfAborted();
    const file = await open(this.#path, 'r');
    try {
      const offset = offsetOf(this.handle);
      const header = await readAt(file, offset, recordHeaderBytes(this.type));
      const places = decodeRecordHeader(header, this.type);
      if (places === undefined) throw this.#damaged();
      return await use(file, offset, places);
    } finally {
      await file.close();
    }
  }

  async #readPart<T>(
    file: FileHandle,
    offset: number,
    place: PartPlace | undefined,
    type: SqlType | undefined,
    decode: (bytes: Buffer, place: PartPlace, type: SqlType) => T | undefined,
  ): Promise<T> {
    invariant(place && type, 'a record has all its parts');
    const value = decode(await readAt(file, offset + place.offset, place.length), place, type);
    if (value === undefined) throw this.#damaged();
    return value;
  }

  #damaged(): Error {
    return new InvariantError(`record ${offsetOf(this.handle)} of the segment ${this.#path} is damaged`);
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
