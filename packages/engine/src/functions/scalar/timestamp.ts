import type { ScalarFunction } from '@bqml-emulator/catalog';
import { invalidQuery } from '@bqml-emulator/common';
import {
  castValue,
  DATE,
  DATETIME,
  INT64,
  isValidMicros,
  parseTimestampWith,
  type ScalarType,
  STRING,
  TIMESTAMP,
  timeZone,
} from '@bqml-emulator/types';
import { argument, int, text, textOr } from '../arguments.ts';
import { doc, optional, scalar, signature } from '../definition.ts';
import { parseFailure } from './date.ts';

const page = (anchor: string) => doc('timestamp_functions', anchor);

const floorDivide = (value: bigint, by: bigint) => (value - (((value % by) + by) % by)) / by;

const fromUnix = (name: string, unit: bigint): ScalarFunction =>
  scalar(name, page(name.toLowerCase()), [
    signature([INT64], TIMESTAMP, (args) => {
      const micros = int(args, 0) * unit;
      if (!isValidMicros(micros)) throw invalidQuery(`Input ${int(args, 0)} to ${name} is out of range`);
      return micros;
    }),
  ]);

const toUnix = (name: string, unit: bigint): ScalarFunction =>
  scalar(name, page(name.toLowerCase()), [signature([TIMESTAMP], INT64, (args) => floorDivide(int(args, 0), unit))]);

/** TIMESTAMP(value[, zone]) */
const convert = (type: ScalarType) =>
  signature([type, optional(STRING)], TIMESTAMP, (args, _types, context) =>
    castValue(argument(args, 0), type, TIMESTAMP, { timeZone: textOr(args, 1, context.timeZone) }),
  );

export const timestampFunctions: readonly ScalarFunction[] = [
  scalar('CURRENT_TIMESTAMP', page('current_timestamp'), [
    signature([], TIMESTAMP, (_args, _types, context) => context.queryMicros),
  ]),
  scalar('TIMESTAMP', page('timestamp'), [
    convert(STRING),
    convert(DATE),
    convert(DATETIME),
    signature([TIMESTAMP], TIMESTAMP, (args) => argument(args, 0)),
  ]),
  fromUnix('TIMESTAMP_SECONDS', 1_000_000n),
  fromUnix('TIMESTAMP_MILLIS', 1000n),
  fromUnix('TIMESTAMP_MICROS', 1n),
  toUnix('UNIX_SECONDS', 1_000_000n),
  toUnix('UNIX_MILLIS', 1000n),
  toUnix('UNIX_MICROS', 1n),
  scalar('PARSE_TIMESTAMP', page('parse_timestamp'), [
    signature([STRING, STRING, optional(STRING)], TIMESTAMP, (args, _types, context) => {
      const zone = timeZone(textOr(args, 2, context.timeZone));
      const micros = parseTimestampWith(text(args, 0), text(args, 1), zone);
      if (micros === undefined) throw parseFailure(text(args, 1));
      return micros;
    }),
  ]),
];
