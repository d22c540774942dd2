/**
 * Golden files: statements, `--`, what they give, `==`. The statements of a file run in order in one data directory.
 * `vitest -u` writes what they give now; `vitest -t join` runs the files whose name holds `join`.
 */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GOLDEN_FILES, printGoldenFile } from './golden-file.ts';
import { QueryHarness } from './query-harness.ts';

test.for(readdirSync(GOLDEN_FILES).filter((name) => name.endsWith('.test')))(
  '%s',
  { timeout: 60_000 },
  async (name) => {
    const harness = await QueryHarness.open();
    try {
      const { file, printed } = await printGoldenFile(harness, name);
      await expect(printed).toMatchFileSnapshot(file);
      expect(harness.defects).toEqual([]);
    } finally {
      await harness.close();
    }
  },
);
