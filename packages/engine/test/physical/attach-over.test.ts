import { expect, test } from 'vitest';
import { attachOver } from '../../src/physical/duckdb/attach-over.ts';

const OVER = ' OVER (ORDER BY a1)';

test.each([
  ['row_number()', 'row_number() OVER (ORDER BY a1)'],
  ['sum(a0)', 'sum(a0) OVER (ORDER BY a1)'],
  ['CAST(sum(a0) AS BIGINT)', 'CAST(sum(a0) OVER (ORDER BY a1) AS BIGINT)'],
  ["COALESCE(string_agg(a0, ')'), '')", "COALESCE(string_agg(a0, ')') OVER (ORDER BY a1), '')"],
  ['list(a0) FILTER (WHERE a0 IS NOT NULL)', 'list(a0) FILTER (WHERE a0 IS NOT NULL) OVER (ORDER BY a1)'],
  [
    "CASE WHEN isinf(sum(a0)) THEN error('sum') ELSE sum(a0) END",
    "CASE WHEN isinf(sum(a0) OVER (ORDER BY a1)) THEN error('sum') ELSE sum(a0) OVER (ORDER BY a1) END",
  ],
])('%s', (text, expected) => {
  expect(attachOver(text, OVER)).toBe(expected);
});

test.each(['sum(a0) + count(a0)', 'a0', 'array_to_string(list(a0), any_value(a1)) || x'])(
  'no place for OVER in %s',
  (text) => {
    expect(attachOver(text, OVER)).toBeUndefined();
  },
);
