import path from 'node:path';
import { startEmulator } from 'bqml-emulator';
import { afterAll, expect, it } from 'vitest';
import { call, WorkDirectory } from './support/running-emulator.ts';

const work = new WorkDirectory();
afterAll(() => work.remove());

it('keeps datasets, tables, models and jobs over a restart, and lets one process in', { timeout: 60_000 }, async () => {
  const bucket = work.copyFixtures('images', ['models/linear.onnx', 'odd']);
  const options = { projectId: 'kept', dataDirectory: path.join(work.path, 'data'), buckets: { images: bucket } };
  const query = async (url: string, sql: string) => {
    const reply = await call(url, 'POST', '/projects/kept/queries', { query: sql, useLegacySql: false });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    return reply.body;
  };

  const first = await startEmulator(options);
  for (const sql of [
    "CREATE SCHEMA d OPTIONS (description = 'kept')",
    'CREATE TABLE d.t AS SELECT n, [n, n + 1] AS a, STRUCT(n AS x) AS s FROM UNNEST([1, 2, 3]) AS n',
    'INSERT INTO d.t VALUES (4, [], STRUCT(5))',
    "CREATE MODEL d.m OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/linear.onnx')",
    "CREATE EXTERNAL TABLE d.o OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://images/odd/rgba.png'])",
    'CREATE TABLE d.images AS SELECT uri, ML.DECODE_IMAGE(data) AS image FROM d.o',
  ]) {
    await query(first.url, sql);
  }
  const image = await query(first.url, 'SELECT image FROM d.images');
  const { jobReference } = await query(first.url, 'SELECT 1');
  await expect(startEmulator(options)).rejects.toThrow(/another|in use|lock/i);
  await first.dispose();

  const second = await startEmulator(options);
  try {
    const rows = await query(second.url, 'SELECT n, ARRAY_LENGTH(a), s.x FROM d.t ORDER BY n');
    expect(rows['rows']).toEqual(
      [
        ['1', '2', '1'],
        ['2', '2', '2'],
        ['3', '2', '3'],
        ['4', '0', '5'],
      ].map((r) => ({ f: r.map((v) => ({ v })) })),
    );
    expect((await query(second.url, 'SELECT image FROM d.images'))['rows']).toEqual(image['rows']);
    await query(second.url, 'SELECT label FROM ML.PREDICT(MODEL d.m, (SELECT [1.0, 2.0, 3.0, 4.0] AS features))');
    expect((await call(second.url, 'GET', '/projects/kept/datasets/d')).body).toMatchObject({ description: 'kept' });
    const { jobId } = jobReference as { jobId: string };
    expect((await call(second.url, 'GET', `/projects/kept/jobs/${jobId}`)).body).toMatchObject({
      status: { state: 'DONE' },
    });
  } finally {
    await second.dispose();
  }
});
