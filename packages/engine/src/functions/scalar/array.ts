import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  arrayOf,
  asArray,
  asBytes,
  asString,
  BIGNUMERIC,
  BIGNUMERIC_KIND,
  BYTES,
  DATE,
  type DecimalKind,
  FLOAT64,
  INT64,
  isLazyValue,
  isValidMicros,
  NUMERIC,
  NUMERIC_KIND,
  STRING,
  TIMESTAMP,
  type Value,
} from '@bqml-emulator/types';
import { argument, array, float, int, textOr } from '../arguments.ts';
import { any, arrayOfAny, doc, optional, repeated, scalar, signature } from '../definition.ts';
import { addToDate, addToTimestamp } from './date-arithmetic.ts';

const page = (anchor: string) => doc('array_functions', anchor);

/** More elements than this are a resource error. https://cloud.google.com/bigquery/docs/reference/standard-sql/array_functions#generate_array */
const MAX_GENERATED_ELEMENTS = 1_048_575n;

function tooMany(): never {
  throw invalidQuery(`Generated array has more than ${MAX_GENERATED_ELEMENTS} elements`);
}

/** From `start` to `end` inclusive; empty when the step leads away. */
function generateIntegers(start: bigint, end: bigint, step: bigint): bigint[] {
  if (step === 0n) throw invalidQuery('Sequence step cannot be 0.');
  if (step > 0n ? start > end : start < end) return [];
  const count = (end - start) / step + 1n;
  if (count > MAX_GENERATED_ELEMENTS) tooMany();
  return Array.from({ length: Number(count) }, (_, i) => start + BigInt(i) * step);
}

function generateFloats(start: number, end: number, step: number): number[] {
  if ([start, end, step].some((value) => !Number.isFinite(value))) {
    throw invalidQuery('Arguments to GENERATE_ARRAY must be finite');
  }
  if (step === 0) throw invalidQuery('Sequence step cannot be 0.');
  const out: number[] = [];
  for (let i = 0; ; i++) {
    const value = start + i * step;
    if (step > 0 ? value > end : value < end) return out;
    if (BigInt(i) >= MAX_GENERATED_ELEMENTS) tooMany();
    out.push(value);
  }
}

const decimalRow = (type: typeof NUMERIC, kind: DecimalKind) =>
  signature([type, type, optional(type)], arrayOf(type), (args) =>
    generateIntegers(int(args, 0), int(args, 1), args.length > 2 ? int(args, 2) : kind.unit),
  );

function generateDates(start: number, end: number, amount: bigint, part: string): number[] {
  if (amount === 0n) throw invalidQuery('Sequence step cannot be 0.');
  const out: number[] = [];
  if (amount > 0n ? start > end : start < end) return out;
  for (let i = 0n; ; i++) {
    let next: number;
    try {
      next = addToDate(start, amount * i, part, 'Adding');
    } catch (error) {
      // Past the last date there is nothing more to list.
      if (i > 0n) return out;
      throw error;
    }
    if (amount > 0n ? next > end : next < end) return out;
    if (i >= MAX_GENERATED_ELEMENTS) tooMany();
    out.push(next);
  }
}

function generateTimestamps(start: bigint, end: bigint, amount: bigint, part: string): bigint[] {
  if (amount === 0n) throw invalidQuery('Sequence step cannot be 0.');
  // One step away from the epoch is the step's length.
  const step = addToTimestamp(0n, amount, part, 'Adding');
  return generateIntegers(start, end, step).filter(isValidMicros);
}

function joinTexts(args: readonly Value[]): string {
  const missing = argument(args, 2);
  const parts = array(args, 0).flatMap((v) =>
    v === null ? (missing === null ? [] : [asString(missing)]) : [asString(v)],
  );
  return parts.join(textOr(args, 1, ''));
}

function joinBytes(args: readonly Value[]): Uint8Array {
  const missing = argument(args, 2);
  const delimiter = asBytes(argument(args, 1));
  const parts = array(args, 0).flatMap((v) =>
    v === null ? (missing === null ? [] : [asBytes(missing)]) : [asBytes(v)],
  );
  return new Uint8Array(Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [delimiter, part]))));
}

const end = (name: 'ARRAY_FIRST' | 'ARRAY_LAST', which: string, index: 0 | -1): ScalarFunction =>
  scalar(name, page(name.toLowerCase()), [
    signature([arrayOfAny()], any(), (args) => {
      const values = array(args, 0);
      if (values.length === 0) throw invalidQuery(`${name} cannot get the ${which} element of an empty array`);
      return values.at(index) ?? null;
    }),
  ]);

/** Zero based positions; negative ones count from the end; outside positions clamp. */
function slice(values: readonly Value[], start: bigint, stop: bigint): readonly Value[] {
  const size = BigInt(values.length);
  const clamp = (at: bigint) => (at < 0n ? at + size : at);
  const from = clamp(start);
  const to = clamp(stop);
  if (from > to || from >= size || to < 0n) return [];
  return values.slice(Number(from < 0n ? 0n : from), Number(to >= size ? size : to + 1n));
}

const toBigint = (count: number | null): bigint | null => (count === null ? null : BigInt(count));

export const arrayFunctions: readonly ScalarFunction[] = [
  scalar('ARRAY_LENGTH', page('array_length'), [
    {
      ...signature([arrayOfAny()], INT64, (args) => BigInt(array(args, 0).length), { duckdb: ([a]) => `len(${a})` }),
      evaluateLazy: async ([value = null], signal) => {
        if (!isLazyValue(value)) return value === null ? null : BigInt(asArray(value).length);
        if (value.length) return toBigint(await value.length(signal));
        const read = await value.read(signal);
        return read === null ? null : BigInt(asArray(read).length);
      },
    },
  ]),
  scalar('ARRAY_CONCAT', page('array_concat'), [
    signature([repeated(arrayOfAny())], arrayOfAny(), (args) => args.flatMap((_, i) => array(args, i))),
  ]),
  scalar('ARRAY_REVERSE', page('array_reverse'), [
    signature([arrayOfAny()], arrayOfAny(), (args) => array(args, 0).toReversed(), {
      duckdb: ([a]) => `list_reverse(${a})`,
    }),
  ]),
  end('ARRAY_FIRST', 'first', 0),
  end('ARRAY_LAST', 'last', -1),
  scalar('ARRAY_SLICE', page('array_slice'), [
    signature([arrayOfAny(), INT64, INT64], arrayOfAny(), (args) => slice(array(args, 0), int(args, 1), int(args, 2))),
  ]),
  scalar('ARRAY_TO_STRING', page('array_to_string'), [
    signature(
      [arrayOf(STRING), STRING, optional(STRING)],
      STRING,
      (args) => (argument(args, 0) === null || argument(args, 1) === null ? null : joinTexts(args)),
      { receiveNulls: true },
    ),
    signature(
      [arrayOf(BYTES), BYTES, optional(BYTES)],
      BYTES,
      (args) => (argument(args, 0) === null || argument(args, 1) === null ? null : joinBytes(args)),
      { receiveNulls: true },
    ),
  ]),
  scalar('GENERATE_ARRAY', page('generate_array'), [
    signature([INT64, INT64, optional(INT64)], arrayOf(INT64), (args) =>
      generateIntegers(int(args, 0), int(args, 1), args.length > 2 ? int(args, 2) : 1n),
    ),
    decimalRow(NUMERIC, NUMERIC_KIND),
    decimalRow(BIGNUMERIC, BIGNUMERIC_KIND),
    signature([FLOAT64, FLOAT64, optional(FLOAT64)], arrayOf(FLOAT64), (args) =>
      generateFloats(float(args, 0), float(args, 1), args.length > 2 ? float(args, 2) : 1),
    ),
  ]),
  scalar('GENERATE_DATE_ARRAY', page('generate_date_array'), [
    signature([DATE, DATE, optional(INT64), optional(STRING)], arrayOf(DATE), (args) =>
      generateDates(float(args, 0), float(args, 1), args.length > 2 ? int(args, 2) : 1n, textOr(args, 3, 'DAY')),
    ),
  ]),
  scalar('GENERATE_TIMESTAMP_ARRAY', page('generate_timestamp_array'), [
    signature([TIMESTAMP, TIMESTAMP, INT64, STRING], arrayOf(TIMESTAMP), (args) =>
      generateTimestamps(int(args, 0), int(args, 1), int(args, 2), textOr(args, 3, 'DAY')),
    ),
  ]),
];
