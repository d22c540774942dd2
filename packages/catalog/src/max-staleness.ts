import { parseInterval } from '@bqml-emulator/types';
import type { Interval } from '@bqml-emulator/types';
import type { ObjectTable } from './resource.ts';

const DAY_MICROS = 86_400_000_000n;

/** A month counts 30 days. */
export const intervalMicros = ({ micros, days, months }: Interval): bigint =>
  micros + BigInt(days + months * 30) * DAY_MICROS;

/** Undefined: the table has no metadata cache. */
export function maxStalenessMillis(table: ObjectTable): number | undefined {
  const interval = table.maxStaleness === undefined ? undefined : parseInterval(table.maxStaleness);
  return interval && Number(intervalMicros(interval) / 1000n);
}
