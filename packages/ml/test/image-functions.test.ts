import { readFile } from 'node:fs/promises';
import type { EvaluationContext, ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import { createImageHost } from '@bqml-emulator/tensor';
import { isLazyValue, typeName } from '@bqml-emulator/types';
import type { LazyValue, SqlType, Value } from '@bqml-emulator/types';
import { describe, expect, test } from 'vitest';
import { imageFunctions } from '../src/functions/image-functions.ts';

const functions = imageFunctions(createImageHost());
const context: EvaluationContext = {
  queryMicros: 0n,
  random: () => 0,
  timeZone: 'UTC',
  projectId: 'p',
  userEmail: 'u',
};

function signatureOf(name: string, imageType = 'FLOAT64'): ScalarSignature {
  const { signatures } = functions.find((of) => of.name === name) as ScalarFunction;
  const [first] = signatures;
  const found = signatures.find(({ parameters: [image] }) => {
    const type = image?.type.pattern === 'EXACT' ? image.type.type : undefined;
    return type !== undefined && typeName(type).includes(`values ARRAY<${imageType}>`);
  });
  return (found ?? first) as ScalarSignature;
}

function call(name: string, args: readonly Value[], imageType?: string): Value {
  const signature = signatureOf(name, imageType);
  const types = signature.parameters.map(({ type }) => (type.pattern === 'EXACT' ? type.type : undefined)) as SqlType[];
  return signature.evaluate?.(args, types, context) ?? null;
}

async function read(value: Value): Promise<[number[], number[]]> {
  const struct = (await (value as LazyValue).read()) as readonly [readonly bigint[], readonly (number | bigint)[]];
  return [struct[0].map(Number), struct[1].map(Number)];
}

/** One row of two pixels, (200, 100, 50) and (0, 128, 255); the recorded values are BigQuery's. */
const SWATCH = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGM4kWLE0PAfAAlyAt5YcK25AAAAAElFTkSuQmCC',
  'base64',
);

const lazyBytes = (bytes: Uint8Array | null): LazyValue => ({
  lazy: true,
  type: { kind: 'BYTES' },
  byteSize: undefined,
  read: async () => bytes,
});

describe('recorded values', () => {
  test.each([
    ['plain', SWATCH],
    ['lazy', lazyBytes(SWATCH)],
  ])('decode of %s bytes', async (_, bytes) => {
    expect(await read(call('ML.DECODE_IMAGE', [bytes]))).toEqual([
      [1, 2, 3],
      [0.7843137254901961, 0.39215686274509803, 0.19607843137254902, 0, 0.5019607843137255, 1],
    ]);
  });

  test('resize keeps the type', async () => {
    const image = call('ML.DECODE_IMAGE', [SWATCH]);
    const resized = call('ML.RESIZE_IMAGE', [image, 1n, 1n, false]);
    const [dimensions, values] = await read(resized);
    expect(dimensions).toEqual([1, 1, 3]);
    expect(values.map((value) => value * 255)).toEqual([100.00000163912773, 114.00000840425491, 152.49999850988388]);
    const integers = call('ML.RESIZE_IMAGE', [call('ML.CONVERT_IMAGE_TYPE', [image]), 1n, 1n, false], 'INT64');
    expect(await (integers as LazyValue).read()).toEqual([
      [1n, 1n, 3n],
      [100n, 114n, 152n],
    ]);
  });

  test('color spaces', async () => {
    const image = call('ML.DECODE_IMAGE', [SWATCH]);
    const gray = await read(call('ML.CONVERT_COLOR_SPACE', [image, 'GRAYSCALE']));
    expect(gray).toEqual([
      [1, 2, 1],
      [0.48698039215686273, 0.40865098039215686],
    ]);
    const integers = call('ML.CONVERT_IMAGE_TYPE', [image]);
    const [, hsv] = await read(call('ML.CONVERT_COLOR_SPACE', [integers, 'HSV'], 'INT64'));
    [0.05555555555555555, 0.75, 0.7843137254901961, 0.5830065359477123, 1, 1].forEach((value, i) =>
      expect(hsv[i]).toBeCloseTo(value, 15),
    );
    expect(() => call('ML.CONVERT_COLOR_SPACE', [image, 'LAB'])).toThrow(
      'Color space LAB is not supported; error in ML.CONVERT_COLOR_SPACE expression',
    );
  });

  test('a resize to nothing', () => {
    expect(() => call('ML.RESIZE_IMAGE', [call('ML.DECODE_IMAGE', [SWATCH]), 0n, 5n, false])).toThrow(
      'Error: 80038528',
    );
  });

  test('bytes that are no image', async () => {
    const image = call('ML.DECODE_IMAGE', [Buffer.from('no image')]) as LazyValue;
    const message =
      'Input image bytes could not be decoded. Expected valid image of type PNG, JPEG, or BMP; error in ML.DECODE_IMAGE expression';
    await expect(image.read()).rejects.toThrow(message);
    await expect(image.field?.(0).read()).rejects.toThrow(message);
  });
});

test('dimensions come from the header, without decoding', async () => {
  // Its header says 100 by 80 pixels, and nothing follows it.
  const file = await readFile(new URL('../../tooling/fixtures/odd/header_only.png', import.meta.url));
  const image = call('ML.DECODE_IMAGE', [
    await readFile(new URL('../../tooling/fixtures/odd/gray4.png', import.meta.url)),
  ]) as LazyValue;
  const dimensions = (await image.field?.(0).read()) as readonly bigint[];
  const values = (await image.field?.(1).read()) as readonly number[];
  expect(Number(dimensions[0]) * Number(dimensions[1]) * 3).toBe(values.length);
  await expect((call('ML.DECODE_IMAGE', [file]) as LazyValue).read()).rejects.toThrow('could not be decoded');
});

describe('NULL', () => {
  test('behind lazy bytes the image is NULL, and so is what is made of it', async () => {
    const image = call('ML.DECODE_IMAGE', [lazyBytes(null)]) as LazyValue;
    expect(await image.read()).toBe(null);
    expect(await image.field?.(0).read()).toBe(null);
    expect(await image.field?.(1).read()).toBe(null);
    expect(await (call('ML.RESIZE_IMAGE', [image, 1n, 1n, true]) as LazyValue).read()).toBe(null);
  });

  test('within a struct it is an error', () => {
    expect(() => call('ML.CONVERT_IMAGE_TYPE', [[[1n, 1n, 1n], [null]]])).toThrow('must not be NULL');
    expect(() => call('ML.CONVERT_IMAGE_TYPE', [[null, [0.5]]])).toThrow('must not be NULL');
  });
});

describe('structs that SQL wrote', () => {
  test('plain and lazy', async () => {
    const struct = [
      [1n, 1n, 3n],
      [0, 0.5, 1],
    ];
    expect(await read(call('ML.CONVERT_IMAGE_TYPE', [struct]))).toEqual([
      [1, 1, 3],
      [0, 128, 255],
    ]);
    const stored: LazyValue = { ...lazyBytes(null), read: async () => struct };
    expect(await read(call('ML.CONVERT_IMAGE_TYPE', [stored]))).toEqual([
      [1, 1, 3],
      [0, 128, 255],
    ]);
  });

  test('dimensions that do not fit', () => {
    expect(() =>
      call('ML.CONVERT_IMAGE_TYPE', [
        [
          [2n, 1n, 3n],
          [0, 0.5, 1],
        ],
      ]),
    ).toThrow(/dimensions \[2, 1, 3\]/);
  });
});

test('the rows say what the analyzer must print and what travels lazily', () => {
  for (const { signatures } of functions) {
    for (const signature of signatures) {
      expect(signature).toMatchObject({ nulls: 'propagate', lazyResult: true, lazyParameters: [0] });
    }
  }
  const [parameter] = signatureOf('ML.CONVERT_IMAGE_TYPE').parameters;
  expect(parameter?.type.pattern === 'EXACT' && typeName(parameter.type.type)).toBe(
    'STRUCT<dimensions ARRAY<INT64>, values ARRAY<FLOAT64>>',
  );
  expect(isLazyValue(call('ML.DECODE_IMAGE', [SWATCH]))).toBe(true);
});
