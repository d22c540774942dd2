import { statSync } from 'node:fs';
import { appendFile, copyFile, mkdtemp, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Model } from '@bqml-emulator/catalog';
import { convertImageType, createImageHost, materializeImage, resizeImage } from '@bqml-emulator/tensor';
import type { ImageReference } from '@bqml-emulator/tensor';
import { FLOAT64, arrayOf } from '@bqml-emulator/types';
import type { LazyValue, Value } from '@bqml-emulator/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FLOAT_IMAGE, INTEGER_IMAGE } from '../src/image/image-type.ts';
import { ImageValue } from '../src/image/image-value.ts';
import { asBatches, batchOf, collectRows, column, createTestRuntime } from './fixtures.ts';
import type { TestRuntime } from './fixtures.ts';
import './timeouts.ts';

interface LabelledImage {
  readonly file: string;
  readonly frameworkLabel: number;
  readonly probability: number;
}

const FIXTURES = new URL('../../tooling/fixtures/', import.meta.url);
const host = createImageHost();
let ml: TestRuntime;
let images: readonly LabelledImage[];
beforeAll(async () => {
  ml = await createTestRuntime();
  const labels = JSON.parse(await readFile(new URL('labels.json', FIXTURES), 'utf8')) as { images: LabelledImage[] };
  images = labels.images.filter((_, index) => index % 4 === 0);
});
afterAll(() => ml.dispose());

const lazyBytes = (read: () => Promise<Uint8Array>): LazyValue => ({
  lazy: true,
  type: { kind: 'BYTES' },
  byteSize: undefined,
  read,
});

/** What an object table gives: bytes that lie in a file. */
function objectBytes(localPath: string): LazyValue & { object: unknown } {
  const stats = statSync(localPath, { bigint: true, throwIfNoEntry: false });
  const generation = (stats?.mtimeNs ?? 0n) / 1000n;
  return {
    ...lazyBytes(async () => {
      throw new Error('the bytes are read where they lie');
    }),
    object: { bucket: 'bucket', name: 'picture', generation, localPath, size: Number(stats?.size ?? 0n) },
  };
}
const fixture = (file: string) => fileURLToPath(new URL(file, FIXTURES));

const decoded = (file: string) =>
  ImageValue.decode(
    lazyBytes(() => readFile(new URL(file, FIXTURES))),
    host,
  );
const to224 = (image: ImageReference) => resizeImage(image, 224, 224, false);
const predictImages = (model: Model, values: readonly Value[], type = FLOAT_IMAGE) =>
  collectRows(ml.runtime.predict(model, asBatches(batchOf(column(type, values)))));

describe('the labels that TensorFlow gave', () => {
  test.each(['shapes_batch1.onnx', 'shapes_dynamic.onnx'])('%s, from bytes and from files', async (name) => {
    const model = await ml.importModel(name);
    const values = images.map(({ file }, index) =>
      (index % 2 === 0 ? decoded(file) : ImageValue.decode(objectBytes(fixture(file)), host)).with(to224),
    );
    const rows = await predictImages(model, values);
    expect(rows.map(([label]) => Number(label))).toEqual(images.map(({ frameworkLabel }) => frameworkLabel));
  });

  test('and its probabilities', async () => {
    const model = await ml.importModel('shapes_probabilities.onnx');
    const rows = await predictImages(
      model,
      images.map(({ file }) => decoded(file).with(to224)),
    );
    rows.forEach(([probabilities], index) => {
      const { probability, frameworkLabel } = images[index] as LabelledImage;
      // Without the optional JPEG decoder pixels differ by a level in 255.
      expect(Math.abs(Number((probabilities as readonly number[])[frameworkLabel]) - probability)).toBeLessThan(0.01);
    });
  });

  test('an uint8 model takes integer images', async () => {
    const model = await ml.importModel('shapes_uint8.onnx');
    const values = images.map(({ file }) => decoded(file).with(to224).with(convertImageType));
    const rows = await predictImages(model, values, INTEGER_IMAGE);
    expect(rows.map(([label]) => Number(label))).toEqual(images.map(({ frameworkLabel }) => frameworkLabel));
    await expect(predictImages(model, [decoded(images[0]?.file ?? '').with(to224)])).rejects.toThrow(
      'convert them with ML.CONVERT_IMAGE_TYPE',
    );
  });

  test('structs of values and flat arrays give the same', async () => {
    const model = await ml.importModel('shapes_dynamic.onnx');
    const sample = images.slice(0, 4);
    const structs = await Promise.all(sample.map(({ file }) => decoded(file).with(to224).read()));
    const labels = sample.map(({ frameworkLabel }) => [BigInt(frameworkLabel)]);
    expect(await predictImages(model, structs)).toEqual(labels);
    const flat = structs.map((struct) => (struct as readonly Value[])[1] ?? null);
    const arrays = asBatches(batchOf(column(arrayOf(FLOAT64), flat)));
    expect(await collectRows(ml.runtime.predict(model, arrays))).toEqual(labels);
  });
});

describe('images that do not fit', () => {
  test('a wrong size names both shapes', async () => {
    const model = await ml.importModel('shapes_batch1.onnx');
    const value = decoded(images[0]?.file ?? '').with((image) => resizeImage(image, 100, 224, false));
    await expect(predictImages(model, [value])).rejects.toThrow(
      "Image of shape [100, 224, 3] in column input does not fit the model's input of shape [?, 224, 224, 3]",
    );
  });

  test('an image for a channels-first model names both shapes', async () => {
    const model = await ml.importModel('shapes_nchw.onnx');
    await expect(predictImages(model, [decoded(images[0]?.file ?? '').with(to224)])).rejects.toThrow(
      "Image of shape [224, 224, 3] in column input does not fit the model's input of shape [?, 3, 224, 224]",
    );
  });

  test('bytes that are no image fail the query with the recorded text, and no other', async () => {
    const model = await ml.importModel('shapes_dynamic.onnx');
    const bad = ImageValue.decode(Buffer.from('no image at all, but long enough to be one'), host).with(to224);
    const good = images.slice(0, 20).map(({ file }) => decoded(file).with(to224));
    const [failed, answered] = await Promise.allSettled([
      predictImages(model, [...good.slice(0, 7), bad, ...good.slice(7)]),
      predictImages(model, good),
    ]);
    expect(failed).toMatchObject({
      reason: {
        name: 'ServiceError',
        message:
          'Input image bytes could not be decoded. Expected valid image of type PNG, JPEG, or BMP; error in ML.DECODE_IMAGE expression',
      },
    });
    expect(answered).toMatchObject({ status: 'fulfilled' });
  });

  test('a file that is gone', async () => {
    const model = await ml.importModel('shapes_dynamic.onnx');
    const gone = ImageValue.decode(objectBytes(fixture('images/none.jpg')), host).with(to224);
    await expect(predictImages(model, [gone])).rejects.toMatchObject({
      name: 'ServiceError',
      reason: 'notFound',
      message: 'Not found: URI gs://bucket/picture',
    });
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['grown', (path) => appendFile(path, 'x')],
    ['touched', (path) => utimes(path, 1, 1)],
  ])('a file that was %s after it was listed', async (_name, change) => {
    const model = await ml.importModel('shapes_dynamic.onnx');
    const directory = await mkdtemp(join(tmpdir(), 'ml-images-'));
    try {
      const path = join(directory, 'picture');
      await copyFile(fixture(images[0]?.file ?? ''), path);
      const value = ImageValue.decode(objectBytes(path), host).with(to224);
      expect((await predictImages(model, [value])).length).toBe(1);
      await change(path);
      const notFound = { name: 'ServiceError', message: 'Not found: URI gs://bucket/picture' };
      await expect(predictImages(model, [value])).rejects.toMatchObject(notFound);
      const reference = (await value.reference()) as ImageReference;
      await expect(materializeImage(reference, host)).rejects.toMatchObject(notFound);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('a NULL image', async () => {
    const model = await ml.importModel('shapes_dynamic.onnx');
    await expect(predictImages(model, [null])).rejects.toThrow('Feature column input has a NULL value');
  });
});

test('a child computes the very bits that this process computes', async () => {
  const model = await ml.importModel('shapes_probabilities.onnx');
  for (const { file } of images.slice(0, 6)) {
    const value = decoded(file).with(to224);
    const reference = (await value.reference()) as ImageReference;
    const { values } = await materializeImage(reference, host);
    const [[fromImage], [fromValues]] = (await Promise.all([
      predictImages(model, [value]),
      collectRows(
        ml.runtime.predict(model, asBatches(batchOf(column(arrayOf(FLOAT64), [Array.from(values as Float32Array)])))),
      ),
    ])) as [Value[][], Value[][]];
    expect(fromImage).toEqual(fromValues);
  }
});
