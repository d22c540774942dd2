import type { ScalarFunction } from '@bqml-emulator/catalog';
import {
  BOOL,
  compareValues,
  groupingKey,
  sqlEquals,
  sqlLess,
  sqlLessOrEqual,
  type SqlType,
  type TypeKind,
  type Value,
} from '@bqml-emulator/types';
import { argument, array, bool } from '../arguments.ts';
import { any, arrayOfAny, doc, elementType, resultType, scalar, signature, typeAt } from '../definition.ts';
import { unlessLong } from '../duckdb-text.ts';

const COMPARISON = doc('operators', 'comparison_operators');
const LOGICAL = doc('operators', 'logical_operators');
const IS_OPERATORS = doc('operators', 'is_operators');

/** Kinds whose values the relational engine orders and compares exactly as GoogleSQL does. */
const NATIVE: ReadonlySet<TypeKind> = new Set([
  'BOOL',
  'INT64',
  'NUMERIC',
  'STRING',
  'BYTES',
  'DATE',
  'DATETIME',
  'TIME',
  'TIMESTAMP',
] as const);

const native = (types: readonly SqlType[], text: string, float?: string): string | undefined => {
  const kind = types[0]?.kind;
  if (kind === undefined) return undefined;
  return NATIVE.has(kind) ? text : kind === 'FLOAT64' ? float : undefined;
};

/** NaN equals nothing: the sum of two equal values is NaN only if they are. */
const floatEquals = unlessLong((a, b) => `(${a} = ${b} AND NOT isnan(${a} + ${b}))`);

/** The engine puts NaN above all numbers, so only the right operand needs a look; NULL on the left stays NULL. */
const floatOrdered = (operator: string) =>
  unlessLong((a, b) => `(${a} ${operator} ${b} AND NOT isnan(CASE WHEN ${a} IS NULL THEN NULL ELSE ${b} END))`);

const not = (value: boolean | null) => (value === null ? null : !value);

const compare = (
  name: string,
  operator: string,
  evaluate: (a: Value, b: Value, type: SqlType) => boolean | null,
  float: (args: readonly string[]) => string | undefined,
): ScalarFunction =>
  scalar(name, COMPARISON, [
    signature([any(), any()], BOOL, (args, types) => evaluate(argument(args, 0), argument(args, 1), typeAt(types, 0)), {
      duckdb: (args, types) => native(types, `(${args.join(` ${operator} `)})`, float(args)),
    }),
  ]);

const swap =
  (template: (args: readonly string[]) => string | undefined) =>
  ([a = '', b = '']: readonly string[]) =>
    template([b, a]);

const isDistinct = (a: Value, b: Value, type: SqlType) => groupingKey(a, type) !== groupingKey(b, type);

function between(value: Value, low: Value, high: Value, type: SqlType): boolean | null {
  const above = sqlLessOrEqual(low, value, type);
  const below = sqlLessOrEqual(value, high, type);
  if (above === false || below === false) return false;
  return above === null || below === null ? null : true;
}

/** TRUE if an element equals, else NULL if a comparison is NULL, else FALSE. */
function inArray(value: Value, elements: Value, type: SqlType): boolean | null {
  if (elements === null) return false;
  let result: boolean | null = false;
  for (const element of array([elements], 0)) {
    const equal = sqlEquals(value, element, type);
    if (equal) return true;
    if (equal === null) result = null;
  }
  return result;
}

const extreme = (name: 'GREATEST' | 'LEAST', sign: 1 | -1): ScalarFunction =>
  scalar(name, doc('mathematical_functions', name.toLowerCase()), [
    signature([any(), { type: any(), repeated: true }], any(), (args, types) => {
      const type = resultType(types);
      let best: Value = argument(args, 0);
      for (const value of args) {
        if (Number.isNaN(value)) return NaN;
        if (compareValues(value, best, type) * sign > 0) best = value;
      }
      return best;
    }),
  ]);

export const comparisonFunctions: readonly ScalarFunction[] = [
  compare('$equal', '=', sqlEquals, floatEquals),
  compare(
    '$not_equal',
    '<>',
    (a, b, type) => not(sqlEquals(a, b, type)),
    (args) => {
      const equal = floatEquals(args);
      return equal === undefined ? undefined : `(NOT ${equal})`;
    },
  ),
  compare('$less', '<', sqlLess, floatOrdered('<')),
  compare('$less_or_equal', '<=', sqlLessOrEqual, floatOrdered('<=')),
  compare('$greater', '>', (a, b, type) => sqlLess(b, a, type), swap(floatOrdered('<'))),
  compare('$greater_or_equal', '>=', (a, b, type) => sqlLessOrEqual(b, a, type), swap(floatOrdered('<='))),
  scalar('$is_distinct_from', IS_OPERATORS, [
    signature(
      [any(), any()],
      BOOL,
      (args, types) => isDistinct(argument(args, 0), argument(args, 1), typeAt(types, 0)),
      {
        receiveNulls: true,
        duckdb: ([a, b], types) => native(types, `(${a} IS DISTINCT FROM ${b})`, `(${a} IS DISTINCT FROM ${b})`),
      },
    ),
  ]),
  scalar('$is_not_distinct_from', IS_OPERATORS, [
    signature(
      [any(), any()],
      BOOL,
      (args, types) => !isDistinct(argument(args, 0), argument(args, 1), typeAt(types, 0)),
      {
        receiveNulls: true,
        duckdb: ([a, b], types) =>
          native(types, `(${a} IS NOT DISTINCT FROM ${b})`, `(${a} IS NOT DISTINCT FROM ${b})`),
      },
    ),
  ]),
  scalar('$not', LOGICAL, [signature([BOOL], BOOL, (args) => !bool(args, 0), { duckdb: ([a]) => `(NOT ${a})` })]),
  scalar('$is_null', IS_OPERATORS, [
    signature([any()], BOOL, (args) => argument(args, 0) === null, {
      receiveNulls: true,
      duckdb: ([a]) => `(${a} IS NULL)`,
    }),
  ]),
  scalar('$is_not_null', IS_OPERATORS, [
    signature([any()], BOOL, (args) => argument(args, 0) !== null, {
      receiveNulls: true,
      duckdb: ([a]) => `(${a} IS NOT NULL)`,
    }),
  ]),
  scalar('$is_true', IS_OPERATORS, [
    signature([BOOL], BOOL, (args) => argument(args, 0) === true, {
      receiveNulls: true,
      duckdb: ([a]) => `(${a} IS NOT DISTINCT FROM TRUE)`,
    }),
  ]),
  scalar('$is_false', IS_OPERATORS, [
    signature([BOOL], BOOL, (args) => argument(args, 0) === false, {
      receiveNulls: true,
      duckdb: ([a]) => `(${a} IS NOT DISTINCT FROM FALSE)`,
    }),
  ]),
  scalar('$between', COMPARISON, [
    signature(
      [any(), any(), any()],
      BOOL,
      (args, types) => between(argument(args, 0), argument(args, 1), argument(args, 2), typeAt(types, 0)),
      { receiveNulls: true, duckdb: ([x, low, high], types) => native(types, `(${x} BETWEEN ${low} AND ${high})`) },
    ),
  ]),
  scalar('$in_array', doc('operators', 'in_operators'), [
    signature(
      [any(), arrayOfAny()],
      BOOL,
      (args, types) => inArray(argument(args, 0), argument(args, 1), elementType(types, 1)),
      { receiveNulls: true },
    ),
  ]),
  scalar('NULLIF', doc('conditional_expressions', 'nullif'), [
    signature(
      [any(), any()],
      any(),
      (args, types) => (sqlEquals(argument(args, 0), argument(args, 1), typeAt(types, 0)) ? null : argument(args, 0)),
      { receiveNulls: true, duckdb: ([a, b], types) => native(types, `nullif(${a}, ${b})`) },
    ),
  ]),
  extreme('GREATEST', 1),
  extreme('LEAST', -1),
];
