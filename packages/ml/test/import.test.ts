import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLOAT64, INT64, arrayOf } from '@bqml-emulator/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODELS, asBatches, batchOf, collectRows, column, createTestRuntime, readModel } from './fixtures.ts';
import type { TestRuntime } from './fixtures.ts';
import './timeouts.ts';

let ml: TestRuntime;
beforeAll(async () => {
  ml = await createTestRuntime();
});
afterAll(() => ml.dispose());

const stored = () => readdir(join(ml.dataDirectory, 'models')).catch(() => []);

describe('signatures', () => {
  test('columns in graph order, types by shape', async () => {
    const { featureColumns, labelColumns, byteCount, contentId } = await ml.importModel('linear.onnx');
    expect(featureColumns).toEqual([{ name: 'features', type: arrayOf(FLOAT64), dtype: 'float32', shape: [null, 4] }]);
    expect(labelColumns).toEqual([
      { name: 'label', type: INT64, dtype: 'int64', shape: [null] },
      { name: 'probabilities', type: arrayOf(FLOAT64), dtype: 'float32', shape: [null, 3] },
    ]);
    expect(byteCount).toBe(381);
    expect(contentId).toMatch(/^[0-9a-f]{64}$/);
  });

  test('an image model', async () => {
    const { featureColumns, labelColumns } = await ml.importModel('shapes_batch1.onnx');
    expect(featureColumns).toEqual([
      { name: 'input', type: arrayOf(FLOAT64), dtype: 'float32', shape: [1, 224, 224, 3] },
    ]);
    expect(labelColumns).toEqual([{ name: 'class_label', type: INT64, dtype: 'int64', shape: [1] }]);
  });

  test('the same content is stored once', async () => {
    await ml.importModel('add_scalars.onnx');
    const again = () => ml.runtime.importModel('ONNX', 'gs://bucket/add_scalars.onnx');
    const [a, b] = await Promise.all([again(), again()]);
    expect(a.contentId).toBe(b.contentId);
    expect((await stored()).filter((name) => name === a.contentId).length).toBe(1);
  });
});

describe('refusals leave nothing behind', () => {
  test.each([
    ['sequence_output.onnx', "ONNX model output 'output_probability' has unsupported ONNX type: ONNX_TYPE_SEQUENCE."],
    ['tensor_sequence_output.onnx', "ONNX model output 'pair' has unsupported ONNX type: ONNX_TYPE_SEQUENCE."],
    ['custom_domain.onnx', 'Not implemented: ONNX operator Whirl of the custom domain com.example.custom'],
    [
      'external_data.onnx',
      "ONNX model tensor 'weight' is stored outside the model file; external data is not supported.",
    ],
  ])('%s', async (name, message) => {
    const before = await stored();
    await expect(ml.importModel(name)).rejects.toMatchObject({ name: 'ServiceError', message });
    expect(await stored()).toEqual(before);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(), /the file has no graph/],
    ['text', Buffer.from('this is no model at all'), /Invalid ONNX model: the file is no ONNX model/],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /Invalid ONNX model/],
  ])('%s', async (name, content, message) => {
    const before = await stored();
    await expect(ml.importModel(`${name}.onnx`, content)).rejects.toMatchObject({
      name: 'ServiceError',
      reason: 'invalidQuery',
      message: expect.stringMatching(message),
    });
    expect(await stored()).toEqual(before);
  });

  test('a truncated model', async () => {
    const whole = await readModel('shapes_dynamic.onnx');
    for (const length of [1, 100, 5000, whole.length - 1]) {
      await expect(ml.importModel('cut.onnx', whole.subarray(0, length))).rejects.toMatchObject({
        name: 'ServiceError',
      });
    }
  });

  test('a cancelled import', async () => {
    const before = await stored();
    const signal = AbortSignal.timeout(50);
    await ml.objectStore.put('bucket', 'cancelled.onnx', [await readModel('shapes_nchw.onnx')]);
    await expect(ml.runtime.importModel('ONNX', 'gs://bucket/cancelled.onnx', signal)).rejects.toThrow('timeout');
    expect(await stored()).toEqual(before);
  });
});

describe('MODEL_PATH', () => {
  test('a folder with one model, written in three ways', async () => {
    const { objectStore, runtime } = ml;
    await objectStore.put('bucket', 'dir/readme.txt', [Buffer.from('about')]);
    await objectStore.put('bucket', 'dir/model.onnx', [await readModel('linear.onnx')]);
    const ids = await Promise.all(
      ['gs://bucket/dir/*', 'gs://bucket/dir/', 'gs://bucket/dir/model.onnx', 'gs://bucket/dir/*.onnx'].map(
        async (uri) => (await runtime.importModel('ONNX', uri)).contentId,
      ),
    );
    expect(new Set(ids).size).toBe(1);
  });

  test.each([
    ['gs://nowhere/x.onnx', /Not found: Bucket nowhere/],
    ['gs://bucket/absent.onnx', /Not found: URI gs:\/\/bucket\/absent.onnx/],
    ['gs://bucket/absent/*', /Not found: URI/],
    ['https://example.com/x.onnx', /Invalid Google Cloud Storage URI/],
  ])('%s', async (uri, message) => {
    await expect(ml.runtime.importModel('ONNX', uri)).rejects.toThrow(message);
  });

  test('a folder with two models is ambiguous', async () => {
    await ml.objectStore.put('bucket', 'two/a.onnx', [Buffer.from('a')]);
    await ml.objectStore.put('bucket', 'two/b.onnx', [Buffer.from('b')]);
    await expect(ml.runtime.importModel('ONNX', 'gs://bucket/two/*')).rejects.toThrow(
      'holds 2 files that end with .onnx',
    );
  });
});

test('a SavedModel gives what its ONNX twin gives, and is converted once', async () => {
  const folder = new URL('shapes_savedmodel/', MODELS);
  for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const path = join(name.parentPath, name.name);
    await ml.objectStore.put('bucket', `saved/${relative(fileURLToPath(folder), path).replaceAll(sep, '/')}`, [
      await readFile(path),
    ]);
  }
  const imported = await ml.runtime.importModel('TENSORFLOW', 'gs://bucket/saved/*');
  expect(imported.featureColumns).toEqual([
    { name: 'input_1', type: arrayOf(FLOAT64), dtype: 'float32', shape: [null, 224, 224, 3] },
  ]);
  expect(imported.labelColumns).toEqual([
    { name: 'activation_49', type: arrayOf(FLOAT64), dtype: 'float32', shape: [null, 10] },
  ]);
  expect(await readdir(join(ml.dataDirectory, 'models', imported.contentId))).toContain('source');
  expect((await ml.runtime.importModel('TENSORFLOW', 'gs://bucket/saved/')).contentId).toBe(imported.contentId);
  const twin = await ml.importModel('shapes_probabilities.onnx');
  const pixels = [0, 1].map((row) => Array.from({ length: 224 * 224 * 3 }, (_, i) => ((i * 31 + row * 7) % 255) / 255));
  const rows = () => asBatches(batchOf(column(arrayOf(FLOAT64), pixels)));
  const actual = await collectRows(ml.runtime.predict({ ...twin, ...imported, modelType: 'TENSORFLOW' }, rows()));
  const expected = await collectRows(ml.runtime.predict(twin, rows()));
  actual.forEach(([probabilities], row) =>
    (probabilities as readonly number[]).forEach((p, k) =>
      expect(p).toBeCloseTo((expected[row]?.[0] as readonly number[] | undefined)?.[k] ?? NaN, 5),
    ),
  );
});

test('a folder that is no SavedModel', async () => {
  await ml.objectStore.put('bucket', 'unsaved/readme.txt', [Buffer.from('about')]);
  await expect(ml.runtime.importModel('TENSORFLOW', 'gs://bucket/unsaved/*')).rejects.toThrow(
    'MODEL_PATH gs://bucket/unsaved/* holds no file saved_model.pb',
  );
});

test('the newest operators run, unless compatibility with 1.12 is asked for', async () => {
  const model = await ml.importModel('opset_too_new.onnx');
  expect(await collectRows(ml.runtime.predict(model, asBatches(batchOf(column(FLOAT64, [1.5])))))).toEqual([[3]]);
  const strict = await createTestRuntime({ onnxCompatibility: '1.12' });
  try {
    await expect(strict.importModel('opset_too_new.onnx')).rejects.toThrow(
      'Invalid ONNX model: it has IR version 10; ONNX Runtime 1.12 loads IR versions up to 8.',
    );
    await strict.importModel('linear.onnx');
  } finally {
    await strict.dispose();
  }
});

test('collect keeps what is in use and what was just imported', async () => {
  const own = await createTestRuntime();
  try {
    const kept = await own.importModel('linear.onnx');
    const dropped = await own.importModel('add_scalars.onnx');
    const folder = join(own.dataDirectory, 'models');
    await writeFile(join(folder, 'stray'), 'left by a crash');
    await own.runtime.collect(new Set());
    expect((await readdir(folder)).sort()).toEqual([kept.contentId, dropped.contentId].sort());
    await own.runtime.collect(new Set([kept.contentId]));
    expect(await readdir(folder)).toEqual([kept.contentId]);
    const batch = batchOf(column(FLOAT64, [1]), column(FLOAT64, [2]));
    await expect(collectRows(own.runtime.predict(dropped, asBatches(batch)))).rejects.toThrow(
      'Not found: Model p:d.add_scalars.onnx',
    );
  } finally {
    await own.dispose();
  }
});
