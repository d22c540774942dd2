import {
  arrayOf,
  BIGNUMERIC,
  field,
  INT64,
  JSON_TYPE,
  NUMERIC,
  parseJson,
  STRING,
  structOf,
} from '@bqml-emulator/types';
import { describe, expect, test } from 'vitest';
import { array, call, type Input, nullOf, of, show, type Typed } from './call.ts';

const json = (text: string): Typed => ({ type: JSON_TYPE, value: parseJson(text) });
const nested = '{"a":[{"b":1}, [{"b":2}], [[{"b":3}]]]}';

// Results: recorded from BigQuery, and GoogleSQL compliance tests `json_queries` and `json_lax_*`.
describe('JSON functions', () => {
  test.each<[string, Input[], string]>([
    ['JSON_QUERY', ['{"a": {"b": [1, 2]}}', '$.a.b'], '"[1,2]"'],
    ['JSON_EXTRACT', ['{"b": {"z": 1.50, "a": "x y"}}', '$.b'], `'{"z":1.50,"a":"x y"}'`],
    ['JSON_EXTRACT', ['{"a": "foo1", "a": "foo2"}', '$.a'], `'"foo1"'`],
    ['JSON_EXTRACT', ['not json', '$.a'], 'NULL'],
    ['JSON_VALUE', ['{"a": {"b": 42}}', '$.a.b'], '"42"'],
    ['JSON_VALUE', ['[10, 20, 30]', '$[1]'], '"20"'],
    ['JSON_VALUE', ['{"a": [1]}', '$.a'], 'NULL'],
    ['JSON_VALUE', [json('{"a": [1, {"b.c": [10, 20]}]}'), '$.a[1]."b.c"[0]'], '"10"'],
    ['JSON_EXTRACT', [json('{"a": [1, {"b.c": [10, 20]}]}'), "$[a][1]['b.c']"], 'JSON "[10,20]"'],
    ['JSON_EXTRACT_ARRAY', ['["foo","bar"]'], `['"foo"', '"bar"']`],
    ['JSON_EXTRACT_STRING_ARRAY', ['{"tags": ["a", null, 1]}', '$.tags'], '["a", NULL, "1"]'],
    ['JSON_VALUE_ARRAY', ['{"a.b": [1, "foo", null]}', '$."a.b"'], '["1", "foo", NULL]'],
    ['JSON_VALUE_ARRAY', ['{"a": [[1]]}', '$.a'], 'NULL'],
    ['JSON_QUERY', [json(nested), 'LAx $.a.b'], 'JSON "[1]"'],
    ['JSON_QUERY', [json(nested), 'Recursive lax $.a.b'], 'JSON "[1,2,3]"'],
    ['$json_field', [json('{"field": 1}'), 'fie'], 'NULL'],
    ['$json_field', [json('{"a": null}'), 'a'], 'JSON "null"'],
    ['$json_subscript', [json('[{"a": "foo"}]'), 2n], 'NULL'],
    ['$json_subscript', [json('{"": 1}'), ''], 'JSON "1"'],
    ['JSON_KEYS', [json('{"a":{"b":1}}')], '["a", "a.b"]'],
    ['JSON_KEYS', [json('[{"a":{"b":1}}]'), 1n, 'Strict'], '[]'],
    ['JSON_KEYS', [json('[{"a":{"b":1}}]'), 1n, 'Lax'], '["a"]'],
    ['JSON_TYPE', [json('1.5')], '"number"'],
    ['PARSE_JSON', ['{"b": 1.0, "a": 1}'], `JSON '{"a":1,"b":1.0}'`],
    ['TO_JSON_STRING', [json('{"b": 1}')], `'{"b":1}'`],
    ['INT64', [json('10.0')], '10'],
    ['FLOAT64', [json('18446744073709551615')], '1.8446744073709552e+19'],
    ['STRING', [json('"test"')], '"test"'],
    ['BOOL', [json('true')], 'true'],
    ['LAX_INT64', [json('"+1.5"')], '2'],
    ['LAX_INT64', [json('1.1e2')], '110'],
    ['LAX_BOOL', [json('"TRue"')], 'true'],
    ['LAX_STRING', [json('-0.0')], '"0"'],
    ['LAX_FLOAT64', [json('"inf"')], 'CAST("inf" AS FLOAT64)'],
    ['JSON_ARRAY', [10n, 'foo', nullOf(INT64)], `JSON '[10,"foo",null]'`],
    ['JSON_OBJECT', [array(STRING, 'a', 'b'), array(INT64, 10n, 15n)], `JSON '{"a":10,"b":15}'`],
    ['JSON_OBJECT', ['c', json('{"a":1}'), 'a', array(STRING, 'x'), 'c', 10n], `JSON '{"a":["x"],"c":{"a":1}}'`],
    ['JSON_SET', [json('{"a": 10}'), '$.b.c', 'foo'], `JSON '{"a":10,"b":{"c":"foo"}}'`],
    ['JSON_SET', [json('{"a": 10}'), '$.b', 'foo', false], `JSON '{"a":10}'`],
    ['JSON_REMOVE', [json('[{"a": [10]}, null, {"b": 20}]'), '$[2]'], `JSON '[{"a":[10]},null]'`],
    ['JSON_STRIP_NULLS', [json('{"a": [null], "b":null, "c":{}}')], `JSON '{"a":[],"c":{}}'`],
    [
      'JSON_ARRAY_INSERT',
      [json('{"a": [10, null]}'), '$.a[1]', 'foo', '$.a[0]', 20n],
      `JSON '{"a":[20,10,"foo",null]}'`,
    ],
    ['JSON_ARRAY_APPEND', [json('{"a": [10, null]}'), '$.a', 'foo', '$.a', 20n], `JSON '{"a":[10,null,"foo",20]}'`],
    ['JSON_FLATTEN', [json('[[[1, 2], 3], {"a":10}]')], `[JSON "1", JSON "2", JSON "3", JSON '{"a":10}']`],
  ])('%s(%o) is %s', (name, args, expected) => {
    expect(show(name, ...args)).toBe(expected);
  });

  test.each<[string, Input[], string]>([
    ['BOOL', [json('"true"')], 'The provided JSON input is not a boolean'],
    ['INT64', [json('10.1')], 'The provided JSON number: 10.1 cannot be converted to an int64'],
    ['INT64', [json('1e100')], 'The provided JSON number: 1e+100 cannot be converted to an int64'],
    [
      'FLOAT64',
      [json('18446744073709551615'), 'exact'],
      'JSON number: 18446744073709551615 cannot be converted to DOUBLE without loss of precision',
    ],
    ['FLOAT64', [json('18'), 'roundish'], 'Invalid `wide_number_mode` specified: roundish'],
    ['JSON_QUERY', [json('{}'), 'recursive $.a.b'], "The 'lax' modifier must be included if 'recursive' is specified."],
    [
      'JSON_QUERY',
      [json('{}'), 'lax LAX $.a.b'],
      "JSONPath must start with zero or more unique modifiers followed by '$'",
    ],
    ['JSON_KEYS', [json('{}'), -1n, 'invalid'], 'max_depth must be positive.'],
    [
      'JSON_OBJECT',
      [nullOf(arrayOf(STRING)), array(INT64)],
      'Invalid input to JSON_OBJECT: The keys array cannot be NULL',
    ],
    ['PARSE_JSON', ['{'], 'Invalid input to PARSE_JSON: syntax error while parsing'],
    ['TO_JSON', [of(BIGNUMERIC, '1.111111111111111111')], 'Failed to convert type BIGNUMERIC to JSON'],
    [
      'JSON_OBJECT',
      ['a', of(BIGNUMERIC, '1.111111111111111111')],
      'Invalid input to JSON_OBJECT: Failed to convert type BIGNUMERIC to JSON',
    ],
    [
      'JSON_ARRAY',
      [of(NUMERIC, '12345678901234567890.5')],
      'Invalid input to JSON_ARRAY: Failed to convert type NUMERIC to JSON',
    ],
  ])('%s(%o) fails: %s', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });

  test('values as JSON', () => {
    const type = structOf([field('b', INT64), field('a', arrayOf(STRING)), field('a', BIGNUMERIC)]);
    const value: Typed = { type, value: [2n ** 60n, ['x', null], 15n * 10n ** 37n] };
    expect(call('TO_JSON_STRING', value).value).toBe('{"b":"1152921504606846976","a":["x",null],"a":1.5}');
    expect(show('TO_JSON', value)).toBe(`JSON '{"a":["x",null],"b":1152921504606846976}'`);
    expect(call('TO_JSON_STRING', array(INT64, 1n), true).value).toBe('[\n  1\n]');
    expect(show('JSON_ARRAY', of(NUMERIC, '0.1'), of(BIGNUMERIC, '1e30'))).toBe('JSON "[0.1,1e+30]"');
    expect(show('TO_JSON', of(BIGNUMERIC, '1.111111111111111111'), true)).toBe(`JSON '"1.111111111111111111"'`);
    expect(show('TO_JSON', Infinity)).toBe(`JSON '"Infinity"'`);
    expect(show('TO_JSON', nullOf(INT64))).toBe('JSON "null"');
  });
});
