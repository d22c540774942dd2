import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  convertColorSpace,
  createImageHost,
  decodeImage,
  materializeImage,
  pixelImage,
  resizeImage,
} from '../src/index.ts';
import { softJpeg } from './sample-images.ts';

test('another process gives the same bits', async () => {
  const bytes = await softJpeg(60, 80, 1);
  const folder = await mkdtemp(join(tmpdir(), 'images-'));
  const path = join(folder, 'picture');
  await writeFile(path, bytes);
  const child = fork(new URL('./child-host.ts', import.meta.url), { serialization: 'advanced', execArgv: [] });
  const host = createImageHost();
  try {
    for (const image of [
      resizeImage(decodeImage({ kind: 'file', path, size: bytes.length }), 20, 30, true),
      convertColorSpace(decodeImage({ kind: 'bytes', bytes: new Uint8Array(bytes) }), 'YUV'),
      resizeImage(pixelImage([2, 2, 1], new BigInt64Array([1n, 200n, 30n, 4n])), 3, 3, false),
    ]) {
      child.send(image);
      const [values] = (await once(child, 'message')) as [unknown];
      expect(values).toEqual(await materializeImage(image, host));
    }
  } finally {
    child.kill();
    await rm(folder, { recursive: true });
  }
});
