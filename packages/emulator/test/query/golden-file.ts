import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { QueryHarness } from './query-harness.ts';

/** Statements, `--`, what they give, `==`. */
export const GOLDEN_FILES = path.join(import.meta.dirname, 'golden');

/** Runs the statements of a file; `printed` is the file as it should be. */
export async function printGoldenFile(
  harness: QueryHarness,
  name: string,
): Promise<{ readonly file: string; readonly printed: string }> {
  const file = path.join(GOLDEN_FILES, name);
  const printed: string[] = [];
  for (const item of readFileSync(file, 'utf8').split(/^==\n/m)) {
    const [query = ''] = item.split(/^--\n/m);
    if (query.trim() !== '') printed.push(`${query}--\n${await harness.print(query)}\n`);
  }
  return { file, printed: printed.join('==\n') };
}
