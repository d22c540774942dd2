import {
  arrayOf,
  BIGNUMERIC,
  BOOL,
  BYTES,
  DATE,
  DATETIME,
  field,
  FLOAT64,
  INT64,
  INTERVAL,
  JSON_TYPE,
  NUMERIC,
  rangeOf,
  STRING,
  structOf,
  TIME,
  TIMESTAMP,
} from '@bqml-emulator/types';
import type { LazyValue, SqlType, Value } from '@bqml-emulator/types';
import { describe, expect, it } from 'vitest';
import { javaDouble } from '../src/bigquery/converters/java-double.ts';
import { toWireRows, toWireValue } from '../src/bigquery/converters/row.ts';

/** Forms that the official clients decode; see the wire tables of the REST reference for tabledata.list. */
const cases: readonly (readonly [SqlType, Value, unknown])[] = [
  [INT64, 9007199254740993n, '9007199254740993'],
  [FLOAT64, 1.5, '1.5'],
  [FLOAT64, NaN, 'NaN'],
  [FLOAT64, -Infinity, '-Infinity'],
  [BOOL, true, 'true'],
  [STRING, 'é', 'é'],
  [BYTES, Uint8Array.of(1, 2, 255), 'AQL/'],
  [DATE, 19782, '2024-02-29'],
  [DATETIME, 1709210096000000n, '2024-02-29T12:34:56'],
  [DATETIME, 1709210096120000n, '2024-02-29T12:34:56.120000'],
  [TIME, 45296123456n, '12:34:56.123456'],
  [NUMERIC, 1100000000n, '1.1'],
  [BIGNUMERIC, -(10n ** 38n), '-1'],
  [INTERVAL, { months: 95, days: 9, micros: 15337123456n }, '7-11 9 4:15:37.123456'],
  [JSON_TYPE, { json: { a: [1n, null] } }, '{"a":[1,null]}'],
  [rangeOf(DATE), { start: 18262, end: null }, '[2020-01-01, UNBOUNDED)'],
  [arrayOf(INT64), [1n, 2n], [{ v: '1' }, { v: '2' }]],
  [arrayOf(INT64), null, []],
  [structOf([field('a', INT64), field('b', STRING)]), [1n, null], { f: [{ v: '1' }, { v: null }] }],
  [STRING, null, null],
];

describe('values on the wire', () => {
  it.each(cases)('%o', (type, value, wire) => expect(toWireValue(value, type, true)).toEqual(wire));

  it('writes timestamps as integers where the client asks, else as Java prints a double', () => {
    expect(toWireValue(1700000000123456n, TIMESTAMP, true)).toBe('1700000000123456');
    expect(toWireValue(1700000000123456n, TIMESTAMP, false)).toBe('1.700000000123456E9');
    expect(toWireValue(0n, TIMESTAMP, false)).toBe('0.0');
  });

  it('reads lazy values', async () => {
    const lazy: LazyValue = { lazy: true, type: INT64, byteSize: undefined, read: () => Promise.resolve(7n) };
    const rows = await toWireRows({ rowCount: 1, columns: [{ type: INT64, values: [lazy] }] }, true);
    expect(rows).toEqual([{ f: [{ v: '7' }] }]);
  });
});

it.each([
  [1, '1.0'],
  [0.1, '0.1'],
  [-0, '-0.0'],
  [1e7, '1.0E7'],
  [12345678.9, '1.23456789E7'],
  [0.0001, '1.0E-4'],
  [0.001, '0.001'],
])('javaDouble(%d) is %s', (value, text) => expect(javaDouble(value)).toBe(text));
