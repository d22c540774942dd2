import { invalidQuery } from '@bqml-emulator/common';

/**
 * HyperLogLog++ sketches as BigQuery stores them: a protocol buffer of `AggregatorStateProto` with the extension
 * `HyperLogLogPlusUniqueStateProto`. https://github.com/google/zetasketch
 */

const AGGREGATION_TYPE = 112n;
const ENCODING_VERSION = 2n;
const RHO_BITS = 6;
const RHO_MASK = 63;
/** The sparse form gives way to registers at this share of their size. */
const MAX_SPARSE_SHARE = 0.75;

/** `ops_type` numbers of zetasketch. */
export const INTEGER_VALUES = 8n;
export const BYTE_VALUES = 11n;

export class HllSketch {
  readonly #valueType: bigint;
  #precision: number;
  #sparsePrecision: number;
  #count = 0n;
  /** Encoded sparse values by sparse index; undefined once there are registers. */
  #sparse: Map<number, number> | undefined = new Map();
  #registers: Uint8Array | undefined;

  constructor(precision: number, sparsePrecision: number, valueType: bigint) {
    this.#precision = precision;
    this.#sparsePrecision = sparsePrecision;
    this.#valueType = valueType;
  }

  addHash(hash: bigint): void {
    this.#count += 1n;
    const index = Number(hash >> BigInt(64 - this.#sparsePrecision));
    const bits = 64 - this.#sparsePrecision;
    this.#addIndex(index, rhoOf(hash & ((1n << BigInt(bits)) - 1n), bits));
  }

  /** The result has the smaller precisions of both. */
  merge(other: HllSketch): void {
    this.#count += other.#count;
    this.#downgrade(
      Math.min(this.#precision, other.#precision),
      Math.min(this.#sparsePrecision, other.#sparsePrecision),
    );
    if (other.#sparse) {
      for (const [index, value] of other.#sparse) {
        const shift = other.#sparsePrecision - this.#sparsePrecision;
        this.#addIndex(index >> shift, downgradedRho(index, other.#rhoOfValue(value), shift));
      }
      return;
    }
    const registers = other.#registers ?? new Uint8Array(0);
    this.#normalize();
    const shift = other.#precision - this.#precision;
    for (const [index, rho] of registers.entries()) {
      if (rho > 0) this.#setRegister(index >> shift, downgradedRho(index, rho, shift));
    }
  }

  /** Distinct values: linear counting while sparse, then Ertl's estimator, which needs no bias tables. */
  estimate(): bigint {
    if (this.#sparse) {
      const buckets = 2 ** this.#sparsePrecision;
      return BigInt(Math.round(buckets * Math.log(buckets / (buckets - this.#sparse.size))));
    }
    return BigInt(Math.round(estimateRegisters(this.#registers ?? new Uint8Array(0), 64 - this.#precision)));
  }

  serialize(): Uint8Array {
    const state: number[] = [];
    if (this.#sparse && this.#sparse.size > 0) putVarint(state, 2, BigInt(this.#sparse.size));
    putVarint(state, 3, BigInt(this.#precision));
    putVarint(state, 4, BigInt(this.#sparsePrecision));
    if (this.#sparse) putBytes(state, 6, differences([...this.#sparse.values()].sort((a, b) => a - b)));
    else putBytes(state, 5, this.#registers ?? new Uint8Array(0));
    const out: number[] = [];
    putVarint(out, 1, AGGREGATION_TYPE);
    putVarint(out, 2, this.#count);
    putVarint(out, 3, ENCODING_VERSION);
    putVarint(out, 4, this.#valueType);
    putBytes(out, Number(AGGREGATION_TYPE), state);
    return Uint8Array.from(out);
  }

  static parse(bytes: Uint8Array, functionName: string): HllSketch {
    const invalid = () => invalidQuery(`Invalid or incompatible sketch in ${functionName}`);
    const fields = readFields(bytes);
    const state = fields?.bytes.get(Number(AGGREGATION_TYPE));
    const inner = state && readFields(state);
    if (!fields || !inner || fields.numbers.get(1) !== AGGREGATION_TYPE) throw invalid();
    const precision = Number(inner.numbers.get(3) ?? 0n);
    const sparsePrecision = Number(inner.numbers.get(4) ?? 0n);
    if (precision < 10 || precision > 24 || sparsePrecision > 30) throw invalid();
    const sketch = new HllSketch(
      precision,
      Math.max(sparsePrecision, precision),
      fields.numbers.get(4) ?? INTEGER_VALUES,
    );
    sketch.#count = fields.numbers.get(2) ?? 0n;
    const registers = inner.bytes.get(5);
    if (registers && registers.length > 0) {
      if (registers.length !== 2 ** precision) throw invalid();
      sketch.#sparse = undefined;
      sketch.#registers = registers.slice();
      return sketch;
    }
    const values = readVarints(inner.bytes.get(6) ?? new Uint8Array(0));
    if (!values) throw invalid();
    let value = 0;
    for (const difference of values) {
      value += Number(difference);
      sketch.#sparse?.set(sketch.#indexOfValue(value), value);
    }
    return sketch;
  }

  get #flag(): number {
    return 2 ** Math.max(this.#sparsePrecision, this.#precision + RHO_BITS);
  }

  #addIndex(index: number, rho: number): void {
    if (!this.#sparse) {
      const shift = this.#sparsePrecision - this.#precision;
      this.#setRegister(index >> shift, downgradedRho(index, rho, shift));
      return;
    }
    const shift = this.#sparsePrecision - this.#precision;
    const known = this.#sparse.get(index);
    // The index tells the register's rho unless all of its lower bits are zero.
    const value = (index & (2 ** shift - 1)) === 0 ? this.#flag + (index >> shift) * (RHO_MASK + 1) + rho : index;
    if (known === undefined || value > known) this.#sparse.set(index, value);
    if (this.#sparse.size > 2 ** this.#precision * MAX_SPARSE_SHARE * 0.25) this.#limitSparse();
  }

  /** Measured as it is stored. */
  #limitSparse(): void {
    const limit = 2 ** this.#precision * MAX_SPARSE_SHARE;
    const size = this.#sparse?.size ?? 0;
    // Every value takes at least a byte; the exact size is looked at now and then.
    if (size < limit && size % 256 !== 0) return;
    const values = [...(this.#sparse?.values() ?? [])].sort((a, b) => a - b);
    if (differences(values).length >= limit) this.#normalize();
  }

  #normalize(): void {
    if (!this.#sparse) return;
    const shift = this.#sparsePrecision - this.#precision;
    const sparse = this.#sparse;
    this.#sparse = undefined;
    this.#registers = new Uint8Array(2 ** this.#precision);
    for (const [index, value] of sparse) {
      this.#setRegister(index >> shift, downgradedRho(index, this.#rhoOfValue(value), shift));
    }
  }

  #setRegister(index: number, rho: number): void {
    const registers = this.#registers;
    if (registers && rho > (registers[index] ?? 0)) registers[index] = rho;
  }

  #indexOfValue(value: number): number {
    if (value < this.#flag) return value;
    return Math.floor((value - this.#flag) / (RHO_MASK + 1)) << (this.#sparsePrecision - this.#precision);
  }

  /** 0 where the value does not hold one. */
  #rhoOfValue(value: number): number {
    return value < this.#flag ? 0 : value & RHO_MASK;
  }

  #downgrade(precision: number, sparsePrecision: number): void {
    if (precision === this.#precision && sparsePrecision === this.#sparsePrecision) return;
    const lower = new HllSketch(precision, sparsePrecision, this.#valueType);
    if (this.#sparse) {
      const shift = this.#sparsePrecision - sparsePrecision;
      for (const [index, value] of this.#sparse) {
        lower.#addIndex(index >> shift, downgradedRho(index, this.#rhoOfValue(value), shift));
      }
    } else {
      lower.#normalize();
      const shift = this.#precision - precision;
      for (const [index, rho] of (this.#registers ?? new Uint8Array(0)).entries()) {
        if (rho > 0) lower.#setRegister(index >> shift, downgradedRho(index, rho, shift));
      }
    }
    this.#precision = precision;
    this.#sparsePrecision = sparsePrecision;
    this.#sparse = lower.#sparse;
    this.#registers = lower.#registers;
  }
}

/** Leading zeros among the lowest `bits` bits, plus one. */
function rhoOf(value: bigint, bits: number): number {
  return value === 0n ? bits + 1 : bits - value.toString(2).length + 1;
}

/** The rho of a value whose index loses its `shift` lowest bits to it. */
function downgradedRho(index: number, rho: number, shift: number): number {
  if (shift === 0) return rho;
  const lost = index & (2 ** shift - 1);
  return lost === 0 ? rho + shift : rhoOf(BigInt(lost), shift);
}

/** https://arxiv.org/abs/1702.01284, algorithm 6. `q` is the largest number of leading zeros that a register can hold. */
function estimateRegisters(registers: Uint8Array, q: number): number {
  const m = registers.length;
  const counts = Array<number>(q + 2).fill(0);
  for (const rho of registers) counts[rho] = (counts[rho] ?? 0) + 1;
  let z = m * tau(1 - (counts[q + 1] ?? 0) / m);
  for (let k = q; k >= 1; k--) z = 0.5 * (z + (counts[k] ?? 0));
  z += m * sigma((counts[0] ?? 0) / m);
  return (m * m) / (2 * Math.LN2 * z);
}

function sigma(start: number): number {
  if (start === 1) return Infinity;
  let x = start;
  let y = 1;
  let z = x;
  for (let previous = NaN; z !== previous;) {
    x *= x;
    previous = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let y = 1;
  let z = 1 - x;
  for (let previous = NaN; z !== previous;) {
    x = Math.sqrt(x);
    previous = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

function appendVarint(out: number[], value: bigint): void {
  let rest = value;
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
}

function putVarint(out: number[], fieldNumber: number, value: bigint): void {
  appendVarint(out, BigInt(fieldNumber << 3));
  appendVarint(out, value);
}

function putBytes(out: number[], fieldNumber: number, bytes: ArrayLike<number>): void {
  appendVarint(out, BigInt((fieldNumber << 3) | 2));
  appendVarint(out, BigInt(bytes.length));
  for (let i = 0; i < bytes.length; i++) out.push(bytes[i] ?? 0);
}

function differences(sorted: readonly number[]): number[] {
  const out: number[] = [];
  let previous = 0;
  for (const value of sorted) {
    appendVarint(out, BigInt(value - previous));
    previous = value;
  }
  return out;
}

function readVarints(bytes: Uint8Array): bigint[] | undefined {
  const out: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte < 128) {
      out.push(value);
      value = 0n;
      shift = 0n;
    }
  }
  return shift === 0n ? out : undefined;
}

/** Varint and length-delimited fields of a message; `undefined` if it is none. */
function readFields(
  bytes: Uint8Array,
): { readonly numbers: Map<number, bigint>; readonly bytes: Map<number, Uint8Array> } | undefined {
  const numbers = new Map<number, bigint>();
  const blobs = new Map<number, Uint8Array>();
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; at < bytes.length; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = varint();
    const value = varint();
    if (tag === undefined || value === undefined) return undefined;
    const fieldNumber = Number(tag >> 3n);
    if ((tag & 7n) === 0n) numbers.set(fieldNumber, value);
    else if ((tag & 7n) === 2n && at + Number(value) <= bytes.length) {
      blobs.set(fieldNumber, bytes.subarray(at, at + Number(value)));
      at += Number(value);
    } else return undefined;
  }
  return { numbers, bytes: blobs };
}
