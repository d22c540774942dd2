import { DATE, FLOAT64, INT64, NUMERIC, STRING, structOf, field } from '@bqml-emulator/types';
import { describe, expect, test } from 'vitest';
import { array, call, type Input, nullOf, of, show } from './call.ts';

describe('FORMAT', () => {
  // https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions#format_string
  test.each<[Input[], string]>([
    [['%d', 10n], '10'],
    [['|%10d|', 11n], '|        11|'],
    [['+%010d+', 12n], '+0000000012+'],
    [["%'d", 123456789n], '123,456,789'],
    [['-%s-', 'abcd efg'], '-abcd efg-'],
    [['%f %E', 1.1, 2.2], '1.100000 2.200000E+00'],
    [['%t', of(DATE, '2015-09-01')], '2015-09-01'],
    [['%T', of(DATE, '2015-09-01')], 'DATE "2015-09-01"'],
    [['%T', 'a\nb'], '"a\\nb"'],
    [['%t', 1], '1.0'],
    [['%.2f', of(NUMERIC, '1.125')], '1.13'],
    [['%x %o %X', 255n, 8n, 255n], 'ff 10 FF'],
    [['%-5s|%5s', 'ab', 'cd'], 'ab   |   cd'],
    [['%*i', 6n, 13n], '    13'],
    [['%0.*d', 4n, 12n], '0012'],
    [['%t', array(STRING, 'a', null)], '["a", NULL]'],
    [['%T', { type: structOf([field('x', INT64)]), value: [1n] }], 'STRUCT(1)'],
    [['100%%'], '100%'],
    [['%g', 1e10], '1e+10'],
    [['%t', nullOf(FLOAT64)], 'NULL'],
  ])('%o is %s', (args, expected) => {
    expect(call('FORMAT', ...args).value).toBe(expected);
  });

  test('NULL and errors', () => {
    expect(show('FORMAT', '%*d', nullOf(INT64), 12n)).toBe('NULL');
    expect(show('FORMAT', '%d', nullOf(INT64))).toBe('NULL');
    expect(() => call('FORMAT', '%d', 'abc')).toThrow(
      'Invalid type for argument 2 to FORMAT; Expected integer; Got STRING',
    );
    expect(() => call('FORMAT', '%d', 17n, 'abc')).toThrow(
      'Too many arguments to FORMAT for pattern "%d"; Expected 2; Got 3',
    );
  });
});

describe('network, arrays and utilities', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  test.each<[string, Input[], string]>([
    ['NET.IP_FROM_STRING', ['48.49.50.51'], 'b"0123"'],
    ['NET.IP_TO_STRING', [bytes(48, 49, 50, 51)], '"48.49.50.51"'],
    ['NET.IP_TO_STRING', [call('NET.IP_FROM_STRING', '2001:db8::1')], '"2001:db8::1"'],
    ['NET.SAFE_IP_FROM_STRING', ['x'], 'NULL'],
    ['NET.IP_NET_MASK', [4n, 20n], 'b"\\xff\\xff\\xf0\\x00"'],
    ['NET.IP_TRUNC', [bytes(0xaa, 0xbb, 0xcc, 0xdd), 11n], 'b"\\xaa\\xa0\\x00\\x00"'],
    ['NET.IPV4_TO_INT64', [bytes(0, 0xde, 0xad, 0xbe)], '14593470'],
    ['NET.IPV4_FROM_INT64', [-1n], 'b"\\xff\\xff\\xff\\xff"'],
    ['NET.HOST', ['http://abc.xyz:80/x'], '"abc.xyz"'],
    ['ARRAY_TO_STRING', [array(STRING, 'a', null, 'c'), ',', 'NA'], '"a,NA,c"'],
    ['ARRAY_TO_STRING', [array(STRING, 'a', null, 'c'), ','], '"a,c"'],
    ['ARRAY_CONCAT', [array(INT64, 1n), array(INT64, 2n)], '[1, 2]'],
    ['ARRAY_SLICE', [array(INT64, 1n, 2n, 3n, 4n), 1n, -2n], '[2, 3]'],
    ['GENERATE_ARRAY', [10n, 0n, -5n], '[10, 5, 0]'],
    ['GENERATE_ARRAY', [0, 1, 0.5], '[0.0, 0.5, 1.0]'],
    ['PARSE_NUMERIC', [' - 12,345.67 '], 'NUMERIC "-12345.67"'],
    ['PARSE_NUMERIC', ['1e1-'], 'NUMERIC "-10"'],
    ['SESSION_USER', [], '"user@example.com"'],
  ])('%s(%o) is %s', (name, args, expected) => {
    expect(show(name, ...args)).toBe(expected);
  });

  test('errors', () => {
    expect(() => call('ARRAY_LAST', array(INT64))).toThrow('ARRAY_LAST cannot get the last element of an empty array');
    expect(() => call('ERROR', 'message')).toThrow('message');
    expect(() => call('GENERATE_ARRAY', 1n, 5n, 0n)).toThrow('Sequence step cannot be 0.');
    expect(call('GENERATE_UUID').value).toMatch(/^[0-9a-f-]{36}$/);
  });
});
