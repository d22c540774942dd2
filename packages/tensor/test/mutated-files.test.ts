import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '@bqml-emulator/common';
import { expect, test } from 'vitest';
import { createImageHost, decodeImage, imageDimensions, materializeImage, resizeImage } from '../src/index.ts';
import { mutateFile, random } from './mutate-file.ts';

/** FUZZ_FILES=10000 FUZZ_DIRECTORY=... vitest run packages/tensor/test/mutated-files.test.ts */
const COUNT = Number(process.env['FUZZ_FILES'] ?? 300);
const FOLDER = process.env['FUZZ_DIRECTORY'] ?? join(import.meta.dirname, '../../tooling/fixtures/odd');
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const MAX_SOURCE_BYTES = 400_000;
const MAX_MILLIS = 2000;
const MAX_RESIDENT_BYTES = 1_000_000_000;

const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .map((name) => join(FOLDER, name))
  .filter(
    (path) => /\.(jpe?g|png|bmp)$/.test(path) && statSync(path).size > 0 && statSync(path).size < MAX_SOURCE_BYTES,
  )
  .sort()
  .map((path) => ({ path, bytes: readFileSync(path) }));

const host = createImageHost();

/** The image, or the error that a user sees; anything else thrown is a defect. */
async function outcome(bytes: Buffer) {
  const image = resizeImage(decodeImage({ kind: 'bytes', bytes }), 32, 32, false);
  try {
    const decoded = await imageDimensions(decodeImage({ kind: 'bytes', bytes }), host);
    return { decoded, ...(await materializeImage(image, host)) };
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

test(
  'a mutated file is an image or a clear error, soon and in bounded memory',
  async () => {
    const counts = { images: 0, errors: 0 };
    const slowest = { millis: 0, name: '' };
    let resident = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed += 1) {
      const source = sources[random(seed)(sources.length)]!;
      const name = `${source.path} seed ${seed}`;
      const start = performance.now();
      const result = await outcome(mutateFile(source.bytes, seed));
      const millis = performance.now() - start;
      if (millis > slowest.millis) Object.assign(slowest, { millis, name });
      resident = Math.max(resident, process.memoryUsage.rss());
      if (result instanceof ServiceError) {
        expect(result.message, name).toMatch(/^Input image bytes could not be decoded/);
        counts.errors += 1;
      } else {
        expect(result.dimensions, name).toEqual([32, 32, 3]);
        expect(
          result.values.every((value) => value >= 0 && value <= 1),
          name,
        ).toBe(true);
        counts.images += 1;
      }
    }
    console.log(counts, slowest, `${Math.round(resident / 1e6)} MB`);
    expect(slowest.millis, slowest.name).toBeLessThan(MAX_MILLIS);
    expect(resident).toBeLessThan(MAX_RESIDENT_BYTES);
    expect(counts.images + counts.errors).toBe(COUNT);
  },
  COUNT * 100 + 10_000,
);
