import { deflateSync, crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createImageHost, decodeImage, decodePixels, imageDimensions } from '../src/index.ts';
import type { ImageOptions } from '../src/index.ts';
import { noisePng, softJpeg } from './sample-images.ts';

const open = (bytes: Uint8Array, options: Partial<ImageOptions> = {}) =>
  imageDimensions(decodeImage({ kind: 'bytes', bytes }), createImageHost(options));

const NOT_DECODED = 'Input image bytes could not be decoded.';

/** A chunk put in front of the pixels. */
function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  const tail = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, 33), head, body, tail, png.subarray(33)]);
}

/** Of the chunk that `withChunk` put in. */
function withWrongCrc(png: Buffer): Buffer {
  const damaged = Buffer.from(png);
  const crc = 33 + 8 + png.readUInt32BE(33);
  damaged.writeUInt32BE(~png.readUInt32BE(crc) >>> 0, crc);
  return damaged;
}

describe('PNG', () => {
  test('dimensions', async () => expect(await open(await noisePng(5, 8, 1))).toEqual([5, 8, 3]));
  test('more pixels than the limit', async () => {
    await expect(open(await noisePng(5, 8, 1), { maxPixels: 39 })).rejects.toThrow(NOT_DECODED);
  });
  test('without its end', async () => {
    const png = await noisePng(5, 8, 1);
    await expect(open(png.subarray(0, png.length - 12))).rejects.toThrow(NOT_DECODED);
  });
  test('with bytes after its end', async () => {
    expect(await open(Buffer.concat([await noisePng(5, 8, 1), Buffer.from('more')]))).toEqual([5, 8, 3]);
  });
  test.each([
    ['zTXt', Buffer.from('key\0\0')],
    ['iCCP', Buffer.from('key\0\0')],
    ['iTXt', Buffer.from('key\0\u0001\0en\0key\0')],
  ])('%s that inflates beyond the bound', async (type, prefix) => {
    const png = await noisePng(5, 8, 1);
    const bomb = Buffer.concat([prefix, deflateSync(Buffer.alloc(20_000_000))]);
    await expect(open(withChunk(png, type, bomb))).rejects.toThrow(NOT_DECODED);
    const harmless = Buffer.concat([prefix, deflateSync(Buffer.alloc(1_000_000), { level: 0 })]);
    expect(await open(withChunk(png, type, harmless))).toEqual([5, 8, 3]);
  });
});

test('a suggested palette with a wrong CRC is refused', async () => {
  const png = withChunk(await noisePng(5, 8, 1), 'PLTE', Buffer.alloc(12));
  expect(await open(png)).toEqual([5, 8, 3]);
  await expect(open(withWrongCrc(png))).rejects.toThrow(NOT_DECODED);
});

test('transparency with a wrong CRC is left out', async () => {
  const png = await noisePng(5, 8, 1);
  const pixels = await decodePixels(png, createImageHost({ channels: 'native' }));
  const damaged = withWrongCrc(withChunk(png, 'tRNS', Buffer.alloc(6)));
  expect(await decodePixels(damaged, createImageHost({ channels: 'native' }))).toEqual(pixels);
});

describe('JPEG', () => {
  test('an application marker shorter than its length is empty', async () => {
    const jpeg = await softJpeg(50, 80, 1);
    const empty = Buffer.from([0xff, 0xe5, 0, 1]);
    expect(await open(Buffer.concat([jpeg.subarray(0, 2), empty, jpeg.subarray(2)]))).toEqual([50, 80, 3]);
    const table = Buffer.from([0xff, 0xdb, 0, 1]);
    await expect(open(Buffer.concat([jpeg.subarray(0, 2), table, jpeg.subarray(2)]))).rejects.toThrow(NOT_DECODED);
  });
  test('a second scan of what the first held whole', async () => {
    const jpeg = await softJpeg(50, 80, 1);
    const scan = jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xda])));
    await expect(open(Buffer.concat([jpeg.subarray(0, jpeg.length - 2), scan]))).rejects.toThrow(NOT_DECODED);
  });
  test('dimensions', async () => {
    expect(await open(await softJpeg(50, 80, 1))).toEqual([50, 80, 3]);
    expect(await open(await softJpeg(50, 80, 1, { progressive: true }))).toEqual([50, 80, 3]);
  });
  test('without its end', async () => {
    const jpeg = await softJpeg(50, 80, 1);
    await expect(open(jpeg.subarray(0, jpeg.length - 2))).rejects.toThrow(NOT_DECODED);
  });
  test('with bytes after its end', async () => {
    expect(await open(Buffer.concat([await softJpeg(50, 80, 1), Buffer.from('more')]))).toEqual([50, 80, 3]);
  });
  test('more scans than the limits', async () => {
    const jpeg = await softJpeg(50, 80, 1, { progressive: true });
    await expect(open(jpeg, { maxScans: 3 })).rejects.toThrow(NOT_DECODED);
    await expect(open(jpeg, { maxScanPixels: 50 * 80 * 3 })).rejects.toThrow(NOT_DECODED);
  });
  test('a marker that libjpeg refuses', async () => {
    const jpeg = await softJpeg(50, 80, 1);
    const at = jpeg.length - 2;
    await expect(
      open(Buffer.concat([jpeg.subarray(0, at), Buffer.from([0xff, 0x30]), jpeg.subarray(at)])),
    ).rejects.toThrow(NOT_DECODED);
  });
});

test.each([
  ['nothing', ''],
  ['GIF', 'GIF89a'],
  ['WebP', 'RIFF\0\0\0\0WEBPVP8 '],
  ['TIFF', 'II*\0'],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ['a bare BMP signature', 'BM'],
])('%s is refused', async (_, text) => {
  await expect(open(Buffer.from(text, 'latin1'))).rejects.toThrow(NOT_DECODED);
});

test('more bytes than ML.DECODE_IMAGE takes', async () => {
  await expect(open(Buffer.alloc(10_000_001))).rejects.toThrow('10000001 bytes');
});
