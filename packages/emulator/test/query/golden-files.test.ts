/**
 * Golden files: statements, `--`, what they give, `==`. The statements of a file run in order in one data directory.
 * `vitest -u` writes what they give now; `vitest -t join` runs the files whose name holds `join`.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { QueryHarness } from './query-harness.ts';

const directory = path.join(import.meta.dirname, 'golden');

test.for(readdirSync(directory).filter((name) => name.endsWith('.test')))('%s', { timeout: 60_000 }, async (name) => {
  const file = path.join(directory, name);
  const harness = await QueryHarness.open();
  try {
    const printed: string[] = [];
    for (const item of readFileSync(file, 'utf8').split(/^==\n/m)) {
      const [query = ''] = item.split(/^--\n/m);
      if (query.trim() !== '') printed.push(`${query}--\n${await harness.print(query)}\n`);
    }
    await expect(printed.join('==\n')).toMatchFileSnapshot(file);
    expect(harness.defects).toEqual([]);
  } finally {
    await harness.close();
  }
});
