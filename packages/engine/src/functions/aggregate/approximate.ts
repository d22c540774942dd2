import type { AggregateFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  arrayOf,
  asBigint,
  asBytes,
  BIGNUMERIC,
  BYTES,
  compareValues,
  field,
  FLOAT64,
  formatValue,
  groupingKey,
  INT64,
  NUMERIC,
  type SqlType,
  STRING,
  structOf,
  utf8Bytes,
  type Value,
} from '@bqml-emulator/types';
import { aggregate, any, arrayOfAny, constant, doc, optional, parameter, typeAt } from '../definition.ts';
import { aggregateRow, firstArguments } from './basic.ts';
import { fingerprint2011 } from './fingerprint-2011.ts';
import { BYTE_VALUES, HllSketch, INTEGER_VALUES } from './hll-sketch.ts';

/** The approximate functions are exact here: any exact answer is a legal one. */

const page = (anchor: string) => doc('approximate_aggregate_functions', anchor);
const hllPage = (anchor: string) => doc('hll_functions', anchor);

type Rows = readonly (readonly Value[])[];

function countArgument(rows: Rows, index: number, name: string): number {
  const count = asBigint(rows[0]?.[index] ?? null);
  if (count <= 0n) throw invalidQuery(`Argument ${index + 1} to ${name} must be positive`);
  return Number(count);
}

/** The smallest value, the values that cut the sorted rows into equal parts, and the largest. */
function quantiles(rows: Rows, types: readonly SqlType[]): Value {
  if (rows.length === 0) return null;
  const parts = countArgument(rows, 1, 'APPROX_QUANTILES');
  const type = typeAt(types, 0);
  const sorted = firstArguments(rows).toSorted((a, b) => compareValues(a, b, type));
  return Array.from({ length: parts + 1 }, (_, i) => sorted[Math.floor((i * (sorted.length - 1)) / parts)] ?? null);
}

/** Values with their counts or sums, largest first. */
function top(rows: Rows, types: readonly SqlType[], limitIndex: number, name: string): Value {
  if (rows.length === 0) return null;
  const limit = countArgument(rows, limitIndex, name);
  const type = typeAt(types, 0);
  const weightType = limitIndex === 1 ? INT64 : typeAt(types, 1);
  const groups = new Map<string, [Value, Value]>();
  for (const row of rows) {
    const value = row[0] ?? null;
    const weight = limitIndex === 1 ? 1n : (row[1] ?? null);
    const key = groupingKey(value, type);
    const group = groups.get(key);
    if (!group) groups.set(key, [value, weight]);
    else group[1] = addWeights(group[1], weight);
  }
  return [...groups.values()].sort((a, b) => compareValues(b[1], a[1], weightType)).slice(0, limit);
}

function addWeights(a: Value, b: Value): Value {
  if (a === null || b === null) return a ?? b;
  return typeof a === 'bigint' ? a + asBigint(b) : Number(a) + Number(b);
}

const topResult = (name: string) => (types: readonly SqlType[]) =>
  arrayOf(structOf([field('value', typeAt(types, 0)), field(name, name === 'count' ? INT64 : typeAt(types, 1))]));

/** What is hashed: integers as eight bytes, little endian, everything else as its text or bytes. */
function hashedBytes(value: Value, type: SqlType): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (type.kind !== 'INT64') return utf8Bytes(formatValue(value, type));
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, asBigint(value), true);
  return bytes;
}

function initSketch(rows: Rows, types: readonly SqlType[]): Value {
  if (rows.length === 0) return null;
  const precision = rows[0]?.[1] === undefined ? 15n : asBigint(rows[0][1]);
  if (precision < 10n || precision > 24n) {
    throw invalidQuery(`HLL++ precision must be between 10 and 24; got ${precision}`);
  }
  const type = typeAt(types, 0);
  const valueType = type.kind === 'INT64' ? INTEGER_VALUES : BYTE_VALUES;
  const sketch = new HllSketch(Number(precision), Math.min(Number(precision) + 5, 25), valueType);
  for (const value of firstArguments(rows)) sketch.addHash(fingerprint2011(hashedBytes(value, type)));
  return sketch.serialize();
}

function mergeSketches(rows: Rows, name: string): HllSketch | undefined {
  let merged: HllSketch | undefined;
  for (const value of firstArguments(rows)) {
    const sketch = HllSketch.parse(asBytes(value), name);
    if (merged) merged.merge(sketch);
    else merged = sketch;
  }
  return merged;
}

export const approximateAggregates: readonly AggregateFunction[] = [
  aggregate('APPROX_COUNT_DISTINCT', page('approx_count_distinct'), {}, [
    aggregateRow(
      [any()],
      INT64,
      (rows, types) => BigInt(new Set(firstArguments(rows).map((v) => groupingKey(v, typeAt(types, 0)))).size),
      (call) => `count(DISTINCT ${call.args[0]})`,
    ),
  ]),
  aggregate('APPROX_QUANTILES', page('approx_quantiles'), { distinct: true, nullHandling: true, over: false }, [
    { ...aggregateRow([any(), INT64], arrayOfAny(), quantiles), parameters: [parameter(any()), constant(INT64)] },
  ]),
  aggregate('APPROX_TOP_COUNT', page('approx_top_count'), { over: false }, [
    {
      parameters: [parameter(any()), constant(INT64)],
      result: topResult('count'),
      skipNulls: false,
      evaluate: (rows, types) => top(rows, types, 1, 'APPROX_TOP_COUNT'),
    },
  ]),
  aggregate(
    'APPROX_TOP_SUM',
    page('approx_top_sum'),
    { over: false },
    [INT64, NUMERIC, BIGNUMERIC, FLOAT64].map((weight) => ({
      parameters: [parameter(any()), parameter(weight), constant(INT64)],
      result: topResult('sum'),
      skipNulls: false,
      evaluate: (rows: Rows, types: readonly SqlType[]) => top(rows, types, 2, 'APPROX_TOP_SUM'),
    })),
  ),
  aggregate(
    'HLL_COUNT.INIT',
    hllPage('hll_countinit'),
    { over: false },
    [INT64, NUMERIC, BIGNUMERIC, STRING, BYTES].map((type) => ({
      ...aggregateRow([type], BYTES, initSketch),
      parameters: [parameter(type), optional(constant(INT64))],
    })),
  ),
  aggregate('HLL_COUNT.MERGE', hllPage('hll_countmerge'), {}, [
    aggregateRow([BYTES], INT64, (rows) => mergeSketches(rows, 'HLL_COUNT.MERGE')?.estimate() ?? 0n),
  ]),
  aggregate('HLL_COUNT.MERGE_PARTIAL', hllPage('hll_countmerge_partial'), {}, [
    aggregateRow([BYTES], BYTES, (rows) => mergeSketches(rows, 'HLL_COUNT.MERGE_PARTIAL')?.serialize() ?? null),
  ]),
];
