import { FLOAT64, INT64, arrayOf, field, structOf } from '@bqml-emulator/types';
import type { PackedNumbers, PackedStruct, SqlType, Value } from '@bqml-emulator/types';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../src/packed/byte-writer.ts';
import { ARRAY_PREFIX_BYTES, packedLength } from '../src/packed/packed-array.ts';
import {
  decodePackedPart,
  decodePart,
  decodeRecordHeader,
  encodeRecord,
  partTypes,
  recordHeaderBytes,
} from '../src/segments/segment-format.ts';

const lengthInPrefix = (bytes: Buffer, place: { length: number }) =>
  packedLength(new ByteReader(bytes.subarray(0, ARRAY_PREFIX_BYTES)), place.length);

const imageOf = (element: SqlType) =>
  structOf([field('dimensions', arrayOf(INT64)), field('values', arrayOf(element))]);

function read<T>(
  value: Value | PackedStruct,
  type: SqlType,
  decode: (bytes: Buffer, place: { offset: number; length: number; crc: number }, type: SqlType) => T,
): readonly T[] {
  const record = Buffer.from(encodeRecord(new ByteWriter(), type, value));
  const places = decodeRecordHeader(record.subarray(0, recordHeaderBytes(type)), type) ?? [];
  return places.map((place, i) =>
    decode(record.subarray(place.offset, place.offset + place.length), place, partTypes(type)[i] ?? INT64),
  );
}

test.each<[string, PackedNumbers, SqlType, readonly Value[]]>([
  ['bytes of fractions', Uint8Array.of(0, 1, 128, 255), FLOAT64, [0, 1 / 255, 128 / 255, 1]],
  ['bytes of integers', Uint8Array.of(0, 1, 255), INT64, [0n, 1n, 255n]],
  ['float32', Float32Array.of(0.5, -1), FLOAT64, [0.5, -1]],
  ['float64', Float64Array.of(0.1, -1), FLOAT64, [0.1, -1]],
  ['int32', Int32Array.of(-7, 300), INT64, [-7n, 300n]],
  ['int64', BigInt64Array.of(1n << 40n), INT64, [1n << 40n]],
])('%s are the values that they stand for, and the same numbers again', (_, numbers, element, values) => {
  const type = imageOf(element);
  const packed: PackedStruct = [[1n, 2n, 3n], numbers];
  expect(read(packed, type, decodePart)).toEqual([[1n, 2n, 3n], values]);
  expect(read(packed, type, decodePackedPart)[1]).toEqual(numbers);
  expect(read(packed, type, lengthInPrefix)[1]).toBe(numbers.length);
});

test('the number of elements is not taken from a prefix that the part contradicts', () => {
  const type = imageOf(FLOAT64);
  const packed: PackedStruct = [[1n, 1n, 2n], Float32Array.of(0.5, -1)];
  const damaged = read(packed, type, (bytes, place) => {
    bytes.writeUInt32LE(7, 1);
    return lengthInPrefix(bytes, place);
  });
  expect(damaged[1]).toBeUndefined();
  expect(read([null, [0.5, null]], type, lengthInPrefix)[1]).toBeUndefined();
});

test('arrays with NULL, and NULL, come back as values', () => {
  const type = imageOf(FLOAT64);
  expect(read([null, [0.5, null]], type, decodePackedPart)).toEqual([null, [0.5, null]]);
});

test('the least layout of plain values is read packed', () => {
  const type = imageOf(INT64);
  expect(
    read(
      [
        [1n, 1n, 2n],
        [3n, 200n],
      ],
      type,
      decodePackedPart,
    ),
  ).toEqual([Uint8Array.of(1, 1, 2), Uint8Array.of(3, 200)]);
});
