import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/convert/graph-builder.ts';
import { convolutionFilter, convolve } from '../../src/convert/operations/convolution.ts';
import { clip, unary } from '../../src/convert/operations/elementwise.ts';
import { pad } from '../../src/convert/operations/pad.ts';
import { pool } from '../../src/convert/operations/pooling.ts';
import type { Tensor } from '../../src/convert/tensor.ts';
import { readOnnxModel } from '../../src/onnx/onnx-model.ts';
import { floats, numbersOf, runModel } from '../savedmodel/run-model.ts';

type Pads = readonly (readonly [number, number])[];
const SPATIAL: Pads = [
  [0, 0],
  [1, 2],
  [2, 0],
  [0, 0],
];
const window = { layout: 'channels-last', strides: [2, 1], dilations: [1, 1], padding: 'VALID' } as const;
const pooling = { layout: 'channels-last', kernel: [3, 3], strides: [2, 2], padding: 'VALID' } as const;

const padBy = (g: GraphBuilder, x: Tensor, pads: Pads, fill?: number) =>
  pad(g, x, g.constantOf('int32', [4, 2], pads.flat()), 'constant', fill === undefined ? fill : g.scalar(x, fill));

const filter = (g: GraphBuilder, height: number, width: number) =>
  convolutionFilter(
    g,
    g.constant('float32', [height, width, 2, 4], floats([height, width, 2, 4]).data as Float32Array),
  );

/** Graphs of one input `x` [N, 7, 6, 2]; `between` stands between the padding and what reads it. */
type Build = (g: GraphBuilder, x: Tensor, between: (padded: Tensor) => Tensor) => Tensor;

function build(make: Build, between: (g: GraphBuilder, padded: Tensor) => Tensor): Uint8Array {
  const g = new GraphBuilder(['x', 'y']);
  const x = g.input('x', 'float32', ['N', 7, 6, 2]);
  return g.finish(new Map([['y', make(g, x, (padded) => between(g, padded))]]));
}

/** Values on both sides of zero. */
const images = () => {
  const tensor = floats([2, 7, 6, 2], 3);
  (tensor.data as Float32Array).forEach((value, i, data) => {
    data[i] = value - 0.5;
  });
  return tensor;
};

const operatorsOf = (onnx: Uint8Array) => readOnnxModel(onnx).operators.map(({ name }) => name);

async function expectSame(make: Build): Promise<string[]> {
  const alone = build(make, (_, padded) => padded);
  const apart = build(make, (g, padded) => g.apply('Identity', [padded], 'float32', padded.shape));
  const [{ y: actual }, { y: expected }] = [
    await runModel(alone, { x: images() }),
    await runModel(apart, { x: images() }),
  ];
  expect(operatorsOf(apart)).toContain('Pad');
  expect(actual?.dims).toEqual(expected?.dims);
  const values = numbersOf(expected);
  numbersOf(actual).forEach((value, i) => expect(value).toBeCloseTo(values[i] ?? NaN, 5));
  return operatorsOf(alone);
}

const convolved =
  (pads: Pads, size: readonly [number, number], fill?: number, padding: 'VALID' | 'SAME' | Pads = 'VALID'): Build =>
  (g, x, between) =>
    convolve(g, between(padBy(g, x, pads, fill)), filter(g, ...size), { ...window, padding });

const maxPooled =
  (before: (g: GraphBuilder, x: Tensor) => Tensor): Build =>
  (g, x, between) =>
    pool(g, 'MaxPool', between(padBy(g, before(g, x), SPATIAL)), pooling);

describe('a window pads by itself', () => {
  test.each<[string, Build]>([
    ['a convolution', convolved(SPATIAL, [3, 3])],
    ['a convolution over explicit zeros', convolved(SPATIAL, [3, 3], 0)],
    [
      'a convolution with paddings of its own',
      convolved([SPATIAL[0] ?? [0, 0], [1, 0], [0, 1], [0, 0]], [3, 3], 0, [
        [1, 1],
        [0, 1],
      ]),
    ],
    ['the largest of rectified values', maxPooled((g, x) => unary(g, { op: 'Relu' }, x))],
    ['the largest of clipped values', maxPooled((g, x) => clip(g, x, 0, 0.3))],
  ])('%s', async (_, make) => {
    expect(await expectSame(make)).not.toContain('Pad');
  });
});

describe('the padding stays', () => {
  test.each<[string, Build]>([
    ['with another value', convolved(SPATIAL, [3, 3], 1)],
    [
      'of channels',
      convolved(
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [2, 0],
        ],
        [3, 3],
      ),
    ],
    [
      'of the batch',
      convolved(
        [
          [1, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        [3, 3],
      ),
    ],
    ['before SAME', convolved(SPATIAL, [3, 3], 0, 'SAME')],
    ['as wide as the window', convolved(SPATIAL, [3, 2])],
    ['around values below zero', maxPooled((_, x) => x)],
    ['around clipped values below zero', maxPooled((g, x) => clip(g, x, -0.2, 0.3))],
    ['of averages', (g, x, between) => pool(g, 'AveragePool', between(padBy(g, x, SPATIAL)), pooling)],
  ])('%s', async (_, make) => {
    expect(await expectSame(make)).toContain('Pad');
  });
});
