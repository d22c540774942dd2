/** Google's own clients of Node against an emulator: the tutorials' steps, and what people do around them. */
import { deepStrictEqual as equal, ok, rejects } from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import type { Query } from '@google-cloud/bigquery';
import type { Storage } from '@google-cloud/storage';
import { takeStep } from './client-step.ts';
import type { ClientStep, ClientTarget } from './client-step.ts';
import { storagePlace, storageSteps } from './node-storage.ts';
import { clientActions } from './tutorial-file.ts';
import type { ClientAction, StorageAction } from './tutorial-file.ts';

type Row = Readonly<Record<string, unknown>>;
type Step = (bigquery: BigQuery) => Promise<void>;

const MODEL = "OPTIONS (MODEL_TYPE='ONNX', MODEL_PATH='gs://cloud-samples-data/bigquery/ml/onnx/resnet18.onnx')";
const THOUSAND = 'SELECT n, CAST(n AS STRING) AS s FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS n ORDER BY n';

async function rowsOf(bigquery: BigQuery, query: string | Query): Promise<readonly Row[]> {
  const [rows] = await bigquery.query(typeof query === 'string' ? { query } : query, {});
  return rows as readonly Row[];
}

const refused = (promise: Promise<unknown>, code: number, message: string) =>
  rejects(promise, (error: { code?: unknown; message: string }) => {
    equal(error.code, code, error.message);
    ok(error.message.includes(message), `expected ${message} in ${error.message}`);
    return true;
  });

/** Its errors are of job results: they carry reasons, not status codes. */
const failed = (promise: Promise<unknown>, message: string) =>
  rejects(promise, (error: Error) => {
    ok(error.message.includes(message), `expected ${message} in ${error.message}`);
    return true;
  });

const steps: Readonly<Record<string, Step>> = {
  async datasets(bigquery) {
    await bigquery.createDataset('clients', { location: 'US' });
    await refused(bigquery.createDataset('clients'), 409, 'Already Exists: Dataset');
    const [datasets] = await bigquery.getDatasets();
    ok(datasets.some((d) => d.id === 'clients'));
    await bigquery.dataset('clients').setMetadata({ description: 'made by a test' });
    const [metadata] = await bigquery.dataset('clients').getMetadata();
    equal(metadata.description, 'made by a test');
    equal(await bigquery.dataset('no_dataset').exists(), [false]);
  },
  async models(bigquery) {
    const [job] = await bigquery.createQueryJob(`CREATE OR REPLACE MODEL clients.m ${MODEL}`);
    await job.getQueryResults();
    const [models] = await bigquery.dataset('clients').getModels();
    equal(models.map((m) => m.id), ['m']); // prettier-ignore
    const model = bigquery.dataset('clients').model('m');
    const [metadata] = await model.getMetadata();
    equal(metadata.modelType, 'ONNX');
    equal(metadata.labelColumns, [{ name: 'class_label', type: { typeKind: 'INT64' } }]);
    await model.delete();
    equal(await model.exists(), [false]);
    await refused(model.get(), 404, 'Not found: Model');
  },
  async tables(bigquery) {
    const [table] = await bigquery.dataset('clients').createTable('t', { schema: 'id:integer,name:string' });
    await bigquery.query("INSERT INTO clients.t (id, name) VALUES (1, 'a'), (2, NULL)");
    const [rows] = await table.getRows();
    equal(rows, [{ id: 1, name: 'a' }, { id: 2, name: null }]); // prettier-ignore
    const [metadata] = await table.getMetadata();
    equal(metadata.numRows, '2');
    await table.delete();
    equal(await table.exists(), [false]);
    await refused(table.getMetadata(), 404, 'Not found: Table');
  },
  async pages(bigquery) {
    equal((await rowsOf(bigquery, THOUSAND)).length, 1000);
    equal((await rowsOf(bigquery, { query: THOUSAND, maxResults: 300 })).length, 1000);
    const [job] = await bigquery.createQueryJob(THOUSAND);
    const [page, next] = await job.getQueryResults({ maxResults: 400, autoPaginate: false });
    equal((page as readonly Row[]).length, 400);
    const [second] = await job.getQueryResults({ ...next, autoPaginate: false });
    equal((second as readonly Row[])[0], { n: 401, s: '401' });
    equal((await job.getQueryResults())[0].length, 1000);
  },
  async streams(bigquery) {
    const numbers: unknown[] = [];
    for await (const row of bigquery.createQueryStream(THOUSAND) as AsyncIterable<Row>) numbers.push(row['n']);
    equal(numbers, Array.from({ length: 1000 }, (_, i) => i + 1)); // prettier-ignore
    const [job] = await bigquery.createQueryJob(THOUSAND);
    let count = 0;
    for await (const row of job.getQueryResultsStream({ maxResults: 250 }) as AsyncIterable<Row>) count += row ? 1 : 0;
    equal(count, 250);
    await failed(
      (async () => {
        for await (const row of bigquery.createQueryStream('SELEC 1') as AsyncIterable<Row>) ok(row);
      })(),
      'Syntax error: Unexpected identifier "SELEC" at [1:1]',
    );
  },
  async parameters(bigquery) {
    const params = {
      i: 5, f: 1.5, b: true, s: 'naïve 🙂', bytes: Buffer.from([0, 255]), d: bigquery.date('2024-02-29'),
      dt: bigquery.datetime('2024-02-29T12:34:56.123456'), t: bigquery.time('12:34:56'),
      ts: bigquery.timestamp('2024-02-29T12:34:56.123456Z'), list: [1, 2], struct: { x: 1, y: ['z'] },
    }; // prettier-ignore
    const query = `SELECT ${Object.keys(params)
      .map((name) => `@${name} AS \`${name}\``)
      .join(', ')}`;
    const [row] = await rowsOf(bigquery, { query, params });
    equal(JSON.parse(JSON.stringify(row)), JSON.parse(JSON.stringify(params)));
    equal(await rowsOf(bigquery, { query: 'SELECT ? AS a, ? AS b', params: [1, 'x'] }), [{ a: 1, b: 'x' }]);
    const typed = {
      query: 'SELECT @n IS NULL AS a, @l AS l',
      params: { n: null, l: [] },
      types: { n: 'INT64', l: ['STRING'] },
    };
    equal(await rowsOf(bigquery, typed), [{ a: true, l: [] }]);
  },
  async values(bigquery) {
    const [row = {}] = await rowsOf(
      bigquery,
      `SELECT TIMESTAMP '2024-02-29 12:34:56.123456+00' AS ts, DATE '9999-12-31' AS d, CAST('inf' AS FLOAT64) AS inf,
         [STRUCT(1 AS x), STRUCT(2)] AS ss, STRUCT([1, 2] AS a, STRUCT('y' AS z) AS deep) AS s, b'\\x00\\xff' AS b,
         NUMERIC '1.10' AS n, CAST(NULL AS STRING) AS nothing, CAST([] AS ARRAY<INT64>) AS empty`,
    );
    equal(row['ts'], bigquery.timestamp('2024-02-29T12:34:56.123456Z'));
    equal(row['d'], bigquery.date('9999-12-31'));
    equal([row['inf'], row['nothing'], row['empty']], [Infinity, null, []]);
    equal([row['ss'], row['s']], [[{ x: 1 }, { x: 2 }], { a: [1, 2], deep: { z: 'y' } }]);
    equal([row['b'], String(row['n'])], [Buffer.from([0, 255]), '1.1']);
  },
  async errors(bigquery) {
    await refused(bigquery.query('SELEC 1'), 400, 'Syntax error: Unexpected identifier "SELEC" at [1:1]');
    await refused(bigquery.query('SELECT * FROM clients.no_table'), 404, 'Not found: Table');
    await refused(bigquery.query('SELECT 1 / 0'), 400, 'division by zero');
    await refused(bigquery.job('no_job').getMetadata(), 404, 'Not found: Job');
    await failed(bigquery.createQueryJob({ query: 'SELECT 1 / 0', jobId: 'node_failure' }), 'division by zero');
    const job = bigquery.job('node_failure');
    const [metadata] = await job.getMetadata();
    equal(metadata.status.errorResult.reason, 'invalidQuery');
    await failed(job.getQueryResults(), 'division by zero');
  },
  async jobs(bigquery) {
    const [job] = await bigquery.createQueryJob({ query: 'SELECT 1 AS x', jobId: 'node_job', labels: { k: 'v' } });
    await job.promise();
    const [metadata] = await bigquery.job('node_job').getMetadata();
    equal([metadata.status.state, metadata.configuration.labels], ['DONE', { k: 'v' }]);
    await refused(bigquery.createQueryJob({ query: 'SELECT 2', jobId: 'node_job' }), 409, 'Already Exists: Job');
    const [cancelled] = await job.cancel();
    equal(cancelled.job?.status?.state, 'DONE');
    const [jobs] = await bigquery.getJobs({ maxResults: 5, autoPaginate: false });
    ok(jobs.some((j) => j.id === 'node_job'));
    const [dry] = await bigquery.createQueryJob({ query: 'SELECT 1 AS x', dryRun: true });
    equal(dry.metadata.statistics.query.schema.fields[0].name, 'x');
    const [kept] = await bigquery.createQueryJob({
      query: 'SELECT 8 AS lucky',
      destination: bigquery.dataset('clients').table('target'),
      writeDisposition: 'WRITE_TRUNCATE',
    });
    await kept.getQueryResults();
    equal((await bigquery.dataset('clients').table('target').getRows())[0], [{ lucky: 8 }]);
  },
};

export async function* nodeSteps(
  { url, projectId, tutorials }: ClientTarget,
  work: string,
): AsyncGenerator<ClientStep> {
  const bigquery = new BigQuery({ projectId, apiEndpoint: url });
  for (const [name, take] of Object.entries(steps)) yield await takeStep(name, () => take(bigquery));
  const place = storagePlace(url, projectId, mkdtempSync(path.join(work, 'node-')));
  for (const [name, take] of Object.entries(storageSteps)) {
    yield await takeStep(`storage: ${name}`, () => take(place));
  }
  for (const file of tutorials) {
    for (const action of clientActions(file, projectId)) {
      yield await takeStep(action.title, () => act(bigquery, place.storage, action));
    }
  }
}

async function act(bigquery: BigQuery, storage: Storage, action: ClientAction): Promise<void> {
  if ('dataset' in action) {
    await bigquery.createDataset(action.dataset, { location: 'US' });
    return;
  }
  if ('storage' in action) return actOnStorage(storage, action.storage);
  const { sql, expected } = action;
  if (expected.error) return refused(bigquery.query(sql), expected.error.status, expected.error.message);
  const rows = await rowsOf(bigquery, sql);
  if (expected.schema) {
    for (const row of rows) equal(Object.keys(row), expected.schema.map((f) => f.name)); // prettier-ignore
  }
  if (expected.rows) equal(rows.map((row) => Object.values(row)), expected.rows); // prettier-ignore
  if (expected.rowCount !== undefined) equal(rows.length, expected.rowCount);
}

async function actOnStorage(storage: Storage, action: StorageAction): Promise<void> {
  const bucket = storage.bucket(action.bucket);
  switch (action.kind) {
    case 'create bucket': {
      const { location } = action;
      await bucket.create(location === undefined ? {} : { location });
      return;
    }
    case 'upload': {
      const { file, name, contentType } = action;
      await bucket.upload(file, { destination: name, ...(contentType === undefined ? {} : { contentType }) });
      return;
    }
    case 'delete object':
      await bucket.file(action.name).delete();
      return;
    case 'delete bucket':
      await bucket.delete();
  }
}
