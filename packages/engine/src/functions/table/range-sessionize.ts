import type { BoundTableFunction, TableFunction, TableFunctionArgument } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  asArray,
  asRange,
  asString,
  type Batch,
  compareValues,
  groupingKey,
  type Range,
  type SqlType,
  type Value,
} from '@bqml-emulator/types';
import { doc } from '../definition.ts';

type Mode = 'MEETS' | 'OVERLAPS';

const ends = (a: Value, b: Value, type: SqlType) =>
  a === null || b === null ? (a === b ? 0 : a === null ? 1 : -1) : compareValues(a, b, type);

/** The session of each range of one partition, in the order of the ranges given. */
function sessionize(ranges: readonly Range[], element: SqlType, mode: Mode): readonly Range[] {
  const order = ranges.map((range, index) => ({ range, index }));
  order.sort((a, b) => compareValues(a.range.start, b.range.start, element));
  const sessions: Range[] = [];
  let members: number[] = [];
  let current: Range | undefined;
  const close = () => {
    if (current) for (const index of members) sessions[index] = current;
    members = [];
  };
  for (const { range, index } of order) {
    // An unbounded start is the smallest, so it never begins behind the session's end.
    const gap = current === undefined ? 1 : range.start === null ? -1 : ends(range.start, current.end, element);
    if (current === undefined || gap > 0 || (gap === 0 && mode === 'OVERLAPS')) {
      close();
      current = range;
    } else if (ends(range.end, current.end, element) > 0) {
      current = { start: current.start, end: range.end };
    }
    members.push(index);
  }
  close();
  return sessions;
}

function scalarArgument(
  args: readonly TableFunctionArgument[],
  index: number,
): Extract<TableFunctionArgument, { kind: 'scalar' }> {
  const argument = args[index];
  if (argument?.kind !== 'scalar') {
    throw invalidQuery(
      `Argument ${index + 1} to RANGE_SESSIONIZE must be a literal or query parameter`,
      argument?.position,
    );
  }
  return argument;
}

function readMode(args: readonly TableFunctionArgument[]): Mode {
  if (args.length < 4) return 'MEETS';
  const argument = scalarArgument(args, 3);
  const mode = argument.value === null ? 'NULL' : asString(argument.value);
  if (mode === 'MEETS' || mode === 'OVERLAPS') return mode;
  throw invalidQuery(`Could not cast literal "${mode}" to type RANGE_SESSIONIZE_MODE`, argument.position);
}

function bind(args: readonly TableFunctionArgument[]): BoundTableFunction {
  const [relation] = args;
  if (relation?.kind !== 'relation' || args.length < 3 || args.length > 4) {
    throw invalidQuery(
      'RANGE_SESSIONIZE needs a table, the name of a range column and an array of partitioning columns',
      relation?.position,
    );
  }
  const column = (name: string, position: { line: number; column: number }) => {
    const index = relation.columns.findIndex((c) => c.name.toLowerCase() === name.toLowerCase());
    if (index < 0) throw invalidQuery(`Column ${name} is not found in the input table of RANGE_SESSIONIZE`, position);
    return index;
  };
  const rangeName = scalarArgument(args, 1);
  const partitions = scalarArgument(args, 2);
  const rangeIndex = column(asString(rangeName.value), rangeName.position);
  const partitionIndices = asArray(partitions.value).map((name) => column(asString(name), partitions.position));
  const rangeType = relation.columns[rangeIndex]?.type;
  if (rangeType?.kind !== 'RANGE') {
    throw invalidQuery(
      `Column ${asString(rangeName.value)} of RANGE_SESSIONIZE must be of type RANGE`,
      rangeName.position,
    );
  }
  const mode = readMode(args);
  const partitionTypes = partitionIndices.map((index) => relation.columns[index]?.type ?? rangeType);
  return {
    columns: [
      ...relation.columns.map((c, index) => ({ ...c, passThrough: index })),
      { name: 'session_range', type: rangeType, lazy: false, passThrough: undefined },
    ],
    inputColumns: [rangeIndex, ...partitionIndices],
    open: (batches) => run(batches, rangeType.element, partitionTypes, mode, rangeType),
  };
}

/** Reads all rows before the first result: a session may end in the last row. */
async function* run(
  batches: AsyncIterable<Batch>,
  element: SqlType,
  partitionTypes: readonly SqlType[],
  mode: Mode,
  type: SqlType,
): AsyncIterable<Batch> {
  const sizes: number[] = [];
  const partitions = new Map<string, { readonly rows: number[]; readonly ranges: Range[] }>();
  let row = 0;
  for await (const batch of batches) {
    sizes.push(batch.rowCount);
    const [ranges, ...keys] = batch.columns;
    for (let i = 0; i < batch.rowCount; i++, row++) {
      const range = ranges?.values[i] ?? null;
      if (range === null) continue;
      const key = keys.map((column, k) => groupingKey(column.values[i] ?? null, partitionTypes[k] ?? type)).join('|');
      let partition = partitions.get(key);
      if (!partition) partitions.set(key, (partition = { rows: [], ranges: [] }));
      partition.rows.push(row);
      partition.ranges.push(asRange(range));
    }
  }
  const sessions = Array<Value>(row).fill(null);
  for (const { rows, ranges } of partitions.values()) {
    for (const [i, session] of sessionize(ranges, element, mode).entries()) sessions[rows[i] ?? 0] = session;
  }
  let at = 0;
  for (const rowCount of sizes) {
    yield { rowCount, columns: [{ type, values: sessions.slice(at, at + rowCount) }] };
    at += rowCount;
  }
}

export const rangeSessionize: TableFunction = {
  kind: 'table',
  name: 'RANGE_SESSIONIZE',
  bind,
  docUrl: doc('range-functions', 'range_sessionize'),
};
