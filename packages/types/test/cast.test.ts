import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arrayOf,
  BIGNUMERIC,
  BOOL,
  BYTES,
  canCast,
  castValue,
  DATE,
  DATETIME,
  field,
  FLOAT64,
  INT64,
  INTERVAL,
  JSON_TYPE,
  NUMERIC,
  type SqlType,
  STRING,
  structOf,
  TIME,
  TIMESTAMP,
  utf8Bytes,
  type Value,
} from '@bqml-emulator/types';

const cast = (value: Value, from: SqlType, to: SqlType) => castValue(value, from, to);
const read = (text: string, to: SqlType) => cast(text, STRING, to);
const show = (value: Value, from: SqlType) => cast(value, from, STRING);

describe('CAST', () => {
  // Error texts: GoogleSQL compliance tests, cast_function.
  test.each<[Value, SqlType, SqlType, string]>([
    ['abc', STRING, INT64, 'Bad int64 value: abc'],
    ['0xFFFFFFFFFFFFFFFF', STRING, INT64, 'Bad int64 value: 0xFFFFFFFFFFFFFFFF'],
    ['abc', STRING, BOOL, 'Bad bool value: abc'],
    ['abc', STRING, FLOAT64, 'Bad double value: abc'],
    ['abc', STRING, NUMERIC, 'Invalid NUMERIC value: abc'],
    ['xxx', STRING, DATE, "Invalid date: 'xxx'"],
    ['24:00:00', STRING, TIME, 'Invalid time string "24:00:00"'],
    ['x', STRING, DATETIME, 'Invalid datetime string "x"'],
    ['x', STRING, TIMESTAMP, "Invalid timestamp: 'x'"],
    [new Uint8Array([0xe2, 0x28, 0xa1]), BYTES, STRING, 'Invalid cast of bytes to UTF8 string'],
    [2 ** 63, FLOAT64, INT64, 'int64 out of range: 9.22337e+18'],
    [NaN, FLOAT64, INT64, 'Illegal conversion of non-finite floating point number to an integer: nan'],
    [NaN, FLOAT64, JSON_TYPE, 'NaN is not a valid JSON number'],
  ])('%s %o to %o fails', (value, from, to, message) => {
    expect(() => cast(value, from, to)).toThrow(message);
    expect(castValue(value, from, to, { safe: true })).toBeNull();
  });

  test('numbers', () => {
    expect(read('-0x100', INT64)).toBe(-256n);
    expect(cast(2.5, FLOAT64, INT64)).toBe(3n);
    expect(cast(-2.5, FLOAT64, INT64)).toBe(-3n);
    expect(cast(0.49999999999999994, FLOAT64, INT64)).toBe(0n);
    expect(cast(1500000000n, NUMERIC, INT64)).toBe(2n);
    expect(cast(5n, INT64, BIGNUMERIC)).toBe(5n * 10n ** 38n);
    expect(cast(-1n, INT64, BOOL)).toBe(true);
    expect(read('-inf', FLOAT64)).toBe(-Infinity);
  });

  test('texts of FLOAT64', () => {
    expect([1, -0, 0.1, 1e20, 1e-7, 123456.789, NaN, Infinity, 0.1 + 0.2].map((v) => show(v, FLOAT64))).toEqual([
      '1',
      '0',
      '0.1',
      '1e+20',
      '1e-07',
      '123456.789',
      'nan',
      'inf',
      '0.30000000000000004',
    ]);
    fc.assert(fc.property(fc.double(), (v) => Object.is(read(show(v, FLOAT64) as string, FLOAT64), v === 0 ? 0 : v)));
  });

  test('times', () => {
    const micros = cast(19737, DATE, TIMESTAMP);
    expect(show(micros, TIMESTAMP)).toBe('2024-01-15 00:00:00+00');
    expect(castValue(19737, DATE, TIMESTAMP, { timeZone: 'America/New_York' })).toBe(
      (micros as bigint) + 18_000_000_000n,
    );
    expect(castValue(micros, TIMESTAMP, DATE, { timeZone: 'America/New_York' })).toBe(19736);
    expect(show(read('12:34:56.5', TIME), TIME)).toBe('12:34:56.500');
    expect(show(read('-1-2 -3 -4:5:6.789', INTERVAL), INTERVAL)).toBe('-1-2 -3 -4:5:6.789');
    expect(show(read('P1Y2M3DT4H5M6.789S', INTERVAL), INTERVAL)).toBe('1-2 3 4:5:6.789');
    expect(castValue('1', STRING, INTERVAL, { safe: true })).toBeNull();
  });

  test('nested values', () => {
    const from = structOf([field('a', INT64), field(undefined, STRING)]);
    expect(cast([1n, '2'], from, structOf([field('x', FLOAT64), field('y', INT64)]))).toEqual([1, 2n]);
    expect(() => cast(['100', 'abc'], arrayOf(STRING), arrayOf(INT64))).toThrow(
      'Error casting element at index 1 in ARRAY: Bad int64 value: abc',
    );
    expect(cast(null, INT64, STRING)).toBeNull();
    expect(read('a', BYTES)).toEqual(utf8Bytes('a'));
  });

  test('which casts exist', () => {
    expect(canCast(INT64, BOOL)).toBe(true);
    expect(canCast(FLOAT64, BOOL)).toBe(false);
    expect(canCast(DATE, INT64)).toBe(false);
    expect(canCast(arrayOf(INT64), arrayOf(STRING))).toBe(false);
  });
});
