import type { Catalog, TableFunctionArgument } from '@bqml-emulator/catalog';
import { arrayOf, type Batch, castValue, DATE, formatValue, rangeOf, STRING, type Value } from '@bqml-emulator/types';
import { expect, test } from 'vitest';
import { rangeSessionize } from '../../src/functions/table/range-sessionize.ts';

const RANGE = rangeOf(DATE);
const position = { line: 1, column: 1 };
const catalog = {} as Catalog;

const args = (mode?: string): TableFunctionArgument[] => [
  {
    kind: 'relation',
    objectTable: false,
    position,
    columns: [
      { name: 'user', type: STRING, lazy: false },
      { name: 'Duration', type: RANGE, lazy: false },
    ],
  },
  { kind: 'scalar', type: STRING, value: 'duration', position },
  { kind: 'scalar', type: arrayOf(STRING), value: ['user'], position },
  ...(mode === undefined ? [] : [{ kind: 'scalar', type: STRING, value: mode, position } as const]),
];

const range = (text: string): Value => castValue(text, STRING, RANGE);

async function* batches(): AsyncIterable<Batch> {
  const rows: [Value, Value][] = [
    [range('[2024-01-03, 2024-01-05)'), 'a'],
    [range('[2024-01-01, 2024-01-03)'), 'a'],
    [range('[2024-01-07, UNBOUNDED)'), 'a'],
    [range('[2024-01-02, 2024-01-04)'), 'b'],
    [null, 'b'],
  ];
  for (const part of [rows.slice(0, 2), rows.slice(2)]) {
    const column = (i: 0 | 1) => ({ type: i === 0 ? RANGE : STRING, values: part.map((row) => row[i]) });
    yield { rowCount: part.length, columns: [column(0), column(1)] };
  }
}

const sessions = async (mode?: string) => {
  const bound = rangeSessionize.bind(args(mode), catalog);
  const out: string[] = [];
  for await (const batch of bound.open(batches(), new AbortController().signal)) {
    for (const value of batch.columns[0]?.values ?? []) out.push(formatValue(value, RANGE));
  }
  return out;
};

test('joins ranges that meet or overlap', async () => {
  expect(await sessions()).toEqual([
    '[2024-01-01, 2024-01-05)',
    '[2024-01-01, 2024-01-05)',
    '[2024-01-07, UNBOUNDED)',
    '[2024-01-02, 2024-01-04)',
    'NULL',
  ]);
  expect((await sessions('OVERLAPS')).slice(0, 2)).toEqual(['[2024-01-03, 2024-01-05)', '[2024-01-01, 2024-01-03)']);
});

test('binds its columns and refuses other modes', () => {
  const bound = rangeSessionize.bind(args(), catalog);
  expect(bound.columns.map((c) => [c.name, c.passThrough])).toEqual([
    ['user', 0],
    ['Duration', 1],
    ['session_range', undefined],
  ]);
  expect(bound.inputColumns).toEqual([1, 0]);
  expect(() => rangeSessionize.bind(args('BOGUS_MODE'), catalog)).toThrow(
    'Could not cast literal "BOGUS_MODE" to type RANGE_SESSIONIZE_MODE at [1:1]',
  );
});
