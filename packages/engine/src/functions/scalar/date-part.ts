import { invalidQuery } from '@bqml-emulator/common';

/** Date parts as the analyzer passes them: upper case text, `WEEK(MONDAY)` with its weekday. */

const WEEKDAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

/** First day of the week (0 is Sunday) for WEEK, WEEK(day) and ISOWEEK; `undefined` for other parts. */
export function weekStart(part: string): number | undefined {
  if (part === 'WEEK') return 0;
  if (part === 'ISOWEEK') return 1;
  const match = /^WEEK\(([A-Z]+)\)$/.exec(part);
  const index = WEEKDAYS.indexOf(match?.[1] ?? '');
  return index < 0 ? undefined : index;
}

/** Microseconds of the parts that have one length. */
export const PART_MICROS: Readonly<Record<string, bigint>> = {
  MICROSECOND: 1n,
  MILLISECOND: 1000n,
  SECOND: 1_000_000n,
  MINUTE: 60_000_000n,
  HOUR: 3_600_000_000n,
  DAY: 86_400_000_000n,
  WEEK: 604_800_000_000n,
};

/** Months of the parts that are counted in months. */
export const PART_MONTHS: Readonly<Record<string, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

export const unsupportedPart = (name: string, part: string) =>
  invalidQuery(`${name} does not support the ${part} date part`);
