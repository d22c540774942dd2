import { ServiceError } from '@bqml-emulator/common';
import { describe, expect, test } from 'vitest';
import { convertSavedModel } from '../../src/convert/index.ts';
import { readOnnxModel } from '../../src/onnx/onnx-model.ts';
import { fixtureFiles, fixturePath, floats, numbersOf, runModel } from './run-model.ts';

describe('the shape classifier', () => {
  const model = convertSavedModel(fixtureFiles('shapes_savedmodel'));

  test('keeps the names and types of its signature', () => {
    expect(model.signature).toBe('serving_default');
    expect(model.inputs).toEqual([{ name: 'input_1', dtype: 'float32', shape: [null, 224, 224, 3] }]);
    expect(model.outputs).toEqual([{ name: 'activation_49', dtype: 'float32', shape: [null, 10] }]);
    expect(model.batching).toBe('batch');
  });

  test('has one transposition, at its input', () => {
    const { operators, inputs } = readOnnxModel(model.onnx);
    expect(operators.map(({ name }) => name)).toContain('Conv');
    expect(inputs.map(({ name }) => name)).toEqual(['input_1']);
    const text = Buffer.from(model.onnx).toString('latin1');
    expect(text.split('Transpose').length - 1).toBe(1);
  });

  test('gives what its ONNX twin gives', async () => {
    const images = floats([3, 224, 224, 3]);
    const { activation_49: actual } = await runModel(model.onnx, { input_1: images });
    const twin = await runModel(fixturePath('shapes_probabilities.onnx'), { input: images });
    const expected = numbersOf(twin['probabilities']);
    expect(actual?.dims).toEqual([3, 10]);
    numbersOf(actual).forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 5));
  });
});

test.each([
  ['a signature that is not there', { signature: 'other' }, "it has no signature 'other'; it has serving_default"],
  ['a graph that is too large', { maxBytes: 1000 }, 'the limit is 1000 bytes'],
])('%s is refused', (_, options, message) => {
  expect(() => convertSavedModel(fixtureFiles('shapes_savedmodel'), options)).toThrow(message);
});

test('a folder without a model is refused', () => {
  expect(() => convertSavedModel(fixtureFiles('.'))).toThrow(ServiceError);
});
