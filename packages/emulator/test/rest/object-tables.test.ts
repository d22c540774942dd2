/** Metadata caches and signed URLs. https://cloud.google.com/bigquery/docs/object-table-introduction */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import type { RunningEmulator } from 'bqml-emulator';
import { startEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkDirectory } from '../support/running-emulator.ts';

const work = new WorkDirectory();
const directory = work.copyFixtures('objects', []);
const dataDirectory = path.join(work.path, 'data');
let emulator: RunningEmulator;
let bigquery: BigQuery;

const start = async () => {
  emulator = await startEmulator({ projectId: 'objects', dataDirectory, buckets: { objects: directory } });
  bigquery = new BigQuery({ projectId: 'objects', apiEndpoint: emulator.url });
};
const write = (name: string, text = name) => writeFileSync(path.join(directory, name), text);
const rows = async (sql: string) => (await bigquery.query(sql))[0] as Record<string, unknown>[];
const names = async (table: string) =>
  (await rows(`SELECT uri FROM d.${table} ORDER BY uri`)).map((row) => String(row['uri']).split('/').at(-1));
const create = (table: string, cache = '') =>
  rows(`CREATE OR REPLACE EXTERNAL TABLE d.${table} WITH CONNECTION \`us.c\`
    OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://objects/*']${cache})`);
const MANUAL = ", max_staleness = INTERVAL 1 DAY, metadata_cache_mode = 'MANUAL'";
const AUTOMATIC = ", max_staleness = INTERVAL 1 DAY, metadata_cache_mode = 'AUTOMATIC'";
const refresh = (call: string) => rows(`CALL BQ.REFRESH_EXTERNAL_METADATA_CACHE(${call})`);

beforeAll(async () => {
  await start();
  await bigquery.createDataset('d');
  write('a.txt');
});

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

describe('metadata caches', () => {
  it('without one, objects are as they are', async () => {
    await create('live');
    expect(await names('live')).toEqual(['a.txt']);
    write('b.txt');
    expect(await names('live')).toEqual(['a.txt', 'b.txt']);
    await expect(refresh("'d.live'")).rejects.toThrow('Metadata caching is not enabled for table objects:d.live');
  });

  it('a MANUAL one changes when it is refreshed, and not before', async () => {
    await create('manual', MANUAL);
    expect(await names('manual')).toEqual(['a.txt', 'b.txt']);
    await refresh("'d.manual'");
    write('c.txt');
    expect(await names('manual')).toEqual(['a.txt', 'b.txt']);
    await refresh("'objects.d.manual'");
    expect(await names('manual')).toEqual(['a.txt', 'b.txt', 'c.txt']);
  });

  it('a part of it is refreshed', async () => {
    write('d1.txt');
    write('e1.txt');
    rmSync(path.join(directory, 'c.txt'));
    await refresh("'d.manual', ['gs://objects/d*']");
    expect(await names('manual')).toEqual(['a.txt', 'b.txt', 'c.txt', 'd1.txt']);
    await refresh("'d.manual', ['gs://objects/c*', 'gs://objects/e1.txt']");
    expect(await names('manual')).toEqual(['a.txt', 'b.txt', 'd1.txt', 'e1.txt']);
  });

  it('outlives the server', async () => {
    write('f.txt');
    await emulator.dispose();
    await start();
    expect(await names('manual')).toEqual(['a.txt', 'b.txt', 'd1.txt', 'e1.txt']);
  });

  it('an AUTOMATIC one is made by the first query and cannot be refreshed', async () => {
    await create('automatic', AUTOMATIC);
    const before = await names('automatic');
    write('g.txt');
    expect(await names('automatic')).toEqual(before);
    await expect(refresh("'d.automatic'")).rejects.toThrow(
      'Metadata cache of table objects:d.automatic cannot be refreshed manually because its metadata_cache_mode is AUTOMATIC',
    );
  });

  it('a table that is replaced starts without one', async () => {
    await create('automatic', AUTOMATIC);
    expect(await names('automatic')).toContain('g.txt');
  });

  it('the bytes are those of the generation that was listed', async () => {
    await refresh("'d.manual'");
    const text = "SELECT SAFE_CONVERT_BYTES_TO_STRING(data) AS text FROM d.manual WHERE uri LIKE '%/a.txt'";
    expect(await rows(text)).toEqual([{ text: 'a.txt' }]);
    write('a.txt', 'changed');
    await expect(rows(text)).rejects.toThrow('Not found: URI gs://objects/a.txt');
    await refresh("'d.manual'");
    expect(await rows(text)).toEqual([{ text: 'changed' }]);
  });

  it.each([
    ['CALL BQ.REFRESH_EXTERNAL_METADATA_CACHE()', 'takes one or two arguments'],
    ["CALL BQ.REFRESH_EXTERNAL_METADATA_CACHE('d.none')", 'Not found: Table objects:d.none'],
    ["CALL BQ.REFRESH_EXTERNAL_METADATA_CACHE('none.t')", 'Not found: Dataset objects:none'],
    ["CALL d.p('x')", 'Procedure is not found: d.p'],
  ])('%s', async (sql, message) => {
    await expect(rows(sql)).rejects.toThrow(message);
  });
});

describe('signed URLs', () => {
  const signed = async (name: string): Promise<string> => {
    const [row] = await rows(
      `SELECT * FROM EXTERNAL_OBJECT_TRANSFORM(TABLE d.live, ['SIGNED_URL']) WHERE uri = 'gs://objects/${name}'`,
    );
    expect(Object.keys(row ?? {}).slice(-1)).toEqual(['signed_url']);
    return String(row?.['signed_url']);
  };

  it('lead to the bytes', async () => {
    write('odd name & ä?.txt', 'odd');
    const url = await signed('odd name & ä?.txt');
    expect(url.startsWith(`${emulator.url}/objects/odd%20name`)).toBe(true);
    expect(new URL(url).searchParams.get('X-Goog-Expires')).toBe('21600');
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, 'odd']);
  });

  it('are refused for another object', async () => {
    const response = await fetch((await signed('a.txt')).replace('/a.txt?', '/b.txt?'));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  it('are refused with a longer life', async () => {
    const response = await fetch((await signed('a.txt')).replace('X-Goog-Expires=21600', 'X-Goog-Expires=99999'));
    expect(response.status).toBe(403);
  });

  it.each([
    ["SELECT * FROM EXTERNAL_OBJECT_TRANSFORM(TABLE d.live, ['OTHER'])", 'SIGNED_URL'],
    ["SELECT * FROM EXTERNAL_OBJECT_TRANSFORM((SELECT * FROM d.live), ['SIGNED_URL'])", 'must be an object table'],
    ['SELECT * FROM EXTERNAL_OBJECT_TRANSFORM(TABLE d.live)', 'takes an object table and an array'],
  ])('%s', async (sql, message) => {
    await expect(rows(sql)).rejects.toThrow(message);
  });
});
