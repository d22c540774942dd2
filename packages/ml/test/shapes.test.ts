import { createImageHost, convertImageType, resizeImage } from '@bqml-emulator/tensor';
import { FLOAT64, INT64, arrayOf, isLazyValue } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FLOAT_IMAGE, INTEGER_IMAGE } from '../src/image/image-type.ts';
import { ImageValue } from '../src/image/image-value.ts';
import { writeOnnxModel } from '../src/onnx/write-model.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxTensorValue } from '../src/onnx/write-model.ts';
import { asBatches, batchOf, collectRows, column, createTestRuntime } from './fixtures.ts';
import type { TestRuntime } from './fixtures.ts';
import './timeouts.ts';

let ml: TestRuntime;
beforeAll(async () => {
  ml = await createTestRuntime();
});
afterAll(() => ml.dispose());

type Shape = OnnxTensorValue['shape'];
const float = (name: string, shape: Shape): OnnxTensorValue => ({ name, dtype: 'float32', shape });
const integers = (name: string, values: readonly number[], dims = [values.length]): OnnxTensor => ({
  name,
  dtype: 'int64',
  dims,
  data: BigInt64Array.from(values, BigInt),
});
const node = (op: string, inputs: string[], output: string, attributes: OnnxNode['attributes'] = {}): OnnxNode => ({
  op,
  domain: '',
  inputs,
  outputs: [output],
  attributes,
});
const importGraph = (graph: Partial<OnnxGraph>) =>
  ml.importModel(
    'made.onnx',
    writeOnnxModel(
      { name: 'made', nodes: [], initializers: [], inputs: [], outputs: [], ...graph },
      { irVersion: 8, opsets: new Map([['', 13]]), producer: 'test' },
    ),
  );
const range = (length: number, start = 0) => Array.from({ length }, (_, i) => start + i);
const readAll = (rows: readonly Value[][]) =>
  Promise.all(rows.map((row) => Promise.all(row.map(async (value) => (isLazyValue(value) ? value.read() : value)))));

test('open lengths: rows of different lengths, lazy outputs', async () => {
  const model = await importGraph({
    nodes: [node('Neg', ['x'], 'y')],
    inputs: [float('x', ['batch', 'length'])],
    outputs: [float('y', ['batch', 'length'])],
  });
  const lengths = [3, 3, 1, 5000, 5000, 2];
  const arrays = lengths.map((length, i) => range(length, i));
  const rows = await collectRows(ml.runtime.predict(model, asBatches(batchOf(column(arrayOf(FLOAT64), arrays)))));
  expect(rows.every(([value]) => isLazyValue(value))).toBe(true);
  expect(await readAll(rows)).toEqual(arrays.map((array) => [array.map((x) => -x)]));
});

test('an input without a batch dimension', async () => {
  const model = await importGraph({
    nodes: [node('Mul', ['x', 'factor'], 'y')],
    inputs: [float('x', ['batch', 2]), float('factor', [])],
    outputs: [float('y', ['batch', 2])],
  });
  expect(model.featureColumns[1]?.type).toEqual(FLOAT64);
  const batch = batchOf(
    column(arrayOf(FLOAT64), [
      [1, 2],
      [3, 4],
    ]),
    column(INT64, [10n, 100n]),
  );
  expect(await collectRows(ml.runtime.predict(model, asBatches(batch)))).toEqual([[[10, 20]], [[300, 400]]]);
});

test('a batch of one baked into a model that declares a dynamic one', async () => {
  const model = await importGraph({
    nodes: [node('Reshape', ['x', 'shape'], 'y')],
    initializers: [integers('shape', [1, 4])],
    inputs: [float('x', ['batch', 2, 2])],
    outputs: [float('y', ['batch', 4])],
  });
  const arrays = range(30).map((i) => range(4, i));
  const rows = await collectRows(ml.runtime.predict(model, asBatches(batchOf(column(arrayOf(FLOAT64), arrays)))));
  expect(rows).toEqual(arrays.map((array) => [array]));
});

test('an output that counts what it found, not rows', async () => {
  const model = await importGraph({
    nodes: [node('NonZero', ['x'], 'found'), node('Transpose', ['found'], 'places')],
    inputs: [float('x', ['batch', 3])],
    outputs: [{ name: 'places', dtype: 'int64', shape: ['count', 2] }],
  });
  const arrays = [
    [0, 1, 1],
    [1, 1, 1],
    [0, 0, 0],
  ];
  const rows = await collectRows(ml.runtime.predict(model, asBatches(batchOf(column(arrayOf(FLOAT64), arrays)))));
  expect(await readAll(rows)).toEqual([[[0n, 1n, 0n, 2n]], [[0n, 0n, 0n, 1n, 0n, 2n]], [[]]]);
});

const SWATCH = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGM4kWLE0PAfAAlyAt5YcK25AAAAAElFTkSuQmCC',
  'base64',
);
const swatch = () => ImageValue.decode(SWATCH, createImageHost());

test('images of different sizes for a model that takes any', async () => {
  const model = await importGraph({
    nodes: [node('ReduceMean', ['image'], 'color', { axes: [1, 2], keepdims: 0 })],
    inputs: [float('image', ['batch', null, null, 3])],
    outputs: [float('color', ['batch', 3])],
  });
  const sizes = [
    [1, 2],
    [1, 2],
    [4, 4],
    [1, 1],
    [4, 4],
    [4, 4],
  ] as const;
  const values = sizes.map(([height, width]) => swatch().with((image) => resizeImage(image, height, width, false)));
  const rows = (await collectRows(
    ml.runtime.predict(model, asBatches(batchOf(column(FLOAT_IMAGE, values)))),
  )) as number[][][];
  for (const [color] of rows) {
    [100, 114, 152.5].forEach((level, channel) => expect((color?.[channel] ?? 0) * 255).toBeCloseTo(level, 3));
  }
  const gray = swatch();
  await expect(
    collectRows(
      ml.runtime.predict(
        await importGraph({
          nodes: [node('ReduceMean', ['image'], 'color', { axes: [1, 2], keepdims: 0 })],
          inputs: [float('image', ['batch', null, null, 1])],
          outputs: [float('color', ['batch', 1])],
        }),
        asBatches(batchOf(column(FLOAT_IMAGE, [gray]))),
      ),
    ),
  ).rejects.toThrow("Image of shape [1, 2, 3] in column image does not fit the model's input of shape [?, ?, ?, 1]");
});

test.each(['uint8', 'int16', 'uint16', 'int32', 'int64'] as const)(
  'integer images for a model of %s',
  async (dtype) => {
    const model = await importGraph({
      nodes: [node('Cast', ['image'], 'floats', { to: 1 }), node('Flatten', ['floats'], 'values')],
      inputs: [{ name: 'image', dtype, shape: ['batch', 1, 2, 3] }],
      outputs: [float('values', ['batch', 6])],
    });
    const image = swatch().with(convertImageType);
    const rows = await collectRows(
      ml.runtime.predict(model, asBatches(batchOf(column(INTEGER_IMAGE, [image, image])))),
    );
    expect(rows).toEqual([[[200, 100, 50, 0, 128, 255]], [[200, 100, 50, 0, 128, 255]]]);
  },
);

test.each([
  ['int8', [-129n, 0n, 0n, 0n, 0n, 0n], 'Value -129 in column image is out of range'],
  ['uint8', [256n, 0n, 0n, 0n, 0n, 0n], 'Value 256 in column image is out of range'],
] as const)('values of an image out of range of %s', async (dtype, values, message) => {
  const model = await importGraph({
    nodes: [node('Cast', ['image'], 'floats', { to: 1 }), node('Flatten', ['floats'], 'values')],
    inputs: [{ name: 'image', dtype, shape: ['batch', 1, 2, 3] }],
    outputs: [float('values', ['batch', 6])],
  });
  const batch = batchOf(column(INTEGER_IMAGE, [[[1n, 2n, 3n], values]]));
  await expect(collectRows(ml.runtime.predict(model, asBatches(batch)))).rejects.toThrow(message);
});

test.each<[string, Partial<OnnxGraph>, string]>([
  [
    'a fixed batch other than one',
    { inputs: [float('x', [4, 2])], outputs: [float('y', [4, 2])], nodes: [node('Neg', ['x'], 'y')] },
    "Invalid ONNX model: input 'x' has shape [4, 2]; its first dimension must be dynamic or 1.",
  ],
  [
    'names that differ in case only',
    {
      inputs: [float('x', [1]), float('X', [1])],
      outputs: [float('y', [1])],
      nodes: [node('Add', ['x', 'X'], 'y')],
    },
    "Invalid ONNX model: it has two inputs named 'X'.",
  ],
  ['no input', { outputs: [float('y', [1])] }, 'Invalid ONNX model: the graph has no input.'],
  ['no output', { inputs: [float('x', [1])] }, 'Invalid ONNX model: the graph has no output.'],
])('%s is refused', async (_, graph, message) => {
  await expect(importGraph(graph)).rejects.toMatchObject({ message });
});
