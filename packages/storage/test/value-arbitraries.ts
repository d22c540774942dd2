import fc from 'fast-check';
import {
  arrayOf,
  BIGNUMERIC,
  BOOL,
  BYTES,
  DATE,
  DATETIME,
  field,
  FLOAT64,
  INT64,
  INTERVAL,
  JSON_TYPE,
  NUMERIC,
  rangeOf,
  STRING,
  structOf,
  TIME,
  TIMESTAMP,
} from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';

const MIN64 = -(2n ** 63n);
const MAX64 = 2n ** 63n - 1n;
const micros = (min: bigint, max: bigint) => fc.bigInt({ min, max });
const YEAR_1 = -62_135_596_800_000_000n;
const YEAR_9999 = 253_402_300_799_999_999n;

/** Pins the type: inference through `Value`, which contains itself, gives up. */
export const maybe = (values: fc.Arbitrary<Value>): fc.Arbitrary<Value> => fc.option(values);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
/** A name, a type, and values of it that are not NULL. */
export const valueArbitraries: readonly [string, SqlType, fc.Arbitrary<Value>][] = [
  ['BOOL', BOOL, fc.boolean()],
  ['INT64', INT64, fc.oneof(fc.bigInt({ min: MIN64, max: MAX64 }), fc.constantFrom(MIN64, MAX64, 0n))],
  ['FLOAT64', FLOAT64, fc.double()],
  ['NUMERIC', NUMERIC, fc.bigInt({ min: 1n - 10n ** 38n, max: 10n ** 38n - 1n })],
  ['BIGNUMERIC', BIGNUMERIC, fc.bigInt({ min: -(2n ** 255n), max: 2n ** 255n - 1n })],
  ['STRING', STRING, fc.oneof(text, fc.constantFrom('', 'a\0b', '\u{1f600}', "'; DROP TABLE x", 'é'.repeat(40)))],
  ['BYTES', BYTES, fc.uint8Array({ maxLength: 40 })],
  ['DATE', DATE, fc.integer({ min: -719_162, max: 2_932_896 })],
  ['DATETIME', DATETIME, micros(YEAR_1, YEAR_9999)],
  ['TIMESTAMP', TIMESTAMP, micros(YEAR_1, YEAR_9999)],
  ['TIME', TIME, micros(0n, 86_399_999_999n)],
  [
    'INTERVAL',
    INTERVAL,
    fc.record({
      months: fc.integer({ min: -120_000, max: 120_000 }),
      days: fc.integer({ min: -3_660_000, max: 3_660_000 }),
      micros: fc.bigInt({ min: -316_224_000_000_000_000n, max: 316_224_000_000_000_000n }),
    }),
  ],
  ['JSON', JSON_TYPE, fc.constantFrom({ json: null }, { json: { b: [1, 'x', null] } }, { json: 'é' }, { json: 1.5 })],
  ['ARRAY', arrayOf(INT64), fc.array(maybe(fc.bigInt({ min: MIN64, max: MAX64 })), { maxLength: 5 })],
  ['ARRAY of bytes', arrayOf(BYTES), fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 })],
  [
    'STRUCT with equal names',
    structOf([field('x', STRING), field('x', arrayOf(FLOAT64)), field(undefined, structOf([field('y', NUMERIC)]))]),
    fc.tuple(
      maybe(text),
      maybe(fc.array(fc.double(), { maxLength: 3 })),
      maybe(fc.tuple(maybe(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })))),
    ),
  ],
  [
    'ARRAY of STRUCT',
    arrayOf(structOf([field('name', STRING), field('value', arrayOf(STRING))])),
    fc.array(maybe(fc.tuple(maybe(text), maybe(fc.array(maybe(text), { maxLength: 3 })))), { maxLength: 3 }),
  ],
  [
    'RANGE',
    rangeOf(DATE),
    fc.record({ start: maybe(fc.integer({ min: 0, max: 9 })), end: maybe(fc.integer({ min: 10, max: 99 })) }),
  ],
];
