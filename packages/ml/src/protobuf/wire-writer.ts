/**
 * Builds one protocol buffer message as a list of byte runs, which are joined once: nested messages and tensor
 * contents are never copied on the way.
 * https://protobuf.dev/programming-guides/encoding/
 */
export class WireWriter {
  readonly #runs: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  integer(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    this.#append(varint(value));
    return this;
  }

  float32(field: number, value: number): this {
    this.#tag(field, 5);
    this.#append(bytesOf(Float32Array.of(value)));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, 2);
    this.#append(varint(value.length));
    this.#append(value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  message(field: number, value: WireWriter): this {
    this.#tag(field, 2);
    this.#append(varint(value.#length));
    for (const run of value.#runs) this.#append(run);
    return this;
  }

  /** A packed repeated integer field. */
  integers(field: number, values: Iterable<number | bigint>): this {
    const packed = new WireWriter();
    for (const value of values) packed.#append(varint(value));
    return this.message(field, packed);
  }

  /** A packed repeated float field. */
  floats(field: number, values: Iterable<number>): this {
    return this.bytes(field, bytesOf(Float32Array.from(values)));
  }

  finish(): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#length);
    let position = 0;
    for (const run of this.#runs) {
      joined.set(run, position);
      position += run.length;
    }
    return joined;
  }

  #tag(field: number, wireType: number): void {
    this.#append(varint(field * 8 + wireType));
  }

  #append(run: Uint8Array): void {
    this.#runs.push(run);
    this.#length += run.length;
  }
}

const encoder = new TextEncoder();

/** The bytes of a typed array in the machine's order, which is little-endian wherever the runtime exists. */
export const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function varint(value: number | bigint): Uint8Array {
  if (typeof value === 'number' && value >= 0 && value < 128) return Uint8Array.of(value);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
