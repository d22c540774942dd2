import type { AggregateFunction, Parameter, ScalarFunction, TypePattern } from '@bqml-emulator/catalog';
import { typeName } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import { coercibilityOf } from './coerce.ts';

/** How operators are written in messages: `_` stands for an argument. */
const OPERATORS: Readonly<Record<string, { readonly name: string; readonly form: string }>> = {
  $add: { name: '+', form: '_ + _' },
  $subtract: { name: '-', form: '_ - _' },
  $multiply: { name: '*', form: '_ * _' },
  $divide: { name: '/', form: '_ / _' },
  $unary_minus: { name: '-', form: '-_' },
  $concat_op: { name: '||', form: '_ || _' },
  $bitwise_and: { name: '&', form: '_ & _' },
  $bitwise_or: { name: '|', form: '_ | _' },
  $bitwise_xor: { name: '^', form: '_ ^ _' },
  $bitwise_not: { name: '~', form: '~_' },
  $bitwise_left_shift: { name: '<<', form: '_ << _' },
  $bitwise_right_shift: { name: '>>', form: '_ >> _' },
  $equal: { name: '=', form: '_ = _' },
  $not_equal: { name: '!=', form: '_ != _' },
  $less: { name: '<', form: '_ < _' },
  $less_or_equal: { name: '<=', form: '_ <= _' },
  $greater: { name: '>', form: '_ > _' },
  $greater_or_equal: { name: '>=', form: '_ >= _' },
  $is_distinct_from: { name: 'IS DISTINCT FROM', form: '_ IS DISTINCT FROM _' },
  $is_not_distinct_from: { name: 'IS NOT DISTINCT FROM', form: '_ IS NOT DISTINCT FROM _' },
  $not: { name: 'NOT', form: 'NOT _' },
  $is_null: { name: 'IS NULL', form: '_ IS NULL' },
  $is_not_null: { name: 'IS NOT NULL', form: '_ IS NOT NULL' },
  $is_true: { name: 'IS TRUE', form: '_ IS TRUE' },
  $is_false: { name: 'IS FALSE', form: '_ IS FALSE' },
  $and: { name: 'AND', form: '_ AND _' },
  $or: { name: 'OR', form: '_ OR _' },
  $between: { name: 'BETWEEN', form: '_ BETWEEN _ AND _' },
  $like: { name: 'LIKE', form: '_ LIKE _' },
  $in_array: { name: 'IN UNNEST', form: '_ IN UNNEST(_)' },
};

/** Comparisons print the argument types on the first line, all other functions on a line of their own. */
const TYPES_ON_FIRST_LINE = new Set([
  '$equal',
  '$not_equal',
  '$less',
  '$less_or_equal',
  '$greater',
  '$greater_or_equal',
  '$is_distinct_from',
  '$is_not_distinct_from',
  '$in_array',
]);

/** Functions with a namespace that GoogleSQL does not have are printed with the catalog that brings them. */
const GOOGLESQL_NAMESPACES = new Set(['NET', 'HLL_COUNT', 'KEYS', 'AEAD', 'KLL_QUANTILES', 'D3A_COUNT']);

/** `function SUBSTR`, `aggregate function SUM`, `operator +`. */
export function qualifiedName(definition: ScalarFunction | AggregateFunction): string {
  const operator = OPERATORS[definition.name];
  if (operator) return `operator ${operator.name}`;
  const kind =
    definition.kind === 'scalar' ? 'function' : definition.analyticOnly ? 'analytic function' : 'aggregate function';
  const [namespace, local] = definition.name.split('.');
  const foreign = local !== undefined && namespace !== undefined && !GOOGLESQL_NAMESPACES.has(namespace);
  return `${kind} ${foreign ? 'BIGQUERYGOOGLESQL:' : ''}${displayName(definition)}`;
}

/** As in `Aggregate function COUNT(*) not allowed in WHERE clause`. */
export function displayName(definition: { readonly name: string }): string {
  if (definition.name === '$count_star') return 'COUNT(*)';
  return OPERATORS[definition.name]?.name ?? definition.name.replace(/^\$/, '').toUpperCase();
}

/** The type of an argument as messages print it. */
export function argumentTypeText(argument: Expression): string {
  const how = coercibilityOf(argument);
  if (how === 'null' && argument.kind === 'Literal') return 'NULL';
  return how === 'empty-array' ? '[]' : typeName(argument.type);
}

/** Type variables are printed T1, T2, ... in the order of the signature. */
export function variableNames(parameters: readonly Parameter[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { type } of parameters) {
    if (type.pattern !== 'EXACT' && !names.has(type.variable)) names.set(type.variable, `T${names.size + 1}`);
  }
  return names;
}

export function patternText(pattern: TypePattern, variables: ReadonlyMap<string, string>): string {
  if (pattern.pattern === 'EXACT') return typeName(pattern.type);
  const variable = variables.get(pattern.variable) ?? 'T1';
  switch (pattern.pattern) {
    case 'ANY':
      return variable;
    case 'ARRAY_OF_ANY':
      return `ARRAY<${variable}>`;
    case 'RANGE_OF_ANY':
      return `RANGE<${variable}>`;
  }
}

/** `SUBSTR(STRING, INT64, [INT64])`, `INT64 + INT64`. */
function signatureText(definition: { readonly name: string }, parameters: readonly Parameter[]): string {
  const variables = variableNames(parameters);
  const texts: string[] = [];
  const repeated: string[] = [];
  for (const parameter of parameters) {
    const text = patternText(parameter.type, variables);
    if (parameter.repeated) repeated.push(text);
    else texts.push(parameter.optional ? `[${text}]` : text);
  }
  if (repeated.length > 0) {
    const group = repeated.length > 1 ? `[${repeated.join(', ')}]` : repeated.join(', ');
    const at = parameters.findIndex((p) => p.repeated);
    texts.splice(at, 0, `[${group}, ...]`);
  }
  const operator = OPERATORS[definition.name];
  if (!operator) return `${displayName(definition)}(${texts.join(', ')})`;
  let next = 0;
  return operator.form.replaceAll('_', () => texts[next++] ?? '');
}

/** `mismatches[i]` says why signature i does not take the arguments. */
export function noMatchingSignature(
  definition: ScalarFunction | AggregateFunction,
  argumentTypes: readonly string[],
  mismatches: readonly string[],
): string {
  const types =
    argumentTypes.length === 0
      ? ' with no arguments'
      : `${TYPES_ON_FIRST_LINE.has(definition.name) ? ' for argument types: ' : '\n  Argument types: '}${argumentTypes.join(', ')}`;
  const signatures = definition.signatures.map((signature, i) => {
    const reason = (mismatches[i] ?? '').split('\n').map((line) => `\n    ${line}`);
    return `\n  Signature: ${signatureText(definition, signature.parameters)}${reason.join('')}`;
  });
  return `No matching signature for ${qualifiedName(definition)}${types}${signatures.join('')}`;
}
