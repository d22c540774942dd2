/** One case of a golden file: the statement, and what the analyzer makes of it. */
export interface GoldenCase {
  readonly line: number;
  readonly sql: string;
  readonly expected: string;
}

/** Cases are `statement`, a line `--`, `expected`, and are divided by lines `==`. */
export function parseGoldenFile(text: string): readonly GoldenCase[] {
  const cases: GoldenCase[] = [];
  let line = 1;
  for (const block of text.split(/^==\n/m)) {
    const [sql = '', expected = ''] = block.split(/^--\n/m);
    if (sql.trim() !== '') cases.push({ line, sql: sql.trimEnd(), expected: expected.trimEnd() });
    line += block.split('\n').length;
  }
  return cases;
}

export function printGoldenFile(cases: readonly GoldenCase[]): string {
  return `${cases.map((c) => `${c.sql}\n--\n${c.expected}\n`).join('==\n')}`;
}
