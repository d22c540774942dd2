import { describe, expect, test } from 'vitest';
import {
  convertColorSpace,
  convertImageType,
  createImageHost,
  decodeImage,
  imageDimensions,
  materializeImage,
  pixelImage,
  resizeImage,
} from '../src/index.ts';
import type { ImageReference } from '../src/index.ts';

/*
 * Values that BigQuery returned, recorded in statmike/vertex-ai-mlops data+ai/bq-ml/functions/image/image.ipynb
 * at 46a646d4, with the notebook's own PNG files.
 */
const FILES = {
  /** 1x2 RGB (200,100,50) (0,128,255) */
  swatch: 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGM4kWLE0PAfAAlyAt5YcK25AAAAAElFTkSuQmCC',
  /** The same with alpha 255 and 128. */
  alpha: 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGM4kWL0n6HhfwMAEyoEXQfd9+cAAAAASUVORK5CYII=',
  /** 1x2 gray 124, 104 */
  gray: 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGOseQMAAeoBajyCxnMAAAAASUVORK5CYII=',
  white: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC',
  /** 4x8, R = 32x, G = 64y, B = 128 */
  gradient:
    'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAIAAAA8r+mnAAAAGElEQVR4nGNkYGhQYGDARCwMDgxYAekSAKPAAi66eFnrAAAAAElFTkSuQmCC',
};

const host = createImageHost();
const open = (name: keyof typeof FILES) => decodeImage({ kind: 'bytes', bytes: Buffer.from(FILES[name], 'base64') });
const values = async (image: ReturnType<typeof open>) =>
  Array.from((await materializeImage(image, host)).values, Number);
const x255 = async (image: ReturnType<typeof open>) => (await values(image)).map((value) => value * 255);

/** The same bits from a reference that crossed to another process. */
test('a reference is plain data', async () => {
  const image = convertColorSpace(resizeImage(open('gradient'), 3, 5, false), 'HSV');
  expect(await materializeImage(structuredClone(image), host)).toEqual(await materializeImage(image, host));
});

describe('ML.DECODE_IMAGE', () => {
  test('gives float64 p / 255', async () => {
    expect(await materializeImage(open('swatch'), host)).toEqual({
      dimensions: [1, 2, 3],
      values: new Float64Array([
        0.7843137254901961, 0.39215686274509803, 0.19607843137254902, 0, 0.5019607843137255, 1,
      ]),
    });
  });
  test('drops alpha', async () => expect(await x255(open('alpha'))).toEqual([200, 100, 50, 0, 128, 255]));
  test('repeats gray', async () => expect(await x255(open('gray'))).toEqual([124, 124, 124, 104, 104, 104]));
  test('white is one', async () => expect(await values(open('white'))).toEqual([1, 1, 1]));
  test('refuses other bytes', async () => {
    const image = decodeImage({ kind: 'bytes', bytes: Buffer.from('not an image') });
    await expect(materializeImage(image, host)).rejects.toThrow(
      'Input image bytes could not be decoded. Expected valid image of type PNG, JPEG, or BMP; error in ML.DECODE_IMAGE expression',
    );
  });
});

describe('ML.CONVERT_IMAGE_TYPE', () => {
  test('gives the bytes back', async () => {
    expect(await values(convertImageType(open('swatch')))).toEqual([200, 100, 50, 0, 128, 255]);
    expect(await values(convertImageType(open('white')))).toEqual([255, 255, 255]);
  });
  test.each([
    ['alpha', 124],
    ['gradient', 19],
    ['gray', 124],
    ['swatch', 124],
    ['white', 255],
  ] as const)('of a resized gray %s', async (name, expected) => {
    const image = convertImageType(convertColorSpace(resizeImage(open(name), 4, 4, false), 'GRAYSCALE'));
    const { dimensions, values: integers } = await materializeImage(image, host);
    expect(dimensions).toEqual([4, 4, 1]);
    expect(integers[0]).toBe(expected);
  });
});

describe('ML.CONVERT_COLOR_SPACE', () => {
  test.each([
    ['GRAYSCALE', [0.48698039215686273, 0.40865098039215686]],
    ['HSV', [0.05555555555555555, 0.75, 0.7843137254901961, 0.5830065359477123, 1, 1]],
    [
      'YIQ',
      [
        0.4870588235294117, 0.2966951176470588, 0.021907296078431334, 0.40865098039215686, -0.45916060141176473,
        0.04880649211764704,
      ],
    ],
    [
      'YUV',
      [
        0.4870588235294117, -0.14319465294117648, 0.2607766705882352, 0.40865098039215686, 0.29100935988235294,
        -0.3585025555294118,
      ],
    ],
  ])('%s', async (space, expected) => {
    expect(await values(convertColorSpace(open('swatch'), space))).toEqual(expected);
  });
  test('divides integers by 255', async () => {
    const integers = convertImageType(open('swatch'));
    expect(await values(convertColorSpace(integers, 'HSV'))).toEqual(
      await values(convertColorSpace(open('swatch'), 'HSV')),
    );
  });
  test('refuses other spaces', () => {
    expect(() => convertColorSpace(open('swatch'), 'LAB')).toThrow(
      'Color space LAB is not supported; error in ML.CONVERT_COLOR_SPACE expression',
    );
  });
});

describe('ML.RESIZE_IMAGE', () => {
  test('is float32', async () => {
    expect(await x255(resizeImage(open('swatch'), 1, 1, false))).toEqual([
      100.00000163912773, 114.00000840425491, 152.49999850988388,
    ]);
  });
  test('keeps integers', async () => {
    expect(await values(resizeImage(convertImageType(open('swatch')), 1, 1, false))).toEqual([100, 114, 152]);
    const literal = pixelImage([1, 2, 3], new BigInt64Array([200n, 100n, 50n, 0n, 128n, 255n]));
    expect(await materializeImage(resizeImage(literal, 1, 1, false), host)).toEqual({
      dimensions: [1, 1, 3],
      values: new BigInt64Array([100n, 114n, 152n]),
    });
  });
  test('to half the size', async () => {
    const red = [0.062745101749897, 0.3137255012989044, 0.5647059082984924, 0.8156862854957581];
    const rows = [0.125490203499794, 0.6274510025978088].flatMap((green) =>
      red.flatMap((value) => [value, green, 0.501960813999176]),
    );
    expect(await values(resizeImage(open('gradient'), 2, 4, false))).toEqual(rows);
  });
  test('to odd sizes', async () => {
    const red = [0.0376470610499382, 0.2384313941001892, 0.4392157196998596, 0.6399999856948853, 0.8407843708992004];
    const rows = [0.04183007404208183, 0.3764706254005432, 0.7111111879348755].flatMap((green) =>
      red.flatMap((value) => [value, green, 0.501960813999176]),
    );
    expect(await values(resizeImage(open('gradient'), 3, 5, false))).toEqual(rows);
  });
  test.each([
    [4, 4, true, [2, 4, 3]],
    [3, 3, true, [2, 3, 3]],
    [2, 2, true, [1, 2, 3]],
    [9, 9, true, [4, 9, 3]],
    [4, 4, false, [4, 4, 3]],
  ])('4x8 into %dx%d, preserving aspect %s', async (height, width, preserve, expected) => {
    expect(await imageDimensions(resizeImage(open('gradient'), height, width, preserve), host)).toEqual(expected);
  });
  test('to nothing', async () => {
    const text =
      'An internal error occurred and the request could not be completed. This is usually caused by a transient issue. Retrying the job with back-off as described in the BigQuery SLA should solve the problem: https://cloud.google.com/bigquery/sla. If the error continues to occur please contact support at https://cloud.google.com/support. Error: 80038528';
    await expect(materializeImage(resizeImage(open('gradient'), 1, 1, true), host)).rejects.toThrow(text);
    expect(() => resizeImage(open('gradient'), 0, 4, false)).toThrow(text);
  });
});

test.each<[string, ImageReference]>([
  ['decode', open('gradient')],
  ['resize', resizeImage(open('gradient'), 3, 5, false)],
  ['colour', convertColorSpace(resizeImage(open('gradient'), 3, 5, false), 'YIQ')],
])('dimensions of %s are those of its values', async (_, image) => {
  expect(await imageDimensions(image, host)).toEqual((await materializeImage(image, host)).dimensions);
});
