import { describe, expect, test } from 'vitest';
import { createImageHost, decodePixels } from '../src/index.ts';

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  readonly palette?: readonly (readonly [red: number, green: number, blue: number])[];
  readonly masks?: readonly number[];
  readonly data: readonly number[];
}

/** A bitmap with a header of 40 bytes. */
function bitmap({ width, height, bits, compression = 0, palette = [], masks = [], data }: Bitmap): Buffer {
  const header = Buffer.alloc(54 + masks.length * 4 + palette.length * 4);
  header.write('BM', 'latin1');
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  header.writeUInt32LE(palette.length, 46);
  masks.forEach((mask, i) => header.writeUInt32LE(mask, 54 + i * 4));
  palette.forEach(([red, green, blue], i) => header.set([blue, green, red], 54 + i * 4));
  return Buffer.concat([header, Buffer.from(data)]);
}

const strict = createImageHost();
const lenient = createImageHost({ bmp: 'lenient' });
const decode = async (file: Buffer, host = strict) => [...(await decodePixels(file, host)).bytes];

const RED = [255, 0, 0] as const;
const GREEN = [0, 255, 0] as const;
const WHITE = [255, 255, 255] as const;

describe('as TensorFlow reads them', () => {
  test('24 bits from the bottom up', async () => {
    const file = bitmap({ width: 1, height: 2, bits: 24, data: [1, 2, 3, 0, 4, 5, 6, 0] });
    expect(await decode(file)).toEqual([6, 5, 4, 3, 2, 1]);
  });
  test('32 bits from the top down, without alpha', async () => {
    const file = bitmap({ width: 1, height: -2, bits: 32, data: [1, 2, 3, 0, 4, 5, 6, 0] });
    expect(await decode(file)).toEqual([3, 2, 1, 6, 5, 4]);
  });
  test('8 bits as gray, whatever the palette', async () => {
    const file = bitmap({ width: 2, height: 1, bits: 8, palette: [RED, GREEN], data: [0, 1, 0, 0] });
    expect(await decode(file)).toEqual([0, 0, 0, 1, 1, 1]);
  });
  test.each([
    ['1 bit', bitmap({ width: 2, height: 1, bits: 1, palette: [RED, GREEN], data: [0x80, 0, 0, 0] })],
    ['16 bits', bitmap({ width: 2, height: 1, bits: 16, data: [0, 0, 0, 0] })],
    ['a byte too many', bitmap({ width: 1, height: 1, bits: 24, data: [1, 2, 3, 0, 0] })],
    ['a byte too few', bitmap({ width: 1, height: 1, bits: 24, data: [1, 2, 3] })],
    ['no height', bitmap({ width: 1, height: 0, bits: 24, data: [] })],
  ])('%s is refused', async (_, file) => {
    await expect(decode(file)).rejects.toThrow('Input image bytes could not be decoded.');
  });
});

describe('leniently', () => {
  test.each<[string, Buffer, (readonly number[])[]]>([
    [
      '1 bit',
      bitmap({ width: 3, height: 1, bits: 1, palette: [RED, GREEN], data: [0x40, 0, 0, 0] }),
      [RED, GREEN, RED],
    ],
    [
      '4 bits',
      bitmap({ width: 3, height: 1, bits: 4, palette: [RED, GREEN, WHITE], data: [0x21, 0, 0, 0] }),
      [WHITE, GREEN, RED],
    ],
    ['8 bits', bitmap({ width: 2, height: 1, bits: 8, palette: [RED, GREEN], data: [1, 0, 0, 0] }), [GREEN, RED]],
    [
      'an index without a colour',
      bitmap({ width: 1, height: 1, bits: 8, palette: [RED], data: [9, 0, 0, 0] }),
      [[0, 0, 0]],
    ],
    ['16 bits', bitmap({ width: 2, height: 1, bits: 16, data: [0x00, 0x7c, 0xe0, 0x03] }), [RED, GREEN]],
    [
      '16 bits with masks',
      bitmap({
        width: 2,
        height: 1,
        bits: 16,
        compression: 3,
        masks: [0xf800, 0x7e0, 0x1f],
        data: [0x00, 0xf8, 0xff, 0xff],
      }),
      [RED, WHITE],
    ],
    [
      '32 bits with masks',
      bitmap({
        width: 1,
        height: 1,
        bits: 32,
        compression: 3,
        masks: [0xff000000, 0xff0000, 0xff00],
        data: [9, 3, 2, 1],
      }),
      [[1, 2, 3]],
    ],
    [
      'run lengths of 8 bits: a run, a literal, the end of a line',
      bitmap({
        width: 4,
        height: 2,
        bits: 8,
        compression: 1,
        palette: [RED, GREEN, WHITE],
        data: [4, 1, 0, 0, 0, 3, 0, 1, 2, 0, 1, 2, 0, 1],
      }),
      [RED, GREEN, WHITE, WHITE, GREEN, GREEN, GREEN, GREEN],
    ],
    [
      'run lengths of 4 bits, with a jump',
      bitmap({
        width: 4,
        height: 1,
        bits: 4,
        compression: 2,
        palette: [RED, GREEN, WHITE],
        data: [1, 0x20, 0, 2, 1, 0, 2, 0x12, 0, 1],
      }),
      [WHITE, RED, GREEN, WHITE],
    ],
  ])('%s', async (_, file, expected) => {
    expect(await decode(file, lenient)).toEqual(expected.flat());
  });
  test('bytes after the rows', async () => {
    expect(await decode(bitmap({ width: 1, height: 1, bits: 24, data: [1, 2, 3, 0, 9] }), lenient)).toEqual([3, 2, 1]);
  });
  test('24-bit run lengths are refused', async () => {
    const file = bitmap({ width: 1, height: 1, bits: 24, compression: 4, data: [1, 2, 3, 0] });
    await expect(decode(file, lenient)).rejects.toThrow('Input image bytes could not be decoded.');
  });
});
