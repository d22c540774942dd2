/**
 * Runs GoogleSQL's compliance cases on a server of its own, or the one at --url, and prints how many answers are right.
 *
 *   npm run -s sql:compliance -- FILE.jsonl NOT_IN_BIGQUERY.json [--verbose] [--filter REGEX] [--url URL]
 *
 * A line of FILE.jsonl is a ComplianceCase; NOT_IN_BIGQUERY.json lists the features and functions of GoogleSQL that
 * BigQuery's documentation does not have. A case that needs one of those is not counted, and must be refused.
 *
 * - right: the same types and rows (in any order where the case says so; floats to a relative 1e-12), or any error
 *   where the case has one;
 * - refused: an error where a value is expected;
 * - wrong: another value or type, a value where an error is expected, or a value of a case that is not counted.
 *
 * The ids of wrong answers follow the figures; with --verbose also what was asked, expected and answered, and refusals.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { tokenize } from '@bqml-emulator/sql';
import { startEmulator } from 'bqml-emulator';
import { readReferenceResult } from './compliance/reference-result.ts';
import type { ReferenceResult } from './compliance/reference-result.ts';
import { decodeRow, rowType, sameType, sameValue } from './compliance/wire-result.ts';
import type { WireField, WireRow } from './compliance/wire-result.ts';

const PROJECT = 'compliance';
const CONCURRENCY = 4;

interface ComplianceCase {
  readonly id: string;
  readonly sql: string;
  /** Features of GoogleSQL that the case needs. */
  readonly features?: readonly string[];
  /** GoogleSQL's typed result, or its error. */
  readonly result?: string;
  readonly error?: string;
}

interface NotInBigQuery {
  readonly features: readonly string[];
  readonly functions: readonly string[];
}

interface Answer {
  readonly fields: readonly WireField[];
  readonly rows: readonly WireRow[];
  readonly error: string | undefined;
}

type Verdict = 'right' | 'refused' | 'wrong' | 'not counted';

async function ask(url: string, query: string): Promise<Answer> {
  const response = await fetch(`${url}/bigquery/v2/projects/${PROJECT}/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query,
      useLegacySql: false,
      timeoutMs: 60_000,
      formatOptions: { useInt64Timestamp: true },
    }),
  });
  const body = (await response.json()) as {
    readonly schema?: { readonly fields: readonly WireField[] };
    readonly rows?: readonly WireRow[];
    readonly error?: { readonly message: string };
  };
  return { fields: body.schema?.fields ?? [], rows: body.rows ?? [], error: body.error?.message };
}

function isCounted(one: ComplianceCase, lacking: NotInBigQuery): boolean {
  if (one.features?.some((feature) => lacking.features.includes(feature))) return false;
  const { tokens } = tokenize(one.sql);
  return !tokens.some((token, i) => {
    const name = token.text.toUpperCase();
    const qualified = `${tokens[i - 2]?.text.toUpperCase()}.${name}`;
    const isName = lacking.functions.includes(name) || lacking.functions.includes(qualified);
    return isName && tokens[i + 1]?.text === '(';
  });
}

function judge(one: ComplianceCase, answer: Answer, counted: boolean): Verdict {
  if (!counted) return answer.error === undefined ? 'wrong' : 'not counted';
  if (one.result === undefined) return answer.error === undefined ? 'wrong' : 'right';
  if (answer.error !== undefined) return 'refused';
  const expected = referenceResult(one.id, one.result);
  const type = rowType(answer.fields);
  const rows = { elements: answer.rows.map((row) => decodeRow(row, type)), unordered: false };
  return sameType(expected.row, type) && sameValue(expected.rows, rows) ? 'right' : 'wrong';
}

function referenceResult(id: string, text: string): ReferenceResult {
  try {
    return readReferenceResult(text);
  } catch (cause) {
    throw new Error(`The result of ${id} cannot be read.`, { cause });
  }
}

async function run(url: string, file: string, lackingFile: string, filter: RegExp, verbose: boolean): Promise<void> {
  const lacking = JSON.parse(readFileSync(lackingFile, 'utf8')) as NotInBigQuery;
  const cases = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as ComplianceCase)
    .filter((one) => filter.test(one.id));
  const counts: Record<Verdict, number> = { right: 0, refused: 0, wrong: 0, 'not counted': 0 };
  const wrong: string[] = [];
  const queue = cases.values();
  const worker = async () => {
    for (const one of queue) {
      const answer = await ask(url, one.sql);
      const verdict = judge(one, answer, isCounted(one, lacking));
      counts[verdict]++;
      if (verdict === 'wrong') wrong.push(one.id);
      if (verbose && (verdict === 'wrong' || verdict === 'refused')) {
        const given = answer.error ?? JSON.stringify([answer.fields, answer.rows]);
        console.log(
          `${verdict}\t${one.id}\n${one.sql}\nexpected ${one.result ?? `ERROR ${one.error}`}\nanswered ${given}\n`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  for (const [verdict, count] of Object.entries(counts)) console.log(`${verdict} ${count}`);
  for (const id of wrong.toSorted()) console.log(id);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    verbose: { type: 'boolean', default: false },
    filter: { type: 'string', default: '' },
    url: { type: 'string' },
  },
});
const [file, lackingFile] = positionals;
if (file === undefined || lackingFile === undefined) {
  console.error('usage: npm run -s sql:compliance -- FILE.jsonl NOT_IN_BIGQUERY.json [--verbose] [--filter REGEX]');
  process.exitCode = 2;
} else {
  const emulator = values.url === undefined ? await startEmulator({ projectId: PROJECT }) : undefined;
  await run(values.url ?? emulator?.url ?? '', file, lackingFile, new RegExp(values.filter), values.verbose);
  await emulator?.dispose();
}
