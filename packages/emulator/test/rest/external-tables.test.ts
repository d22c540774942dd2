/** Tables over files. https://cloud.google.com/bigquery/docs/external-data-cloud-storage */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { BigQuery } from '@google-cloud/bigquery';
import type { RunningEmulator } from 'bqml-emulator';
import { startEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkDirectory } from '../support/running-emulator.ts';

const work = new WorkDirectory();
const directory = path.join(work.path, 'files');
let emulator: RunningEmulator;
let bigquery: BigQuery;

type Row = Record<string, unknown>;

const write = (name: string, content: string | Uint8Array) => {
  mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
  writeFileSync(path.join(directory, name), content);
};
const rows = async (sql: string, client = bigquery) => (await client.query(sql))[0] as Row[];
const resource = async (table: string): Promise<Row> =>
  (await (await fetch(`${emulator.url}/bigquery/v2/projects/files/datasets/d/tables/${table}`)).json()) as Row;
const request = (method: string, table: string, body: unknown) =>
  fetch(`${emulator.url}/bigquery/v2/projects/files/datasets/d/tables${table}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

beforeAll(async () => {
  write('sales/2023.csv', 'id,name,price,sold\n1,apple,1.50,2023-01-02\n2,"pear, green",2.25,2023-02-03\n');
  write('sales/2024.csv', 'id,name,price,sold\n3,plum,,2024-01-02\n');
  write('people.json', '{"id":1,"name":"Ann","tags":["a","b"],"address":{"city":"Rome"}}\n{"id":2,"name":"Bob"}\n');
  write('people.json.gz', gzipSync('{"id":3,"name":"Cy"}\n'));
  write('bad.csv', '1,x\n?,y\n3,z\n');
  emulator = await startEmulator({ projectId: 'files', buckets: { files: directory } });
  bigquery = new BigQuery({ projectId: 'files', apiEndpoint: emulator.url });
  await bigquery.createDataset('d');
});

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

const SALES = `OPTIONS (format = 'CSV', uris = ['gs://files/sales/*.csv'], skip_leading_rows = 1)`;

describe('CREATE EXTERNAL TABLE', () => {
  it('with columns', async () => {
    await rows(
      `CREATE EXTERNAL TABLE d.sales (id INT64 NOT NULL, name STRING, price NUMERIC(10, 2), sold DATE) ${SALES}`,
    );
    expect(
      await rows(`SELECT EXTRACT(YEAR FROM sold) AS y, COUNT(*) AS n, SUM(price) AS total, STRING_AGG(name ORDER BY id) AS names
        FROM d.sales GROUP BY y ORDER BY y`),
    ).toMatchObject([
      { y: 2023, n: 2, names: 'apple,pear, green' },
      { y: 2024, n: 1, total: null, names: 'plum' },
    ]);
    expect(await resource('sales')).toMatchObject({
      type: 'EXTERNAL',
      schema: {
        fields: [
          { name: 'id', type: 'INTEGER', mode: 'REQUIRED' },
          { name: 'name', type: 'STRING' },
          { name: 'price', type: 'NUMERIC', precision: '10', scale: '2' },
          { name: 'sold', type: 'DATE' },
        ],
      },
      externalDataConfiguration: {
        sourceFormat: 'CSV',
        sourceUris: ['gs://files/sales/*.csv'],
        csvOptions: { skipLeadingRows: '1', quote: '"' },
      },
    });
  });

  it('without columns finds them out', async () => {
    await rows(`CREATE EXTERNAL TABLE d.found OPTIONS (format = 'CSV', uris = ['gs://files/sales/*.csv'])`);
    expect((await resource('found'))['schema']).toEqual({
      fields: [
        { name: 'id', type: 'INTEGER' },
        { name: 'name', type: 'STRING' },
        { name: 'price', type: 'FLOAT' },
        { name: 'sold', type: 'DATE' },
      ],
    });
    expect((await resource('found'))['externalDataConfiguration']).toMatchObject({ autodetect: true });
    expect(await rows('SELECT SUM(price) AS total FROM d.found')).toEqual([{ total: 3.75 }]);
  });

  it('replaces, leaves alone and refuses what is there', async () => {
    const create = (how: string) =>
      `CREATE ${how} d.again (a STRING) OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'])`;
    await rows(create('EXTERNAL TABLE'));
    await expect(rows(create('EXTERNAL TABLE'))).rejects.toThrow('Already Exists: Table files:d.again');
    await rows(create('EXTERNAL TABLE').replace('d.again', 'IF NOT EXISTS d.again').replace('a STRING', 'b STRING'));
    expect((await resource('again'))['schema']).toEqual({ fields: [{ name: 'a', type: 'STRING' }] });
    await rows(create('OR REPLACE EXTERNAL TABLE').replace('a STRING', 'c STRING'));
    expect((await resource('again'))['schema']).toEqual({ fields: [{ name: 'c', type: 'STRING' }] });
    await rows('CREATE OR REPLACE TABLE d.again AS SELECT 1 AS x');
    expect(await resource('again')).toMatchObject({ type: 'TABLE', numRows: '1' });
    await rows(create('OR REPLACE EXTERNAL TABLE'));
    expect(await resource('again')).toMatchObject({ type: 'EXTERNAL' });
  });

  it('newline-delimited JSON, packed or not', async () => {
    await rows(`CREATE EXTERNAL TABLE d.people OPTIONS (format = 'JSON', uris = ['gs://files/people*'])`);
    expect(await rows('SELECT id, ARRAY_LENGTH(tags) AS n, address.city AS city FROM d.people ORDER BY id')).toEqual([
      { id: 1, n: 2, city: 'Rome' },
      { id: 2, n: 0, city: null },
      { id: 3, n: 0, city: null },
    ]);
    expect((await resource('people'))['externalDataConfiguration']).toEqual({
      autodetect: true,
      sourceFormat: 'NEWLINE_DELIMITED_JSON',
      sourceUris: ['gs://files/people*'],
    });
  });

  it.each([
    [`OPTIONS (uris = ['gs://files/bad.csv'])`, 'Option format must be set for an external table'],
    [`OPTIONS (format = 'CSV')`, 'At least one URI is required'],
    [`OPTIONS (format = 'XML', uris = ['gs://files/bad.csv'])`, 'Invalid value for option format: XML'],
    [`OPTIONS (format = 'AVRO', uris = ['gs://files/bad.csv'])`, 'Not implemented: external tables of format AVRO'],
    [
      `OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'], sheet_range = 'x')`,
      'Not implemented: option sheet_range',
    ],
    [
      `OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'], hive_partition_uri_prefix = 'gs://files')`,
      'Not implemented: option hive_partition_uri_prefix',
    ],
    [
      `OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'], encoding = 'EBCDIC')`,
      'Invalid value for option encoding: EBCDIC',
    ],
    [`OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'], max_bad_records = -1)`, 'max_bad_records: -1'],
    [`OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'], quote = '""')`, 'one character is expected'],
    [`OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'], time_zone = 'Mars')`, 'Invalid time zone: Mars'],
    [`OPTIONS (format = 'CSV', uris = ['gs://nobody/x.csv'])`, 'Not found: Bucket nobody'],
    [`OPTIONS (format = 'CSV', uris = ['gs://files/*/*.csv'])`, 'Only one wildcard is supported'],
    [`OPTIONS (format = 'CSV', uris = ['gs://files/none.csv'])`, 'Not found: URI gs://files/none.csv'],
    [`OPTIONS (format = 'CSV', uris = ['gs://files/none*'])`, 'with file pattern gs://files/none*: matched no files.'],
    [
      `OPTIONS (format = 'PARQUET', uris = ['gs://files/bad.csv'])`,
      'Input file is not in Parquet format. File: gs://files/bad.csv',
    ],
    [
      `(a ARRAY<INT64>) OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'])`,
      "don't support nested or repeated data",
    ],
    [
      `(a GEOGRAPHY) OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'])`,
      'Not implemented: external tables with a GEOGRAPHY column',
    ],
    [`(_file_name STRING) OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'])`, 'Invalid field name "_file_name"'],
    [`WITH PARTITION COLUMNS OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv'])`, 'Not implemented'],
  ])('refuses %s', async (rest, message) => {
    await expect(rows(`CREATE EXTERNAL TABLE d.refused ${rest}`)).rejects.toThrow(message);
    expect(await rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await expect(resource('refused')).resolves.toMatchObject({ error: { code: 404 } });
  });
});

describe('queries', () => {
  it('know the file of each row, which * does not show', async () => {
    expect(
      await rows(`SELECT _FILE_NAME AS f, COUNT(*) AS n FROM d.sales GROUP BY f HAVING ENDS_WITH(f, '4.csv')`),
    ).toEqual([{ f: 'gs://files/sales/2024.csv', n: 1 }]);
    expect(Object.keys((await rows('SELECT * FROM d.sales LIMIT 1'))[0] ?? {})).toEqual([
      'id',
      'name',
      'price',
      'sold',
    ]);
    expect(await rows('SELECT COUNT(*) AS n FROM d.sales')).toEqual([{ n: 3 }]);
  });

  it('join, WITH, subqueries, windows, set operations and tables made from them', async () => {
    expect(
      await rows(`WITH s AS (SELECT id, name FROM d.sales WHERE id < 3)
        SELECT s.name AS fruit, p.name AS who, ROW_NUMBER() OVER (ORDER BY s.id DESC) AS place
        FROM s JOIN d.people AS p USING (id)
        WHERE id IN (SELECT id FROM d.sales) ORDER BY place`),
    ).toEqual([
      { fruit: 'pear, green', who: 'Bob', place: 1 },
      { fruit: 'apple', who: 'Ann', place: 2 },
    ]);
    expect(await rows('SELECT id FROM d.sales UNION DISTINCT SELECT id FROM d.people ORDER BY id')).toHaveLength(3);
    await rows('CREATE TABLE d.copy AS SELECT * FROM d.people');
    expect(await rows('SELECT t FROM d.copy, UNNEST(tags) AS t ORDER BY t')).toEqual([{ t: 'a' }, { t: 'b' }]);
  });

  it('feed statements that write to other tables', async () => {
    await rows('CREATE TABLE d.target (id INT64, name STRING)');
    await rows('INSERT d.target (id, name) SELECT id, name FROM d.sales');
    await rows('DELETE d.target WHERE id IN (SELECT id FROM d.people WHERE name = "Ann")');
    await rows('UPDATE d.target SET name = UPPER(name) WHERE id = (SELECT MAX(id) FROM d.sales)');
    expect(await rows('SELECT * FROM d.target ORDER BY id')).toEqual([
      { id: 2, name: 'pear, green' },
      { id: 3, name: 'PLUM' },
    ]);
  });

  it('see files as they are now', async () => {
    write('live/a.csv', '1\n');
    await rows(`CREATE EXTERNAL TABLE d.live (a INT64) OPTIONS (format = 'CSV', uris = ['gs://files/live/*'])`);
    expect(await rows('SELECT a FROM d.live ORDER BY a')).toEqual([{ a: 1 }]);
    write('live/b.csv', '2\n');
    expect(await rows('SELECT a FROM d.live ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('say which value does not fit, unless bad records are allowed', async () => {
    const create = (more = '') =>
      rows(`CREATE OR REPLACE EXTERNAL TABLE d.bad (a INT64, b STRING)
        OPTIONS (format = 'CSV', uris = ['gs://files/bad.csv']${more})`);
    await create();
    await expect(rows('SELECT * FROM d.bad')).rejects.toThrow(
      'Error while reading table: files.d.bad, error message: Unable to parse; line_number: 2 byte_offset_to_start_of_line: 4 column_index: 0 column_name: "a" column_type: INT64 value: "?" File: gs://files/bad.csv',
    );
    await create(', max_bad_records = 1');
    expect(await rows('SELECT a FROM d.bad ORDER BY a')).toEqual([{ a: 1 }, { a: 3 }]);
  });

  it('do not write', async () => {
    await expect(rows('INSERT d.sales (id) VALUES (9)')).rejects.toThrow('DML over external table files:d.sales');
    const listed = await request('GET', '/sales/data', undefined).then((r) => r.json());
    expect(listed).toMatchObject({ error: { message: 'Cannot list a table of type EXTERNAL.' } });
  });
});

describe('tables.insert', () => {
  const insert = (tableId: string, externalDataConfiguration: Row, more: Row = {}) =>
    request('POST', '', {
      tableReference: { projectId: 'files', datasetId: 'd', tableId },
      externalDataConfiguration,
      ...more,
    });
  const CSV = { sourceFormat: 'CSV', sourceUris: ['gs://files/bad.csv'] };

  it('with the client', async () => {
    const [table] = await bigquery.dataset('d').createTable('client', {
      schema: 'a:STRING,b:STRING',
      externalDataConfiguration: { ...CSV, csvOptions: { skipLeadingRows: '1' } },
    } as object);
    expect(table.metadata).toMatchObject({ type: 'EXTERNAL' });
    expect(await rows('SELECT * FROM d.client ORDER BY a')).toEqual([
      { a: '3', b: 'z' },
      { a: '?', b: 'y' },
    ]);
  });

  it('with the schema inside, and options as bq sends them', async () => {
    const response = await insert('inside', {
      ...CSV,
      schema: {
        fields: [
          { name: 'a', type: 'STRING' },
          { name: 'b', type: 'STRING' },
        ],
      },
      csvOptions: { encoding: 'UTF-8', allowJaggedRows: false, nullMarker: '?', skipLeadingRows: 0 },
      timestampTargetPrecision: [],
      maxBadRecords: 0,
    });
    expect(response.status).toBe(200);
    expect(await rows('SELECT COUNTIF(a IS NULL) AS n FROM d.inside')).toEqual([{ n: 1 }]);
  });

  it('with autodetect', async () => {
    expect((await insert('auto', { ...CSV, autodetect: true })).status).toBe(200);
    expect((await resource('auto'))['schema']).toEqual({
      fields: [
        { name: 'string_field_0', type: 'STRING' },
        { name: 'string_field_1', type: 'STRING' },
      ],
    });
  });

  it.each([
    [{ ...CSV }, 400, 'Schema is required for CSV and JSON formats if autodetect is not on.'],
    [{ ...CSV, autodetect: true, hivePartitioningOptions: { mode: 'AUTO' } }, 501, 'hivePartitioningOptions'],
    [{ ...CSV, autodetect: true, metadataCacheMode: 'MANUAL' }, 501, 'metadataCacheMode'],
    [{ ...CSV, autodetect: true, csvOptions: { skipLeadingRows: 'x' } }, 400, 'csvOptions.skipLeadingRows'],
    [{ sourceUris: CSV.sourceUris, autodetect: true }, 400, 'Option format must be set'],
    [{ ...CSV, sourceFormat: 'GOOGLE_SHEETS', autodetect: true }, 501, 'GOOGLE_SHEETS'],
  ])('refuses %j', async (configuration, status, message) => {
    const response = await insert('refused', configuration);
    expect([response.status, JSON.stringify(await response.json())]).toEqual([
      status,
      expect.stringContaining(message),
    ]);
    expect(await resource('refused')).toMatchObject({ error: { code: 404 } });
  });

  it('a change of the description goes through, a change of the files does not', async () => {
    const before = await resource('inside');
    const changed = await request('PATCH', '/inside', {
      description: 'x',
      externalDataConfiguration: before['externalDataConfiguration'],
    });
    expect(await changed.json()).toMatchObject({ description: 'x', type: 'EXTERNAL' });
    const refused = await request('PATCH', '/inside', {
      externalDataConfiguration: { sourceUris: ['gs://files/other'] },
    });
    expect(refused.status).toBe(501);
    expect(await rows('SELECT COUNT(*) AS n FROM d.inside')).toEqual([{ n: 3 }]);
  });
});

describe('DROP', () => {
  it('is DROP EXTERNAL TABLE', async () => {
    await expect(rows('DROP TABLE d.live')).rejects.toThrow('which has type EXTERNAL. A table was expected.');
    await rows('DROP EXTERNAL TABLE d.live');
    await expect(rows('SELECT * FROM d.live')).rejects.toThrow('Not found: Table files:d.live');
    await rows('DROP EXTERNAL TABLE IF EXISTS d.live');
  });
});

describe('buckets behind a Cloud Storage endpoint', () => {
  let other: RunningEmulator;

  afterAll(() => other?.dispose());

  it('are read over HTTP', async () => {
    other = await startEmulator({ projectId: 'other', gcsEndpoint: emulator.url });
    const client = new BigQuery({ projectId: 'other', apiEndpoint: other.url });
    await client.createDataset('d');
    await rows(`CREATE EXTERNAL TABLE d.sales OPTIONS (format = 'CSV', uris = ['gs://files/sales/*.csv'])`, client);
    await rows(`CREATE EXTERNAL TABLE d.people OPTIONS (format = 'JSON', uris = ['gs://files/people*'])`, client);
    expect(await rows('SELECT name FROM d.sales UNION ALL SELECT name FROM d.people ORDER BY name', client)).toEqual(
      ['Ann', 'Bob', 'Cy', 'apple', 'pear, green', 'plum'].map((name) => ({ name })),
    );
  });
});
