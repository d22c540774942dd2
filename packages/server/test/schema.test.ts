import { describe, expect, it } from 'vitest';
import { toColumnSchema, toFieldResource } from '../src/bigquery/converters/schema.ts';
import { pageOf, pageToken, readRowPageToken } from '../src/bigquery/wire/page-token.ts';

describe('schemas', () => {
  it('takes standard names and gives legacy ones', () => {
    const column = toColumnSchema({
      name: 's',
      type: 'STRUCT',
      mode: 'REPEATED',
      fields: [
        { name: 'n', type: 'INT64', mode: 'REQUIRED' },
        { name: 'd', type: 'BIGDECIMAL' },
      ],
    });
    expect(toFieldResource(column, true)).toEqual({
      name: 's',
      type: 'RECORD',
      mode: 'REPEATED',
      fields: [
        { name: 'n', type: 'INTEGER', mode: 'REQUIRED' },
        { name: 'd', type: 'BIGNUMERIC', mode: 'NULLABLE' },
      ],
    });
    expect(toFieldResource(column, false).fields?.[1]).toEqual({ name: 'd', type: 'BIGNUMERIC' });
  });

  it('refuses a type that is none', () => {
    expect(() => toColumnSchema({ name: 'x', type: 'NOPE' })).toThrow('Invalid value for type: NOPE');
    expect(() => toColumnSchema({ name: 'x', type: 'RECORD' })).toThrow('Field x is type RECORD but has no schema');
  });
});

describe('pages', () => {
  it('walks a list to its end', () => {
    const items = ['a', 'b', 'c'];
    const one = pageOf(items, (i) => i, 2, undefined);
    expect(one.page).toEqual(['a', 'b']);
    const two = pageOf(items, (i) => i, 2, one.nextPageToken);
    expect(two).toEqual({ page: ['c'], nextPageToken: undefined });
  });

  it('refuses a token that it never gave', () => {
    expect(() => readRowPageToken('zzz')).toThrow('Invalid page token');
    expect(readRowPageToken(pageToken(12n))).toBe(12n);
  });
});
