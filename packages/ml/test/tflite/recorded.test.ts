import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { convertTfLite } from '../../src/convert/index.ts';
import { expectRecorded, recordedPath } from '../recorded-models.ts';

test.each([
  'lite_activations',
  'lite_arithmetic',
  'lite_reductions',
  'network_half',
  'network_int8',
  'network_uint8',
  'network_wide',
])('%s', async (name) => {
  const model = convertTfLite(readFileSync(recordedPath(`tflite/${name}.tflite`)));
  await expectRecorded(model, `${name}.tflite`);
});

test('a quantized network keeps its integers, and the names of its signature', () => {
  const model = convertTfLite(readFileSync(recordedPath('tflite/network_uint8.tflite')));
  expect(model.inputs).toEqual([{ name: 'image', dtype: 'uint8', shape: [null, 16, 16, 3] }]);
  expect(model.outputs).toMatchObject([{ dtype: 'uint8', shape: [null, 10] }]);
  expect(model.signature).toBe('serving_default');
  expect(model.batching).toBe('batch');
});

test('an operator that is not converted is named, with its tensor and signature', () => {
  const original = readFileSync(recordedPath('tflite/network_half.tflite'));
  const [softmax, loop] = [25, 119];
  const places = Array.from(original.keys()).filter((at) => original[at] === softmax);
  const messages = places.map((at) => {
    try {
      return convertTfLite(Uint8Array.from(original).with(at, loop)).signature;
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(messages).toContain(
    "Not implemented: TensorFlow Lite operator WHILE (tensor 'StatefulPartitionedCall_1:0', signature 'serving_default')",
  );
});
