import { expect, test } from 'vitest';
import {
  convertImageType,
  createImageHost,
  decodeImage,
  ImageShapeError,
  materializeImage,
  renderInto,
  resizeImage,
} from '../src/index.ts';
import { noisePng } from './sample-images.ts';

const host = createImageHost();

test('a batch of floats holds what SQL would read', async () => {
  const images = await Promise.all([noisePng(20, 31, 1), noisePng(40, 10, 2)]);
  const references = images.map((bytes) => resizeImage(decodeImage({ kind: 'bytes', bytes }), 8, 9, false));
  const array = new Float32Array(2 * 8 * 9 * 3);
  const slot = { array, layout: 'NHWC', height: 8, width: 9, channels: 3 } as const;
  await Promise.all(references.map((image, i) => renderInto(image, host, { ...slot, offset: i * 8 * 9 * 3 })));
  const values = await Promise.all(references.map(async (image) => (await materializeImage(image, host)).values));
  expect([...array]).toEqual(values.flatMap((image) => Array.from(image, Number)));
});

test.each([Float32Array, Float64Array, Uint8Array, Int32Array, BigInt64Array])(
  '%o takes integer images',
  async (Values) => {
    const bytes = await noisePng(6, 5, 3);
    const image = convertImageType(decodeImage({ kind: 'bytes', bytes }));
    const array = new Values(1 + 6 * 5 * 3);
    await renderInto(image, host, { array, offset: 1, layout: 'NHWC', height: 6, width: 5, channels: 3 });
    expect(Array.from(array, Number).slice(1)).toEqual(
      Array.from((await materializeImage(image, host)).values, Number),
    );
  },
);

test('a decoded image fits a slot of its own size', async () => {
  const bytes = await noisePng(6, 5, 3);
  const image = decodeImage({ kind: 'bytes', bytes });
  const array = new Float32Array(6 * 5 * 3);
  await renderInto(image, host, { array, offset: 0, layout: 'NHWC', height: 6, width: 5, channels: 3 });
  expect(array).toEqual(new Float32Array((await materializeImage(image, host)).values as Float64Array));
});

test('another shape is refused with both shapes', async () => {
  const image = decodeImage({ kind: 'bytes', bytes: await noisePng(6, 5, 3) });
  const slot = { array: new Float32Array(300), offset: 0, layout: 'NHWC', height: 10, width: 10, channels: 3 } as const;
  const error = await renderInto(image, host, slot).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ImageShapeError);
  expect(error).toMatchObject({ actual: [6, 5, 3], expected: [10, 10, 3] });
});
