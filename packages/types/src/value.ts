import type { LazyValue } from './lazy-value.ts';

/** Calendar part, day part and clock part never carry into each other. */
export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

/**
 * A JSON value. Wrapped, because JSON `null` is not SQL NULL. A number written without point and exponent is bigint
 * (within INT64 or unsigned 64 bits), every other number is number: `1` and `1.0` print differently.
 */
export interface Json {
  readonly json: JsonNode;
}
export type JsonNode =
  null | boolean | number | bigint | string | readonly JsonNode[] | { readonly [key: string]: JsonNode };

/** Half open; `null` is an unbounded end. */
export interface Range {
  readonly start: Value;
  readonly end: Value;
}

/**
 * One SQL value; its type travels beside it, never in it. SQL NULL is `null`.
 *
 * | type       | JavaScript                                             |
 * | ---------- | ------------------------------------------------------ |
 * | BOOL       | boolean                                                |
 * | INT64      | bigint                                                 |
 * | FLOAT64    | number                                                 |
 * | NUMERIC    | bigint, value times 10^9                               |
 * | BIGNUMERIC | bigint, value times 10^38                              |
 * | STRING     | string                                                 |
 * | BYTES      | Uint8Array                                             |
 * | DATE       | number, days since 1970-01-01                          |
 * | DATETIME   | bigint, microseconds since 1970-01-01 00:00:00         |
 * | TIME       | bigint, microseconds since midnight                    |
 * | TIMESTAMP  | bigint, microseconds since 1970-01-01 00:00:00 UTC     |
 * | INTERVAL   | Interval                                               |
 * | JSON       | Json                                                   |
 * | GEOGRAPHY  | string, WKT                                            |
 * | ARRAY      | array of elements                                      |
 * | STRUCT     | array of field values in field order                   |
 * | RANGE      | Range                                                  |
 *
 * A `LazyValue` may stand for a value of any type in a column that is marked lazy, and nowhere else.
 */
export type Value =
  null | boolean | bigint | number | string | Uint8Array | Interval | Json | Range | readonly Value[] | LazyValue;
