/**
 * The parser beside node-sql-parser: statements per second on the statements that both accept, and its growth with the
 * length of the text.
 *
 *   npm run bench -- parse
 *   SQL_CASES=FILE.jsonl npm run bench -- parse     the statements of a file of parser cases
 *
 * Ends with 1 when a bar is missed.
 */
import { parseStatement, SqlSyntaxError } from '@bqml-emulator/sql';
import { readCases } from '../sql-corpus.ts';
import { acceptedBySecondParser, secondParser } from '../sql-differential.ts';

const ROUNDS = 5;
const ROUND_MILLIS = 400;
const BAR_RATIO = 10;
/** How much more a byte of 1 MB may cost than one of 1 KB. */
const BAR_GROWTH = 2;

const STATEMENTS = [
  'SELECT 1',
  'SELECT a, b, c FROM d.t WHERE a = 1 AND b > 2.5 ORDER BY c DESC LIMIT 10',
  'SELECT t.a, COUNT(*) AS n FROM d.t AS t JOIN d.u AS u ON t.id = u.id GROUP BY t.a HAVING COUNT(*) > 3',
  "SELECT CASE WHEN a = 1 THEN 'x' WHEN a = 2 THEN 'y' ELSE 'z' END AS label, CAST(b AS STRING) FROM d.t",
  'WITH q AS (SELECT a FROM d.t), r AS (SELECT b FROM q) SELECT * FROM r UNION ALL SELECT * FROM q',
  'SELECT a, SUM(b) OVER (PARTITION BY c ORDER BY e) FROM d.t WHERE a IN (1, 2, 3) OR a BETWEEN 5 AND 9',
  'SELECT STRUCT(1 AS a, 2 AS b), [1, 2, 3], ARRAY_LENGTH(x), DATE_ADD(d, INTERVAL 1 DAY) FROM d.t',
  'SELECT * FROM (SELECT a, b FROM d.t WHERE a IS NOT NULL) AS s LEFT JOIN d.u USING (a)',
  "INSERT INTO d.t (a, b) VALUES (1, 'x'), (2, 'y')",
  'CREATE TABLE d.t (a INT64, b STRING)',
];

interface Subject {
  readonly name: string;
  readonly parse: (sql: string) => unknown;
}

const OURS: Subject = { name: 'ours', parse: parseStatement };
const THEIRS: Subject = {
  name: 'node-sql-parser',
  parse: (sql) => secondParser.parse(sql, { database: 'bigquery' }),
};

/** Statements per second over one round of at least ROUND_MILLIS. */
function round(subject: Subject, statements: readonly string[]): number {
  const start = performance.now();
  let count = 0;
  let elapsed: number;
  do {
    for (const sql of statements) subject.parse(sql);
    count += statements.length;
    elapsed = performance.now() - start;
  } while (elapsed < ROUND_MILLIS);
  return (count * 1000) / elapsed;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** A SELECT of about `bytes` bytes: many columns, none of them nested deeply. */
function longStatement(bytes: number): string {
  const columns: string[] = [];
  for (let length = 0; length < bytes;) {
    const index = columns.length;
    const column = `CAST(t.column_${index} AS INT64) + ${index} * 2 AS c${index}`;
    columns.push(column);
    length += column.length + 2;
  }
  return `SELECT ${columns.join(', ')} FROM d.t AS t`;
}

/** Nanoseconds a byte, the best of some runs. */
function costPerByte(sql: string): number {
  let best = Number.POSITIVE_INFINITY;
  const repeats = Math.max(3, Math.round(300_000 / sql.length));
  for (let attempt = 0; attempt < ROUNDS; attempt++) {
    const start = performance.now();
    for (let index = 0; index < repeats; index++) parseStatement(sql);
    best = Math.min(best, ((performance.now() - start) * 1e6) / (repeats * sql.length));
  }
  return best;
}

function corpus(): string[] {
  const file = process.env.SQL_CASES;
  if (file === undefined) return STATEMENTS;
  return readCases(file)
    .filter((one) => one.mode === 'statement' && one.tree !== undefined)
    .map((one) => one.sql)
    .filter((sql) => {
      try {
        parseStatement(sql);
        return true;
      } catch (error) {
        if (error instanceof SqlSyntaxError) return false;
        throw error;
      }
    });
}

export function run(): Promise<void> {
  const accepted = corpus();
  const both = accepted.filter(acceptedBySecondParser);
  const rates = { ours: [] as number[], theirs: [] as number[] };
  // The two take turns, so that both meet the same machine.
  for (let index = 0; index < ROUNDS; index++) {
    rates.ours.push(round(OURS, both));
    rates.theirs.push(round(THEIRS, both));
  }
  const ours = median(rates.ours);
  const theirs = median(rates.theirs);
  const ratio = ours / theirs;
  console.log(`statements accepted by ours ${accepted.length}, by both ${both.length}`);
  console.log(`${OURS.name} on all accepted ${Math.round(round(OURS, accepted))} statements/s`);
  console.log(`${OURS.name} ${Math.round(ours)} statements/s`);
  console.log(`${THEIRS.name} ${Math.round(theirs)} statements/s`);
  console.log(`ratio ${ratio.toFixed(1)} (bar ${BAR_RATIO})`);
  const sizes = [1024, 16 * 1024, 256 * 1024, 1000 * 1024];
  const costs = sizes.map((size) => costPerByte(longStatement(size)));
  sizes.forEach((size, index) => console.log(`${size} bytes ${costs[index]?.toFixed(1)} ns/byte`));
  const growth = (costs.at(-1) ?? 0) / (costs[0] ?? 1);
  console.log(`growth of the cost of a byte ${growth.toFixed(2)} (bar ${BAR_GROWTH})`);
  if (ratio < BAR_RATIO || growth > BAR_GROWTH) process.exitCode = 1;
  return Promise.resolve();
}
