import type { AggregateSignature, Parameter, ScalarSignature, TypePattern } from '@bqml-emulator/catalog';
import { arrayOf, rangeOf, typeName, typesEqual } from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import { coercibilityOf, coercionCost, commonSupertype } from './coerce.ts';
import { argumentTypeText, patternText, variableNames } from './function-text.ts';
import { columnRef } from './name-scope.ts';

export interface CallArgument {
  readonly expression: Expression;
  /** Of `name => value`. */
  readonly name: string | undefined;
}

export interface SignatureMatch {
  /** The arguments in the signature's order, and the types that they are to be coerced to. */
  readonly expressions: readonly Expression[];
  readonly types: readonly SqlType[];
  /** The parameter that each argument is for. */
  readonly parameters: readonly Parameter[];
  readonly variables: ReadonlyMap<string, SqlType>;
  /**
   * Compared element by element, the smaller wins: 1 for a decimal signature without a decimal argument, non-literals
   * coerced, their distance, the same of literals.
   */
  readonly cost: readonly number[];
}

/** Whether a signature takes the arguments; a string says why not, as BigQuery words it. */
export function matchSignature(
  signature: ScalarSignature | AggregateSignature,
  args: readonly CallArgument[],
): SignatureMatch | string {
  const assigned = assignParameters(signature.parameters, args);
  if (typeof assigned === 'string') return assigned;
  const { parameters, expressions } = assigned;
  const bound = bindVariables(signature.parameters, parameters, expressions);
  if (typeof bound === 'string') return bound;
  const types: SqlType[] = [];
  const cost = [isUncalledDecimal(signature, expressions) ? 1 : 0, 0, 0, 0, 0];
  for (const [i, expression] of expressions.entries()) {
    const parameter = parameters[i];
    const type = parameter && instantiate(parameter.type, bound);
    if (type === undefined) continue;
    const step = coercionCost(expression, type);
    if (!step) {
      return `Argument ${i + 1}: Unable to coerce type ${argumentTypeText(expression)} to expected type ${typeName(type)}`;
    }
    types.push(type);
    if (step.coerced) {
      const at = step.literal ? 3 : 1;
      cost[at] = (cost[at] ?? 0) + 1;
      cost[at + 1] = (cost[at + 1] ?? 0) + step.distance;
    }
  }
  return { expressions, types, parameters, variables: bound, cost };
}

/** NUMERIC is nearer to INT64 than FLOAT64 is, but `10 / 4` is FLOAT64: decimal signatures are for decimal arguments. */
function isUncalledDecimal(
  signature: ScalarSignature | AggregateSignature,
  expressions: readonly Expression[],
): boolean {
  const decimals = signature.parameters.flatMap(({ type }) =>
    type.pattern === 'EXACT' && DECIMALS.has(type.type.kind) ? [type.type.kind] : [],
  );
  return decimals.length > 0 && !expressions.some((e) => decimals.includes(e.type.kind));
}

const DECIMALS: ReadonlySet<string> = new Set(['NUMERIC', 'BIGNUMERIC']);

export function isCloserMatch(a: SignatureMatch, b: SignatureMatch): boolean {
  for (const [i, cost] of a.cost.entries()) {
    const other = b.cost[i] ?? 0;
    if (cost !== other) return cost < other;
  }
  return false;
}

/** The type that a pattern is once its variables are known. */
export function instantiate(pattern: TypePattern, variables: ReadonlyMap<string, SqlType>): SqlType | undefined {
  if (pattern.pattern === 'EXACT') return pattern.type;
  const type = variables.get(pattern.variable);
  if (type === undefined) return undefined;
  switch (pattern.pattern) {
    case 'ANY':
      return type;
    case 'ARRAY_OF_ANY':
      return arrayOf(type);
    case 'RANGE_OF_ANY':
      return rangeOf(type);
  }
}

const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** Positional arguments first, then named ones; a gap is filled with NULL. */
function assignParameters(
  parameters: readonly Parameter[],
  args: readonly CallArgument[],
): { readonly parameters: readonly Parameter[]; readonly expressions: readonly Expression[] } | string {
  const positional = args.filter((a) => a.name === undefined);
  const named = args.filter((a) => a.name !== undefined);
  if (named.length > 0) {
    const slots: (Expression | undefined)[] = parameters.map((_, i) => positional[i]?.expression);
    if (positional.length > parameters.length) return tooMany(parameters, args);
    for (const argument of named) {
      const at = parameters.findIndex((p) => p.name?.toLowerCase() === argument.name?.toLowerCase());
      if (at < 0) return `Named argument \`${argument.name ?? ''}\` does not exist in signature`;
      if (slots[at]) return `Named argument \`${argument.name ?? ''}\` conflicts with positional argument`;
      slots[at] = argument.expression;
    }
    const last = slots.findLastIndex((s) => s !== undefined);
    const expressions: Expression[] = [];
    for (const [i, parameter] of parameters.entries()) {
      const given = slots[i];
      if (given === undefined && !parameter.optional && !parameter.repeated) {
        return `Required argument \`${parameter.name ?? String(i + 1)}\` is missing`;
      }
      if (i > last) break;
      expressions.push(
        given ?? { kind: 'Literal', type: instantiate(parameter.type, new Map()) ?? { kind: 'INT64' }, value: null },
      );
    }
    return { parameters: parameters.slice(0, last + 1), expressions };
  }
  const count = args.length;
  const required = parameters.filter((p) => !p.optional && !p.repeated).length;
  const optional = parameters.filter((p) => p.optional).length;
  const group = parameters.filter((p) => p.repeated);
  if (count < required) {
    return `Signature requires at least ${plural(required, 'argument')}, found ${plural(count, 'argument')}`;
  }
  if (group.length === 0 && count > parameters.length) return tooMany(parameters, args);
  let repetitions = 0;
  if (group.length > 0) while (count > required + repetitions * group.length + optional) repetitions++;
  let optionals = count - required - repetitions * group.length;
  if (optionals < 0) {
    const found = repetitions * group.length + optionals;
    return `Wrong number of repeated arguments provided. Expected a multiple of ${group.length} but got ${plural(found, 'repeated argument')}`;
  }
  const assigned: Parameter[] = [];
  let groupDone = false;
  for (const parameter of parameters) {
    if (parameter.repeated) {
      if (!groupDone) for (let i = 0; i < repetitions; i++) assigned.push(...group);
      groupDone = true;
    } else if (!parameter.optional || optionals-- > 0) {
      assigned.push(parameter);
    }
  }
  return { parameters: assigned, expressions: args.map((a) => a.expression) };
}

function tooMany(parameters: readonly Parameter[], args: readonly CallArgument[]): string {
  return `Signature accepts at most ${plural(parameters.length, 'argument')}, found ${plural(args.length, 'argument')}`;
}

/** Each variable is the common supertype of the arguments that name it. */
function bindVariables(
  signature: readonly Parameter[],
  parameters: readonly Parameter[],
  expressions: readonly Expression[],
): ReadonlyMap<string, SqlType> | string {
  const values = new Map<string, Expression[]>();
  for (const [i, expression] of expressions.entries()) {
    const pattern = parameters[i]?.type;
    if (pattern === undefined || pattern.pattern === 'EXACT') continue;
    const list = values.get(pattern.variable) ?? [];
    values.set(pattern.variable, list);
    const how = coercibilityOf(expression);
    if (pattern.pattern === 'ANY') {
      list.push(expression);
    } else if (how !== 'null' && how !== 'empty-array') {
      const type = expression.type;
      const container = pattern.pattern === 'ARRAY_OF_ANY' ? 'ARRAY' : 'RANGE';
      if (type.kind !== container || (type.kind !== 'ARRAY' && type.kind !== 'RANGE')) {
        const expected = patternText(pattern, variableNames(signature));
        return `Argument ${i + 1}: expected ${container === 'ARRAY' ? 'array' : 'range'} type ${expected} but found ${argumentTypeText(expression)}`;
      }
      if (expression.kind === 'MakeArray' && how === 'literal' && expression.elements.length > 0)
        list.push(...expression.elements);
      else list.push(columnRef({ id: 0, name: '', type: type.element }));
    }
  }
  const types = new Map<string, SqlType>();
  for (const [variable, list] of values) {
    const type = commonSupertype(list);
    if (type === undefined) {
      const name = `<${variableNames(signature).get(variable) ?? variable}>`;
      return `Unable to find common supertype for templated argument ${name}\n  Input types for ${name}: {${distinctTypes(list).join(', ')}}`;
    }
    types.set(variable, type);
  }
  return types;
}

/** GoogleSQL's order of type kinds (type.proto). */
const KIND_ORDER =
  `INT64 BOOL FLOAT64 STRING BYTES DATE ARRAY STRUCT TIMESTAMP TIME DATETIME GEOGRAPHY NUMERIC BIGNUMERIC JSON
  INTERVAL RANGE`.split(/\s+/);

function distinctTypes(expressions: readonly Expression[]): readonly string[] {
  const distinct: Expression[] = [];
  for (const e of expressions) {
    const text = argumentTypeText(e);
    if (!distinct.some((d) => argumentTypeText(d) === text && typesEqual(d.type, e.type))) distinct.push(e);
  }
  const order = (e: Expression) => (coercibilityOf(e) === 'null' ? 100 : KIND_ORDER.indexOf(e.type.kind));
  return distinct.sort((a, b) => order(a) - order(b)).map(argumentTypeText);
}
