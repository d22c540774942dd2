import type * as sql from '@bqml-emulator/sql';
import { INT64, typeName } from '@bqml-emulator/types';
import type { Expression } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
import { callScalar } from './call-scalar.ts';
import type { ExpressionContext } from './expression-context.ts';
import { resolveAs, resolveExpression } from './resolve-expression.ts';

const ACCESSORS: Readonly<Record<string, { readonly base: 0 | 1; readonly safe: boolean }>> = {
  OFFSET: { base: 0, safe: false },
  ORDINAL: { base: 1, safe: false },
  SAFE_OFFSET: { base: 0, safe: true },
  SAFE_ORDINAL: { base: 1, safe: true },
};

/** `array[OFFSET(i)]` and its siblings, `array[i]`, `json['key']`. */
export function resolveArrayElement(
  analysis: Analysis,
  node: sql.ArrayElement,
  context: ExpressionContext,
): Expression {
  const array = resolveExpression(analysis, node.array, context);
  const { position } = node;
  const call = position.kind === 'FunctionCall' && position.function.names.length === 1 ? position : undefined;
  const word = call?.function.names[0]?.name.toUpperCase() ?? '';
  const accessor = ACCESSORS[word];
  const argument = call?.arguments[0];
  if (array.type.kind === 'JSON' && !accessor) {
    const index = resolveExpression(analysis, position, context);
    return callScalar(analysis, node.bracketLocation, '$json_subscript', [array, index], [node.array, position]);
  }
  if (array.type.kind !== 'ARRAY') {
    const wrapper = accessor ? `${word}()` : '';
    const kind = accessor ? 'Element' : 'Subscript';
    throw analysis.error(
      node.bracketLocation,
      `${kind} access using [${wrapper}] is not supported on values of type ${typeName(array.type)}`,
    );
  }
  const inner = accessor && argument && isExpression(argument) ? argument : position;
  const index = resolveAs(
    analysis,
    inner,
    INT64,
    context,
    (wanted, found) =>
      `Array position in [${accessor ? `${word}()` : ''}] must be coercible to ${wanted} type, but has type ${found}`,
  );
  const { base, safe } = accessor ?? { base: 0 as const, safe: false };
  return analysis.writtenAt({ kind: 'ArrayElement', type: array.type.element, array, index, base, safe }, node);
}

const NOT_EXPRESSIONS = new Set<string>([
  'ExpressionWithAlias',
  'NamedArgument',
  'Lambda',
  'ModelArg',
  'TableClause',
  'ModelClause',
  'ConnectionClause',
  'Descriptor',
  'SequenceArg',
  'InputTableArgument',
  'Star',
]);

/** Whether a call's argument is a value. */
export function isExpression(argument: sql.FunctionCallArgument): argument is sql.Expression {
  return !NOT_EXPRESSIONS.has(argument.kind);
}
