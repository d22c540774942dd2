import type {
  AggregateCallText,
  AggregateFunction,
  AggregatePart,
  AggregateSignature,
  TypePattern,
} from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  asArray,
  asBigint,
  asBytes,
  asNumber,
  asString,
  BIGNUMERIC,
  BOOL,
  BYTES,
  compareValues,
  decimalKind,
  divideRounded,
  fitsDecimal,
  fitsInt64,
  FLOAT64,
  formatDecimal,
  INT64,
  INTERVAL,
  addIntervals,
  asInterval,
  NUMERIC,
  NUMERIC_KIND,
  type ScalarType,
  type SqlType,
  STRING,
  type TypeKind,
  type Value,
} from '@bqml-emulator/types';
import { aggregate, any, arrayOfAny, constant, doc, exactly, parameter, typeAt } from '../definition.ts';

const page = (anchor: string) => doc('aggregate_functions', anchor);

type Rows = readonly (readonly Value[])[];

/** Values of the only argument. */
const first = (rows: Rows): readonly Value[] => rows.map((row) => row[0] ?? null);

const distinct = (call: AggregateCallText) => (call.distinct ? 'DISTINCT ' : '');

/** `name([DISTINCT] x [ORDER BY])` */
const plain = (name: string) => (call: AggregateCallText) =>
  call.limit === undefined && call.ignoreNulls !== false
    ? `${name}(${distinct(call)}${call.args.join(', ')}${call.orderBy})`
    : undefined;

function row(
  parameters: readonly (SqlType | TypePattern)[],
  result: SqlType | TypePattern,
  fold: (rows: Rows, types: readonly SqlType[]) => Value,
  duckdb?: AggregateSignature['duckdb'],
  skipNulls = true,
): AggregateSignature {
  return {
    parameters: parameters.map((type) => parameter(type)),
    result: 'pattern' in result ? result : exactly(result),
    evaluate: fold,
    skipNulls,
    ...(duckdb ? { duckdb } : {}),
  };
}

const splitting = (signature: AggregateSignature): AggregateSignature => ({ ...signature, split: 'self' });

function sumIntegers(rows: Rows): Value {
  if (rows.length === 0) return null;
  const sum = first(rows).reduce<bigint>((total, value) => total + asBigint(value), 0n);
  if (!fitsInt64(sum)) throw invalidQuery('int64 overflow');
  return sum;
}

function sumFloats(rows: Rows): Value {
  if (rows.length === 0) return null;
  const values = first(rows).map(asNumber);
  const sum = values.reduce((total, value) => total + value, 0);
  if (!Number.isFinite(sum) && values.every(Number.isFinite)) throw invalidQuery('double overflow');
  return sum;
}

const sumDecimals = (name: 'NUMERIC' | 'BIGNUMERIC') => (rows: Rows) => {
  if (rows.length === 0) return null;
  const kind = decimalKind(name);
  const sum = first(rows).reduce<bigint>((total, value) => total + asBigint(value), 0n);
  if (!fitsDecimal(sum, kind)) throw invalidQuery(`${kind.label} overflow: SUM`);
  return sum;
};

function averageFloats(rows: Rows): Value {
  const sum = sumFloats(rows);
  return sum === null ? null : asNumber(sum) / rows.length;
}

/** `text`, or the error for a sum of finite numbers that is not. */
const finite = (name: 'sum' | 'avg') => (call: AggregateCallText) => {
  const [x = ''] = call.args;
  const text = `${name}(${distinct(call)}${x})`;
  const overflows = `isinf(${text}) AND NOT bool_or(isinf(${x}))`;
  return `CASE WHEN ${overflows} THEN error('double overflow') ELSE ${text} END`;
};

/** DuckDB's sums of DECIMAL(38, 9) go on to the end of 128 bits. */
function sumNumericText(call: AggregateCallText): string {
  const text = `sum(${distinct(call)}${call.args[0]})`;
  const [max, min] = [NUMERIC_KIND.max, NUMERIC_KIND.min].map((bound) => formatDecimal(bound, NUMERIC_KIND));
  return `CASE WHEN ${text} > ${max} OR ${text} < ${min} THEN error('numeric overflow: SUM') ELSE ${text} END`;
}

const averageDecimals = (rows: Rows) =>
  rows.length === 0
    ? null
    : divideRounded(
        first(rows).reduce<bigint>((total, value) => total + asBigint(value), 0n),
        BigInt(rows.length),
      );

const SORTED_NATIVELY: ReadonlySet<TypeKind> = new Set([
  'BOOL',
  'INT64',
  'NUMERIC',
  'BIGNUMERIC',
  'STRING',
  'BYTES',
  'DATE',
  'DATETIME',
  'TIME',
  'TIMESTAMP',
] as const);

function extreme(name: 'MIN' | 'MAX', sign: 1 | -1): AggregateFunction {
  const duckdb = (call: AggregateCallText): string | undefined => {
    const [x = ''] = call.args;
    const kind = typeAt(call.types, 0).kind;
    const text = `${name.toLowerCase()}(${x})`;
    if (SORTED_NATIVELY.has(kind)) return text;
    if (kind !== 'FLOAT64') return undefined;
    // NaN is the engine's largest number, and the result of both functions where it occurs.
    return name === 'MAX' ? text : `CASE WHEN bool_or(isnan(${x})) THEN CAST('nan' AS DOUBLE) ELSE ${text} END`;
  };
  return aggregate(name, page(name.toLowerCase()), { distinct: true }, [
    splitting(
      row(
        [any()],
        any(),
        (rows, types) => {
          const values = first(rows);
          const nan = values.find((value) => Number.isNaN(value));
          if (nan !== undefined) return NaN;
          const type = typeAt(types, 0);
          return values.reduce<Value>(
            (best, value) => (best === null || compareValues(value, best, type) * sign > 0 ? value : best),
            null,
          );
        },
        duckdb,
      ),
    ),
  ]);
}

/** `MAX_BY(x, y)`: x of a row with the largest y; rows without y take no part. */
const extremeBy = (name: 'MAX_BY' | 'MIN_BY', sign: 1 | -1): AggregateFunction =>
  aggregate(name, page(name.toLowerCase()), { over: false }, [
    row(
      [any('T1'), any('T2')],
      any('T1'),
      (rows, types) => {
        const type = typeAt(types, 1);
        let best: readonly Value[] | undefined;
        for (const candidate of rows) {
          const key = candidate[1] ?? null;
          if (key === null || Number.isNaN(key)) continue;
          if (!best || compareValues(key, best[1] ?? null, type) * sign > 0) best = candidate;
        }
        return best?.[0] ?? null;
      },
      undefined,
      false,
    ),
  ]);

/** Elements of `list(...)`, cut to the call's LIMIT. */
function listText(call: AggregateCallText, ignoreNulls: boolean): string {
  const [x = ''] = call.args;
  const list = `list(${distinct(call)}${x}${call.orderBy})${ignoreNulls ? ` FILTER (WHERE ${x} IS NOT NULL)` : ''}`;
  return call.limit === undefined ? list : `(${list})[1:${call.limit}]`;
}

function joinTexts(rows: Rows): Value {
  if (rows.length === 0) return null;
  return rows
    .map((r, i) => (i === 0 ? '' : r.length > 1 ? asString(r[1] ?? null) : ',') + asString(r[0] ?? null))
    .join('');
}

function joinBytes(rows: Rows): Value {
  if (rows.length === 0) return null;
  const comma = new Uint8Array([0x2c]);
  const parts = rows.flatMap((r, i) => [
    ...(i === 0 ? [] : [r.length > 1 ? asBytes(r[1] ?? null) : comma]),
    asBytes(r[0] ?? null),
  ]);
  return new Uint8Array(Buffer.concat(parts));
}

function stringAggText(call: AggregateCallText): string {
  const [, separator] = call.args;
  if (separator === undefined && call.limit === undefined)
    return `string_agg(${distinct(call)}${call.args[0]}, ','${call.orderBy})`;
  // A constant: the engine takes no other separator.
  const joiner = separator ?? "','";
  return `array_to_string(${listText(call, true)}, ${joiner})`;
}

const ALL = { distinct: true, orderBy: true, limit: true } as const;

const foldBits = (name: 'BIT_AND' | 'BIT_OR' | 'BIT_XOR', apply: (a: bigint, b: bigint) => bigint): AggregateFunction =>
  aggregate(name, page(name.toLowerCase()), { distinct: true }, [
    splitting(
      row(
        [INT64],
        INT64,
        (rows) =>
          rows.length === 0
            ? null
            : first(rows)
                .map(asBigint)
                .reduce((a, b) => apply(a, b)),
        plain(name.toLowerCase()),
      ),
    ),
  ]);

export const anyValue = aggregate('ANY_VALUE', page('any_value'), { distinct: true }, [
  splitting({ ...row([any()], any(), (rows) => first(rows)[0] ?? null, plain('any_value')), passesHandles: true }),
]);

/** A function with one signature as a part of another one. */
const part = (name: string, signature: AggregateSignature): AggregatePart => ({
  function: aggregate(name, '', {}, [signature]),
  signature,
});

/** The sum of counts: 0 where there is none. */
const totalOfCounts = part(
  '$total',
  row([INT64], INT64, sumIntegers, ({ args }) => `CAST(coalesce(sum(${args[0]}), 0) AS BIGINT)`),
);

const counting = (name: string, signature: AggregateSignature): AggregateSignature => ({
  ...signature,
  split: { parts: [part(name, signature)], whole: totalOfCounts },
});

const sumOfIntegers = splitting(
  row([INT64], INT64, sumIntegers, (call) => `CAST(sum(${distinct(call)}${call.args[0]}) AS BIGINT)`),
);
const sumOfFloats = splitting(row([FLOAT64], FLOAT64, sumFloats, finite('sum')));
const countOfValues = row([any()], INT64, (rows) => BigInt(rows.length), plain('count'));

/** Sums and counts to their mean. */
const meanOfSums = (sum: SqlType): AggregatePart =>
  part('$mean', {
    parameters: [parameter(sum), parameter(INT64)],
    result: exactly(FLOAT64),
    skipNulls: false,
    duckdb: ({ args }) => `CAST(sum(${args[0]}) AS DOUBLE) / nullif(sum(${args[1]}), 0)`,
  });

const averaging = (signature: AggregateSignature, sum: AggregateSignature, type: SqlType): AggregateSignature => ({
  ...signature,
  split: { parts: [part('SUM', sum), part('COUNT', countOfValues)], whole: meanOfSums(type) },
});

const number = (type: ScalarType, fold: (rows: Rows) => Value, duckdb?: AggregateSignature['duckdb']) =>
  row([type], type, fold, duckdb);

export const basicAggregates: readonly AggregateFunction[] = [
  aggregate('$count_star', page('count'), {}, [
    counting(
      '$count_star',
      row(
        [],
        INT64,
        (rows) => BigInt(rows.length),
        () => 'count(*)',
        false,
      ),
    ),
  ]),
  aggregate('COUNT', page('count'), { distinct: true }, [counting('COUNT', countOfValues)]),
  aggregate('COUNTIF', page('countif'), { distinct: true }, [
    counting(
      'COUNTIF',
      row(
        [BOOL],
        INT64,
        (rows) => BigInt(first(rows).filter((value) => value === true).length),
        (call) => `count(${distinct(call)}CASE WHEN ${call.args[0]} THEN TRUE END)`,
      ),
    ),
  ]),
  aggregate('SUM', page('sum'), { distinct: true }, [
    sumOfIntegers,
    number(NUMERIC, sumDecimals('NUMERIC'), sumNumericText),
    number(BIGNUMERIC, sumDecimals('BIGNUMERIC')),
    sumOfFloats,
    number(INTERVAL, (rows) =>
      rows.length === 0
        ? null
        : first(rows)
            .map(asInterval)
            .reduce((a, b) => addIntervals(a, b)),
    ),
  ]),
  aggregate('AVG', page('avg'), { distinct: true }, [
    averaging(
      row(
        [INT64],
        FLOAT64,
        (rows) =>
          rows.length === 0
            ? null
            : Number(first(rows).reduce<bigint>((total, value) => total + asBigint(value), 0n)) / rows.length,
        plain('avg'),
      ),
      sumOfIntegers,
      INT64,
    ),
    number(NUMERIC, averageDecimals),
    number(BIGNUMERIC, averageDecimals),
    averaging(number(FLOAT64, averageFloats, finite('avg')), sumOfFloats, FLOAT64),
  ]),
  extreme('MIN', -1),
  extreme('MAX', 1),
  extremeBy('MAX_BY', 1),
  extremeBy('MIN_BY', -1),
  anyValue,
  aggregate('ARRAY_AGG', page('array_agg'), { ...ALL, nullHandling: true }, [
    row(
      [any()],
      arrayOfAny(),
      (rows) => (rows.length === 0 ? null : first(rows)),
      (call) => listText(call, call.ignoreNulls === true),
      false,
    ),
  ]),
  aggregate('ARRAY_CONCAT_AGG', page('array_concat_agg'), { orderBy: true, limit: true }, [
    row(
      [arrayOfAny()],
      arrayOfAny(),
      (rows) => (rows.length === 0 ? null : first(rows).flatMap((value) => asArray(value))),
      (call) => `flatten(${listText(call, true)})`,
    ),
  ]),
  aggregate('STRING_AGG', page('string_agg'), ALL, [
    row([STRING], STRING, joinTexts, stringAggText),
    { ...row([STRING, STRING], STRING, joinTexts, stringAggText), parameters: [parameter(STRING), constant(STRING)] },
    row([BYTES], BYTES, joinBytes),
    { ...row([BYTES, BYTES], BYTES, joinBytes), parameters: [parameter(BYTES), constant(BYTES)] },
  ]),
  aggregate('LOGICAL_AND', page('logical_and'), {}, [
    splitting(
      row([BOOL], BOOL, (rows) => (rows.length === 0 ? null : !first(rows).includes(false)), plain('bool_and')),
    ),
  ]),
  aggregate('LOGICAL_OR', page('logical_or'), {}, [
    splitting(row([BOOL], BOOL, (rows) => (rows.length === 0 ? null : first(rows).includes(true)), plain('bool_or'))),
  ]),
  foldBits('BIT_AND', (a, b) => a & b),
  foldBits('BIT_OR', (a, b) => a | b),
  foldBits('BIT_XOR', (a, b) => a ^ b),
  aggregate('GROUPING', page('grouping'), { over: false }, [
    {
      parameters: [parameter(any())],
      result: exactly(INT64),
      skipNulls: false,
      duckdb: (call) => `grouping(${call.args[0]})`,
    },
  ]),
];

/** For rows of other families. */
export const aggregateRow = row;
export const firstArguments = first;
