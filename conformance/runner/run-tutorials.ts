import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmulator } from 'bqml-emulator';
import { compareError, compareRows, fieldsOf, rowsOf } from './compare-rows.ts';
import { difference, partialDifference } from './compare.ts';
import { call } from './http-call.ts';
import type { Reply } from './http-call.ts';
import { consoleMessage, listingLines, rowLines, withoutPadding } from './printed-answer.ts';
import type { ExpectedAnswer, Text, Tutorial, TutorialStep } from './tutorial.ts';

export interface StepResult {
  /** `FILE/PATH/NUMBER SECTION`. */
  readonly id: string;
  readonly outcome: 'ran' | 'failed' | 'waits' | 'outside';
  /** What failed, what it waits for, or why it is outside. */
  readonly why?: string;
}

const FIXTURES = path.join(import.meta.dirname, '../../packages/tooling/fixtures');
export const TUTORIALS = path.join(import.meta.dirname, '../tutorials');

const linesOf = (text: Text): string => (typeof text === 'string' ? text : text.join('\n'));

export function readTutorial(file: string): Tutorial {
  return JSON.parse(readFileSync(file, 'utf8')) as Tutorial;
}

/** Runs every path of the tutorials of a directory, each path with an emulator and buckets of its own. */
export async function* runTutorials(directory = TUTORIALS): AsyncGenerator<StepResult> {
  for (const file of globSync('*.json', { cwd: directory }).toSorted()) {
    const tutorial = readTutorial(path.join(directory, file));
    for (const tab of tutorial.paths) yield* runPath(tutorial, path.basename(file, '.json'), tab);
  }
}

async function* runPath(tutorial: Tutorial, name: string, tab: string): AsyncGenerator<StepResult> {
  const bucketsRoot = mkdtempSync(path.join(os.tmpdir(), 'bqml-tutorial-'));
  try {
    fillBuckets(tutorial, bucketsRoot);
    const projectId = `tutorial-${name.slice(0, 3)}`;
    const emulator = await startEmulator({ projectId, bucketsRoot, flags: tutorial.flags?.[tab] ?? [] });
    try {
      const transcript = new Transcript(emulator.url, emulator.projectId, tutorial.placeholders);
      for (const [number, step] of tutorial.steps.entries()) {
        if (step.tab !== undefined && ![step.tab].flat().includes(tab)) continue;
        yield { id: `${name}/${tab}/${number} ${step.section}`, ...(await transcript.run(step)) };
      }
    } finally {
      await emulator.dispose();
    }
  } finally {
    rmSync(bucketsRoot, { recursive: true, force: true });
  }
}

/** Lays the fixtures out as the objects that the tutorial presumes. */
export function fillBuckets(tutorial: Tutorial, root: string): void {
  for (const [bucket, objects] of Object.entries(tutorial.buckets)) {
    mkdirSync(path.join(root, bucket), { recursive: true });
    for (const [object, fixture] of Object.entries(objects)) {
      cpSync(path.join(FIXTURES, fixture), path.join(root, bucket, object), { recursive: true });
    }
  }
}

/** Executes the steps of one path, one after the other. */
class Transcript {
  readonly #url: string;
  readonly #projectUrl: string;
  readonly #placeholders: Readonly<Record<string, string>>;

  constructor(url: string, projectId: string, placeholders: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#projectUrl = `${url}/bigquery/v2/projects/${projectId}`;
    this.#placeholders = { ...placeholders, PROJECT_ID: projectId };
  }

  async run(step: TutorialStep): Promise<Pick<StepResult, 'outcome' | 'why'>> {
    if (step.outside !== undefined) return { outcome: 'outside', why: step.outside };
    const why = await this.#runOrListen(step);
    if (step.waits === undefined) return why === undefined ? { outcome: 'ran' } : { outcome: 'failed', why };
    return why === undefined ? { outcome: 'waits', why: step.waits } : { outcome: 'failed', why };
  }

  async #runOrListen(step: TutorialStep): Promise<string | undefined> {
    const reply = await this.#reply(step);
    if (step.waits !== undefined) {
      return reply === undefined || isUnserved(reply)
        ? undefined
        : `waits for ${step.waits}, yet it is answered: ${JSON.stringify(reply.body).slice(0, 300)}`;
    }
    if (reply === undefined) return 'the step has neither a statement nor a request';
    return this.#compare(step.expected ?? {}, reply, step.sql !== undefined);
  }

  async #reply(step: TutorialStep): Promise<Reply | undefined> {
    if (step.sql !== undefined) {
      return this.#query(this.#fill(linesOf(step.sql)));
    }
    if (step.request === undefined) return undefined;
    const { method, path: requestPath, body, file, contentType } = step.request;
    const url = this.#url + this.#fill(requestPath);
    if (file !== undefined) {
      const bytes = new Uint8Array(readFileSync(path.join(FIXTURES, file)));
      return call(method, url, { bytes, contentType: contentType ?? 'application/octet-stream' });
    }
    return call(method, url, body === undefined ? undefined : { json: this.#filled(body) });
  }

  /** The answer of jobs.query with the rows of all pages. */
  async #query(query: string): Promise<Reply> {
    const first = await call('POST', `${this.#projectUrl}/queries`, { json: { query, useLegacySql: false } });
    const rows = [...rowsOf(first.body)];
    for (let token = first.body['pageToken']; typeof token === 'string';) {
      const { jobId } = first.body['jobReference'] as { jobId: string };
      const url = `${this.#projectUrl}/queries/${jobId}?pageToken=${encodeURIComponent(token)}`;
      const { status, body } = await call('GET', url);
      if (status !== 200) return { status, body };
      rows.push(...rowsOf(body));
      token = body['pageToken'];
    }
    return { status: first.status, body: { ...first.body, rows } };
  }

  async #compare(expected: ExpectedAnswer, reply: Reply, isStatement: boolean): Promise<string | undefined> {
    if (expected.error !== undefined) return compareError({ error: this.#filled(expected.error) }, reply);
    const status = expected.status ?? reply.status;
    if (reply.status !== status || (expected.status === undefined && status >= 300)) {
      return `expected status ${expected.status ?? 200}, got ${reply.status} ${JSON.stringify(reply.body)}`;
    }
    return (
      (expected.body === undefined ? undefined : partialDifference(this.#filled(expected.body), reply.body)) ??
      compareResult(this.#filled(expected), reply) ??
      (isStatement && expected.message !== undefined ? await this.#compareMessage(expected.message, reply) : undefined)
    );
  }

  async #compareMessage(expected: string, reply: Reply): Promise<string | undefined> {
    const { jobId } = reply.body['jobReference'] as { jobId: string };
    const job = await call('GET', `${this.#projectUrl}/jobs/${jobId}`);
    return difference(expected, consoleMessage(job.body) ?? null, 0, 'message');
  }

  #fill(text: string): string {
    return text.replaceAll(/\$\{(\w+)\}/g, (all, name: string) => this.#placeholders[name] ?? all);
  }

  #filled<T>(value: T): T {
    return JSON.parse(this.#fill(JSON.stringify(value))) as T;
  }
}

/** 501, or the 404 of a path that no route has. */
function isUnserved(reply: Reply): boolean {
  const { message } = (reply.body['error'] ?? {}) as { message?: string };
  return reply.status === 501 || (reply.status === 404 && /^Not found: [A-Z]+ \//.test(message ?? ''));
}

function compareResult(expected: ExpectedAnswer, reply: Reply): string | undefined {
  const { schema, rows, rowCount, tolerance, table, output } = expected;
  if (schema !== undefined) {
    const found = partialDifference(schema, fieldsOf(reply.body), 'schema');
    if (found !== undefined) return found;
  }
  if (rowCount !== undefined && rowsOf(reply.body).length !== rowCount) {
    return `expected ${rowCount} rows, got ${rowsOf(reply.body).length}`;
  }
  if (rows !== undefined) {
    const found = compareRows({ rows, ...(tolerance === undefined ? {} : { tolerance }) }, reply.body);
    if (found !== undefined) return found;
  }
  if (output !== undefined) {
    const found = difference(output.map(withoutPadding), listingLines(reply.body), 0, 'output');
    if (found !== undefined) return found;
  }
  return table === undefined ? undefined : compareTable(table, reply, tolerance ?? 0);
}

/** The row that is printed is the one with all the texts of the first line. */
function compareTable(
  [header = [], ...lines]: readonly (readonly (string | number)[])[],
  reply: Reply,
  tolerance: number,
): string | undefined {
  const fields = fieldsOf(reply.body);
  const headerDifference = difference(header, fields.map((f) => f.name), 0, 'header'); // prettier-ignore
  if (headerDifference !== undefined) return headerDifference;
  const texts = (lines[0] ?? []).filter((cell) => typeof cell === 'string');
  const row = rowsOf(reply.body).find((r) => texts.every((text) => r.f.some((cell) => cell.v === text)));
  if (row === undefined) return `no row has ${texts.join(', ')}`;
  return difference(lines, rowLines(fields, row, lines.length), tolerance, 'table');
}
