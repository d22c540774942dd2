import { expect, test } from 'vitest';
import { MAX_WIRE_DEPTH, WireFormatError, WireReader } from '../src/protobuf/wire-reader.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

test('reads every wire type and skips what is not read', () => {
  // prettier-ignore
  const message = bytes(
    0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, // 1: -1
    0x12, 2, 0x68, 0x69, // 2: "hi"
    0x1d, 0, 0, 0xc0, 0x3f, // 3: 1.5f
    0x21, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, // 4: 1.5
    0x2a, 3, 0x01, 0x96, 0x01, // 5: packed 1, 150
    0x28, 0x07, // 5: 7
  );
  const reader = new WireReader(message);
  expect([reader.next(), reader.field, reader.int64()]).toEqual([true, 1, -1n]);
  expect([reader.next(), reader.string()]).toEqual([true, 'hi']);
  expect([reader.next(), reader.float32()]).toEqual([true, 1.5]);
  expect([reader.next(), reader.float64()]).toEqual([true, 1.5]);
  expect([reader.next(), [...reader.integers()]]).toEqual([true, [1n, 150n]]);
  expect([reader.next(), [...reader.integers()]]).toEqual([true, [7n]]);
  expect(reader.next()).toBe(false);
  const skipping = new WireReader(message);
  const fields: number[] = [];
  while (skipping.next()) fields.push(skipping.field);
  expect(fields).toEqual([1, 2, 3, 4, 5, 5]);
});

test.each([
  ['a truncated varint', bytes(0x08, 0xff)],
  ['a varint without end', bytes(0x08, ...Array.from({ length: 11 }, () => 0xff))],
  ['a length beyond the end', bytes(0x12, 5, 1)],
  ['a length beyond 2^53', bytes(0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
  ['field number 0', bytes(0x00, 0x01)],
  ['a group', bytes(0x0b, 0x0c)],
  ['wire type 7', bytes(0x0f)],
  ['a short fixed32', bytes(0x0d, 1, 2)],
  ['a short fixed64', bytes(0x09, 1, 2)],
])('%s is refused', (_, message) => {
  const reader = new WireReader(message);
  expect(() => {
    while (reader.next());
  }).toThrow(WireFormatError);
});

test('a field of another wire type is refused', () => {
  const reader = new WireReader(bytes(0x08, 0x01));
  reader.next();
  expect(() => reader.bytes()).toThrow('field 1 has wire type 0 where 2 is expected');
});

test('nesting has an end', () => {
  let message = bytes();
  for (let i = 0; i < MAX_WIRE_DEPTH + 10; i++) {
    const length = message.length < 128 ? [message.length] : [(message.length & 0x7f) | 0x80, message.length >> 7];
    message = bytes(0x0a, ...length, ...message);
  }
  let reader = new WireReader(message);
  expect(() => {
    while (reader.next()) reader = reader.message();
  }).toThrow('nested deeper than');
});
