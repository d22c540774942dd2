import { BOOL, BYTES, INT64, STRING } from '@bqml-emulator/types';
import type { Batch, LazyValue, Value } from '@bqml-emulator/types';
import type { BoundTableFunction } from '@bqml-emulator/catalog';
import { expect, test } from 'vitest';
import type { FilterScan, PlanColumn, ProjectScan, Scan, TvfScan } from '../../src/logical/index.ts';
import { runAsyncProject } from '../../src/physical/operators/async-project-operator.ts';
import { runFilter } from '../../src/physical/operators/filter-operator.ts';
import { runSlice } from '../../src/physical/operators/slice-operator.ts';
import { runTvf } from '../../src/physical/operators/tvf-operator.ts';
import type { PhysicalOperator } from '../../src/physical/physical-plan.ts';
import { EVALUATION, call, column, lazyValue, ref } from './plan-builder.ts';

const a = column(1);
const b = column(2, STRING);
const { signal } = new AbortController();

const source = (columns: readonly PlanColumn[]): { scan: Scan; operator: PhysicalOperator } => {
  const scan: Scan = { kind: 'SingleRowScan', columns };
  return { scan, operator: { kind: 'RelationalStage', scan, inputs: [], columns } };
};

async function* batches(pulled: number[], ...rows: (readonly (readonly Value[])[])[]): AsyncIterable<Batch> {
  for (const batch of rows) {
    pulled.push(batch.length);
    yield await Promise.resolve({
      rowCount: batch.length,
      columns: (batch[0] ?? []).map((_, i) => ({ type: INT64, values: batch.map((r) => r[i] ?? null) })),
    });
  }
}

async function rowsOf(stream: AsyncIterable<Batch>): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const batch of stream) {
    for (let i = 0; i < batch.rowCount; i++) rows.push(batch.columns.map((c) => c.values[i] ?? null));
  }
  return rows;
}

test('a slice picks columns and stops pulling with its last row', async () => {
  const { operator } = source([a, b]);
  const pulled: number[] = [];
  const slice = { kind: 'SliceOperator', input: operator, columns: [b], sources: [b], offset: 1, limit: 2 } as const;
  const rows = [
    [1n, 'x'],
    [2n, 'y'],
  ];
  expect(await rowsOf(runSlice(slice, batches(pulled, rows, rows, rows)))).toEqual([['y'], ['x']]);
  expect(pulled).toEqual([2, 2]);
});

test('a table function gets its columns; the others are put back beside their rows', async () => {
  const { scan, operator } = source([a, b]);
  const doubled = column(3);
  const passed = column(4, STRING);
  const bound: BoundTableFunction = {
    columns: [
      { name: 'doubled', type: INT64, lazy: false, passThrough: undefined },
      { name: 'b', type: STRING, lazy: false, passThrough: 1 },
    ],
    inputColumns: [0],
    // Gives its rows in batches of another size.
    async *open(input) {
      for await (const batch of input) {
        for (const value of batch.columns[0]?.values ?? []) {
          yield { rowCount: 1, columns: [{ type: INT64, values: [2n * (value as bigint)] }] };
        }
      }
    },
  };
  const tvf: TvfScan = {
    kind: 'TvfScan',
    name: 'DOUBLE',
    input: scan,
    inputColumns: [a, b],
    function: bound,
    columns: [doubled, passed],
  };
  const stream = runTvf(
    { kind: 'TvfOperator', scan: tvf, input: operator, columns: tvf.columns },
    batches(
      [],
      [
        [1n, 'x'],
        [2n, 'y'],
      ],
      [[3n, 'z']],
    ),
    signal,
  );
  expect(await rowsOf(stream)).toEqual([
    [2n, 'x'],
    [4n, 'y'],
    [6n, 'z'],
  ]);
});

test('a filter below a slice lets it stop early', async () => {
  const { scan, operator } = source([a, b]);
  const odd = call('ODD', BOOL, [ref(a)], { evaluate: ([x]) => (x as bigint) % 2n === 1n });
  const filter: FilterScan = { kind: 'FilterScan', columns: [b], input: scan, condition: odd };
  const pulled: number[] = [];
  const input = batches(
    pulled,
    [
      [1n, 'a'],
      [2n, 'b'],
    ],
    [
      [3n, 'c'],
      [5n, 'd'],
    ],
    [[7n, 'e']],
  );
  const filterOperator = { kind: 'FilterOperator', scan: filter, input: operator, columns: [b] } as const;
  const slice = {
    kind: 'SliceOperator',
    input: filterOperator,
    columns: [b],
    sources: [b],
    offset: 0,
    limit: 2,
  } as const;
  expect(await rowsOf(runSlice(slice, runFilter(filterOperator, input, EVALUATION, signal)))).toEqual([['a'], ['c']]);
  expect(pulled).toEqual([2, 2]);
});

function lengthProject(): { project: ProjectScan; operator: PhysicalOperator; data: PlanColumn } {
  const data = column(5, BYTES);
  const { scan, operator } = source([a, data]);
  const length = call('LENGTH', INT64, [ref(data)], { evaluate: ([x]) => BigInt((x as Uint8Array).length) });
  const project: ProjectScan = {
    kind: 'ProjectScan',
    input: scan,
    columns: [a, column(6)],
    computed: [{ column: column(6), expression: length }],
  };
  return { project, operator, data };
}

test('values are read in order, few at a time', async () => {
  const { project, operator, data } = lengthProject();
  let reading = 0;
  let most = 0;
  const object = (size: number): LazyValue =>
    lazyValue(BYTES, async () => {
      most = Math.max(most, ++reading);
      await new Promise((resolve) => setTimeout(resolve, (size * 7) % 5));
      reading--;
      return new Uint8Array(size);
    });
  const rows = Array.from({ length: 100 }, (_, i): Value[] => [BigInt(i), i === 50 ? null : object(i)]);
  const stream = runAsyncProject(
    { kind: 'AsyncProjectOperator', scan: project, input: operator, columns: project.columns },
    batches([], rows),
    EVALUATION,
    new Set([data.id]),
    signal,
  );
  expect(await rowsOf(stream)).toEqual(rows.map((_, i) => [BigInt(i), i === 50 ? null : BigInt(i)]));
  expect(most).toBeLessThanOrEqual(32);
});

test('a value that cannot be read fails the query and aborts the others', async () => {
  const { project, operator, data } = lengthProject();
  const aborted: boolean[] = [];
  const rows = Array.from({ length: 40 }, (_, i): Value[] => [
    BigInt(i),
    {
      lazy: true,
      type: BYTES,
      byteSize: undefined,
      read: async (s) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        aborted.push(s?.aborted === true);
        if (i === 3) throw new Error('gone');
        return new Uint8Array(1);
      },
    },
  ]);
  const stream = runAsyncProject(
    { kind: 'AsyncProjectOperator', scan: project, input: operator, columns: project.columns },
    batches([], rows),
    EVALUATION,
    new Set([data.id]),
    signal,
  );
  await expect(rowsOf(stream)).rejects.toThrow('gone');
});
