import {
  BIGNUMERIC,
  BYTES,
  DATE,
  DATETIME,
  FLOAT64,
  INT64,
  INTERVAL,
  NUMERIC,
  STRING,
  TIMESTAMP,
} from '@bqml-emulator/types';
import { describe, expect, test } from 'vitest';
import { array, call, type Input, nullOf, of, show } from './call.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('operators', () => {
  test.each<[string, Input[], string]>([
    ['$add', [1n, 2n], '3'],
    ['$add', [0.5, 1.0], '1.5'],
    ['$add', [of(NUMERIC, '1.1'), of(NUMERIC, '2.2')], 'NUMERIC "3.3"'],
    ['$multiply', [of(BIGNUMERIC, '1.5'), of(BIGNUMERIC, '-2')], 'BIGNUMERIC "-3"'],
    ['$divide', [1.0, 4.0], '0.25'],
    ['$divide', [of(NUMERIC, '1'), of(NUMERIC, '3')], 'NUMERIC "0.333333333"'],
    ['$subtract', [of(DATE, '2024-03-01'), 1n], 'DATE "2024-02-29"'],
    ['$subtract', [of(DATE, '2024-03-01'), of(DATE, '2024-02-01')], 'INTERVAL "0-0 29 0:0:0" YEAR TO SECOND'],
    ['$add', [of(DATE, '2024-01-31'), of(INTERVAL, '0-1 0 1:0:0')], 'DATETIME "2024-02-29 01:00:00"'],
    ['$add', [of(INTERVAL, '0-0 1 0:0:0'), of(TIMESTAMP, '2024-01-01')], 'TIMESTAMP "2024-01-02 00:00:00+00"'],
    ['$multiply', [of(INTERVAL, '0-1 0 0:0:0'), 3.5], 'INTERVAL "0-3 15 0:0:0" YEAR TO SECOND'],
    ['$bitwise_xor', [5n, 1n], '4'],
    ['$bitwise_right_shift', [-1n, 60n], '15'],
    ['$bitwise_left_shift', [1n, 64n], '0'],
    ['$bitwise_not', [bytes(0xf0)], 'b"\\x0f"'],
    ['$concat_op', ['a', 'b'], '"ab"'],
    ['$concat_op', [array(INT64, 1n), array(INT64, 2n, null)], '[1, 2, NULL]'],
  ])('%s(%o) is %s', (name, args, expected) => {
    expect(show(name, ...args)).toBe(expected);
  });

  // Texts: recorded from BigQuery, and GoogleSQL compliance tests.
  test.each<[string, Input[], string]>([
    ['$divide', [1.0, 0.0], 'division by zero: 1 / 0'],
    ['$divide', [1.0, -0.0], 'division by zero: 1 / -0'],
    ['$divide', [1e300, 1e-300], 'double overflow: 1e+300 / 1e-300'],
    ['$add', [9223372036854775807n, 1n], 'Integer Overflow'],
    ['$divide', [of(NUMERIC, '1.5'), of(NUMERIC, '0')], 'division by zero: 1.5 / 0'],
    ['$bitwise_and', [bytes(1, 2), bytes(1)], 'Got 2 bytes on the left hand side and 1 bytes on the right hand side.'],
    ['$like', ['a', 'a\\'], 'LIKE pattern ends with a backslash'],
    ['$add', [of(DATETIME, '9999-12-31 23:00:00'), of(INTERVAL, '0-0 1 0:0:0')], 'overflow'],
  ])('%s(%o) fails: %s', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });

  test('comparison of NaN, NULL and structs', () => {
    expect(show('$equal', NaN, NaN)).toBe('false');
    expect(show('$not_equal', NaN, NaN)).toBe('true');
    expect(show('$less', NaN, 1)).toBe('false');
    expect(show('$greater_or_equal', NaN, 1)).toBe('false');
    expect(show('$is_distinct_from', NaN, NaN)).toBe('false');
    expect(show('$is_distinct_from', nullOf(INT64), 1n)).toBe('true');
    expect(show('$equal', nullOf(STRING), 'a')).toBe('NULL');
    expect(show('$between', 5n, nullOf(INT64), 3n)).toBe('false');
    expect(show('$between', 2n, nullOf(INT64), 3n)).toBe('NULL');
    expect(show('$in_array', 1n, array(INT64, 2n, null))).toBe('NULL');
    expect(show('$in_array', 1n, array(INT64, null, 1n))).toBe('true');
    expect(show('GREATEST', 1, NaN, 2)).toBe('CAST("nan" AS FLOAT64)');
    expect(show('LEAST', of(NUMERIC, '3'), of(NUMERIC, '2'))).toBe('NUMERIC "2"');
    expect(show('NULLIF', 'a', nullOf(STRING))).toBe('"a"');
  });

  test.each([
    ['abc', 'a%', true],
    ['abc', '_b_', true],
    ['a%c', 'a\\%c', true],
    ['abc', 'a\\%c', false],
    ['😀x', '_x', true],
    ['mississippi', '%iss%ip%', true],
    ['', '%', true],
    ['ab', 'a', false],
  ])('%s LIKE %s is %s', (value, pattern, expected) => {
    expect(call('$like', value, pattern).value).toBe(expected);
  });

  test('quantified LIKE', () => {
    expect(show('$like_any', 'ab', 'x%', 'a%')).toBe('true');
    expect(show('$like_any', 'ab', 'x%', nullOf(STRING))).toBe('NULL');
    expect(show('$like_all', 'ab', 'x%', nullOf(STRING))).toBe('false');
    expect(show('$like_all', nullOf(BYTES), bytes(1))).toBe('NULL');
    expect(show('SAFE_DIVIDE', 1, 0)).toBe('NULL');
    expect(show('SAFE_ADD', 9223372036854775807n, 1n)).toBe('NULL');
    expect(show('SAFE_NEGATE', -9223372036854775808n)).toBe('NULL');
    expect(show('$unary_minus', { type: FLOAT64, value: 1.5 })).toBe('-1.5');
  });
});
