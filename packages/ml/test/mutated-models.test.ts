import { ServiceError } from '@bqml-emulator/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkOnnxModel } from '../src/onnx/check-onnx-model.ts';
import { readOnnxModel } from '../src/onnx/onnx-model.ts';
import { WireFormatError } from '../src/protobuf/wire-reader.ts';
import { createTestRuntime, readModel } from './fixtures.ts';
import type { TestRuntime } from './fixtures.ts';
import { createRandom, mutate } from './mutate.ts';
import './timeouts.ts';

const SMALL = ['linear.onnx', 'all_types.onnx', 'sequence_output.onnx', 'infinite_loop.onnx', 'external_data.onnx'];

let ml: TestRuntime;
beforeAll(async () => {
  ml = await createTestRuntime();
});
afterAll(() => ml.dispose());

test('the reader gives a signature or an error of its own', async () => {
  const random = createRandom(1);
  const outcomes = { taken: 0, refused: 0 };
  for (const name of SMALL) {
    const original = await readModel(name);
    for (let i = 0; i < 1000; i++) {
      try {
        checkOnnxModel(readOnnxModel(mutate(original, random)), 'installed');
        outcomes.taken++;
      } catch (error) {
        if (!(error instanceof WireFormatError) && !(error instanceof ServiceError)) throw error;
        outcomes.refused++;
      }
    }
  }
  expect(outcomes.taken).toBeGreaterThan(100);
  expect(outcomes.refused).toBeGreaterThan(500);
});

test('an import gives a model or an error for the user', async () => {
  const random = createRandom(2);
  const names = SMALL.concat('shapes_dynamic.onnx');
  for (let i = 0; i < 12; i++) {
    const content = mutate(await readModel(names[i % names.length] ?? ''), random);
    const [imported] = await Promise.allSettled([ml.importModel('mutant.onnx', content)]);
    if (imported.status === 'rejected') expect(imported.reason).toBeInstanceOf(ServiceError);
  }
}, 30_000);
