import { expect, test } from 'vitest';
import { Checkpoint } from '../../src/savedmodel/checkpoint.ts';
import type { SavedModelFiles } from '../../src/savedmodel/saved-model-files.ts';
import { sliceKey } from '../../src/savedmodel/slice-key.ts';
import { uncompressSnappy } from '../../src/savedmodel/snappy.ts';
import { readTableFile } from '../../src/savedmodel/table-file.ts';
import { WireWriter } from '../../src/protobuf/wire-writer.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}

/** A block of a LevelDB table whose keys share what they can with the one before. */
function block(entries: readonly (readonly [string, Uint8Array])[]): Buffer {
  let previous = '';
  const parts = entries.flatMap(([key, value]) => {
    let shared = 0;
    while (shared < key.length && key[shared] === previous[shared]) shared++;
    previous = key;
    const head = [...varint(shared), ...varint(key.length - shared), ...varint(value.length)];
    return [Buffer.from(head), latin1(key.slice(shared)), value];
  });
  return Buffer.concat([...parts, Buffer.from([0, 0, 0, 0, 1, 0, 0, 0])]);
}

/** One literal, which is a valid if poor compression. */
const snappy = (bytes: Uint8Array) =>
  Buffer.concat([
    Buffer.from([...varint(bytes.length), 61 << 2, (bytes.length - 1) & 255, (bytes.length - 1) >> 8]),
    bytes,
  ]);

function tableFile(entries: readonly (readonly [string, Uint8Array])[], compressed: boolean): Buffer {
  const content = compressed ? snappy(block(entries)) : block(entries);
  const data = Buffer.concat([content, Buffer.from([Number(compressed), 0, 0, 0, 0])]);
  const index = block([['\u00ff', Buffer.from([...varint(0), ...varint(content.length)])]]);
  const footer = Buffer.alloc(48);
  Buffer.from([...varint(0), ...varint(0), ...varint(data.length), ...varint(index.length)]).copy(footer);
  footer.writeUInt32LE(0x8b80fb57, 40);
  footer.writeUInt32LE(0xdb477524, 44);
  return Buffer.concat([data, index, Buffer.alloc(5), footer]);
}

const shape = (sizes: readonly number[]) =>
  sizes.reduce((writer, size) => writer.message(2, new WireWriter().integer(1, size)), new WireWriter());

const extent = (start: number, length: number) => new WireWriter().integer(1, start).integer(2, length);

function entry(sizes: readonly number[], place: { shard: number; offset: number; size: number }) {
  return new WireWriter()
    .integer(1, 1)
    .message(2, shape(sizes))
    .integer(3, place.shard)
    .integer(4, place.offset)
    .integer(5, place.size);
}

const memory = (files: Readonly<Record<string, Uint8Array>>): SavedModelFiles => ({
  size: (path) => files[path]?.length,
  read: (path) => files[path] ?? new Uint8Array(),
  readRange: (path, offset, length) => (files[path] ?? new Uint8Array()).subarray(offset, offset + length),
});

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

test.each([false, true])('two shards and a variable in parts, compressed: %s', (compressed) => {
  // Columns 0 and 1 in the first shard, column 2 in the second.
  const left = [null, { start: 0, length: 2 }];
  const right = [null, { start: 2, length: 1 }];
  const whole = (slices: readonly WireWriter[]) =>
    slices
      .reduce((writer, slice) => writer.message(7, slice), entry([2, 3], { shard: 0, offset: 0, size: 0 }))
      .finish();
  const parts = whole([
    new WireWriter().message(1, new WireWriter()).message(1, extent(0, 2)),
    new WireWriter().message(1, new WireWriter()).message(1, extent(2, 1)),
  ]);
  const index = tableFile(
    [
      ['', new WireWriter().integer(1, 2).finish()],
      [sliceKey('net/kernel', left), entry([2, 2], { shard: 0, offset: 4, size: 16 }).finish()],
      [sliceKey('net/kernel', right), entry([2, 1], { shard: 1, offset: 0, size: 8 }).finish()],
      ['net/bias', entry([], { shard: 0, offset: 0, size: 4 }).finish()],
      ['net/kernel', parts],
    ],
    compressed,
  );
  const checkpoint = Checkpoint.open(
    memory({
      'variables/variables.index': index,
      'variables/variables.data-00000-of-00002': floats(9, 1, 2, 4, 5),
      'variables/variables.data-00001-of-00002': floats(3, 6),
    }),
  );
  expect(checkpoint?.read('net/bias')).toEqual({ dtype: 'float32', shape: [], data: Float32Array.of(9) });
  expect(checkpoint?.read('net/kernel')).toEqual({
    dtype: 'float32',
    shape: [2, 3],
    data: Float32Array.of(1, 2, 3, 4, 5, 6),
  });
  const part = checkpoint?.read('net/kernel', [
    { start: 1, length: 1 },
    { start: 1, length: 2 },
  ]);
  expect(part).toEqual({ dtype: 'float32', shape: [1, 2], data: Float32Array.of(5, 6) });
  expect(() => checkpoint?.read('net/other')).toThrow("no tensor 'net/other'");
});

test('snappy: literals and copies that overlap', () => {
  // "abc", then nine bytes from three back.
  const input = Uint8Array.of(12, 2 << 2, 97, 98, 99, (5 << 2) | 1, 3);
  expect(Buffer.from(uncompressSnappy(input)).toString()).toBe('abcabcabcabc');
});

test.each([
  ['a copy from before the start', Uint8Array.of(4, (0 << 2) | 1, 9)],
  ['a literal beyond the end', Uint8Array.of(4, 9 << 2, 97)],
  ['a huge length', Uint8Array.of(255, 255, 255, 255, 15)],
  ['nothing', new Uint8Array()],
])('snappy: %s is refused', (_, input) => {
  expect(() => uncompressSnappy(input)).toThrow();
});

/** Bytes that TensorFlow's EncodeTensorNameSlice gives. */
test.each<[string, Parameters<typeof sliceKey>[1], string]>([
  ['', [], '00000100'],
  ['a', [null], '006100010101807f'],
  ['a', [{ start: 3, length: 5 }], '0061000101018385'],
  ['a', [{ start: 64, length: 1000 }], '006100010101c040c3e8'],
  ['\u00ff\0', [], '00ff0000ff000100'],
])('key of a part of %j', (name, slice, hex) => {
  expect(latin1(sliceKey(name, slice)).toString('hex')).toBe(hex);
});

test.each([0, 10, 47, 60])('an index of %i bytes is refused', (length) => {
  expect(() => readTableFile(new Uint8Array(length))).toThrow(/variables.index/);
});
