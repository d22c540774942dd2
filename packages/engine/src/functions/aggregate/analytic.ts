import type { AggregateCallText, AggregateFunction, AggregateSignature } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  asBigint,
  asNumber,
  BIGNUMERIC,
  compareValues,
  decimalKind,
  FLOAT64,
  INT64,
  NUMERIC,
  type SqlType,
  type Value,
  divideRounded,
} from '@bqml-emulator/types';
import {
  aggregate,
  any,
  constant,
  doc,
  exactly,
  type ParameterInput,
  optional,
  parameter,
  typeAt,
} from '../definition.ts';

const numbering = (anchor: string) => doc('numbering_functions', anchor);
const navigation = (anchor: string) => doc('navigation_functions', anchor);

const PURE = { analyticOnly: true } as const;

/** A function that the relational engine's window operator has under the same name and meaning. */
const ranking = (name: string, result: SqlType, parameters: readonly ParameterInput[] = []): AggregateFunction =>
  aggregate(name, numbering(name.toLowerCase()), PURE, [
    {
      parameters: parameters.map((input) => parameter(input)),
      result: exactly(result),
      skipNulls: false,
      duckdb: (call) => `${name.toLowerCase()}(${call.args.join(', ')})`,
    },
  ]);

const navigate = (name: string, rest: readonly ParameterInput[], nullHandling: boolean): AggregateFunction => {
  const signature: AggregateSignature = {
    parameters: [parameter(any()), ...rest.map((input) => parameter(input))],
    result: any(),
    skipNulls: false,
    duckdb: (call: AggregateCallText) =>
      `${name.toLowerCase()}(${call.args.join(', ')}${call.ignoreNulls ? ' IGNORE NULLS' : ''})`,
  };
  return aggregate(name, navigation(name.toLowerCase()), { ...PURE, nullHandling }, [signature]);
};

type Rows = readonly (readonly Value[])[];

function percentile(rows: Rows): number {
  const value = Number(rows[0]?.[1] ?? 0);
  return value;
}

function checkPercentile(value: number): number {
  if (!(value >= 0 && value <= 1)) {
    throw invalidQuery(`Percentile must be between 0 and 1, but got ${value}`);
  }
  return value;
}

const sortedValues = (rows: Rows, type: SqlType) =>
  rows.map((row) => row[0] ?? null).toSorted((a, b) => compareValues(a, b, type));

/** Linear interpolation between the two nearest rows. A NULL among them counts only if both are. */
function continuous(rows: Rows, types: readonly SqlType[]): Value {
  if (rows.length === 0) return null;
  const at = checkPercentile(percentile(rows)) * (rows.length - 1);
  const sorted = sortedValues(rows, typeAt(types, 0));
  const low = sorted[Math.floor(at)] ?? null;
  const high = sorted[Math.ceil(at)] ?? null;
  const weight = at - Math.floor(at);
  if (low === null || weight === 0) return weight === 0 ? low : high;
  if (high === null) return low;
  const a = asNumber(low);
  const b = asNumber(high);
  if (a === b) return a;
  return a * (1 - weight) + b * weight;
}

const continuousDecimal = (name: 'NUMERIC' | 'BIGNUMERIC') => (rows: Rows, types: readonly SqlType[]) => {
  if (rows.length === 0) return null;
  const { unit } = decimalKind(name);
  const fraction = asBigint(rows[0]?.[1] ?? null);
  checkPercentile(Number(fraction) / Number(unit));
  const position = fraction * BigInt(rows.length - 1);
  const sorted = sortedValues(rows, typeAt(types, 0));
  const low = sorted[Number(position / unit)] ?? null;
  const high = sorted[Number((position + unit - 1n) / unit)] ?? null;
  const weight = position % unit;
  if (low === null || high === null || weight === 0n) return low ?? (weight === 0n ? null : high);
  return divideRounded(asBigint(low) * (unit - weight) + asBigint(high) * weight, unit);
};

/** The first row whose cumulative share is not below the percentile. */
function discrete(rows: Rows, types: readonly SqlType[], fraction: number): Value {
  if (rows.length === 0) return null;
  const sorted = sortedValues(rows, typeAt(types, 0));
  const index = Math.max(0, Math.ceil(checkPercentile(fraction) * sorted.length) - 1);
  return sorted[index] ?? null;
}

const discreteDecimal = (name: 'NUMERIC' | 'BIGNUMERIC') => (rows: Rows, types: readonly SqlType[]) => {
  if (rows.length === 0) return null;
  const { unit } = decimalKind(name);
  const fraction = asBigint(rows[0]?.[1] ?? null);
  checkPercentile(Number(fraction) / Number(unit));
  const sorted = sortedValues(rows, typeAt(types, 0));
  const position = (fraction * BigInt(rows.length) + unit - 1n) / unit;
  return sorted[Math.max(0, Number(position) - 1)] ?? null;
};

const disc = (type: typeof NUMERIC, evaluate: NonNullable<AggregateSignature['evaluate']>): AggregateSignature => ({
  parameters: [parameter(any()), constant(type)],
  result: any(),
  skipNulls: true,
  evaluate,
});

const cont = (type: typeof NUMERIC, evaluate: NonNullable<AggregateSignature['evaluate']>): AggregateSignature => ({
  parameters: [parameter(type), constant(type)],
  result: exactly(type),
  skipNulls: true,
  evaluate,
});

export const analyticFunctions: readonly AggregateFunction[] = [
  ranking('ROW_NUMBER', INT64),
  ranking('RANK', INT64),
  ranking('DENSE_RANK', INT64),
  ranking('PERCENT_RANK', FLOAT64),
  ranking('CUME_DIST', FLOAT64),
  ranking('NTILE', INT64, [INT64]),
  navigate('LAG', [optional(INT64), optional(any())], false),
  navigate('LEAD', [optional(INT64), optional(any())], false),
  navigate('FIRST_VALUE', [], true),
  navigate('LAST_VALUE', [], true),
  navigate('NTH_VALUE', [INT64], true),
  aggregate('PERCENTILE_CONT', navigation('percentile_cont'), { nullHandling: true }, [
    cont(FLOAT64, continuous),
    cont(NUMERIC, continuousDecimal('NUMERIC')),
    cont(BIGNUMERIC, continuousDecimal('BIGNUMERIC')),
  ]),
  aggregate('PERCENTILE_DISC', navigation('percentile_disc'), { nullHandling: true }, [
    disc(FLOAT64, (rows, types) => discrete(rows, types, percentile(rows))),
    disc(NUMERIC, discreteDecimal('NUMERIC')),
    disc(BIGNUMERIC, discreteDecimal('BIGNUMERIC')),
  ]),
];
