/** https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-parquet */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BIGNUMERIC, DATETIME, FLOAT64, INT64, NUMERIC, STRING } from '@bqml-emulator/types';
import { column } from '../storage-rows.ts';
import { ExternalFixture, parquetOf, sourceOf } from './external-fixture.ts';
import type { SourceChanges } from './external-fixture.ts';

const detected = async (query: string, changes: SourceChanges = {}, options = '') =>
  (await ExternalFixture.open({ 'x.parquet': await parquetOf(query, options) })).detected(sourceOf('PARQUET', changes));

describe('types', () => {
  test('scalars', async () => {
    expect(
      await detected(`SELECT 1::TINYINT i8, 2::INT i32, 3::BIGINT i64, 4::UTINYINT u8, 5::UINTEGER u32, 6::UBIGINT u64,
        1.5::FLOAT f, 2.5::DOUBLE d, true b, 'x' s, '\\xAA'::BLOB bin, DATE '2024-01-02' dt, TIME '01:02:03.5' t,
        TIMESTAMP '2024-01-02 03:04:05.678901' ts, TIMESTAMPTZ '2024-01-02 03:04:05+01' tz, NULL::INT n`),
    ).toEqual([
      'i8 INT64 | i32 INT64 | i64 INT64 | u8 INT64 | u32 INT64 | u64 INT64 | f FLOAT64 | d FLOAT64 | b BOOL | s STRING | bin BYTES | dt DATE | t TIME | ts TIMESTAMP | tz TIMESTAMP | n INT64',
      '1 | 2 | 3 | 4 | 5 | 6 | 1.5 | 2.5 | true | "x" | b"\\xaa" | DATE "2024-01-02" | TIME "01:02:03.500" | TIMESTAMP "2024-01-02 03:04:05.678901+00" | TIMESTAMP "2024-01-02 02:04:05+00" | NULL',
    ]);
  });

  test('an unsigned integer that INT64 has no room for', async () => {
    expect((await detected('SELECT 18446744073709551615::UBIGINT u'))[1]).toContain('Value is out of range. Field: u');
  });

  test.each([
    ['DECIMAL(10,2)', undefined, 'd NUMERIC', 'NUMERIC "1.5"'],
    ['DECIMAL(38,9)', undefined, 'd NUMERIC', 'NUMERIC "1.5"'],
    ['DECIMAL(38,20)', ['NUMERIC', 'BIGNUMERIC'], 'd BIGNUMERIC', 'BIGNUMERIC "1.5"'],
    ['DECIMAL(38,20)', ['NUMERIC', 'STRING'], 'd STRING', '"1.5"'],
    ['DECIMAL(38,20)', ['NUMERIC'], 'd NUMERIC', 'NUMERIC "1.5"'],
    ['DECIMAL(4,2)', ['STRING'], 'd STRING', '"1.5"'],
  ] as const)('%s with %j', async (type, decimalTargetTypes, schema, value) => {
    expect(await detected(`SELECT 1.5::${type} d`, { decimalTargetTypes })).toEqual([schema, value]);
  });

  test('a decimal with more digits than NUMERIC has', async () => {
    expect((await detected('SELECT 0.00000000001::DECIMAL(38,20) d'))[1]).toContain('Value is out of range. Field: d');
  });

  const NESTED = `SELECT [1, 2] l, {x: 1, y: [{z: 'k'}]} s, MAP {'a': 1} m UNION ALL SELECT NULL, NULL, NULL UNION ALL SELECT [], {x: NULL, y: []}, MAP {}`;

  test('lists and maps as their groups', async () => {
    expect(await detected(NESTED)).toEqual([
      'l STRUCT<list ARRAY<STRUCT<element INT64>>> | s STRUCT<x INT64, y STRUCT<list ARRAY<STRUCT<element STRUCT<z STRING>>>>> | m STRUCT<key_value ARRAY<STRUCT<key STRING, value INT64>>>',
      'STRUCT([STRUCT(1), STRUCT(2)]) | (1, STRUCT([STRUCT(STRUCT("k"))])) | STRUCT([("a", 1)])',
      'NULL | NULL | NULL',
      'STRUCT([]) | (NULL, STRUCT([])) | STRUCT([])',
    ]);
  });

  test('lists and maps as arrays', async () => {
    expect(
      await detected(NESTED, { parquet: { enableListInference: true, mapTargetType: 'ARRAY_OF_STRUCT' } }),
    ).toEqual([
      'l ARRAY<INT64> | s STRUCT<x INT64, y ARRAY<STRUCT<z STRING>>> | m ARRAY<STRUCT<key STRING, value INT64>>',
      '[1, 2] | (1, [STRUCT("k")]) | [("a", 1)]',
      '[] | NULL | []',
      '[] | (NULL, []) | []',
    ]);
  });

  test.each([
    ['SELECT uuid() u', "Parquet column 'u' has a type that is not supported"],
    ['SELECT INTERVAL 1 DAY i', "Parquet column 'i' has a type that is not supported"],
    ["SELECT TIMESTAMP_NS '2024-01-01' n", "Parquet column 'n' has a type that is not supported"],
  ])('%s', async (query, message) => {
    await expect(detected(query)).rejects.toThrow(message);
  });
});

describe('a declared schema', () => {
  const read = async (schema: Parameters<typeof column>[], query: string) =>
    (await ExternalFixture.open({ 'x.parquet': await parquetOf(query) })).print(
      schema.map((c) => column(...c)),
      sourceOf('PARQUET'),
    );

  test('columns by name, some of them, and one that the file does not have', async () => {
    expect(
      await read(
        [
          ['B', STRING],
          ['a', INT64],
          ['c', INT64],
        ],
        "SELECT 1 a, 'x' b, 2 z",
      ),
    ).toEqual(['"x" | 1 | NULL']);
  });

  test('types that fit', async () => {
    expect(
      await read(
        [
          ['t', DATETIME],
          ['n', BIGNUMERIC],
        ],
        "SELECT TIMESTAMP '2024-01-02 03:04:05' t, 1.25::DECIMAL(5,2) n",
      ),
    ).toEqual(['DATETIME "2024-01-02 03:04:05" | BIGNUMERIC "1.25"']);
  });

  test.each([
    [FLOAT64, 'SELECT 1::INT a', 'INT32 which does not match the target cpp_type DOUBLE'],
    [INT64, "SELECT 'x' a", 'BYTE_ARRAY which does not match the target cpp_type INT64'],
    [NUMERIC, 'SELECT 1::BIGINT a', 'INT64 which does not match the target cpp_type NUMERIC'],
    [INT64, 'SELECT {x: 1} a', 'GROUP which does not match the target cpp_type INT64'],
  ])('%j: %s', async (type, query, message) => {
    expect(await read([['a', type]], query)).toEqual([
      `ServiceError: Error while reading table: p.d.t, error message: Parquet column 'a' has type ${message}. File: gs://b/x.parquet`,
    ]);
  });
});

describe('files', () => {
  test('the schema is that of the last file, or of the reference file', async () => {
    const fixture = await ExternalFixture.open({
      '1.parquet': await parquetOf('SELECT 1 a'),
      '2.parquet': await parquetOf("SELECT 2 a, 'x' b"),
    });
    expect(await fixture.detected(sourceOf('PARQUET'))).toEqual(['a INT64 | b STRING', '1 | NULL', '2 | "x"']);
    const referenceFileSchemaUri = 'gs://b/1.parquet';
    expect(await fixture.detected(sourceOf('PARQUET', { referenceFileSchemaUri }))).toEqual(['a INT64', '1', '2']);
  });

  test('many row groups come in order, nothing stays in the staging folder', async () => {
    const content = await parquetOf('SELECT range a FROM range(10000)', ', ROW_GROUP_SIZE 2048');
    const fixture = await ExternalFixture.open({ 'x.parquet': content });
    const lines = await fixture.print([column('a', INT64)], sourceOf('PARQUET'));
    expect(lines).toEqual(Array.from({ length: 10_000 }, (_, i) => String(i)));
    expect(readdirSync(join(fixture.dataDirectory, 'staging'))).toEqual([]);
  });

  test('rows that are only counted', async () => {
    const fixture = await ExternalFixture.open({ 'x.parquet': await parquetOf('SELECT range a FROM range(3)') });
    expect(await fixture.print([column('a', INT64)], sourceOf('PARQUET'), [1])).toEqual(
      Array.from({ length: 3 }, () => '"gs://b/x.parquet"'),
    );
  });

  test('a reader that stops early leaves nothing behind', async () => {
    const fixture = await ExternalFixture.open({
      'x.parquet': await parquetOf('SELECT range a FROM range(100000)', ', ROW_GROUP_SIZE 2048'),
    });
    const rows = { schema: [column('a', INT64)], source: sourceOf('PARQUET'), subject: 'data' };
    for await (const batch of fixture.files.read(rows)) {
      expect(batch.rowCount).toBeGreaterThan(0);
      break;
    }
    expect(readdirSync(join(fixture.dataDirectory, 'staging'))).toEqual([]);
  });

  test('a signal ends the read', async () => {
    const fixture = await ExternalFixture.open({ 'x.parquet': await parquetOf('SELECT range a FROM range(100000)') });
    const rows = { schema: [column('a', INT64)], source: sourceOf('PARQUET'), subject: 'data' };
    const controller = new AbortController();
    const reading = (async () => {
      for await (const _ of fixture.files.read(rows, controller.signal)) controller.abort(new Error('stop'));
    })();
    await expect(reading).rejects.toThrow('stop');
    expect(readdirSync(join(fixture.dataDirectory, 'staging'))).toEqual([]);
  });

  test.each([
    ['text', () => Buffer.from('1,x\n')],
    ['nothing', () => Buffer.alloc(0)],
    ['a file that was cut', (whole: Uint8Array) => whole.subarray(0, whole.length - 1)],
  ] satisfies [string, (whole: Uint8Array) => Uint8Array][])('%s', async (_, damage) => {
    const content = damage(await parquetOf('SELECT 1 a'));
    const fixture = await ExternalFixture.open({ 'x.parquet': content });
    expect(await fixture.print([column('a', INT64)], sourceOf('PARQUET'))).toEqual([
      'ServiceError: Error while reading table: p.d.t, error message: Input file is not in Parquet format. File: gs://b/x.parquet',
    ]);
  });

  test('damage in the middle is an error, wherever it is', async () => {
    const content = await parquetOf("SELECT range a, 'text ' || range b FROM range(10000)", ', ROW_GROUP_SIZE 2048');
    const schema = [column('a', INT64), column('b', STRING)];
    let failed = 0;
    for (let at = 100; at < content.length - 8; at += Math.floor(content.length / 8)) {
      const damaged = Buffer.from(content);
      damaged.fill(0xff, at, at + 64);
      const fixture = await ExternalFixture.open({ 'x.parquet': damaged });
      const last = (await fixture.print(schema, sourceOf('PARQUET'))).at(-1) ?? '';
      expect(last).not.toMatch(/InvariantError|staging/);
      if (last.startsWith('ServiceError: Error while reading table: p.d.t')) failed++;
    }
    expect(failed).toBeGreaterThan(0);
  });
});
