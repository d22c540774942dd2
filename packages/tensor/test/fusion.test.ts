import fc from 'fast-check';
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
import { noisePng } from './sample-images.ts';

type Step = (image: ImageReference) => ImageReference;

const host = createImageHost();

/** Every step computed in full and read back as a literal. */
async function stepByStep(image: ImageReference, steps: readonly Step[]) {
  let current = await materializeImage(image, host);
  for (const step of steps)
    current = await materializeImage(step(pixelImage(current.dimensions, current.values)), host);
  return current;
}

const side = fc.integer({ min: 1, max: 30 });
const resize = fc.tuple(side, side, fc.boolean()).map(
  ([h, w, preserve]): Step =>
    (image) =>
      resizeImage(image, h, w, preserve),
);
const pointwise = fc.constantFrom<Step>(
  (image) => convertColorSpace(image, 'HSV'),
  (image) => convertColorSpace(image, 'YIQ'),
  convertImageType,
);

describe('a chain computed from its end equals its steps', () => {
  test('for any resizes and pixel operations', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(side, side, fc.nat({ max: 1000 })),
        fc.array(fc.oneof(resize, pointwise), { minLength: 1, maxLength: 4 }),
        async ([height, width, seed], steps) => {
          const image = decodeImage({ kind: 'bytes', bytes: await noisePng(height, width, seed) });
          const fused = steps.reduce((before, step) => step(before), image);
          const expected = await stepByStep(image, steps).catch((error: unknown) => String(error));
          expect(await materializeImage(fused, host).catch((error: unknown) => String(error))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('when the decoded image is shrunk to the limit', async () => {
    const limited = createImageHost({ maxStructBytes: 20_000 });
    const image = decodeImage({ kind: 'bytes', bytes: await noisePng(60, 90, 7) });
    const scale = Math.sqrt(20_000 / (60 * 90 * 24));
    const small = resizeImage(image, Math.floor(scale * 60), Math.floor(scale * 90), false);
    expect(await imageDimensions(image, limited)).toEqual([23, 35, 3]);
    expect(await materializeImage(image, limited)).toEqual(await materializeImage(small, host));
    expect(await materializeImage(resizeImage(image, 8, 9, false), limited)).toEqual(
      await materializeImage(resizeImage(small, 8, 9, false), host),
    );
    const whole = createImageHost({ maxStructBytes: 20_000, decodeDownscale: 'off' });
    expect(await imageDimensions(image, whole)).toEqual([60, 90, 3]);
  });
});

test('gray goes through every kernel', async () => {
  const image = decodeImage({ kind: 'bytes', bytes: await noisePng(9, 7, 5) });
  const gray: Step = (before) => convertColorSpace(before, 'GRAYSCALE');
  const half: Step = (before) => resizeImage(before, 4, 4, false);
  expect(await materializeImage(half(gray(image)), host)).toEqual(await stepByStep(image, [gray, half]));
  await expect(materializeImage(gray(gray(image)), host)).rejects.toThrow('must have 3 channels');
});
