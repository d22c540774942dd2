import { parseStatement } from '@bqml-emulator/sql';
import { describe, expect, test } from 'vitest';
import { analyzeStatement } from '../../src/analyzer/index.ts';
import { lazyColumns } from '../../src/logical/index.ts';
import type { QueryStatement } from '../../src/logical/index.ts';
import { analyzeToText, contextFor } from './analyze-for-test.ts';

function query(sql: string): QueryStatement['query'] {
  const statement = analyzeStatement(parseStatement(sql), contextFor(sql));
  if (statement.kind !== 'QueryStatement') throw new Error('a query');
  return statement.query;
}

describe('names of resources', () => {
  test('a table without a dataset needs a default dataset', () => {
    expect(analyzeToText('SELECT 1 FROM t', { defaultDataset: undefined })).toBe(
      'ERROR invalid: Table "t" must be qualified with a dataset (e.g. dataset.table).',
    );
    expect(analyzeToText('DROP MODEL m', { defaultDataset: undefined })).toBe(
      'ERROR invalid: Model "m" must be qualified with a dataset (e.g. dataset.model).',
    );
  });

  test('what is in another location is not found', () => {
    expect(analyzeToText('SELECT 1 FROM d.t', { location: 'EU' })).toBe(
      'ERROR notFound: Not found: Dataset p:d was not found in location EU',
    );
  });

  test('locations compare without case', () => {
    expect(analyzeToText('SELECT id FROM d.t', { location: 'us' })).toContain('TableScan');
  });

  test('the project of a domain keeps its dots', () => {
    expect(analyzeToText('DROP TABLE `example.com:proj.d.t`')).toBe('DropTableStatement TABLE example.com:proj.d.t');
    expect(analyzeToText('DROP TABLE other-project.d.t')).toBe('DropTableStatement TABLE other-project.d.t');
  });

  test('referenced tables are listed once, in the order in which they were named', () => {
    const { referencedTables } = query('SELECT 1 FROM d.u, d.t AS a, d.t AS b WHERE EXISTS (SELECT 1 FROM nested)');
    expect(referencedTables.map((t) => t.tableId)).toEqual(['u', 't', 'nested']);
  });
});

describe('positions', () => {
  test('columns count characters, lines end with LF or CRLF', () => {
    expect(analyzeToText("SELECT\r\n  'äöü', nope")).toBe('ERROR invalidQuery: Unrecognized name: nope at [2:10]');
  });

  test('tabs advance to the next multiple of eight', () => {
    expect(analyzeToText('SELECT\tnope')).toBe('ERROR invalidQuery: Unrecognized name: nope at [1:9]');
  });
});

describe('lazy columns', () => {
  const isLazy = (sql: string) => {
    const { scan, columns } = query(sql);
    const lazy = lazyColumns(scan);
    return columns.map((c) => lazy.has(c.column.id));
  };

  test('objects, segments and results of lazy functions', () => {
    expect(isLazy('SELECT uri, data, PIC.DECODE(data) AS img FROM d.images')).toEqual([false, true, true]);
    expect(isLazy('SELECT uri, image, image.dimensions, ARRAY_LENGTH(image.values) AS n FROM d.decoded')).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('through joins, WITH, unions, branches and table functions', () => {
    expect(
      isLazy(
        'WITH w AS (SELECT data FROM d.images UNION ALL SELECT payload FROM u) SELECT data, IF(TRUE, data, NULL) AS b, label FROM w CROSS JOIN u',
      ),
    ).toEqual([true, true, false]);
    expect(isLazy('SELECT * FROM PIC.PREDICT(MODEL d.vision, TABLE d.decoded)')).toEqual([true, false, true]);
  });

  test('a table function learns which of its input columns are lazy, also behind WITH', () => {
    const sql =
      'WITH w AS (SELECT PIC.DECODE(data) AS input FROM d.images) SELECT * FROM PIC.PREDICT(MODEL d.vision, TABLE w)';
    expect(isLazy(sql)).toEqual([true, true]);
  });
});

test('long chains of operators do not exhaust the stack', () => {
  const sum = Array.from({ length: 200 }, (_, i) => String(i)).join(' + ');
  const tests = Array.from({ length: 5000 }, (_, i) => `id = ${i}`).join(' OR ');
  const text = Array.from({ length: 2000 }, () => 'name').join(' || ');
  expect(analyzeToText(`SELECT ${sum} FROM t WHERE ${tests}`)).toContain('$add');
  expect(analyzeToText(`SELECT ${text} FROM t`)).toContain('$concat_op');
});
