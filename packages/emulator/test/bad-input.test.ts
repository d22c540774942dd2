/** Bad input gets BigQuery's kind of error, never a 5xx, and nothing is lost or left half made. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startEmulator } from 'bqml-emulator';
import type { RunningEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, WorkDirectory } from './support/running-emulator.ts';

const work = new WorkDirectory();
let emulator: RunningEmulator;

const query = async (sql: string) => {
  const { status, body } = await call(emulator.url, 'POST', '/bigquery/v2/projects/bad/queries', {
    query: sql,
    useLegacySql: false,
  });
  const error = body['error'] as { message: string; errors: readonly { reason: string }[] } | undefined;
  return { status, reason: error?.errors[0]?.reason, message: error?.message };
};

beforeAll(async () => {
  const directory = work.copyFixtures('images', [
    'odd',
    'models/linear.onnx',
    'models/external_data.onnx',
    'models/sequence_output.onnx',
  ]);
  writeFileSync(path.join(directory, 'models/garbage.onnx'), 'this is no model');
  emulator = await startEmulator({ projectId: 'bad', buckets: { images: directory } });
  for (const sql of [
    'CREATE SCHEMA d',
    'CREATE TABLE d.t AS SELECT 1 AS name',
    "CREATE EXTERNAL TABLE d.odd OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://images/odd/not_an_image.jpg'])",
    "CREATE MODEL d.linear OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/linear.onnx')",
  ]) {
    expect(await query(sql)).toMatchObject({ status: 200 });
  }
});

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

const UNDECODABLE =
  'Input image bytes could not be decoded. Expected valid image of type PNG, JPEG, or BMP; error in ML.DECODE_IMAGE expression';

describe('queries', () => {
  it.each([
    ['SELECT * FROM ML.PREDICT(MODEL d.none, (SELECT 1 AS x))', 404, 'notFound', 'Not found: Model bad:d.none'],
    ['SELECT * FROM d.none', 404, 'notFound', 'Not found: Table bad:d.none was not found in location US'],
    ['SELECT * FROM none.t', 404, 'notFound', 'Not found: Dataset bad:none was not found in location US'],
    ['SELECT nmae FROM d.t', 400, 'invalidQuery', 'Unrecognized name: nmae; Did you mean name? at [1:8]'],
    ['SELECT 1 +', 400, 'invalidQuery', 'Syntax error: Unexpected end of script at [1:11]'],
    ['SELEC 1', 400, 'invalidQuery', 'Syntax error: Unexpected identifier "SELEC" at [1:1]'],
    ["SELECT ML.DECODE_IMAGE(b'no image')", 400, 'invalidQuery', UNDECODABLE],
    ['SELECT ML.DECODE_IMAGE(data) FROM d.odd', 400, 'invalidQuery', UNDECODABLE],
    ['SELECT 1/0', 400, 'invalidQuery', 'division by zero: 1 / 0'],
  ])('%s', async (sql, status, reason, message) => {
    expect(await query(sql)).toEqual({ status, reason, message });
  });

  it.each([
    ["CREATE MODEL d.m OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/garbage.onnx')", 'm'],
    ["CREATE MODEL d.m OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/external_data.onnx')", 'm'],
    ["CREATE MODEL d.m OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/sequence_output.onnx')", 'm'],
    ["CREATE MODEL d.m OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/none.onnx')", 'm'],
    ["CREATE MODEL d.m OPTIONS (model_type = 'ONNX', model_path = 'gs://no-such-bucket/model.onnx')", 'm'],
    ["CREATE MODEL d.m OPTIONS (model_type = 'ONNX', model_path = 'gs://images/../secret.onnx')", 'm'],
    ["CREATE MODEL d.m OPTIONS (model_type = 'ONNX')", 'm'],
    ["CREATE MODEL d.linear OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/linear.onnx')", 'other'],
  ])('%s leaves nothing', async (sql, modelId) => {
    const answer = await query(sql);
    expect(answer.status, answer.message).toBeGreaterThanOrEqual(400);
    expect(answer.status, answer.message).toBeLessThan(500);
    const model = await call(emulator.url, 'GET', `/projects/bad/datasets/d/models/${modelId}`);
    expect(model.status).toBe(404);
  });

  it.each([
    "CREATE EXTERNAL TABLE d.e OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://no-such-bucket/*'])",
    "CREATE EXTERNAL TABLE d.e OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://images/*/*'])",
    "CREATE EXTERNAL TABLE d.e OPTIONS (object_metadata = 'SIMPLE', uris = ['images/*'])",
    "CREATE EXTERNAL TABLE d.e OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://images/*'], metadata_cache_mode = 'MANUAL')",
    'CREATE TABLE d.e AS SELECT 1/0 AS x',
    'CREATE TABLE d.t (x INT64)',
  ])('%s leaves nothing', async (sql) => {
    const answer = await query(sql);
    expect(answer.status, answer.message).toBeGreaterThanOrEqual(400);
    expect(answer.status, answer.message).toBeLessThan(500);
    expect((await call(emulator.url, 'GET', '/projects/bad/datasets/d/tables/e')).status).toBe(404);
    expect(await query('SELECT name FROM d.t')).toMatchObject({ status: 200 });
  });
});

describe('requests', () => {
  it.each([
    ['POST', '/projects/bad/queries', '{ no json', 400],
    ['POST', '/projects/bad/queries', '[]', 400],
    ['POST', '/projects/bad/queries', '{"query": 1}', 400],
    ['POST', '/projects/bad/jobs', '{}', 400],
    ['POST', '/projects/bad/datasets', '{"datasetReference":{"datasetId":"a b"}}', 400],
    ['POST', '/projects/bad/datasets', '{"datasetReference":{"datasetId":"d"}}', 409],
    ['GET', '/projects/bad/datasets/none', undefined, 404],
    ['GET', '/projects/bad/datasets/d/tables/none', undefined, 404],
    ['GET', '/projects/bad/jobs/none', undefined, 404],
    ['GET', '/projects/bad/queries/none', undefined, 404],
    ['DELETE', '/projects/bad/datasets/d', undefined, 400],
    ['GET', '/no/such/path', undefined, 404],
  ])('%s %s %s', async (method, requestPath, body, status) => {
    const answer = await call(emulator.url, method, requestPath, body);
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toMatchObject({
      code: status,
      message: expect.any(String),
      errors: [{ domain: 'global' }],
    });
  });

  it('refuses pages of other sites', async () => {
    const response = await fetch(`${emulator.url}/projects`, { headers: { origin: 'https://evil.example' } });
    expect(response.status).toBe(403);
  });

  it('still answers', async () => {
    expect((await call(emulator.url, 'GET', '/healthz')).body).toMatchObject({ status: 'ok' });
  });
});
