import { malformed } from '../convert/conversion-error.ts';

/** A vector longer than this is a broken one. */
const MAX_VECTOR = 1 << 24;

const decoder = new TextDecoder();

/**
 * A table of a FlatBuffers file. Fields are read by slot, in the order of the schema; an absent one gives the default.
 * Every read is bounds-checked.
 * https://flatbuffers.dev/internals/
 */
export class FlatTable {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #position: number;
  readonly #fields: number;
  readonly #fieldsLength: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = position;
    this.#check(position, 4);
    this.#fields = position - this.#view.getInt32(position, true);
    this.#check(this.#fields, 4);
    this.#fieldsLength = this.#view.getUint16(this.#fields, true);
    this.#check(this.#fields, this.#fieldsLength);
  }

  static root(bytes: Uint8Array): FlatTable {
    if (bytes.length < 8) throw malformed('the file is too short');
    return new FlatTable(bytes, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
  }

  int8(slot: number, absent = 0): number {
    const at = this.#field(slot, 1);
    return at === undefined ? absent : this.#view.getInt8(at);
  }

  flag(slot: number): boolean {
    return this.int8(slot) !== 0;
  }

  int32(slot: number, absent = 0): number {
    const at = this.#field(slot, 4);
    return at === undefined ? absent : this.#view.getInt32(at, true);
  }

  uint32(slot: number): number {
    const at = this.#field(slot, 4);
    return at === undefined ? 0 : this.#view.getUint32(at, true);
  }

  uint64(slot: number): number {
    const at = this.#field(slot, 8);
    return at === undefined ? 0 : Number(this.#view.getBigUint64(at, true));
  }

  float32(slot: number, absent = 0): number {
    const at = this.#field(slot, 4);
    return at === undefined ? absent : this.#view.getFloat32(at, true);
  }

  /** Undefined when absent. */
  table(slot: number): FlatTable | undefined {
    const at = this.#reference(slot);
    return at === undefined ? undefined : new FlatTable(this.#bytes, at);
  }

  /** Empty when absent, as are the vectors below. */
  text(slot: number): string {
    return decoder.decode(this.bytes(slot));
  }

  bytes(slot: number): Uint8Array {
    const { start, count } = this.#vector(slot, 1);
    return this.#bytes.subarray(start, start + count);
  }

  tables(slot: number): FlatTable[] {
    const { start, count } = this.#vector(slot, 4);
    return Array.from({ length: count }, (_, i) => {
      const at = start + 4 * i;
      return new FlatTable(this.#bytes, at + this.#view.getUint32(at, true));
    });
  }

  int32s(slot: number): number[] {
    const { start, count } = this.#vector(slot, 4);
    return Array.from({ length: count }, (_, i) => this.#view.getInt32(start + 4 * i, true));
  }

  float32s(slot: number): number[] {
    const { start, count } = this.#vector(slot, 4);
    return Array.from({ length: count }, (_, i) => this.#view.getFloat32(start + 4 * i, true));
  }

  int64s(slot: number): number[] {
    const { start, count } = this.#vector(slot, 8);
    return Array.from({ length: count }, (_, i) => Number(this.#view.getBigInt64(start + 8 * i, true)));
  }

  #field(slot: number, size: number): number | undefined {
    const entry = 4 + 2 * slot;
    if (entry + 2 > this.#fieldsLength) return undefined;
    const offset = this.#view.getUint16(this.#fields + entry, true);
    if (offset === 0) return undefined;
    this.#check(this.#position + offset, size);
    return this.#position + offset;
  }

  #reference(slot: number): number | undefined {
    const at = this.#field(slot, 4);
    return at === undefined ? undefined : at + this.#view.getUint32(at, true);
  }

  #vector(slot: number, width: number): { start: number; count: number } {
    const at = this.#reference(slot);
    if (at === undefined) return { start: 0, count: 0 };
    this.#check(at, 4);
    const count = this.#view.getUint32(at, true);
    if (width > 1 && count > MAX_VECTOR) throw malformed('a vector is too long');
    this.#check(at + 4, count * width);
    return { start: at + 4, count };
  }

  #check(at: number, size: number): void {
    if (at < 0 || at + size > this.#bytes.length) throw malformed('an offset points outside the file');
  }
}
