import type { AggregateFunction } from '@bqml-emulator/catalog';
import {
  asBigint,
  asNumber,
  BIGNUMERIC,
  BIGNUMERIC_KIND,
  decimalKind,
  decimalToFloat64,
  FLOAT64,
  NUMERIC,
  type SqlType,
  type Value,
} from '@bqml-emulator/types';
import { aggregate, doc, typeAt } from '../definition.ts';
import { aggregateRow } from './basic.ts';

const page = (anchor: string) => doc('statistical_aggregate_functions', anchor);

type Rows = readonly (readonly Value[])[];

/** Means, and sums of products of deviations, by Welford's update. */
function moments(
  rows: Rows,
  columns: 1 | 2,
): { readonly count: number; readonly xx: number; readonly yy: number; readonly xy: number } {
  let count = 0;
  let meanX = 0;
  let meanY = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const row of rows) {
    const x = asNumber(row[0] ?? null);
    const y = columns === 2 ? asNumber(row[1] ?? null) : x;
    count++;
    const dx = x - meanX;
    const dy = y - meanY;
    meanX += dx / count;
    meanY += dy / count;
    xx += dx * (x - meanX);
    yy += dy * (y - meanY);
    xy += dx * (y - meanY);
  }
  return { count, xx, yy, xy };
}

/** Exact sum of squared deviations times the count, for decimals. */
function decimalVariance(rows: Rows, type: SqlType, sample: boolean): number | null {
  const kind = decimalKind(type.kind === 'NUMERIC' ? 'NUMERIC' : 'BIGNUMERIC');
  const count = BigInt(rows.length);
  const divisor = sample ? count - 1n : count;
  if (divisor <= 0n) return null;
  let sum = 0n;
  let squares = 0n;
  for (const row of rows) {
    const value = asBigint(row[0] ?? null);
    sum += value;
    squares += value * value;
  }
  const numerator = count * squares - sum * sum;
  // The square of the scale leaves; the guard keeps small quotients.
  const quotient = (numerator * BIGNUMERIC_KIND.unit) / (count * divisor * kind.unit * kind.unit);
  return decimalToFloat64(quotient, BIGNUMERIC_KIND);
}

function variance(rows: Rows, type: SqlType, sample: boolean): number | null {
  if (type.kind !== 'FLOAT64') return decimalVariance(rows, type, sample);
  const { count, xx } = moments(rows, 1);
  const divisor = sample ? count - 1 : count;
  if (divisor <= 0) return null;
  return rows.every(([x]) => Number.isFinite(x)) ? xx / divisor : NaN;
}

const spread = (name: string, sample: boolean, root: boolean): AggregateFunction =>
  aggregate(
    name,
    page(name.toLowerCase()),
    { distinct: true },
    [FLOAT64, NUMERIC, BIGNUMERIC].map((type) =>
      aggregateRow([type], FLOAT64, (rows, types) => {
        const value = variance(rows, typeAt(types, 0), sample);
        return value === null ? null : root ? Math.sqrt(value) : value;
      }),
    ),
  );

const covariance = (name: string, sample: boolean): AggregateFunction =>
  aggregate(name, page(name.toLowerCase()), {}, [
    aggregateRow([FLOAT64, FLOAT64], FLOAT64, (rows) => {
      const { count, xy } = moments(rows, 2);
      const divisor = sample ? count - 1 : count;
      if (divisor <= 0) return null;
      return rows.every((row) => row.every((v) => Number.isFinite(v))) ? xy / divisor : NaN;
    }),
  ]);

export const statisticalAggregates: readonly AggregateFunction[] = [
  spread('STDDEV', true, true),
  spread('STDDEV_SAMP', true, true),
  spread('STDDEV_POP', false, true),
  spread('VARIANCE', true, false),
  spread('VAR_SAMP', true, false),
  spread('VAR_POP', false, false),
  covariance('COVAR_SAMP', true),
  covariance('COVAR_POP', false),
  aggregate('CORR', page('corr'), {}, [
    aggregateRow([FLOAT64, FLOAT64], FLOAT64, (rows) => {
      const { count, xx, yy, xy } = moments(rows, 2);
      if (count < 2) return null;
      const value = xy / Math.sqrt(xx * yy);
      return Number.isNaN(value) ? NaN : Math.max(-1, Math.min(1, value));
    }),
  ]),
];
