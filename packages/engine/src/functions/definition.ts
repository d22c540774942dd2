import type {
  AggregateFunction,
  AggregateSignature,
  EvaluationContext,
  Parameter,
  ScalarFunction,
  ScalarSignature,
  TypePattern,
} from '@bqml-emulator/catalog';
import { invariant } from '@bqml-emulator/common';
import type { SqlType, Value } from '@bqml-emulator/types';

export type Evaluate = (args: readonly Value[], types: readonly SqlType[], context: EvaluationContext) => Value;

const REFERENCE = 'https://cloud.google.com/bigquery/docs/reference/standard-sql';

/** `doc('string_functions', 'concat')` */
export const doc = (page: string, anchor?: string): string =>
  `${REFERENCE}/${page}${anchor === undefined ? '' : `#${anchor}`}`;

export const exactly = (type: SqlType): TypePattern => ({ pattern: 'EXACT', type });
export const any = (variable = 'T1'): TypePattern => ({ pattern: 'ANY', variable });
export const arrayOfAny = (variable = 'T1'): TypePattern => ({ pattern: 'ARRAY_OF_ANY', variable });
export const rangeOfAny = (variable = 'T1'): TypePattern => ({ pattern: 'RANGE_OF_ANY', variable });

/** A type stands for itself; a pattern or a whole parameter may be given instead. */
export type ParameterInput = SqlType | TypePattern | Parameter;

const patternOf = (input: SqlType | TypePattern): TypePattern => ('pattern' in input ? input : exactly(input));

export function parameter(input: ParameterInput, options: Omit<Parameter, 'type'> = {}): Parameter {
  if ('type' in input && !('pattern' in input)) return { ...input, ...options };
  return { type: patternOf(input), ...options };
}

export const optional = (input: ParameterInput, name?: string): Parameter =>
  parameter(input, name === undefined ? { optional: true } : { optional: true, name });
export const repeated = (input: ParameterInput): Parameter => parameter(input, { repeated: true });
/** The argument must be a literal or a query parameter. */
export const constant = (input: ParameterInput): Parameter => parameter(input, { constant: true });

type ResultInput =
  SqlType | TypePattern | ((argumentTypes: readonly SqlType[], constants: readonly (Value | undefined)[]) => SqlType);

interface SignatureOptions {
  /** `evaluate` sees NULL arguments; otherwise any NULL gives NULL. */
  readonly receiveNulls?: boolean;
  readonly duckdb?: (args: readonly string[], types: readonly SqlType[]) => string | undefined;
  readonly volatile?: boolean;
}

export function signature(
  parameters: readonly ParameterInput[],
  result: ResultInput,
  evaluate: Evaluate,
  options: SignatureOptions = {},
): ScalarSignature {
  return {
    parameters: parameters.map((input) => parameter(input)),
    result: typeof result === 'function' ? result : patternOf(result),
    nulls: options.receiveNulls ? 'receive' : 'propagate',
    evaluate,
    ...(options.duckdb ? { duckdb: options.duckdb } : {}),
    ...(options.volatile ? { volatile: true } : {}),
  };
}

export const scalar = (name: string, docUrl: string, signatures: readonly ScalarSignature[]): ScalarFunction => ({
  kind: 'scalar',
  name,
  signatures,
  docUrl,
});

/** One definition under several names. */
export const aliases = (names: readonly string[], docUrl: string, signatures: readonly ScalarSignature[]) =>
  names.map((name) => scalar(name, docUrl, signatures));

interface AggregateOptions {
  readonly distinct?: boolean;
  readonly orderBy?: boolean;
  readonly limit?: boolean;
  readonly nullHandling?: boolean;
  readonly over?: boolean;
  readonly analyticOnly?: boolean;
}

export const aggregate = (
  name: string,
  docUrl: string,
  options: AggregateOptions,
  signatures: readonly AggregateSignature[],
): AggregateFunction => ({
  kind: 'aggregate',
  name,
  signatures,
  supportsDistinct: options.distinct ?? false,
  supportsOrderBy: options.orderBy ?? false,
  supportsLimit: options.limit ?? false,
  supportsNullHandling: options.nullHandling ?? false,
  supportsOver: (options.over ?? true) || (options.analyticOnly ?? false),
  ...(options.analyticOnly ? { analyticOnly: true } : {}),
  docUrl,
});

/** The element type of argument `index`, which is an array or a range. */
export function elementType(types: readonly SqlType[], index: number): SqlType {
  const type = types[index];
  invariant(type?.kind === 'ARRAY' || type?.kind === 'RANGE', 'argument is an array or a range');
  return type.element;
}

export function typeAt(types: readonly SqlType[], index: number): SqlType {
  const type = types[index];
  invariant(type, `a type for argument ${index}`);
  return type;
}

export function resultType(types: readonly SqlType[]): SqlType {
  return typeAt(types, types.length - 1);
}
