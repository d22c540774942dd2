import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  addMonths,
  civilFromDays,
  DATE,
  DATETIME,
  daysFromCivil,
  type Interval,
  INTERVAL,
  isValidMicros,
  joinMicros,
  splitMicros,
  TIMESTAMP,
} from '@bqml-emulator/types';
import { float, int, interval } from '../arguments.ts';
import { doc, optional, scalar, signature } from '../definition.ts';
import { ownFirst } from './date.ts';

/** Buckets are aligned to 1950-01-01 unless an origin is given. */
const DEFAULT_ORIGIN = daysFromCivil(1950, 1, 1);

const floorDivide = (value: bigint, by: bigint) => (value - (((value % by) + by) % by)) / by;

/** Start of the bucket that holds local microseconds. */
function bucketStart(micros: bigint, width: Interval, origin: bigint, name: string, months: boolean): bigint {
  const parts = [width.months, width.days, Number(width.micros)].filter((part) => part !== 0);
  if (!months && width.months !== 0) {
    throw invalidQuery(`${name} doesn't support bucket width INTERVAL with non-zero MONTH or YEAR part`);
  }
  if (months ? parts.length !== 1 : parts.length === 0) {
    throw invalidQuery(
      months
        ? 'Exactly one non-zero INTERVAL part in bucket width is required'
        : 'Zero bucket width INTERVAL is not allowed',
    );
  }
  if (parts.some((part) => part < 0)) throw invalidQuery('Negative bucket width INTERVAL is not allowed');
  let result: bigint;
  if (width.months > 0) {
    const start = splitMicros(origin);
    const target = splitMicros(micros);
    const from = civilFromDays(start.days);
    const to = civilFromDays(target.days);
    let steps = Math.floor(((to.year - from.year) * 12 + to.month - from.month) / width.months);
    const at = (n: number) => joinMicros(addMonths(start.days, n * width.months), start.timeMicros);
    while (at(steps) > micros) steps--;
    result = at(steps);
  } else {
    const size = BigInt(width.days) * 86_400_000_000n + width.micros;
    result = origin + floorDivide(micros - origin, size) * size;
  }
  if (!isValidMicros(result)) throw invalidQuery(`Bucket for the input of ${name} is outside of the valid range`);
  return result;
}

const origin = (days: number) => joinMicros(days, 0n);

/** DATE, DATETIME and TIMESTAMP are taken under each name; the result is of the first argument's type. */
const bucket = (name: string): ScalarFunction =>
  scalar(
    name,
    doc('time-series-functions', name.toLowerCase()),
    ownFirst(name.replace('_BUCKET', ''), [
      signature([DATE, INTERVAL, optional(DATE)], DATE, (args) => {
        if (interval(args, 1).micros !== 0n) {
          throw invalidQuery(`${name} doesn't support bucket width INTERVAL with sub-day parts for DATE`);
        }
        const from = origin(args.length > 2 ? float(args, 2) : DEFAULT_ORIGIN);
        return splitMicros(bucketStart(origin(float(args, 0)), interval(args, 1), from, name, true)).days;
      }),
      ...[DATETIME, TIMESTAMP].map((type) =>
        signature([type, INTERVAL, optional(type)], type, (args) => {
          const from = args.length > 2 ? int(args, 2) : origin(DEFAULT_ORIGIN);
          return bucketStart(int(args, 0), interval(args, 1), from, name, type === DATETIME);
        }),
      ),
    ]),
  );

export const timeBucketFunctions: readonly ScalarFunction[] = [
  'DATE_BUCKET',
  'DATETIME_BUCKET',
  'TIMESTAMP_BUCKET',
].map(bucket);
