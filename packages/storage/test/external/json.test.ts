/** https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ColumnSchema } from '@bqml-emulator/catalog';
import {
  BIGNUMERIC,
  BOOL,
  DATE,
  FLOAT64,
  INT64,
  JSON_TYPE,
  NUMERIC,
  STRING,
  TIMESTAMP,
  arrayOf,
  rangeOf,
  structOf,
} from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import { jsonLines } from '../../src/external/json/json-lines.ts';
import { column } from '../storage-rows.ts';
import { ExternalFixture, sourceOf } from './external-fixture.ts';
import type { SourceChanges } from './external-fixture.ts';

const SCHEMA = [column('a', INT64), column('b', STRING)];

async function read(
  content: string | Uint8Array,
  changes: SourceChanges = {},
  schema: readonly ColumnSchema[] = SCHEMA,
): Promise<string[]> {
  return (await ExternalFixture.open({ 'x.json': content })).print(schema, sourceOf('NEWLINE_DELIMITED_JSON', changes));
}

const failure = (message: string, position = 0) =>
  `ServiceError: Error while reading table: p.d.t, error message: JSON parsing error in row starting at position ${position}: ${message} File: gs://b/x.json`;

const record = (
  name: string,
  nested: readonly ColumnSchema[],
  mode: ColumnSchema['mode'] = 'NULLABLE',
): ColumnSchema => {
  const type = structOf(nested.map((n) => ({ name: n.name, type: n.type })));
  return { ...column(name, mode === 'REPEATED' ? arrayOf(type) : type), nested };
};

describe('records', () => {
  test('lines, blank lines, any order of names, names without case', async () => {
    expect(await read('{"a":1,"b":"x"}\r\n\n{"B":"y","A":2}\n{}\n')).toEqual(['1 | "x"', '2 | "y"', 'NULL | NULL']);
    expect(await read(gzipSync('{"a":1,"b":"x"}'))).toEqual(['1 | "x"']);
    expect(await read(Buffer.from('{"b":"é"}', 'latin1'), { encoding: 'ISO-8859-1' })).toEqual(['NULL | "é"']);
  });

  test('chunks that end anywhere give the same lines', async () => {
    const content = Buffer.from('{"a":"é"}\n\n{"b":1}\n{"c":2}');
    const expected = [
      { text: '{"a":"é"}', offset: 0 },
      { text: '{"b":1}', offset: 12 },
      { text: '{"c":2}', offset: 20 },
    ];
    for (let size = 1; size < 12; size++) {
      const lines = [];
      for await (const some of jsonLines({ bytes: slices(content, size), charset: 'utf8' })) lines.push(...some);
      expect(lines).toEqual(expected);
    }
  });

  test.each([
    ['{"a":1', 'Parser terminated before end of string'],
    ['[1]', 'Start of array encountered without start of object.'],
    ['1', 'Value encountered without start of object.'],
    [`{"b":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'Parser terminated before end of string'],
    ['{"c":1}', 'No such field: c.'],
    ['{"a":[1]}', 'Array specified for non-repeated field: a.'],
    ['{"a":{"x":1}}', 'JSON object specified for non-record field: a.'],
    ['{"a":"x"}', 'Could not convert value to integer. Field: a; Value: x'],
    ['{"a":1.5}', 'Could not convert value to integer. Field: a; Value: 1.5'],
    ['{"a":9223372036854775808}', 'Could not convert value to integer. Field: a; Value: 9223372036854775808'],
  ])('%#: %.30s', async (line, message) => {
    const [only, ...more] = await read(`{"a":0}\n${line}\n`);
    expect([only, more]).toEqual([only, []]);
    expect(only).toBe(failure(message, 8));
  });

  test('unknown names are ignored when that is asked for', async () => {
    expect(await read('{"a":1,"c":{"d":[1]}}\n', { ignoreUnknownValues: true })).toEqual(['1 | NULL']);
  });

  test('bad records are left out up to the limit', async () => {
    const content = '{"a":1}\n{"a":"?"}\n[\n{"a":4}\n';
    expect(await read(content, { maxBadRecords: 2 })).toEqual(['1 | NULL', '4 | NULL']);
    expect((await read(content, { maxBadRecords: 1 })).at(-1)).toBe(
      failure('Parser terminated before end of string', 18),
    );
  });
});

async function* slices(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('values', () => {
  test.each([
    [INT64, '"9223372036854775807"', '9223372036854775807'],
    [INT64, '9223372036854775807', '9223372036854775807'],
    [INT64, '1e3', '1000'],
    [STRING, '1.10', '"1.10"'],
    [STRING, 'true', '"true"'],
    [BOOL, 'false', 'false'],
    [BOOL, '"Yes"', 'true'],
    [FLOAT64, '0.1234567890123456789', '0.12345678901234568'],
    [FLOAT64, '"-inf"', 'CAST("-inf" AS FLOAT64)'],
    [NUMERIC, '12345678901234567890.123456789', 'NUMERIC "12345678901234567890.123456789"'],
    [BIGNUMERIC, '0.12345678901234567890123456789012345678', 'BIGNUMERIC "0.12345678901234567890123456789012345678"'],
    [DATE, '"2024-02-29"', 'DATE "2024-02-29"'],
    [TIMESTAMP, '1408452095', 'TIMESTAMP "2014-08-19 12:41:35+00"'],
    [TIMESTAMP, '"2014/08/19 07:41"', 'TIMESTAMP "2014-08-19 07:41:00+00"'],
    [rangeOf(DATE), '{"start":"2020-01-01","end":null}', 'RANGE<DATE> "[2020-01-01, UNBOUNDED)"'],
    [JSON_TYPE, '{"b":[1,18446744073709551615,"x",null]}', `JSON '{"b":[1,18446744073709551615,"x",null]}'`],
    [JSON_TYPE, '[1]', 'JSON "[1]"'],
    [JSON_TYPE, 'null', 'JSON "null"'],
    [STRING, 'null', 'NULL'],
  ] as const)('%j of %s', async (type: SqlType, text, expected) => {
    expect(await read(`{"v":${text}}\n`, {}, [column('v', type)])).toEqual([expected]);
  });

  test('timestamps that are none', async () => {
    expect(await read('{"t":"x"}\n', {}, [column('t', TIMESTAMP)])).toEqual([
      failure(
        "Could not parse 'x' as a timestamp. Required format is YYYY-MM-DD HH:MM[:SS[.SSSSSS]] or YYYY/MM/DD HH:MM[:SS[.SSSSSS]] Field: t; Value: x",
      ),
    ]);
  });

  test('records and arrays', async () => {
    const schema = [
      record('r', [column('x', INT64), record('s', [column('y', STRING)], 'REPEATED')]),
      column('n', arrayOf(INT64)),
    ];
    const one = async (line: string) => (await read(`${line}\n`, {}, schema))[0];
    expect(await one('{"r":{"x":1,"s":[{"y":"a"},{}]},"n":[1,2]}')).toBe('(1, [STRUCT("a"), STRUCT(NULL)]) | [1, 2]');
    expect(await one('{"r":null,"n":null}')).toBe('NULL | []');
    expect(await one('{"r":{"z":1}}')).toBe(failure('No such field: r.z.'));
    expect(await one('{"r":1}')).toBe(failure('Flat value specified for record field. Field: r; Value: 1'));
    expect(await one('{"n":1}')).toBe(failure('Repeated field must be imported as a JSON array. Field: n.'));
    expect(await one('{"n":[[1]]}')).toBe(failure('Nested arrays not allowed. Field: n.'));
    expect(await one('{"n":[null]}')).toBe(failure('Only optional fields can be set to NULL. Field: n; Value: NULL'));
  });

  test('REQUIRED fields', async () => {
    const schema = [{ ...column('a', INT64), mode: 'REQUIRED' as const }];
    expect(await read('{"a":null}', {}, schema)).toEqual([
      failure('Only optional fields can be set to NULL. Field: a; Value: NULL'),
    ]);
    expect(await read('{}', {}, schema)).toEqual([failure('Missing required field: a.')]);
  });
});
