/** Datasets, tables, models and jobs as clients change them; shapes as in the REST reference. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startEmulator } from 'bqml-emulator';
import type { RunningEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, WorkDirectory } from '../support/running-emulator.ts';

const work = new WorkDirectory();
let emulator: RunningEmulator;
const BASE = '/bigquery/v2/projects/rest';

const api = (method: string, requestPath: string, body?: unknown) =>
  call(emulator.url, method, BASE + requestPath, body);
const query = (sql: string) => api('POST', '/queries', { query: sql, useLegacySql: false });

beforeAll(async () => {
  const directory = work.copyFixtures('images', ['models/linear.onnx']);
  writeFileSync(path.join(directory, 'a.png'), 'a');
  emulator = await startEmulator({ projectId: 'rest', buckets: { images: directory } });
  for (const sql of [
    'CREATE SCHEMA d',
    'CREATE TABLE d.t AS SELECT 1 AS x',
    "CREATE MODEL d.m OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/linear.onnx')",
  ]) {
    expect(await query(sql)).toMatchObject({ status: 200 });
  }
});

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

describe('datasets', () => {
  const dataset = { datasetReference: { projectId: 'rest', datasetId: 'e' } };

  it('patch keeps what it does not name and merges labels', async () => {
    await api('POST', '/datasets', { ...dataset, description: 'first', labels: { a: '1', b: '2' } });
    const { body } = await api('PATCH', '/datasets/e', { friendlyName: 'name', labels: { b: null, c: '3' } });
    expect(body).toMatchObject({ description: 'first', friendlyName: 'name', labels: { a: '1', c: '3' } });
  });

  it('update clears what it does not name and replaces labels', async () => {
    const { body } = await api('PUT', '/datasets/e', { ...dataset, description: 'second', labels: { z: '9' } });
    expect(body).toMatchObject({ description: 'second', labels: { z: '9' } });
    expect(body).not.toHaveProperty('friendlyName');
  });

  it.each([
    ['labels.z:9', ['e']],
    ['labels.z', ['e']],
    ['labels.z:8', []],
    ['labels.z labels.y', []],
  ])('list with the filter %s', async (filter, expected) => {
    const { body } = await api('GET', `/datasets?filter=${encodeURIComponent(filter)}`);
    const datasets = (body['datasets'] ?? []) as { datasetReference: { datasetId: string } }[];
    expect(datasets.map((d) => d.datasetReference.datasetId)).toEqual(expected);
  });
});

describe('If-Match', () => {
  const change = async (resource: string, etag: string) => {
    const response = await fetch(emulator.url + BASE + resource, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': etag },
      body: JSON.stringify({ description: etag }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it.each(['/datasets/d', '/datasets/d/tables/t', '/datasets/d/models/m'])('guards %s', async (resource) => {
    const before = await api('GET', resource);
    const etag = before.body['etag'];
    expect(typeof etag).toBe('string');
    expect(await change(resource, String(etag))).toMatchObject({ status: 200, body: { description: etag } });
    expect(await change(resource, String(etag))).toMatchObject({
      status: 412,
      body: { error: { code: 412, errors: [{ reason: 'conditionNotMet', location: 'If-Match' }] } },
    });
    expect(await change(resource, '*')).toMatchObject({ status: 200 });
  });
});

describe('tables', () => {
  it('a patch as bq sends it wipes nothing', async () => {
    await api('PATCH', '/datasets/d/tables/t', { labels: { keep: 'me' } });
    const { body } = await api('PATCH', '/datasets/d/tables/t?autodetect_schema=false', {
      tableReference: { projectId: 'rest', datasetId: 'd', tableId: 't' },
      schema: null,
      description: 'x',
      labels: {},
      resourceTags: {},
    });
    expect(body).toMatchObject({
      description: 'x',
      labels: { keep: 'me' },
      schema: { fields: [{ name: 'x', type: 'INTEGER' }] },
      numRows: '1',
    });
  });

  it('columns get descriptions and are not changed', async () => {
    const fields = (name: string) => ({ schema: { fields: [{ name, type: 'INTEGER', description: 'number' }] } });
    expect((await api('PATCH', '/datasets/d/tables/t', fields('x'))).body).toMatchObject(fields('x'));
    expect(await api('PATCH', '/datasets/d/tables/t', fields('y'))).toMatchObject({ status: 501 });
  });

  it('expiration is set and cleared', async () => {
    const time = String(Date.now() + 3_600_000);
    expect((await api('PATCH', '/datasets/d/tables/t', { expirationTime: time })).body).toMatchObject({
      expirationTime: time,
    });
    const { body } = await api('PATCH', '/datasets/d/tables/t', { expirationTime: null });
    expect(body).not.toHaveProperty('expirationTime');
  });

  it('update replaces the description', async () => {
    const { body } = await api('PUT', '/datasets/d/tables/t', { friendlyName: 'f' });
    expect(body).toMatchObject({ friendlyName: 'f', numRows: '1' });
    expect(body).not.toHaveProperty('description');
    expect(body).not.toHaveProperty('labels');
  });

  it('an object that is not there is not found', async () => {
    expect(await api('PATCH', '/datasets/d/tables/none', {})).toMatchObject({ status: 404 });
    expect(await api('PATCH', '/datasets/none/tables/t', {})).toMatchObject({ status: 404 });
  });
});

describe('rows', () => {
  beforeAll(() => query("CREATE TABLE d.rows AS SELECT 1 AS a, 'b' AS b, TRUE AS c"));

  it.each([
    ['', [{ v: '1' }, { v: 'b' }, { v: 'true' }]],
    ['?selectedFields=C,a', [{ v: '1' }, { v: 'true' }]],
  ])('list%s', async (parameters, f) => {
    expect((await api('GET', `/datasets/d/tables/rows/data${parameters}`)).body).toMatchObject({ rows: [{ f }] });
  });

  it('a selected field that is not there is refused', async () => {
    expect(await api('GET', '/datasets/d/tables/rows/data?selectedFields=z')).toMatchObject({ status: 400 });
  });
});

describe('object tables', () => {
  const insert = (tableId: string, external: Record<string, unknown>, rest: Record<string, unknown> = {}) =>
    api('POST', '/datasets/d/tables', {
      tableReference: { projectId: 'rest', datasetId: 'd', tableId },
      externalDataConfiguration: {
        sourceFormat: null,
        objectMetadata: 'SIMPLE',
        timestampTargetPrecision: [],
        sourceUris: ['gs://images/*'],
        ...external,
      },
      ...rest,
    });

  it.each(['us.c', 'rest.us.c', 'rest.us;c', 'projects/rest/locations/us/connections/c', 'example.com:p.us.c'])(
    'with the connection %s',
    async (connectionId) => {
      const tableId = `object${Buffer.from(connectionId).toString('hex')}`;
      const { status, body } = await insert(tableId, { connectionId });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        type: 'EXTERNAL',
        externalDataConfiguration: { objectMetadata: 'SIMPLE', sourceUris: ['gs://images/*'], connectionId },
      });
      const rows = await query(`SELECT uri FROM d.${tableId} WHERE size = 1`);
      expect(rows.body['rows']).toEqual([{ f: [{ v: 'gs://images/a.png' }] }]);
    },
  );

  it('with a metadata cache, as bq sends it', async () => {
    const cache = { metadataCacheMode: 'AUTOMATIC', maxStaleness: '0-0 0 4:0:0' };
    expect((await insert('cached', {}, cache)).body).toMatchObject({
      maxStaleness: '0-0 0 4:0:0',
      externalDataConfiguration: { metadataCacheMode: 'AUTOMATIC' },
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, number]>([
    ['a bucket that is not there', { sourceUris: ['gs://no-such-bucket/*'] }, {}, 404],
    ['two wildcards', { sourceUris: ['gs://images/*/*'] }, {}, 400],
    ['no URI', { sourceUris: [] }, {}, 400],
    ['another object_metadata', { objectMetadata: 'DIRECTORY' }, {}, 400],
    ['a source format', { sourceFormat: 'CSV' }, {}, 400],
    ['a connection that is no name', { connectionId: 'a/b' }, {}, 400],
    ['a cache without staleness', { metadataCacheMode: 'MANUAL' }, {}, 400],
    ['staleness without a cache', {}, { maxStaleness: '0-0 0 1:0:0' }, 400],
    ['too little staleness', { metadataCacheMode: 'MANUAL' }, { maxStaleness: '0-0 0 0:1:0' }, 400],
    ['staleness that is no interval', { metadataCacheMode: 'MANUAL' }, { maxStaleness: 'soon' }, 400],
  ])('refuses %s', async (_name, external, rest, status) => {
    expect(await insert('refused', external, rest)).toMatchObject({ status });
    expect(await api('GET', '/datasets/d/tables/refused')).toMatchObject({ status: 404 });
  });

  it('what it reads from is not changed, and not lost by an update', async () => {
    const before = await api('GET', '/datasets/d/tables/cached');
    expect(await api('PUT', '/datasets/d/tables/cached', { ...before.body, description: 'x' })).toMatchObject({
      status: 200,
      body: { description: 'x', maxStaleness: '0-0 0 4:0:0', schema: before.body['schema'] },
    });
    for (const change of [
      { externalDataConfiguration: { sourceUris: ['gs://images/other'] } },
      { view: { query: 'SELECT 1' } },
    ]) {
      expect(await api('PATCH', '/datasets/d/tables/cached', change)).toMatchObject({ status: 501 });
    }
  });

  it.each<[change: Record<string, unknown>, staleness: string | undefined, mode: string | undefined]>([
    [{ maxStaleness: '0-0 0 05:00:00' }, '0-0 0 5:0:0', 'AUTOMATIC'],
    [{ externalDataConfiguration: { metadataCacheMode: 'MANUAL' } }, '0-0 0 5:0:0', 'MANUAL'],
    [{ description: 'no word of it' }, '0-0 0 5:0:0', 'MANUAL'],
    [{ maxStaleness: '0-0 0 0:0:0' }, undefined, undefined],
    [{ maxStaleness: '0-0 1 0:0:0', metadataCacheMode: 'AUTOMATIC' }, '0-0 1 0:0:0', 'AUTOMATIC'],
    [{ maxStaleness: null, externalDataConfiguration: { metadataCacheMode: null } }, undefined, undefined],
  ])('its metadata cache is changed by %j', async (change, maxStaleness, metadataCacheMode) => {
    const { status, body } = await api('PATCH', '/datasets/d/tables/cached', change);
    const { metadataCacheMode: mode } = body['externalDataConfiguration'] as { metadataCacheMode?: string };
    expect([status, body['maxStaleness'], mode]).toEqual([200, maxStaleness, metadataCacheMode]);
    expect((await api('GET', '/datasets/d/tables/cached')).body).toEqual(body);
  });

  it.each([
    [{ maxStaleness: '0-0 0 1:0:0' }, 'Option max_staleness requires option metadata_cache_mode to be set'],
    [{ metadataCacheMode: 'MANUAL' }, 'Option metadata_cache_mode requires option max_staleness to be set'],
    [
      { maxStaleness: '0-0 8 0:0:0', metadataCacheMode: 'MANUAL' },
      'Option max_staleness must be 0 or between 30 minutes and 7 days',
    ],
    [{ maxStaleness: 'soon', metadataCacheMode: 'MANUAL' }, 'soon is not a valid interval'],
    [
      { maxStaleness: '0-0 1 0:0:0', metadataCacheMode: 'NEVER' },
      "Invalid value for option metadata_cache_mode; supported values are 'AUTOMATIC' and 'MANUAL'",
    ],
  ])('its metadata cache is not changed by %j', async (change, message) => {
    const before = await api('GET', '/datasets/d/tables/cached');
    const { status, body } = await api('PATCH', '/datasets/d/tables/cached', change);
    expect([status, (body['error'] as { message: string }).message]).toEqual([400, expect.stringContaining(message)]);
    expect(await api('GET', '/datasets/d/tables/cached')).toEqual(before);
  });

  it('a table that is there is a duplicate', async () => {
    expect(await insert('t', {})).toMatchObject({
      status: 409,
      body: { error: { errors: [{ reason: 'duplicate' }] } },
    });
  });
});

describe('models', () => {
  it('patch changes the description and the expiration', async () => {
    const expirationTime = String(Date.now() + 3_600_000);
    const { body } = await api('PATCH', '/datasets/d/models/m', { description: 'y', labels: {}, expirationTime });
    expect(body).toMatchObject({ description: 'y', modelType: 'ONNX', expirationTime });
    expect((await api('GET', '/datasets/d/models/m')).body).toMatchObject({ description: 'y', expirationTime });
  });
});

describe('jobs', () => {
  it('delete removes a job and its children', async () => {
    const configuration = { query: { query: 'SELECT 1; SELECT 2', useLegacySql: false } };
    const { body } = await api('POST', '/jobs', { configuration });
    const { jobId } = body['jobReference'] as { jobId: string };
    expect((await api('GET', `/jobs?parentJobId=${jobId}`)).body['jobs']).toHaveLength(2);
    expect(await api('DELETE', `/jobs/${jobId}/delete?location=US`)).toEqual({ status: 200, body: {} });
    expect(await api('GET', `/jobs/${jobId}`)).toMatchObject({ status: 404 });
    expect((await api('GET', `/jobs?parentJobId=${jobId}`)).body['jobs']).toEqual([]);
  });
});

describe('methods that are not here say so', () => {
  it.each([
    ['POST', '/datasets/d/tables/t/insertAll', 'bigquery.tabledata.insertAll'],
    ['GET', '/datasets/d/routines', 'bigquery.routines.list'],
    ['GET', '/datasets/d/tables/t/rowAccessPolicies', 'bigquery.rowAccessPolicies.list'],
    ['POST', '/datasets/d/tables/t:getIamPolicy', 'bigquery.tables.getIamPolicy'],
    ['POST', '/datasets/d/tables/t:testIamPermissions?prettyPrint=false', 'bigquery.tables.testIamPermissions'],
  ])('%s %s', async (method, requestPath, id) => {
    expect(await api(method, requestPath)).toMatchObject({
      status: 501,
      body: { error: { message: `Not implemented: ${id}`, errors: [{ reason: 'notImplemented' }] } },
    });
  });
});

describe('a deleted dataset', () => {
  const rowsOf = async (sql: string) => (await query(sql)).body['rows'];
  const undelete = (body?: unknown) => api('POST', '/datasets/gone:undelete', body);

  it('comes back with its tables and models', async () => {
    await query('CREATE SCHEMA gone OPTIONS (description = "first")');
    await query('CREATE TABLE gone.t AS SELECT 7 AS x');
    await query("CREATE MODEL gone.m OPTIONS (model_type = 'ONNX', model_path = 'gs://images/models/linear.onnx')");
    expect(await api('DELETE', '/datasets/gone')).toMatchObject({ status: 400 });
    expect(await api('DELETE', '/datasets/gone?deleteContents=true')).toMatchObject({ status: 204 });
    expect(await query('SELECT x FROM gone.t')).toMatchObject({ status: 404 });
    expect(JSON.stringify((await api('GET', '/datasets')).body)).not.toContain('gone');
    expect(await undelete()).toMatchObject({ status: 200, body: { description: 'first' } });
    expect(await rowsOf('SELECT x FROM gone.t')).toEqual([{ f: [{ v: '7' }] }]);
    expect(await api('GET', '/datasets/gone/models/m')).toMatchObject({ status: 200 });
    await query('INSERT INTO gone.t (x) VALUES (8)');
    expect(await rowsOf('SELECT SUM(x) FROM gone.t')).toEqual([{ f: [{ v: '15' }] }]);
  });

  it('does not come back over another one', async () => {
    expect(await undelete()).toMatchObject({ status: 409 });
  });

  it('is the last of its name', async () => {
    await query('DROP SCHEMA gone CASCADE');
    await query('CREATE SCHEMA gone OPTIONS (description = "second")');
    await query('DROP SCHEMA gone');
    expect(await undelete({})).toMatchObject({ status: 200, body: { description: 'second' } });
    await query('DROP SCHEMA gone');
    expect(await query('UNDROP SCHEMA gone')).toMatchObject({ status: 200 });
    expect(await query('UNDROP SCHEMA gone')).toMatchObject({ status: 409 });
    expect(await query('UNDROP SCHEMA IF NOT EXISTS gone')).toMatchObject({ status: 200 });
  });

  it('is not found when there was none', async () => {
    expect(await api('POST', '/datasets/never:undelete')).toMatchObject({ status: 404 });
    expect(await query('UNDROP SCHEMA never')).toMatchObject({ status: 404 });
  });
});
