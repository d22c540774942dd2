import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareValues,
  FLOAT64,
  formatDisplay,
  formatJson,
  formatLiteral,
  groupingKey,
  INT64,
  parseJson,
  sqlEquals,
  STRING,
  structOf,
  field,
  arrayOf,
  compareText,
} from '@bqml-emulator/types';

const canonical = (text: string) => formatJson(parseJson(text).json);

describe('JSON', () => {
  test('keeps numbers, sorts keys, drops blanks', () => {
    expect(canonical(' {"b": [1, 1.0, -0, 18446744073709551615], "a" : "\\u00e9\\n"} ')).toBe(
      '{"a":"é\\n","b":[1,1.0,-0.0,18446744073709551615]}',
    );
    expect(canonical('1e100')).toBe('1e+100');
    expect(canonical('{"a":1,"a":2,"__proto__":3}')).toBe('{"__proto__":3,"a":1}');
  });

  test('refuses numbers that no double holds', () => {
    expect(() => parseJson('3.14159265358979323846')).toThrow('cannot round-trip');
    expect(formatJson(parseJson('3.14159265358979323846', { roundNumbers: true }).json)).toBe('3.141592653589793');
  });

  test.each(['', '{', '[1,]', '{"a"}', 'tru', '01', '"a', '1 2', "{'a':1}"])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrow('syntax error while parsing');
  });

  test('canonical text is stable', () => {
    const values = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(values, (v) => {
        const text = canonical(JSON.stringify(v));
        return canonical(text) === text;
      }),
    );
  });
});

describe('comparison and texts', () => {
  test('NaN and zero', () => {
    expect(sqlEquals(NaN, NaN, FLOAT64)).toBe(false);
    expect(groupingKey(NaN, FLOAT64)).toBe(groupingKey(NaN, FLOAT64));
    expect(groupingKey(-0, FLOAT64)).toBe(groupingKey(0, FLOAT64));
    expect([1, NaN, -Infinity].sort((a, b) => compareValues(a, b, FLOAT64))).toEqual([NaN, -Infinity, 1]);
  });

  test('structs compare with three-valued logic', () => {
    const type = structOf([field('a', INT64), field('b', STRING)]);
    expect(sqlEquals([1n, null], [1n, 'x'], type)).toBeNull();
    expect(sqlEquals([2n, null], [1n, 'x'], type)).toBe(false);
  });

  test('text sorts by code point', () => {
    expect(compareText('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
    expect(compareText('a', 'ab')).toBeLessThan(0);
  });

  test('display and literal', () => {
    const type = structOf([field('a', INT64), field('b', arrayOf(STRING))]);
    expect(formatDisplay([1n, ['x', null]], type)).toBe('(1, ["x", NULL])');
    expect(formatLiteral(['a"b'], structOf([field('s', STRING)]))).toBe("STRUCT('a\"b')");
    expect(formatLiteral(NaN, FLOAT64)).toBe('CAST("nan" AS FLOAT64)');
  });
});
