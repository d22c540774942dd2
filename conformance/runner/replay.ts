import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compareError, compareRows } from './compare-rows.ts';
import { partialDifference } from './compare.ts';
import { call } from './http-call.ts';
import type { Reply } from './http-call.ts';
import type { QueryCase, RecordedCase, Recording } from './recording.ts';

export interface CaseResult {
  readonly id: string;
  /** Undefined: the answer is the recorded one. */
  readonly failure: string | undefined;
}

/** Replays every recording of a directory against the server at `url`, one case after the other. */
export async function* replay(url: string, directory: string, projectId: string): AsyncGenerator<CaseResult> {
  for (const file of globSync('**/*.json', { cwd: directory }).toSorted()) {
    const recording = JSON.parse(readFileSync(path.join(directory, file), 'utf8')) as Recording;
    for (const [number, recorded] of recording.cases.entries()) {
      const dataset = `conformance_${path.basename(file, '.json').replaceAll(/\W/g, '_')}_${number}`;
      const id = `${path.basename(file, '.json')}/${recorded.id}`;
      yield {
        id,
        failure: await runCase(url, recorded, { ...recording.constants, DATASET: dataset, PROJECT: projectId }),
      };
    }
  }
}

async function runCase(
  url: string,
  recorded: RecordedCase,
  constants: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const projectUrl = `${url.replace(/\/$/, '')}/bigquery/v2/projects/${constants['PROJECT']}`;
  const fill = (text: string) => text.replaceAll(/\$\{(\w+)\}/g, (all, name: string) => constants[name] ?? all);
  const query = (sql: string, queryParameters: readonly unknown[] = []) =>
    call('POST', `${projectUrl}/queries`, { json: { query: fill(sql), useLegacySql: false, queryParameters } });
  const datasetUrl = `${projectUrl}/datasets/${constants['DATASET']}`;
  if (recorded.setup) {
    await call('POST', `${projectUrl}/datasets`, { json: { datasetReference: { datasetId: constants['DATASET'] } } });
    for (const statement of recorded.setup) {
      const reply = await query(statement);
      if (reply.status !== 200) return `set-up failed: ${JSON.stringify(reply.body)}`;
    }
  }
  try {
    if ('sql' in recorded) return compareQuery(recorded, await query(recorded.sql, recorded.queryParameters), fill);
    const { method, path: requestPath, body } = recorded.request;
    const filled = body === undefined ? undefined : { json: JSON.parse(fill(JSON.stringify(body))) as unknown };
    const reply = await call(method, url + fill(requestPath), filled);
    if (reply.status !== recorded.expected.status) {
      return `expected status ${recorded.expected.status}, got ${reply.status} ${JSON.stringify(reply.body)}`;
    }
    return partialDifference(JSON.parse(fill(JSON.stringify(recorded.expected.body))), reply.body);
  } finally {
    if (recorded.setup) await call('DELETE', `${datasetUrl}?deleteContents=true`);
  }
}

function compareQuery(recorded: QueryCase, reply: Reply, fill: (text: string) => string): string | undefined {
  if ('error' in recorded.expected) {
    const { error } = recorded.expected;
    return compareError({ error: { ...error, message: fill(error.message) } }, reply);
  }
  if (reply.status !== 200) return `expected rows, got ${JSON.stringify(reply.body)}`;
  return compareRows(recorded.expected, reply.body);
}
