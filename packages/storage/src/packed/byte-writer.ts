/** Appends to a buffer that grows. Integers are little-endian. */
export class ByteWriter {
  #bytes: Buffer = Buffer.allocUnsafe(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view of what was written, valid until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    const position = this.#reserve(1);
    this.#bytes[position] = value;
  }

  int32(value: number): void {
    const position = this.#reserve(4);
    this.#bytes.writeInt32LE(value, position);
  }

  uint32(value: number): void {
    const position = this.#reserve(4);
    this.#bytes.writeUInt32LE(value, position);
  }

  setUint32(value: number, position: number): void {
    this.#bytes.writeUInt32LE(value, position);
  }

  int64(value: bigint): void {
    const position = this.#reserve(8);
    this.#bytes.writeBigInt64LE(value, position);
  }

  float64(value: number): void {
    const position = this.#reserve(8);
    this.#bytes.writeDoubleLE(value, position);
  }

  bytes(value: Uint8Array): void {
    const position = this.#reserve(value.length);
    this.#bytes.set(value, position);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.uint32(size);
    const position = this.#reserve(size);
    this.#bytes.write(value, position);
  }

  /** Zeros up to the next multiple of `alignment`. */
  pad(alignment: number): void {
    const size = (alignment - (this.#length % alignment)) % alignment;
    const position = this.#reserve(size);
    this.#bytes.fill(0, position, position + size);
  }

  /** Where the next `size` bytes go. The buffer may be another one afterwards. */
  #reserve(size: number): number {
    const position = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, position);
      this.#bytes = grown;
    }
    return position;
  }
}

/** Reads what a `ByteWriter` wrote. */
export class ByteReader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#advance(4));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64LE(this.#advance(8));
  }

  float64(): number {
    return this.#bytes.readDoubleLE(this.#advance(8));
  }

  /** A copy. */
  bytes(size: number): Uint8Array {
    const start = this.#advance(size);
    const copy = new Uint8Array(size);
    copy.set(this.#bytes.subarray(start, start + size));
    return copy;
  }

  text(): string {
    const size = this.uint32();
    const start = this.#advance(size);
    return this.#bytes.toString('utf8', start, start + size);
  }

  #advance(size: number): number {
    const position = this.#position;
    this.#position += size;
    if (this.#position > this.#bytes.length) throw new RangeError('a packed value is cut off');
    return position;
  }
}
