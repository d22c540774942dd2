import type { AggregateSignature, EvaluationContext, ScalarSignature } from '@bqml-emulator/catalog';
import {
  arrayOf,
  BOOL,
  BYTES,
  castValue,
  FLOAT64,
  formatLiteral,
  INT64,
  rangeOf,
  type SqlType,
  STRING,
  typeName,
  typesEqual,
  type Value,
} from '@bqml-emulator/types';
import { builtinFunctions, FunctionRegistry } from '../../src/functions/index.ts';

export interface Typed {
  readonly type: SqlType;
  readonly value: Value;
}

/** A value written as text: `of(DATE, '2024-01-15')`. */
export const of = (type: SqlType, text: string): Typed => ({ type, value: castValue(text, STRING, type) });
export const nullOf = (type: SqlType): Typed => ({ type, value: null });
export const array = (element: SqlType, ...values: Value[]): Typed => ({ type: arrayOf(element), value: values });

export type Input = Typed | bigint | number | string | boolean | Uint8Array;

function typed(input: Input): Typed {
  if (typeof input === 'bigint') return { type: INT64, value: input };
  if (typeof input === 'number') return { type: FLOAT64, value: input };
  if (typeof input === 'string') return { type: STRING, value: input };
  if (typeof input === 'boolean') return { type: BOOL, value: input };
  return input instanceof Uint8Array ? { type: BYTES, value: input } : input;
}

const registry = new FunctionRegistry(builtinFunctions);

export const context: EvaluationContext = {
  queryMicros: 1_705_321_845_123_456n, // 2024-01-15 12:30:45.123456 UTC
  random: () => 0.25,
  timeZone: 'UTC',
  projectId: 'project',
  userEmail: 'user@example.com',
};

/** The type that each variable takes, if the signature takes exactly these types. */
function bind(
  signature: ScalarSignature | AggregateSignature,
  types: readonly SqlType[],
): Map<string, SqlType> | undefined {
  const variables = new Map<string, SqlType>();
  const { parameters } = signature;
  if (types.length > parameters.length && !parameters.some((p) => p.repeated)) return undefined;
  if (parameters.filter((p) => !p.optional && !p.repeated).length > types.length) return undefined;
  for (const [i, type] of types.entries()) {
    const pattern = (parameters[i] ?? parameters.findLast((p) => p.repeated))?.type;
    if (!pattern) return undefined;
    if (pattern.pattern === 'EXACT') {
      if (!typesEqual(pattern.type, type)) return undefined;
      continue;
    }
    const kind =
      pattern.pattern === 'ARRAY_OF_ANY' ? 'ARRAY' : pattern.pattern === 'RANGE_OF_ANY' ? 'RANGE' : undefined;
    if (kind !== undefined && type.kind !== kind) return undefined;
    const bound = kind !== undefined && (type.kind === 'ARRAY' || type.kind === 'RANGE') ? type.element : type;
    const known = variables.get(pattern.variable);
    if (known && !typesEqual(known, bound)) return undefined;
    variables.set(pattern.variable, bound);
  }
  return variables;
}

function resultTypeOf(
  signature: ScalarSignature | AggregateSignature,
  variables: Map<string, SqlType>,
  types: readonly SqlType[],
  values: readonly Value[],
): SqlType {
  const { result } = signature;
  if (typeof result === 'function') return result(types, values);
  if (result.pattern === 'EXACT') return result.type;
  const type = variables.get(result.variable);
  if (!type) throw new Error(`unbound ${result.variable}`);
  return result.pattern === 'ANY' ? type : result.pattern === 'ARRAY_OF_ANY' ? arrayOf(type) : rangeOf(type);
}

/** Evaluates the signature that takes exactly these types. */
export function call(name: string, ...inputs: Input[]): Typed {
  const definition = registry.find(name);
  if (definition?.kind !== 'scalar') throw new Error(`no scalar function ${name}`);
  const args = inputs.map(typed);
  const types = args.map((arg) => arg.type);
  for (const signature of definition.signatures) {
    const variables = bind(signature, types);
    if (!variables || !signature.evaluate) continue;
    const values = args.map((arg) => arg.value);
    const type = resultTypeOf(signature, variables, types, values);
    if (signature.nulls === 'propagate' && values.includes(null)) return { type, value: null };
    return { type, value: signature.evaluate(values, [...types, type], context) };
  }
  throw new Error(`no signature ${name}(${types.map(typeName).join(', ')})`);
}

/** The result as a GoogleSQL literal. */
export function show(name: string, ...inputs: Input[]): string {
  const { type, value } = call(name, ...inputs);
  return formatLiteral(value, type);
}

/** Folds rows of arguments. */
export function aggregate(name: string, types: readonly SqlType[], rows: readonly (readonly Value[])[]): string {
  const definition = registry.find(name);
  if (definition?.kind !== 'aggregate') throw new Error(`no aggregate function ${name}`);
  for (const signature of definition.signatures) {
    const variables = bind(signature, types);
    if (!variables || !signature.evaluate) continue;
    const type = resultTypeOf(signature, variables, types, []);
    const taken = signature.skipNulls ? rows.filter((row) => !row.includes(null)) : rows;
    return formatLiteral(signature.evaluate(taken, [...types, type], context), type);
  }
  throw new Error(`no signature ${name}(${types.map(typeName).join(', ')})`);
}

export { registry };
