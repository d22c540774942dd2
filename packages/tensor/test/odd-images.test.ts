import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createImageHost, decodeCapabilities, decodePixels } from '../src/index.ts';

const FOLDER = join(import.meta.dirname, '../../tooling/fixtures/odd');
/** `tf.io.decode_image(channels=3)` of each file: shape and hash of the bytes, or the error. */
const { files } = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as {
  files: Record<string, { shape: number[]; sha256: string } | { error: string }>;
};
const host = createImageHost();
const fast = decodeCapabilities(host).jpegDecoder !== 'sharp';
/** TensorFlow takes them, BigQuery does not. */
const OTHER_FORMATS = /\.(gif|webp)$/;

test.each(Object.entries(files))('%s is decoded as by TensorFlow', async (name, expected) => {
  const decoded = decodePixels(readFileSync(join(FOLDER, name)), host);
  if ('error' in expected || OTHER_FORMATS.test(name)) {
    await expect(decoded).rejects.toThrow('Input image bytes could not be decoded.');
    return;
  }
  const { height, width, channels, bytes, decoder } = await decoded;
  expect([height, width, channels]).toEqual(expected.shape);
  if (decoder === 'sharp' && isJpeg(name)) expect(fast && !name.startsWith('cmyk')).toBe(false);
  else expect(createHash('sha256').update(bytes).digest('hex')).toBe(expected.sha256);
});

const isJpeg = (name: string) => readFileSync(join(FOLDER, name))[0] === 0xff;
