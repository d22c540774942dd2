/** https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ExternalTable } from '@bqml-emulator/catalog';
import {
  BIGNUMERIC,
  BOOL,
  BYTES,
  DATE,
  DATETIME,
  FLOAT64,
  INT64,
  INTERVAL,
  JSON_TYPE,
  NUMERIC,
  STRING,
  TIME,
  TIMESTAMP,
  rangeOf,
} from '@bqml-emulator/types';
import { csvRecords } from '../../src/external/csv/csv-records.ts';
import type { CsvRecord } from '../../src/external/csv/csv-records.ts';
import { openFixture } from '../storage-fixture.ts';
import { column, dataset, newTable } from '../storage-rows.ts';
import { ExternalFixture, sourceOf } from './external-fixture.ts';
import type { SourceChanges } from './external-fixture.ts';

const SCHEMA = [column('a', INT64), column('b', STRING)];

async function read(content: string | Uint8Array, changes: SourceChanges = {}, schema = SCHEMA): Promise<string[]> {
  return (await ExternalFixture.open({ 'x.csv': content })).print(schema, sourceOf('CSV', changes));
}

const failure = (message: string) =>
  `ServiceError: Error while reading table: p.d.t, error message: ${message} File: gs://b/x.csv`;

describe('records', () => {
  test.each([
    ['LF', '1,x\n2,y\n'],
    ['CR LF', '1,x\r\n2,y\r\n'],
    ['CR', '1,x\r2,y\r'],
    ['no end of the last line', '1,x\n2,y'],
    ['empty lines', '\n1,x\n\n2,y\n\n'],
    ['a byte order mark', '\uFEFF1,x\n2,y'],
    ['gzip', gzipSync('1,x\n2,y\n')],
  ])('%s', async (_, content) => {
    expect(await read(content)).toEqual(['1 | "x"', '2 | "y"']);
  });

  test('an empty line of a table of one column is a row', async () => {
    expect(await read('x\n\ny\n', {}, [column('a', STRING)])).toEqual(['"x"', 'NULL', '"y"']);
  });

  test('quotes, doubled quotes, delimiters and quotes in the middle', async () => {
    expect(await read('1,"x,""y"""\n2,x"y"\n3, "z"\n')).toEqual([`1 | 'x,"y"'`, `2 | 'x"y"'`, `3 | ' "z"'`]);
    expect(await read("1,'x,y'\n", { csv: { quote: "'" } })).toEqual(['1 | "x,y"']);
    expect(await read('1,"x"\n', { csv: { quote: '' } })).toEqual([`1 | '"x"'`]);
  });

  test('quoted newlines only when they are allowed', async () => {
    const content = '1,"x\ny"\n2,z\n';
    expect(await read(content, { csv: { allowQuotedNewlines: true } })).toEqual(['1 | "x\\ny"', '2 | "z"']);
    expect(await read(content)).toEqual([
      failure(
        'Missing close quote character (").; line_number: 1 byte_offset_to_start_of_line: 0 column_index: 1 column_name: "b" column_type: STRING value: "x"',
      ),
    ]);
  });

  test('line numbers count the lines inside of quotes', async () => {
    const lines = await read('1,"x\ny"\n?,z\n', { csv: { allowQuotedNewlines: true } });
    expect(lines.at(-1)).toBe(
      failure(
        'Unable to parse; line_number: 3 byte_offset_to_start_of_line: 8 column_index: 0 column_name: "a" column_type: INT64 value: "?"',
      ),
    );
  });

  test('data after a quote', async () => {
    expect(await read('1,"x"y\n')).toEqual([
      failure(
        'Data between close quote character (") and field separator.; line_number: 1 byte_offset_to_start_of_line: 0 column_index: 1 column_name: "b" column_type: STRING value: "x"',
      ),
    ]);
  });

  test('zero bytes', async () => {
    expect((await read('1,x\0y\n')).at(-1)).toContain('Bad character (ASCII 0) encountered.');
    expect(await read('1,x\0y\n', { csv: { preserveAsciiControlCharacters: true } })).toEqual(['1 | "x\\x00y"']);
  });

  test.each([
    ['\t', '\t'],
    ['\\t', '\t'],
    ['|', '|'],
    [';', ';'],
  ])('delimiter %j', async (fieldDelimiter, written) => {
    expect(await read(`1${written}x,y\n`, { csv: { fieldDelimiter } })).toEqual(['1 | "x,y"']);
  });

  test('too few and too many columns', async () => {
    expect(await read('1\n')).toEqual([
      failure(
        'CSV table references column position 1, but line contains only 1 columns.; line_number: 1 byte_offset_to_start_of_line: 0 column_index: 1 column_name: "b" column_type: STRING',
      ),
    ]);
    expect(await read('1\n', { csv: { allowJaggedRows: true } })).toEqual(['1 | NULL']);
    expect(await read('1,x,y\n')).toEqual([
      failure(
        'Too many values in line. Found 3 column(s) when expecting 2.; line_number: 1 byte_offset_to_start_of_line: 0',
      ),
    ]);
    expect(await read('1,x,y\n', { ignoreUnknownValues: true })).toEqual(['1 | "x"']);
  });

  test('chunks that end anywhere give the same records', async () => {
    const content = Buffer.from('1,"x""é"\r\n2,""\r\n\r\n3,"a,\r\nb"\r4,d');
    const whole = await records(content, content.length);
    expect(whole.map((r) => [r.fields, r.quoted, r.line, r.offset])).toEqual([
      [['1', 'x"é'], [1], 1, 0],
      [['2', ''], [1], 2, 11],
      [[''], [], 3, 17],
      [['3', 'a,\r\nb'], [1], 4, 19],
      [['4', 'd'], [], 6, 29],
    ]);
    for (let size = 1; size < 12; size++) expect(await records(content, size)).toEqual(whole);
  });

  test('a record over many chunks is not read again for each', async () => {
    const long = 'ä""'.repeat(1_000_000);
    const [first, second, ...more] = await records(Buffer.from(`1,"${long}"\n2,y\n`), 1000);
    expect(first?.fields[1] === 'ä"'.repeat(1_000_000)).toBe(true);
    expect([second?.fields, second?.line, more]).toEqual([['2', 'y'], 2, []]);
  });
});

async function records(content: Buffer, size: number): Promise<readonly CsvRecord[]> {
  const dialect = { delimiter: 0x2c, quote: 0x22, allowQuotedNewlines: true, allowZeroBytes: false };
  const all: CsvRecord[] = [];
  for await (const some of csvRecords({ bytes: slices(content, size), charset: 'utf8' }, dialect)) all.push(...some);
  return all;
}

async function* slices(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('skipped rows, headers and bad records', () => {
  test('the first rows of each file', async () => {
    const fixture = await ExternalFixture.open({ '1.csv': 'a,b\n1,x\n', '2.csv': 'a,b\n2,y\n' });
    expect(await fixture.print(SCHEMA, sourceOf('CSV', { csv: { skipLeadingRows: 1 } }))).toEqual([
      '1 | "x"',
      '2 | "y"',
    ]);
  });

  test('columns by name', async () => {
    const csv = { sourceColumnMatch: 'NAME', skipLeadingRows: 2 } as const;
    expect(await read('comment\nB,A\nx,1\n', { csv })).toEqual(['1 | "x"']);
    expect(await read('comment\nB\nx\n', { csv })).toEqual(['NULL | "x"']);
    expect((await read('comment\nB,A,C\nx,1,2\n', { csv }))[0]).toContain('No such column in the schema: C.');
    expect(await read('comment\nB,A,C\nx,1,2\n', { csv, ignoreUnknownValues: true })).toEqual(['1 | "x"']);
  });

  test('bad records are left out up to the limit', async () => {
    const content = '1,x\n?,y\n3,"z\n4,w\n';
    expect(await read(content, { maxBadRecords: 2 })).toEqual(['1 | "x"', '4 | "w"']);
    expect((await read(content, { maxBadRecords: 1 })).at(-1)).toContain('Missing close quote character (").');
  });

  test('columns that nobody asks for are not looked at', async () => {
    const fixture = await ExternalFixture.open({ 'x.csv': '?,x\n' });
    expect(await fixture.print(SCHEMA, sourceOf('CSV'), [1])).toEqual(['"x"']);
    expect(await fixture.print(SCHEMA, sourceOf('CSV'), [2, 1])).toEqual(['"gs://b/x.csv" | "x"']);
  });

  test('NULL in a REQUIRED column', async () => {
    const schema = [{ ...column('a', INT64), mode: 'REQUIRED' as const }, column('b', STRING)];
    expect((await read(',x\n', {}, schema))[0]).toContain('Only optional fields can be set to NULL.');
    expect(await read('', {}, schema)).toEqual([]);
  });
});

describe('NULL', () => {
  test('an unquoted empty field, and a quoted one of a type that is no text', async () => {
    expect(await read(',\n"",""\n')).toEqual(['NULL | NULL', 'NULL | ""']);
  });

  test('nullMarker', async () => {
    expect(await read('\\N,\\N\n1,\n', { csv: { nullMarker: '\\N' } })).toEqual(['NULL | NULL', '1 | ""']);
    expect((await read(',x\n', { csv: { nullMarker: '\\N' } }))[0]).toContain('Unable to parse');
  });

  test('nullMarkers', async () => {
    expect(await read('NA,-\n,x\n', { csv: { nullMarkers: ['NA', '-', ''] } })).toEqual(['NULL | NULL', 'NULL | "x"']);
  });
});

describe('encodings', () => {
  test.each([
    ['ISO-8859-1', Buffer.from('1,é\n', 'latin1')],
    ['UTF-16LE', Buffer.from('\uFEFF1,é\n', 'utf16le')],
    ['UTF-16BE', Buffer.from('1,é\n', 'utf16le').swap16()],
    ['UTF-32LE', utf32('1,é\n')],
    ['UTF-32BE', utf32('1,é\n').swap32()],
  ] as const)('%s', async (encoding, content) => {
    expect(await read(content, { encoding })).toEqual(['1 | "é"']);
  });

  test('a delimiter of ISO-8859-1', async () => {
    const content = Buffer.from('1þx\n', 'latin1');
    expect(await read(content, { encoding: 'ISO-8859-1', csv: { fieldDelimiter: 'þ' } })).toEqual(['1 | "x"']);
  });

  test('bytes that are no UTF-8 are replaced', async () => {
    expect(await read(Buffer.from([0x31, 0x2c, 0xff, 0x0a]))).toEqual(['1 | "\uFFFD"']);
  });
});

function utf32(text: string): Buffer {
  return Buffer.concat(
    Array.from(text, (character) => {
      const unit = Buffer.alloc(4);
      unit.writeUInt32LE(character.codePointAt(0) ?? 0);
      return unit;
    }),
  );
}

describe('gzip', () => {
  test('several members, damage and a file that is not packed', async () => {
    const packed = gzipSync('1,x\n');
    expect(await read(Buffer.concat([packed, packed]))).toEqual(['1 | "x"', '1 | "x"']);
    expect((await read(packed.subarray(0, packed.length - 9))).at(-1)).toBe(
      failure('Gzip stream is damaged: unexpected end of file.'),
    );
    expect(await read('1,x\n', { compression: 'GZIP' })).toEqual([failure('File is not compressed with GZIP.')]);
  });
});

describe('values', () => {
  const one = async (type: Parameters<typeof column>[1], text: string, changes: SourceChanges = {}) => {
    const [line] = await read(`${text}|\n`, { ...changes, csv: { fieldDelimiter: '|', ...changes.csv } }, [
      column('a', type),
      column('b', STRING),
    ]);
    return line?.startsWith('ServiceError')
      ? line.slice(line.indexOf('message: ') + 9, line.indexOf(';'))
      : line?.slice(0, -7);
  };

  test.each([
    [BOOL, 'true', 'true'],
    [BOOL, 'N', 'false'],
    [BOOL, '1', 'true'],
    [BOOL, 'on', 'Unable to parse'],
    [INT64, ' -9223372036854775808 ', '-9223372036854775808'],
    [INT64, '9223372036854775808', 'Unable to parse'],
    [INT64, '1.0', 'Unable to parse'],
    [INT64, '0x10', 'Unable to parse'],
    [FLOAT64, '1e3', '1000.0'],
    [FLOAT64, 'NaN', 'CAST("nan" AS FLOAT64)'],
    [FLOAT64, '0x10', 'Unable to parse'],
    [NUMERIC, '12345678901234567890.123456789', 'NUMERIC "12345678901234567890.123456789"'],
    [BIGNUMERIC, '0.12345678901234567890123456789012345678', 'BIGNUMERIC "0.12345678901234567890123456789012345678"'],
    [NUMERIC, '1e40', 'Unable to parse'],
    [BYTES, 'AP8=', 'b"\\x00\\xff"'],
    [BYTES, '?', 'Could not decode base64 string to bytes.'],
    [DATE, '2024-02-29', 'DATE "2024-02-29"'],
    [DATE, '2023-02-29', 'Unable to parse'],
    [DATE, '02/01/2023', 'Unable to parse'],
    [DATETIME, '2024-02-29T01:02:03.5', 'DATETIME "2024-02-29 01:02:03.500"'],
    [TIME, '01:02:03', 'TIME "01:02:03"'],
    [TIMESTAMP, '2014/08/19 07:41', 'TIMESTAMP "2014-08-19 07:41:00+00"'],
    [TIMESTAMP, '2014-08-19 07:41:35.220 -05:00', 'TIMESTAMP "2014-08-19 12:41:35.220+00"'],
    [TIMESTAMP, '2014-08-19T07:41:35Z', 'TIMESTAMP "2014-08-19 07:41:35+00"'],
    [TIMESTAMP, '2014-08-19 07:41:35 UTC', 'TIMESTAMP "2014-08-19 07:41:35+00"'],
    [TIMESTAMP, '2014-08-19 07:41:35+0530', 'TIMESTAMP "2014-08-19 02:11:35+00"'],
    [TIMESTAMP, '1408452095.22', 'TIMESTAMP "2014-08-19 12:41:35.220+00"'],
    [
      TIMESTAMP,
      '00:00:00',
      "Could not parse '00:00:00' as a timestamp. Required format is YYYY-MM-DD HH:MM[:SS[.SSSSSS]] or YYYY/MM/DD HH:MM[:SS[.SSSSSS]]",
    ],
    [JSON_TYPE, '{"a":1}', `JSON '{"a":1}'`],
    [INTERVAL, '0-1 2 3:4:5', 'INTERVAL "0-1 2 3:4:5" YEAR TO SECOND'],
    [rangeOf(DATE), '[2020-01-01, UNBOUNDED)', 'RANGE<DATE> "[2020-01-01, UNBOUNDED)"'],
  ] as const)('%j of %s', async (type, text, expected) => {
    const changes = type === JSON_TYPE ? { csv: { quote: '' } } : {};
    expect(await one(type, text, changes)).toBe(expected);
  });

  test.each([
    [DATE, '31.12.2023', { dateFormat: '%d.%m.%Y' }, 'DATE "2023-12-31"'],
    [DATE, '12/31/2023', { dateFormat: 'MM/DD/YYYY' }, 'DATE "2023-12-31"'],
    [TIMESTAMP, '2023-12-31 10:00:00', { timeZone: 'America/New_York' }, 'TIMESTAMP "2023-12-31 15:00:00+00"'],
    [TIMESTAMP, '20231231 1000', { timestampFormat: '%Y%m%d %H%M' }, 'TIMESTAMP "2023-12-31 10:00:00+00"'],
    [TIME, '10.30', { timeFormat: 'HH24.MI' }, 'TIME "10:30:00"'],
    [DATETIME, '2023-12-31@10', { datetimeFormat: '%Y-%m-%d@%H' }, 'DATETIME "2023-12-31 10:00:00"'],
  ] as const)('%j of %s with %j', async (type, text, formats, expected) => {
    expect(await one(type, text, { text: formats })).toBe(expected);
  });

  test('declared lengths, precisions and scales', async () => {
    const schema = [
      { ...column('a', STRING), maxLength: 3 },
      { ...column('n', NUMERIC), precision: 4, scale: 2 },
    ];
    expect(await read('añb,12.345\n', {}, schema)).toEqual(['"añb" | NUMERIC "12.35"']);
    expect((await read('abcd,1\n', {}, schema))[0]).toContain(
      'STRING(3) has maximum length 3 but got a value with length 4',
    );
    expect((await read('a,100\n', {}, schema))[0]).toContain('Value is out of range of NUMERIC(4, 2)');
  });

  test('what messages show of a value', async () => {
    expect((await read('како ще случи\n', {}, [column('a', INT64)]))[0]).toContain(
      'value: "\\320\\272\\320\\260\\320\\272\\320\\276 \\321\\211\\320\\265 \\321\\201\\320..." ',
    );
  });
});

describe('files', () => {
  test('that are not there', async () => {
    const fixture = await ExternalFixture.open({ 'x.csv': '1,x\n' });
    expect(await fixture.print(SCHEMA, sourceOf('CSV', { uris: ['gs://b/x.csv', 'gs://b/y.csv'] }))).toEqual([
      'ServiceError: Not found: URI gs://b/y.csv',
    ]);
    expect(await fixture.print(SCHEMA, sourceOf('CSV', { uris: ['gs://b/y*'] }))).toEqual([
      'ServiceError: Error while reading table: p.d.t, error message: Failed to expand table p.d.t with file pattern gs://b/y*: matched no files. File: gs://b/y*',
    ]);
  });

  test('each is read once, in byte order of the URI', async () => {
    const fixture = await ExternalFixture.open({ 'b.csv': '2,y\n', 'a.csv': '1,x\n', 'n.txt': '?' });
    const source = sourceOf('CSV', { uris: ['gs://b/*.csv', 'gs://b/a.csv'] });
    expect(await fixture.print(SCHEMA, source, [0, 2])).toEqual(['1 | "gs://b/a.csv"', '2 | "gs://b/b.csv"']);
  });
});

test('the catalog keeps an external table and its options', async () => {
  const fixture = await openFixture();
  const created = fixture.storage.catalog;
  created.createDataset(dataset());
  const table: ExternalTable = {
    ...newTable('t', SCHEMA),
    kind: 'EXTERNAL_TABLE',
    creationMillis: 1,
    lastModifiedMillis: 1,
    connectionId: 'us.c',
    source: sourceOf('CSV', { csv: { skipLeadingRows: 1, nullMarkers: ['', 'NA'] }, maxBadRecords: 3 }),
  };
  created.createExternalTable(table, false);
  const { catalog } = await fixture.reopen();
  expect(catalog.getTable(table.reference)).toEqual(table);
  expect(() => catalog.createExternalTable(table, false)).toThrow('Already Exists: Table local:d.t');
});
