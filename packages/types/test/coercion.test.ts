import { describe, expect, test } from 'vitest';
import {
  type Argument,
  arrayOf,
  BIGNUMERIC,
  canCoerce,
  commonSupertype,
  DATE,
  DATETIME,
  field,
  FLOAT64,
  INT64,
  NUMERIC,
  type SqlType,
  STRING,
  structOf,
  TIMESTAMP,
} from '@bqml-emulator/types';

const literal = (type: SqlType): Argument => ({ type, literal: true });
const typed = (type: SqlType): Argument => ({ type });

describe('coercion', () => {
  test('numbers widen', () => {
    expect(canCoerce(INT64, FLOAT64)).toBe(true);
    expect(canCoerce(NUMERIC, BIGNUMERIC)).toBe(true);
    expect(canCoerce(FLOAT64, NUMERIC)).toBe(false);
    expect(canCoerce(FLOAT64, NUMERIC, { literal: true })).toBe(true);
    expect(canCoerce(FLOAT64, INT64, { literal: true })).toBe(false);
  });

  test('only constant text becomes a date', () => {
    expect(canCoerce(STRING, DATE)).toBe(false);
    expect(canCoerce(STRING, DATE, { literal: true })).toBe(true);
    expect(canCoerce(STRING, TIMESTAMP, { parameter: true })).toBe(true);
    expect(canCoerce(DATE, DATETIME)).toBe(true);
    expect(canCoerce(DATE, TIMESTAMP)).toBe(false);
  });

  test('supertypes', () => {
    expect(commonSupertype([typed(INT64), typed(NUMERIC)])).toEqual(NUMERIC);
    expect(commonSupertype([typed(INT64), typed(FLOAT64)])).toEqual(FLOAT64);
    expect(commonSupertype([typed(NUMERIC), literal(FLOAT64)])).toEqual(NUMERIC);
    expect(commonSupertype([literal(STRING), typed(DATE)])).toEqual(DATE);
    expect(commonSupertype([typed(STRING), typed(DATE)])).toBeUndefined();
    expect(commonSupertype([{ type: INT64, untyped: true }, typed(STRING)])).toEqual(STRING);
    expect(commonSupertype([{ type: INT64, untyped: true }])).toEqual(INT64);
    expect(commonSupertype([typed(DATE), typed(DATETIME)])).toEqual(DATETIME);
    const pair = (a: SqlType, b: SqlType) => structOf([field('a', a), field('b', b)]);
    expect(commonSupertype([typed(pair(INT64, STRING)), typed(pair(FLOAT64, STRING))])).toEqual(pair(FLOAT64, STRING));
    expect(commonSupertype([literal(arrayOf(INT64)), typed(arrayOf(FLOAT64))])).toEqual(arrayOf(FLOAT64));
    expect(commonSupertype([typed(arrayOf(INT64)), typed(arrayOf(FLOAT64))])).toBeUndefined();
  });
});
