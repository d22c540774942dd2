/** Bad input gets BigQuery's kind of error, never a 5xx, and nothing is lost or left half made. */
import { symlinkSync, writeFileSync } from 'node:fs';
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
  writeFileSync(path.join(work.path, 'secret.txt'), 'outside of the bucket');
  symlinkSync(work.path, path.join(directory, 'out'));
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

  const objectTable = (uri: string, more = '') =>
    `CREATE EXTERNAL TABLE d.e OPTIONS (object_metadata = 'SIMPLE', uris = ['${uri}']${more})`;
  it.each([
    [
      objectTable('gs://no-such-bucket/*'),
      404,
      'Not found: Bucket no-such-bucket: The specified bucket does not exist.',
    ],
    [objectTable('gs://images/*/*'), 400, 'Only one wildcard is supported in a URI: gs://images/*/*'],
    [objectTable('images/*'), 400, 'Invalid Google Cloud Storage URI: images/*'],
    [objectTable('gs://../*'), 400, 'Invalid Google Cloud Storage URI: gs://../*'],
    [objectTable('gs://..%2f/*'), 400, 'Invalid Google Cloud Storage URI: gs://..%2f/*'],
    [
      objectTable('gs://images/*', ", metadata_cache_mode = 'MANUAL'"),
      400,
      'Option metadata_cache_mode requires option max_staleness to be set',
    ],
    ['CREATE TABLE d.e AS SELECT 1/0 AS x', 400, 'division by zero: 1 / 0'],
    ['CREATE TABLE d.t (x INT64)', 409, 'Already Exists: Table bad:d.t'],
  ])('%s leaves nothing', async (sql, status, message) => {
    expect(await query(sql)).toMatchObject({ status, message });
    expect((await call(emulator.url, 'GET', '/projects/bad/datasets/d/tables/e')).status).toBe(404);
    expect(await query('SELECT name FROM d.t')).toMatchObject({ status: 200 });
  });

  it.each([
    'gs://images/../secret.txt',
    'gs://images/../*',
    'gs://images/models/../../secret.txt',
    'gs://images/%2e%2e/secret.txt',
    'gs://images/..%2fsecret.txt',
    'gs://images/%252e%252e%252fsecret.txt',
    'gs://images/..\\\\secret.txt',
    'gs://images/out/secret.txt',
    'gs://images/out/*',
    'gs://images//secret.txt',
    'gs://images/.bqml-emulator/*',
    'gs://images/no/such/object.jpg',
  ])('an object table of %s is empty', async (uri) => {
    expect(await query(objectTable(uri))).toMatchObject({ status: 200 });
    try {
      const rows = 'SELECT ERROR(uri) FROM d.e';
      expect(await query(rows)).toMatchObject({ status: 200 });
    } finally {
      await query('DROP EXTERNAL TABLE d.e');
    }
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
