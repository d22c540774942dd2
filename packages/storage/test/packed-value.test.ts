import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrayOf, FLOAT64, INT64 } from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import { ByteReader, ByteWriter } from '../src/packed/byte-writer.ts';
import { readValue, wireBytes, writeValue } from '../src/packed/packed-value.ts';
import {
  decodePart,
  decodeRecordHeader,
  encodeRecord,
  partTypes,
  recordHeaderBytes,
} from '../src/segments/segment-format.ts';
import { offsetOf, segmentOf, storedHandle } from '../src/segments/stored-value.ts';
import { maybe, valueArbitraries } from './value-arbitraries.ts';

function roundTrip(type: SqlType, values: readonly Value[]): Value[] {
  const writer = new ByteWriter();
  for (const value of values) writeValue(writer, type, value);
  const bytes = Buffer.from(writer.view());
  const reader = new ByteReader(bytes);
  const found = values.map(() => readValue(reader, type));
  expect(reader.position).toBe(bytes.length);
  return found;
}

describe('packed values', () => {
  test.each(valueArbitraries)('%s', (_, type, values) => {
    fc.assert(
      fc.property(fc.array<Value>(maybe(values), { maxLength: 60 }), (column) => {
        expect(roundTrip(type, column)).toEqual(column);
        for (const value of column) expect(wireBytes(type, value)).toBeGreaterThan(0);
      }),
    );
  });

  test('numbers of every width', () => {
    const integers: Value[][] = [
      [0n, 255n],
      [0n, 256n],
      [-1n],
      [2n ** 31n - 1n, -(2n ** 31n)],
      [2n ** 31n],
      [-(2n ** 63n), 2n ** 63n - 1n],
      [],
      [1n, null],
    ];
    expect(roundTrip(arrayOf(INT64), integers)).toEqual(integers);
    const floats: Value[][] = [[0.5, -0, Number.NaN, Infinity], [0.1], [1e-310, -0], [Math.fround(0.1)], [], [null]];
    expect(roundTrip(arrayOf(FLOAT64), floats)).toEqual(floats);
  });

  test('what is cut off is not read', () => {
    const writer = new ByteWriter();
    writeValue(writer, arrayOf(INT64), [1n, 2n ** 40n]);
    const bytes = Buffer.from(writer.view());
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readValue(new ByteReader(bytes.subarray(0, length)), arrayOf(INT64))).toThrow(RangeError);
    }
  });
});

describe('segment records', () => {
  test.each(valueArbitraries)('%s, and each bit counts', (_, type, values) => {
    fc.assert(
      fc.property(values, fc.nat(), fc.nat(7), (value, at, bit) => {
        const record = Buffer.from(encodeRecord(new ByteWriter(), type, value));
        expect(record.length % 8).toBe(0);
        const decode = (bytes: Buffer): Value | undefined => {
          const places = decodeRecordHeader(bytes.subarray(0, recordHeaderBytes(type)), type);
          const parts = places?.map((place, index) => {
            const part = partTypes(type)[index] ?? type;
            return decodePart(bytes.subarray(place.offset, place.offset + place.length), place, part);
          });
          if (parts === undefined || parts.includes(undefined)) return undefined;
          return type.kind === 'STRUCT' ? (parts as Value[]) : parts[0];
        };
        expect(decode(record)).toEqual(value);
        const position = at % record.length;
        record[position] = (record[position] ?? 0) ^ (1 << bit);
        // A flip is found, or it lies in the padding.
        const damaged = decode(record);
        if (damaged !== undefined) expect(damaged).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });

  test('handles hold segment and offset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 30 - 1 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (segment, unit) => {
          const handle = storedHandle(segment, unit * 8);
          expect(handle).toBeGreaterThanOrEqual(2n ** 62n);
          expect(handle).toBeLessThan(2n ** 63n);
          expect([segmentOf(handle), offsetOf(handle)]).toEqual([segment, unit * 8]);
        },
      ),
    );
  });
});
