/** https://cloud.google.com/bigquery/docs/schema-detect */
import { describe, expect, test } from 'vitest';
import { ExternalFixture, sourceOf } from './external-fixture.ts';
import type { SourceChanges } from './external-fixture.ts';

const csv = async (content: string | Uint8Array, changes: SourceChanges = {}) =>
  (await ExternalFixture.open({ 'x.csv': content })).detected(sourceOf('CSV', changes));
const json = async (content: string) =>
  (await ExternalFixture.open({ 'x.json': content })).detected(sourceOf('NEWLINE_DELIMITED_JSON'));

describe('CSV', () => {
  test('types, and a header over columns that are not all texts', async () => {
    expect(
      await csv(
        'name,n,f,b,d,ts,t\nx,1,1.5,true,2024-01-02,2024-01-02 03:04:05 UTC,03:04:05\ny,,1e3,N,2024-1-3,2024/01/02 03:04,1:2:3\n',
      ),
    ).toEqual([
      'name STRING | n INT64 | f FLOAT64 | b BOOL | d DATE | ts TIMESTAMP | t TIME',
      '"x" | 1 | 1.5 | true | DATE "2024-01-02" | TIMESTAMP "2024-01-02 03:04:05+00" | TIME "03:04:05"',
      '"y" | NULL | 1000.0 | false | DATE "2024-01-03" | TIMESTAMP "2024-01-02 03:04:00+00" | TIME "01:02:03"',
    ]);
  });

  test('names without a header', async () => {
    expect(await csv('1,x,1.5,true,2024-01-02\n2,y,2,false,2024-01-03\n')).toEqual([
      'int64_field_0 INT64 | string_field_1 STRING | double_field_2 FLOAT64 | bool_field_3 BOOL | date_field_4 DATE',
      '1 | "x" | 1.5 | true | DATE "2024-01-02"',
      '2 | "y" | 2.0 | false | DATE "2024-01-03"',
    ]);
  });

  test('texts alone have no header that could be told', async () => {
    expect(await csv('a,b\nx,z\n')).toEqual([
      'string_field_0 STRING | string_field_1 STRING',
      '"a" | "b"',
      '"x" | "z"',
    ]);
    expect(await csv('a,b\nx,z\n', { csv: { skipLeadingRows: 1 } })).toEqual([
      'string_field_0 STRING | string_field_1 STRING',
      '"x" | "z"',
    ]);
  });

  test('skipLeadingRows 0 says that there is no header', async () => {
    expect(await csv('a,b\n1,y\n', { csv: { skipLeadingRows: 0 } })).toEqual([
      'string_field_0 STRING | string_field_1 STRING',
      '"a" | "b"',
      '"1" | "y"',
    ]);
  });

  test('the header is the last row that is skipped', async () => {
    expect(await csv('about\na,b\n1,x\n', { csv: { skipLeadingRows: 2 } })).toEqual(['a INT64 | b STRING', '1 | "x"']);
  });

  test('names that are no column names, empty ones and equal ones', async () => {
    expect((await csv('a b,,1st?,A b\n1,2,x,3\n'))[0]).toBe(
      'a_b INT64 | int64_field_1 INT64 | _1st_ STRING | A_b_1 INT64',
    );
  });

  test.each(['|', '\t'])('delimiter %j is found', async (delimiter) => {
    expect(await csv(`a${delimiter}b\n1${delimiter}x,y\n`)).toEqual(['a INT64 | b STRING', '1 | "x,y"']);
  });

  test('quoted newlines are found', async () => {
    expect(await csv('a,b\n1,"x\ny"\n')).toEqual(['a INT64 | b STRING', '1 | "x\\ny"']);
  });

  test('types that do not go together, and columns without a value', async () => {
    expect((await csv('1,2024-01-01,,1,9223372036854775808\nx,12:00:00,,1.5,1\n'))[0]).toBe(
      'string_field_0 STRING | string_field_1 STRING | string_field_2 STRING | double_field_3 FLOAT64 | double_field_4 FLOAT64',
    );
  });

  test('NULL markers are no texts', async () => {
    expect(await csv('a,b\n1,NA\nNA,x\n', { csv: { nullMarker: 'NA' } })).toEqual([
      'a INT64 | b STRING',
      '1 | NULL',
      'NULL | "x"',
    ]);
  });

  test('a header that other files order otherwise', async () => {
    const fixture = await ExternalFixture.open({ '1.csv': 'a,b\n1,x\n', '2.csv': 'b,a\ny,2\n' });
    expect(await fixture.detected(sourceOf('CSV'))).toEqual(['a INT64 | b STRING', '1 | "x"', '2 | "y"']);
  });

  test('only the first 500 rows are looked at', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => (i < 550 ? String(i) : 'x')).join('\n');
    const lines = await csv(rows);
    expect(lines[0]).toBe('int64_field_0 INT64');
    expect(lines.at(-1)).toContain('line_number: 551');
  });

  test('a file without rows', async () => {
    await expect(csv('')).rejects.toThrow('Schema has no fields. File: gs://b/x.csv');
  });
});

describe('JSON', () => {
  test('types, records and arrays', async () => {
    expect(
      await json(
        '{"i":1,"f":1,"s":"x","b":true,"q":"12","d":"2024-01-02","n":null,"r":{"x":1,"y":[{"z":"a"}]},"l":[1,2]}\n{"f":1.5,"new-one":1}\n',
      ),
    ).toEqual([
      'i INT64 | f FLOAT64 | s STRING | b BOOL | q INT64 | d DATE | n STRING | r STRUCT<x INT64, y ARRAY<STRUCT<z STRING>>> | l ARRAY<INT64> | new_one INT64',
      '1 | 1.0 | "x" | true | 12 | DATE "2024-01-02" | NULL | (1, [STRUCT("a")]) | [1, 2] | NULL',
      'NULL | 1.5 | NULL | NULL | NULL | NULL | NULL | NULL | [] | 1',
    ]);
  });

  test.each([
    ['{"a":[[1]]}', 'Nested arrays not allowed. Field: a.'],
    ['{"a":1}\n{"a":[1]}', 'Array specified for non-repeated field: a.'],
    ['{"a":1}\n{"a":{"x":1}}', 'JSON object specified for non-record field: a.'],
    ['{"a":{"x":1}}\n{"a":1}', 'Flat value specified for record field. Field: a; Value: 1'],
    ['', 'Schema has no fields.'],
  ])('%j', async (content, message) => {
    await expect(json(content)).rejects.toThrow(
      `Error while reading table: p.d.t, error message: ${message} File: gs://b/x.json`,
    );
  });
});
