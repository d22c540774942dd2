import { arrayOf, BOOL, BYTES, FLOAT64, INT64, NUMERIC, STRING, type Value } from '@bqml-emulator/types';
import { describe, expect, test } from 'vitest';
import { aggregate } from './call.ts';

const column = (...values: Value[]) => values.map((value) => [value]);

describe('aggregate functions', () => {
  test('sums and averages', () => {
    expect(aggregate('SUM', [INT64], column(1n, null, 2n))).toBe('3');
    expect(aggregate('SUM', [INT64], column(null))).toBe('NULL');
    expect(() => aggregate('SUM', [INT64], column(9223372036854775807n, 1n))).toThrow('int64 overflow');
    expect(() => aggregate('SUM', [FLOAT64], column(1.1e308, 1.2e308))).toThrow('double overflow');
    expect(aggregate('SUM', [FLOAT64], column(Infinity, 1))).toBe('CAST("inf" AS FLOAT64)');
    expect(aggregate('AVG', [INT64], column(1n, 2n))).toBe('1.5');
    expect(aggregate('AVG', [NUMERIC], column(1_000_000_000n, 2_000_000_000n, 2_000_000_000n))).toBe(
      'NUMERIC "1.666666667"',
    );
    expect(aggregate('COUNT', [STRING], column('a', null))).toBe('1');
    expect(aggregate('COUNTIF', [BOOL], column(true, false, null))).toBe('1');
  });

  test('extremes', () => {
    expect(aggregate('MIN', [FLOAT64], column(1, NaN))).toBe('CAST("nan" AS FLOAT64)');
    expect(aggregate('MAX', [STRING], column('a', 'é', 'z'))).toBe('"é"');
    expect(
      aggregate(
        'MAX_BY',
        [STRING, INT64],
        [
          ['a', 1n],
          ['b', 3n],
          ['c', null],
        ],
      ),
    ).toBe('"b"');
    expect(
      aggregate(
        'MIN_BY',
        [STRING, INT64],
        [
          ['a', 1n],
          ['b', 3n],
        ],
      ),
    ).toBe('"a"');
    expect(aggregate('ANY_VALUE', [INT64], column(null, 2n))).toBe('2');
  });

  test('collections', () => {
    expect(aggregate('ARRAY_AGG', [INT64], column(1n, null))).toBe('[1, NULL]');
    expect(aggregate('ARRAY_AGG', [INT64], [])).toBe('NULL');
    expect(aggregate('ARRAY_CONCAT_AGG', [arrayOf(INT64)], column([1n], null, [2n, 3n]))).toBe('[1, 2, 3]');
    expect(aggregate('STRING_AGG', [STRING], column('a', null, 'b'))).toBe('"a,b"');
    expect(
      aggregate(
        'STRING_AGG',
        [STRING, STRING],
        [
          ['a', ' & '],
          ['b', ' & '],
        ],
      ),
    ).toBe('"a & b"');
    expect(aggregate('STRING_AGG', [BYTES], column(Uint8Array.of(65), Uint8Array.of(66)))).toBe('b"A,B"');
    expect(aggregate('LOGICAL_AND', [BOOL], column(true, null))).toBe('true');
    expect(aggregate('BIT_XOR', [INT64], column(5678n, 1234n))).toBe('4860');
  });

  // https://cloud.google.com/bigquery/docs/reference/standard-sql/approximate_aggregate_functions
  test('approximate functions', () => {
    const rows = [1n, 1n, 1n, 4n, 5n, 6n, 7n, 8n, 9n, 10n].map((v) => [v, 2n]);
    expect(aggregate('APPROX_QUANTILES', [INT64, INT64], rows)).toBe('[1, 5, 10]');
    expect(aggregate('APPROX_COUNT_DISTINCT', [INT64], column(1n, 1n, 2n))).toBe('2');
    expect(
      aggregate(
        'APPROX_TOP_COUNT',
        [STRING, INT64],
        [
          ['a', 2n],
          ['b', 2n],
          ['a', 2n],
          ['c', 2n],
        ],
      ),
    ).toBe('[("a", 2), ("b", 1)]');
    expect(
      aggregate(
        'APPROX_TOP_SUM',
        [STRING, INT64, INT64],
        [
          ['a', 2n, 1n],
          ['b', 5n, 1n],
        ],
      ),
    ).toBe('[("b", 5)]');
  });

  test('statistics', () => {
    const rows = column(2, 4, 4, 4, 5, 5, 7, 9);
    expect(aggregate('STDDEV_POP', [FLOAT64], rows)).toBe('2.0');
    expect(aggregate('VAR_POP', [FLOAT64], rows)).toBe('4.0');
    expect(aggregate('VAR_SAMP', [FLOAT64], column(1))).toBe('NULL');
    expect(aggregate('VARIANCE', [NUMERIC], column(1_000_000_000n, 3_000_000_000n))).toBe('2.0');
    expect(
      aggregate(
        'CORR',
        [FLOAT64, FLOAT64],
        [
          [1, 2],
          [2, 4],
          [3, 6],
        ],
      ),
    ).toBe('1.0');
    expect(
      aggregate(
        'COVAR_SAMP',
        [FLOAT64, FLOAT64],
        [
          [1, 2],
          [2, 4],
        ],
      ),
    ).toBe('1.0');
  });

  test('percentiles', () => {
    expect(
      aggregate(
        'PERCENTILE_CONT',
        [FLOAT64, FLOAT64],
        [
          [0, 0.5],
          [3, 0.5],
          [null, 0.5],
          [1, 0.5],
          [2, 0.5],
        ],
      ),
    ).toBe('1.5');
    expect(
      aggregate(
        'PERCENTILE_DISC',
        [STRING, FLOAT64],
        [
          ['c', 0.5],
          ['b', 0.5],
          ['a', 0.5],
        ],
      ),
    ).toBe('"b"');
  });
});
