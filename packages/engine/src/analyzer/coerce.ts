import { invalidQuery, unreachable } from '@bqml-emulator/common';
import type { ServiceError } from '@bqml-emulator/common';
import {
  BIGNUMERIC,
  FLOAT64,
  INT64,
  STRING,
  arrayOf,
  castValue,
  coercionCost as typeCoercionCost,
  formatLiteral,
  structOf,
  typeName,
  typesEqual,
} from '@bqml-emulator/types';
import type { SqlType, StructField, Value } from '@bqml-emulator/types';
import type { Expression, FunctionCall, Literal } from '../logical/index.ts';

/** How an argument may be coerced: NULL and `[]` without a type, a literal, a query parameter, anything else. */
type Coercibility = 'null' | 'empty-array' | 'literal' | 'parameter' | 'expression';

/** NULL and `[]` as they were written, before anything gave them a type. */
const untyped = new WeakSet<Expression>();

export function untypedNull(): Literal {
  const literal: Literal = { kind: 'Literal', type: INT64, value: null };
  untyped.add(literal);
  return literal;
}

export function untypedEmptyArray(): Expression {
  const array: Expression = { kind: 'MakeArray', type: arrayOf(INT64), elements: [] };
  untyped.add(array);
  return array;
}

/** Literals whose type was written, as in `DATE '2020-01-01'` and `CAST(NULL AS DATE)`: they coerce as columns do. */
const explicit = new WeakSet<Expression>();

export function explicitLiteral(type: SqlType, value: Value): Literal {
  const literal: Literal = { kind: 'Literal', type, value };
  explicit.add(literal);
  return literal;
}

/** What FLOAT64 literals were written as: 0.1 as a NUMERIC is exact. */
const sourceTexts = new WeakMap<Expression, string>();

export function floatLiteral(value: number, text: string): Literal {
  const literal: Literal = { kind: 'Literal', type: FLOAT64, value };
  sourceTexts.set(literal, text);
  return literal;
}

/** A FLOAT64 literal as a decimal type, read from its text; undefined: it is no such literal, or out of range. */
export function decimalOfFloatLiteral(expression: Expression, to: SqlType): Literal | undefined {
  const text = sourceTexts.get(expression);
  if (text === undefined || (to.kind !== 'NUMERIC' && to.kind !== 'BIGNUMERIC')) return undefined;
  const value = castValue(text, STRING, to, { safe: true });
  return value === null ? undefined : { kind: 'Literal', type: to, value };
}

export function coercibilityOf(expression: Expression): Coercibility {
  if (untyped.has(expression)) return expression.kind === 'MakeArray' ? 'empty-array' : 'null';
  if (isFailure(expression)) return 'null';
  if (expression.kind === 'Parameter') return 'parameter';
  if (explicit.has(expression)) return 'expression';
  return isLiteral(expression) ? 'literal' : 'expression';
}

/** ERROR gives no value, so it has whatever type its place wants. */
function isFailure(expression: Expression): expression is FunctionCall {
  return expression.kind === 'FunctionCall' && expression.function.name === 'ERROR';
}

/** `[1, 2]` and `(1, 'a')` are literals too. */
function isLiteral(e: Expression): boolean {
  if (e.kind === 'Literal') return true;
  if (e.kind === 'MakeArray') return e.elements.every(isLiteral);
  return e.kind === 'MakeStruct' && e.fields.every(isLiteral);
}

interface CoercionCost {
  readonly coerced: boolean;
  readonly distance: number;
  /** A literal or a parameter was coerced, which costs less than any other coercion. */
  readonly literal: boolean;
}

const NO_COST: CoercionCost = { coerced: false, distance: 0, literal: false };
const UNTYPED_COST: CoercionCost = { coerced: true, distance: 0, literal: true };

/** What it takes to use `expression` as a `to`; undefined when BigQuery does not coerce it. */
export function coercionCost(expression: Expression, to: SqlType): CoercionCost | undefined {
  const how = coercibilityOf(expression);
  if (how === 'null') return UNTYPED_COST;
  if (how === 'empty-array') return to.kind === 'ARRAY' ? UNTYPED_COST : undefined;
  if (typesEqual(expression.type, to)) return NO_COST;
  const parts = partsOf(expression, to);
  if (parts === 'mismatch') return undefined;
  if (parts) {
    let distance = 0;
    for (const [part, type] of parts) {
      const step = coercionCost(part, type);
      if (!step) return undefined;
      distance += step.distance;
    }
    return { coerced: true, distance, literal: how === 'literal' };
  }
  const literal = how === 'literal';
  const parameter = how === 'parameter';
  const distance = typeCoercionCost(expression.type, to, { literal, parameter });
  return distance === undefined ? undefined : { coerced: true, distance, literal: literal || parameter };
}

/** Struct and array constructors are coerced part by part. */
function partsOf(
  expression: Expression,
  to: SqlType,
): readonly (readonly [Expression, SqlType])[] | 'mismatch' | undefined {
  if (expression.kind === 'MakeArray') {
    return to.kind === 'ARRAY' ? expression.elements.map((e) => [e, to.element] as const) : 'mismatch';
  }
  if (expression.kind !== 'MakeStruct') return undefined;
  if (to.kind !== 'STRUCT' || to.fields.length !== expression.fields.length) return 'mismatch';
  return expression.fields.map((f, i) => [f, to.fields[i]?.type ?? f.type] as const);
}

/**
 * `expression` as a `to`, or undefined when BigQuery does not coerce it. `fail` makes the error for a text literal
 * that is no value of the type.
 */
export function coerce(
  expression: Expression,
  to: SqlType,
  fail: (message: string) => ServiceError = invalidQuery,
): Expression | undefined {
  return coercionCost(expression, to) && convert(expression, to, fail);
}

/** Turns a value into `to`: literals at once, all else by a Cast. */
function convert(expression: Expression, to: SqlType, fail: (message: string) => ServiceError): Expression {
  const how = coercibilityOf(expression);
  if (isFailure(expression)) return { ...expression, type: to };
  if (how === 'null') return { kind: 'Literal', type: to, value: null };
  if (how === 'empty-array') return { kind: 'MakeArray', type: to, elements: [] };
  if (typesEqual(expression.type, to)) return expression;
  if (expression.kind === 'MakeStruct' && to.kind === 'STRUCT') {
    const fields = expression.fields.map((f, i) => convert(f, to.fields[i]?.type ?? f.type, fail));
    return { kind: 'MakeStruct', type: to, fields };
  }
  if (expression.kind === 'MakeArray' && to.kind === 'ARRAY') {
    return { kind: 'MakeArray', type: to, elements: expression.elements.map((e) => convert(e, to.element, fail)) };
  }
  const decimal = decimalOfFloatLiteral(expression, to);
  if (decimal) return decimal;
  if (expression.kind === 'Literal') {
    const value = castValue(expression.value, expression.type, to, { safe: true });
    if (value === null && expression.value !== null) {
      throw fail(`Could not cast literal ${formatLiteral(expression.value, expression.type)} to type ${typeName(to)}`);
    }
    return { kind: 'Literal', type: to, value };
  }
  return castTo(expression, to);
}

export function castTo(operand: Expression, type: SqlType): Expression {
  return { kind: 'Cast', type, operand, safe: false, format: undefined, timeZone: undefined };
}

/**
 * The type that all of `expressions` can become, or undefined. NULLs without a type fit every type, literals give
 * way to what is not a literal; INT64 when nothing has a type.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules#supertypes
 */
export function commonSupertype(expressions: readonly Expression[]): SqlType | undefined {
  const typed = expressions.filter((e) => coercibilityOf(e) !== 'null' && coercibilityOf(e) !== 'empty-array');
  const hasEmptyArray = expressions.some((e) => coercibilityOf(e) === 'empty-array');
  if (typed.length === 0) return hasEmptyArray ? arrayOf(INT64) : INT64;
  if (typed.every((e) => e.type.kind === 'STRUCT')) return structSupertype(expressions, typed);
  for (const how of ['expression', 'parameter', 'literal'] as const) {
    const candidates = typed.filter((e) => coercibilityOf(e) === how).map((e) => e.type);
    const best = nearestType(candidates, expressions);
    if (best) return best;
  }
  return typed.every((e) => isNumeric(e.type)) ? nearestType([BIGNUMERIC, FLOAT64], expressions) : undefined;
}

/** The candidate that all of `expressions` coerce to with the least widening. */
function nearestType(candidates: readonly SqlType[], expressions: readonly Expression[]): SqlType | undefined {
  let best: SqlType | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    let cost = 0;
    for (const e of expressions) cost += coercionCost(e, candidate)?.distance ?? Number.POSITIVE_INFINITY;
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best;
}

/** Field by field; the names are those of the first struct. */
function structSupertype(all: readonly Expression[], structs: readonly Expression[]): SqlType | undefined {
  const first = structs[0]?.type;
  if (first?.kind !== 'STRUCT') return undefined;
  const fields: StructField[] = [];
  for (const [i, field] of first.fields.entries()) {
    const values: Expression[] = [];
    for (const struct of structs) {
      if (struct.type.kind !== 'STRUCT' || struct.type.fields.length !== first.fields.length) return undefined;
      const type = struct.type.fields[i]?.type ?? field.type;
      const value = struct.kind === 'MakeStruct' ? struct.fields[i] : undefined;
      values.push(value ?? { kind: 'GetStructField', type, operand: struct, index: i });
    }
    const type = commonSupertype(values);
    if (!type) return undefined;
    fields.push({ name: field.name, type });
  }
  const type = structOf(fields);
  return all.every((e) => coercionCost(e, type)) ? type : undefined;
}

export function isNumeric(type: SqlType): boolean {
  return type.kind === 'INT64' || type.kind === 'FLOAT64' || type.kind === 'NUMERIC' || type.kind === 'BIGNUMERIC';
}

/** Types that GROUP BY, DISTINCT and PARTITION BY take. */
export function supportsGrouping(type: SqlType): boolean {
  switch (type.kind) {
    case 'ARRAY':
      return supportsGrouping(type.element);
    case 'STRUCT':
      return type.fields.every((f) => supportsGrouping(f.type));
    case 'JSON':
    case 'GEOGRAPHY':
      return false;
    default:
      return true;
  }
}

/** Types that `=` compares. */
export function supportsEquality(type: SqlType): boolean {
  return type.kind === 'ARRAY' ? false : supportsEqualityOfFields(type);
}

function supportsEqualityOfFields(type: SqlType): boolean {
  return type.kind === 'STRUCT'
    ? type.fields.every((f) => supportsEquality(f.type))
    : type.kind !== 'JSON' && type.kind !== 'GEOGRAPHY';
}

/** Types that `<`, ORDER BY, MIN and MAX take. */
export function supportsOrdering(type: SqlType): boolean {
  switch (type.kind) {
    case 'ARRAY':
    case 'STRUCT':
    case 'JSON':
    case 'GEOGRAPHY':
      return false;
    case 'RANGE':
    case 'BOOL':
    case 'INT64':
    case 'FLOAT64':
    case 'NUMERIC':
    case 'BIGNUMERIC':
    case 'STRING':
    case 'BYTES':
    case 'DATE':
    case 'DATETIME':
    case 'TIME':
    case 'TIMESTAMP':
    case 'INTERVAL':
      return true;
    default:
      return unreachable(type);
  }
}
