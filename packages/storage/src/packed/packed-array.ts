import { invariant } from '@bqml-emulator/common';
import type { PackedNumbers, ScalarKind, SqlType, Value } from '@bqml-emulator/types';
import type { ByteReader, ByteWriter } from './byte-writer.ts';

/**
 * How the elements of an array lie: one after the other with their type, or as plain numbers of one width. The bytes
 * of `unitBytes` stand for `byte / 255`.
 */
const LAYOUT = { values: 0, float64: 1, float32: 2, int64: 3, int32: 4, uint8: 5, unitBytes: 6 } as const;

/** Writes an INT64 or FLOAT64 array as numbers of the least width that holds every element exactly. */
export function writeNumbers(writer: ByteWriter, kind: ScalarKind, items: readonly Value[]): boolean {
  const numbers = kind === 'FLOAT64' ? floats(items) : kind === 'INT64' ? integers(items) : undefined;
  if (numbers === undefined) {
    writer.byte(LAYOUT.values);
    return false;
  }
  writeElements(writer, layoutOf(numbers), numbers);
  return true;
}

/** Writes an array of `element`, as `writeNumbers` after the number of its elements. */
export function writePackedNumbers(writer: ByteWriter, element: SqlType, numbers: PackedNumbers): void {
  writer.uint32(numbers.length);
  const unit = numbers instanceof Uint8Array && element.kind === 'FLOAT64';
  writeElements(writer, unit ? LAYOUT.unitBytes : layoutOf(numbers), numbers);
}

function writeElements(writer: ByteWriter, layout: number, numbers: PackedNumbers): void {
  writer.byte(layout);
  writer.bytes(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}

/** The elements; undefined when they follow as values. */
export function readNumbers(reader: ByteReader, count: number): Value[] | undefined {
  const layout = reader.byte();
  const numbers = readElements(reader, layout, count);
  if (numbers === undefined) return undefined;
  if (layout === LAYOUT.unitBytes) return unitValues(numbers as Uint8Array);
  return numbers instanceof Int32Array || numbers instanceof Uint8Array
    ? integerValues(numbers)
    : numberValues(numbers);
}

/** Reads a whole ARRAY value; undefined when it is NULL or no plain numbers, and has to be read as a value. */
export function readPackedNumbers(reader: ByteReader): PackedNumbers | undefined {
  if (reader.byte() === 0) return undefined;
  const count = reader.uint32();
  return readElements(reader, reader.byte(), count);
}

/** Bytes of an ARRAY value that is not NULL before its elements: that it is there, their number, their layout. */
export const ARRAY_PREFIX_BYTES = 6;

const ELEMENT_BYTES: ReadonlyMap<number, number> = new Map([
  [LAYOUT.float64, 8],
  [LAYOUT.float32, 4],
  [LAYOUT.int64, 8],
  [LAYOUT.int32, 4],
  [LAYOUT.uint8, 1],
  [LAYOUT.unitBytes, 1],
]);

/** How many plain numbers follow the prefix of an ARRAY value of `byteLength` bytes; undefined: it is something else. */
export function packedLength(prefix: ByteReader, byteLength: number): number | undefined {
  if (prefix.byte() === 0) return undefined;
  const count = prefix.uint32();
  const width = ELEMENT_BYTES.get(prefix.byte());
  return width !== undefined && ARRAY_PREFIX_BYTES + count * width === byteLength ? count : undefined;
}

function readElements(reader: ByteReader, layout: number, count: number): PackedNumbers | undefined {
  switch (layout) {
    case LAYOUT.float64:
      return new Float64Array(reader.bytes(count * 8).buffer);
    case LAYOUT.float32:
      return new Float32Array(reader.bytes(count * 4).buffer);
    case LAYOUT.int64:
      return new BigInt64Array(reader.bytes(count * 8).buffer);
    case LAYOUT.int32:
      return new Int32Array(reader.bytes(count * 4).buffer);
    case LAYOUT.uint8:
    case LAYOUT.unitBytes:
      return reader.bytes(count);
    default:
      return undefined;
  }
}

/** Array.from takes twice as long, and an image has 150,000 numbers. */
function numberValues(numbers: Float64Array | Float32Array | BigInt64Array): Value[] {
  const values: Value[] = [];
  values.length = numbers.length;
  for (let i = 0; i < numbers.length; i++) values[i] = numbers[i]!;
  return values;
}

const UNIT_VALUES: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte / 255);

function unitValues(bytes: Uint8Array): Value[] {
  const values: Value[] = [];
  values.length = bytes.length;
  for (let i = 0; i < bytes.length; i++) values[i] = UNIT_VALUES[bytes[i]!]!;
  return values;
}

const SMALL_INTEGERS: readonly bigint[] = Array.from({ length: 256 }, (_, index) => BigInt(index));

function integerValues(numbers: Int32Array | Uint8Array): Value[] {
  const values: Value[] = [];
  values.length = numbers.length;
  for (let i = 0; i < numbers.length; i++) values[i] = SMALL_INTEGERS[numbers[i]!] ?? BigInt(numbers[i]!);
  return values;
}

function layoutOf(numbers: PackedNumbers): number {
  if (numbers instanceof Float64Array) return LAYOUT.float64;
  if (numbers instanceof Float32Array) return LAYOUT.float32;
  if (numbers instanceof BigInt64Array) return LAYOUT.int64;
  return numbers instanceof Int32Array ? LAYOUT.int32 : LAYOUT.uint8;
}

function floats(items: readonly Value[]): PackedNumbers | undefined {
  let single = true;
  const doubles = new Float64Array(items.length);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item === null) return undefined;
    invariant(typeof item === 'number', 'FLOAT64 elements are numbers');
    doubles[i] = item;
    single &&= Math.fround(item) === item || Number.isNaN(item);
  }
  return single ? new Float32Array(doubles) : doubles;
}

function integers(items: readonly Value[]): PackedNumbers | undefined {
  const wide = new BigInt64Array(items.length);
  let least = 0n;
  let most = 0n;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item === null) return undefined;
    invariant(typeof item === 'bigint', 'INT64 elements are bigint');
    wide[i] = item;
    if (item < least) least = item;
    else if (item > most) most = item;
  }
  if (least === 0n && most < 256n) return narrow(wide, new Uint8Array(wide.length));
  const fits = least >= -(2n ** 31n) && most < 2n ** 31n;
  return fits ? narrow(wide, new Int32Array(wide.length)) : wide;
}

function narrow<T extends Int32Array | Uint8Array>(wide: BigInt64Array, narrowed: T): T {
  for (let i = 0; i < wide.length; i++) narrowed[i] = Number(wide[i]);
  return narrowed;
}
