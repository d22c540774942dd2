import { malformed } from '../convert/conversion-error.ts';

const NULL = 0;
const INT = 1;
const UINT = 2;
const FLOAT = 3;
const INDIRECT_INT = 6;
const INDIRECT_UINT = 7;
const INDIRECT_FLOAT = 8;
const MAP = 9;
const BOOL = 26;

/**
 * The numbers and booleans of a map written as a FlexBuffer, the form of a custom operator's options; other values are
 * left out. https://flatbuffers.dev/flatbuffers_internals/#flexbuffers
 */
export function readFlexMap(bytes: Uint8Array): ReadonlyMap<string, number> {
  const reader = new FlexReader(bytes);
  const width = reader.unsigned(bytes.length - 1, 1);
  const type = reader.unsigned(bytes.length - 2, 1);
  if (type >> 2 !== MAP) throw malformed('the options are no map');
  const root = bytes.length - 2 - width;
  return reader.map(root - reader.unsigned(root, width), 1 << (type & 3));
}

class FlexReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  unsigned(at: number, width: number): number {
    this.#check(at, width);
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at, true);
    if (width === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }

  /** A map: its keys and their width stand before its length, its values and their types behind. */
  map(at: number, width: number): ReadonlyMap<string, number> {
    const count = this.unsigned(at - width, width);
    const keyWidth = this.unsigned(at - 2 * width, width);
    const keys = at - 3 * width - this.unsigned(at - 3 * width, width);
    this.#check(at, count * (width + 1));
    const values = new Map<string, number>();
    for (let i = 0; i < count; i++) {
      const key = keys + i * keyWidth;
      const type = this.unsigned(at + count * width + i, 1);
      const value = this.#number(at + i * width, width, type);
      if (value !== undefined) values.set(this.#text(key - this.unsigned(key, keyWidth)), value);
    }
    return values;
  }

  #number(at: number, width: number, type: number): number | undefined {
    const inner = 1 << (type & 3);
    switch (type >> 2) {
      case NULL:
        return undefined;
      case INT:
        return this.#signed(at, width);
      case UINT:
      case BOOL:
        return this.unsigned(at, width);
      case FLOAT:
        return this.#float(at, width);
      case INDIRECT_INT:
        return this.#signed(at - this.unsigned(at, width), inner);
      case INDIRECT_UINT:
        return this.unsigned(at - this.unsigned(at, width), inner);
      case INDIRECT_FLOAT:
        return this.#float(at - this.unsigned(at, width), inner);
      default:
        return undefined;
    }
  }

  #signed(at: number, width: number): number {
    return Number(BigInt.asIntN(8 * width, BigInt(this.unsigned(at, width))));
  }

  #float(at: number, width: number): number {
    this.#check(at, width);
    if (width === 4) return this.#view.getFloat32(at, true);
    if (width === 8) return this.#view.getFloat64(at, true);
    throw malformed('a number has an unknown width');
  }

  #text(at: number): string {
    const end = at < 0 ? -1 : this.#bytes.indexOf(0, at);
    if (end < 0) throw malformed('a name does not end');
    return Buffer.from(this.#bytes.subarray(at, end)).toString('utf8');
  }

  #check(at: number, size: number): void {
    if (at < 0 || at + size > this.#bytes.length) throw malformed('an offset points outside the options');
  }
}
