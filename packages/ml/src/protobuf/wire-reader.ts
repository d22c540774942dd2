/** The bytes are no protocol buffer message of the expected kind. */
export class WireFormatError extends Error {
  override readonly name = 'WireFormatError';
}

export type WireType = 0 | 1 | 2 | 5;

/** Messages nested deeper than this are refused, as protobuf's own parsers do. */
export const MAX_WIRE_DEPTH = 100;

/** No field of the formats that are read here has a number near this. */
const MAX_FIELD_NUMBER = 2 ** 29 - 1;

/**
 * Walks the fields of one protocol buffer message without copying. Every read is bounds-checked; broken bytes give
 * a WireFormatError. Groups, which no supported format uses, are refused.
 * https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  /** Field number and wire type of the current field. */
  field = 0;
  wireType: WireType = 0;
  readonly depth: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;
  #valuePending = false;

  constructor(bytes: Uint8Array, depth = 0) {
    if (depth > MAX_WIRE_DEPTH) throw new WireFormatError(`messages are nested deeper than ${MAX_WIRE_DEPTH}`);
    this.depth = depth;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Steps to the next field; a value that was not read is skipped. False at the end. */
  next(): boolean {
    if (this.#valuePending) this.#skip();
    if (this.#position >= this.#bytes.length) return false;
    const tag = this.unsignedInteger();
    const number = Math.floor(tag / 8);
    const type = tag % 8;
    if (number === 0 || number > MAX_FIELD_NUMBER) throw new WireFormatError(`field number ${number} is out of range`);
    if (type !== 0 && type !== 1 && type !== 2 && type !== 5) throw new WireFormatError(`wire type ${type} is unknown`);
    this.field = number;
    this.wireType = type;
    this.#valuePending = true;
    return true;
  }

  /** A varint as an exact unsigned integer of 64 bits. */
  uint64(): bigint {
    this.#expect(0);
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireFormatError('a varint is longer than ten bytes');
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  /** A varint as a number; values beyond 2^53 in magnitude lose precision. */
  integer(): number {
    return Number(this.int64());
  }

  bool(): boolean {
    return this.uint64() !== 0n;
  }

  float32(): number {
    this.#expect(5);
    const value = this.#view.getFloat32(this.#advance(4), true);
    return value;
  }

  float64(): number {
    this.#expect(1);
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** A view of the field's bytes. */
  bytes(): Uint8Array {
    this.#expect(2);
    const length = this.unsignedInteger();
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** UTF-8; invalid sequences become U+FFFD. */
  string(): string {
    return decoder.decode(this.bytes());
  }

  message(): WireReader {
    return new WireReader(this.bytes(), this.depth + 1);
  }

  /** One element, or a packed run of them, of a repeated integer field. */
  *integers(): Generator<bigint> {
    if (this.wireType !== 2) {
      yield this.int64();
      return;
    }
    const packed = new WireReader(this.bytes(), this.depth);
    while (packed.#position < packed.#bytes.length) {
      packed.wireType = 0;
      packed.#valuePending = true;
      yield packed.int64();
    }
  }

  /** A varint below 2^53, for tags and lengths; not bound to the current field. */
  private unsignedInteger(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 128;
    }
    throw new WireFormatError('a length or tag is out of range');
  }

  #byte(): number {
    const byte = this.#bytes[this.#position];
    if (byte === undefined) throw new WireFormatError('the message is truncated');
    this.#position++;
    return byte;
  }

  #advance(count: number): number {
    const start = this.#position;
    if (count > this.#bytes.length - start) throw new WireFormatError('the message is truncated');
    this.#position = start + count;
    return start;
  }

  #expect(type: WireType): void {
    if (!this.#valuePending) throw new WireFormatError('a field was read twice');
    if (this.wireType !== type) {
      throw new WireFormatError(`field ${this.field} has wire type ${this.wireType} where ${type} is expected`);
    }
    this.#valuePending = false;
  }

  #skip(): void {
    switch (this.wireType) {
      case 0:
        this.uint64();
        break;
      case 1:
        this.#valuePending = false;
        this.#advance(8);
        break;
      case 2:
        this.bytes();
        break;
      case 5:
        this.#valuePending = false;
        this.#advance(4);
        break;
    }
  }
}

const decoder = new TextDecoder();
