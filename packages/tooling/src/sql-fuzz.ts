/**
 * Throws texts at the parser and the printer: nothing but a SqlSyntaxError may come out, and nothing may take a second.
 *
 *   node packages/tooling/src/sql-fuzz.ts [FILE.jsonl] [--count=200000] [--seed=1]
 *
 * FILE holds parser cases whose texts are mutated; without one a few statements are.
 */
import { parseScript, parseStatement, print, SqlSyntaxError, tokenize, type Node } from '@bqml-emulator/sql';
import { createRandom } from './measure/random.ts';
import type { Random } from './measure/random.ts';
import { readCases } from './sql-corpus.ts';

const LIMIT_MILLIS = 1000;

const SEEDS = [
  'SELECT a.b[OFFSET(1)], CAST(x AS ARRAY<STRUCT<y INT64>>) FROM t JOIN u ON a = b WHERE c IN (SELECT 1)',
  "CREATE MODEL m INPUT(x INT64) OUTPUT(y STRING) REMOTE WITH CONNECTION DEFAULT OPTIONS(a = 'b')",
  'BEGIN SELECT 1; EXCEPTION WHEN ERROR THEN RAISE; END; FOR x IN (SELECT 1) DO SELECT x; END FOR;',
  'FROM t |> WHERE a |> AGGREGATE SUM(b) GROUP BY c |> JOIN u USING (d) |> PIVOT(MAX(x) FOR y IN (1, 2))',
];

const CHARACTERS = '()[]{}<>=,.;+-*/%&|^~?@:!$\\\'"`#\n\r\t 0x1eE_aé😀\u00a0\ufeff\ud800'.split('');

function option(name: string, otherwise: number): number {
  const prefix = `--${name}=`;
  const given = process.argv.find((argument) => argument.startsWith(prefix));
  return given ? Number(given.slice(prefix.length)) : otherwise;
}

class Mutator {
  private readonly random: Random;
  private readonly texts: readonly string[];
  private readonly words: readonly string[];

  constructor(texts: readonly string[], seed: number) {
    this.random = createRandom(seed);
    this.texts = texts;
    this.words = [...new Set(texts.flatMap((text) => tokenize(text).tokens.map((token) => token.text)))];
  }

  private pick<T>(items: readonly T[]): T {
    const item = items[this.random(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  next(): string {
    let text = this.pick(this.texts);
    const steps = 1 + this.random(4);
    for (let step = 0; step < steps; step++) text = this.mutate(text);
    return text;
  }

  private mutate(text: string): string {
    const at = this.random(text.length + 1);
    const to = Math.min(text.length, at + this.random(12));
    switch (this.random(9)) {
      case 0:
        return text.slice(0, at) + text.slice(to);
      case 1:
        return text.slice(0, at) + this.pick(CHARACTERS) + text.slice(at);
      case 2:
        return `${text.slice(0, at)} ${this.pick(this.words)} ${text.slice(at)}`;
      case 3:
        return `${text.slice(0, at)} ${this.pick(this.words)} ${text.slice(to)}`;
      case 4: {
        const other = this.pick(this.texts);
        return text.slice(0, at) + other.slice(this.random(other.length + 1));
      }
      case 5:
        return text.slice(0, at) + text.slice(at, to).repeat(2 + this.random(40)) + text.slice(to);
      case 6:
        return text.slice(0, at);
      case 7:
        return `${text.slice(0, at)}(${text.slice(at)})`;
      default: {
        const words = tokenize(text).tokens.map((token) => token.text);
        const first = this.random(words.length);
        const second = this.random(words.length);
        [words[first], words[second]] = [words[second] ?? '', words[first] ?? ''];
        return words.join(' ');
      }
    }
  }
}

function parse(sql: string, isScript: boolean): Node | undefined {
  try {
    return isScript ? parseScript(sql) : parseStatement(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return undefined;
    throw error;
  }
}

function run(): void {
  const [file] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const texts = file === undefined ? SEEDS : readCases(file).map((one) => one.sql);
  const count = option('count', 200_000);
  const mutator = new Mutator(texts, option('seed', 1));
  let accepted = 0;
  let slowest = 0;
  let failures = 0;
  for (let index = 0; index < count; index++) {
    const sql = mutator.next();
    const start = performance.now();
    try {
      const isScript = index % 2 === 0;
      const node = parse(sql, isScript);
      if (node) {
        accepted++;
        if (!parse(print(node), isScript)) throw new Error(`printed text does not parse: ${print(node)}`);
      }
    } catch (error) {
      failures++;
      console.error(JSON.stringify(sql), error);
    }
    const elapsed = performance.now() - start;
    if (elapsed > slowest) slowest = elapsed;
    if (elapsed > LIMIT_MILLIS) {
      failures++;
      console.error(`${Math.round(elapsed)} ms`, JSON.stringify(sql));
    }
    if (failures > 20) break;
  }
  console.log(`inputs ${count}`);
  console.log(`accepted ${accepted}`);
  console.log(`slowest ${slowest.toFixed(0)} ms`);
  console.log(`failures ${failures}`);
  if (failures > 0) process.exitCode = 1;
}

run();
