import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TensorSpool } from '../src/predict/tensor-spool.ts';

test('what does not fit into memory comes back from a file that has no name', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spool-test-'));
  try {
    const spool = new TensorSpool(directory, 100);
    const originals = [
      Float32Array.from({ length: 25 }, (_, i) => i / 3),
      BigInt64Array.from({ length: 50 }, (_, i) => BigInt(i) ** 9n),
      Uint8Array.from({ length: 3 }, (_, i) => i),
      Float64Array.from({ length: 1000 }, Math.sqrt),
      ['strings', 'stay'],
    ];
    const stored = await Promise.all(originals.map((data) => spool.store(data)));
    expect(stored.map(({ length }) => length)).toEqual([25, 50, 3, 1000, 2]);
    for (let round = 0; round < 2; round++) {
      expect(await Promise.all(stored.map((tensor) => tensor.read()))).toEqual(originals);
    }
    expect(await readdir(directory)).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
