import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cellOf, difference, partialDifference } from './compare.ts';
import type { WireField } from './compare.ts';
import type { ExpectedCell, ExpectedRows, QueryCase, RecordedCase, Recording } from './recording.ts';

export interface CaseResult {
  readonly id: string;
  /** Undefined: the answer is the recorded one. */
  readonly failure: string | undefined;
}

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
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
    call('POST', `${projectUrl}/queries`, { query: fill(sql), useLegacySql: false, queryParameters });
  const datasetUrl = `${projectUrl}/datasets/${constants['DATASET']}`;
  if (recorded.setup) {
    await call('POST', `${projectUrl}/datasets`, { datasetReference: { datasetId: constants['DATASET'] } });
    for (const statement of recorded.setup) {
      const reply = await query(statement);
      if (reply.status !== 200) return `set-up failed: ${JSON.stringify(reply.body)}`;
    }
  }
  try {
    if ('sql' in recorded) return compareQuery(recorded, await query(recorded.sql, recorded.queryParameters), fill);
    const { method, path: requestPath, body } = recorded.request;
    const filled: unknown = body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body)));
    const reply = await call(method, url + fill(requestPath), filled);
    if (reply.status !== recorded.expected.status) {
      return `expected status ${recorded.expected.status}, got ${reply.status} ${JSON.stringify(reply.body)}`;
    }
    return partialDifference(JSON.parse(fill(JSON.stringify(recorded.expected.body))), reply.body);
  } finally {
    if (recorded.setup) await call('DELETE', `${datasetUrl}?deleteContents=true`);
  }
}

async function call(method: string, url: string, body?: unknown): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

function compareQuery(recorded: QueryCase, reply: Reply, fill: (text: string) => string): string | undefined {
  if ('error' in recorded.expected) {
    const { status, reason, message } = recorded.expected.error;
    if (reply.status === 200) return `expected an error, got rows`;
    return partialDifference(
      { code: status, message: fill(message), errors: [{ reason }] },
      reply.body['error'],
      'error',
    );
  }
  if (reply.status !== 200) return `expected rows, got ${JSON.stringify(reply.body)}`;
  return compareRows(recorded.expected, reply.body);
}

function compareRows(expected: ExpectedRows, body: Record<string, unknown>): string | undefined {
  const fields = (body['schema'] as { fields: readonly WireField[] } | undefined)?.fields ?? [];
  const schemaDifference = expected.schema && partialDifference(expected.schema, fields, 'schema');
  if (schemaDifference) return schemaDifference;
  const wireRows = (body['rows'] ?? []) as readonly { readonly f: readonly { readonly v: never }[] }[];
  const rows = wireRows.map((row) => row.f.map((cell, i) => cellOf(cell.v, fields[i] ?? { name: '', type: 'STRING' })));
  const inOrder = (list: readonly (readonly ExpectedCell[])[]) =>
    expected.ordered ? list : list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return difference(inOrder(expected.rows), inOrder(rows), expected.tolerance ?? 0, 'rows');
}
