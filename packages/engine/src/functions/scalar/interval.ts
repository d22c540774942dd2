import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  INT64,
  INTERVAL,
  intervalOf,
  justifyDays,
  justifyHours,
  justifyInterval,
  makeInterval,
  parseIntervalRange,
  STRING,
} from '@bqml-emulator/types';
import { int, intOr, interval, text } from '../arguments.ts';
import { constant, doc, parameter, scalar, signature } from '../definition.ts';

const page = (anchor: string) => doc('interval_functions', anchor);
const LITERALS = doc('lexical', 'interval_literals');
const named = (name: string) => parameter(INT64, { name, optional: true });

export const intervalFunctions: readonly ScalarFunction[] = [
  scalar('$interval', LITERALS, [
    signature([INT64, constant(STRING)], INTERVAL, (args) => intervalOf(int(args, 0), text(args, 1))),
  ]),
  scalar('$interval_range', LITERALS, [
    signature([STRING, constant(STRING), constant(STRING)], INTERVAL, (args) => {
      const value = readInterval(text(args, 0), text(args, 1), text(args, 2));
      if (value === undefined) throw invalidQuery(`Invalid INTERVAL value '${text(args, 0)}'`);
      return value;
    }),
  ]),
  scalar('MAKE_INTERVAL', page('make_interval'), [
    signature(
      [named('year'), named('month'), named('day'), named('hour'), named('minute'), named('second')],
      INTERVAL,
      (args) => {
        const at = (index: number) => intOr(args, index, 0n);
        return makeInterval(
          Number(at(0) * 12n + at(1)),
          Number(at(2)),
          (at(3) * 3600n + at(4) * 60n + at(5)) * 1_000_000n,
        );
      },
      { receiveNulls: true },
    ),
  ]),
  scalar('JUSTIFY_DAYS', page('justify_days'), [
    signature([INTERVAL], INTERVAL, (args) => justifyDays(interval(args, 0))),
  ]),
  scalar('JUSTIFY_HOURS', page('justify_hours'), [
    signature([INTERVAL], INTERVAL, (args) => justifyHours(interval(args, 0))),
  ]),
  scalar('JUSTIFY_INTERVAL', page('justify_interval'), [
    signature([INTERVAL], INTERVAL, (args) => justifyInterval(interval(args, 0))),
  ]),
];

/** One part is a whole number, but for seconds; several follow the parts' own punctuation. */
function readInterval(value: string, from: string, to: string) {
  if (from !== to || from === 'SECOND') return parseIntervalRange(value, from, to);
  const number = /^\s*([+-]?[0-9]+)\s*$/.exec(value)?.[1];
  return number === undefined ? undefined : intervalOf(BigInt(number), from);
}
