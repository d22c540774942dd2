import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeToText } from './analyze-for-test.ts';
import { parseGoldenFile, printGoldenFile } from './golden-file.ts';

const directory = import.meta.dirname;
const update = process.env['UPDATE_GOLDEN'] === '1';

for (const name of readdirSync(directory).filter((f) => f.endsWith('.test'))) {
  const path = join(directory, name);
  const cases = parseGoldenFile(readFileSync(path, 'utf8'));
  if (update) writeFileSync(path, printGoldenFile(cases.map((c) => ({ ...c, expected: analyzeToText(c.sql) }))));
  else {
    describe(name, () => {
      test.each(cases)(`${name}:$line`, ({ sql, expected }) => {
        expect(analyzeToText(sql)).toBe(expected);
      });
    });
  }
}

test.runIf(update)('golden files are rewritten', () => {
  expect(update).toBe(true);
});
