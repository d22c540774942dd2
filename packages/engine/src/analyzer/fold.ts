import { ServiceError, invariant } from '@bqml-emulator/common';
import type { EvaluationContext } from '@bqml-emulator/catalog';
import { asArray, asBigint, castValue, sqlEquals } from '@bqml-emulator/types';
import type { SqlType, Value } from '@bqml-emulator/types';
import type { ArrayElement, Expression, FunctionCall, InList, Logical } from '../logical/index.ts';

/**
 * The value of an expression that reads no column, or undefined when it is not constant: it reads one, asks a query,
 * or calls what is volatile or asynchronous. Run-time errors are thrown as the query would throw them.
 */
export function fold(expression: Expression, context: EvaluationContext): Value | undefined {
  const all = (expressions: readonly Expression[]): readonly Value[] | undefined => {
    const values: Value[] = [];
    for (const e of expressions) {
      const value = fold(e, context);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  };
  switch (expression.kind) {
    case 'Literal':
    case 'Parameter':
      return expression.value;
    case 'FunctionCall':
      return foldCall(expression, all(expression.arguments), context);
    case 'Case':
      for (const branch of expression.branches) {
        const when = fold(branch.when, context);
        if (when === undefined) return undefined;
        if (when === true) return fold(branch.then, context);
      }
      return fold(expression.otherwise, context);
    case 'Coalesce':
      for (const operand of expression.operands) {
        const value = fold(operand, context);
        if (value !== null) return value;
      }
      return null;
    case 'Logical':
      return foldLogical(expression, context);
    case 'Cast': {
      const value = fold(expression.operand, context);
      if (value === undefined || expression.format) return undefined;
      const zone = expression.timeZone ? fold(expression.timeZone, context) : context.timeZone;
      if (typeof zone !== 'string') return zone;
      return castValue(value, expression.operand.type, expression.type, { safe: expression.safe, timeZone: zone });
    }
    case 'MakeStruct':
      return all(expression.fields);
    case 'MakeArray':
      return all(expression.elements);
    case 'GetStructField': {
      const struct = fold(expression.operand, context);
      return struct === undefined || struct === null ? struct : (asArray(struct)[expression.index] ?? null);
    }
    case 'ArrayElement':
      return foldElement(expression, context);
    case 'InList':
      return foldIn(expression, all([expression.operand, ...expression.list]));
    case 'ColumnRef':
    case 'Subquery':
      return undefined;
  }
}

function foldCall(
  call: FunctionCall,
  values: readonly Value[] | undefined,
  context: EvaluationContext,
): Value | undefined {
  const { evaluate, volatile, nulls } = call.signature;
  if (values === undefined || !evaluate || volatile) return undefined;
  if (nulls === 'propagate' && values.includes(null)) return null;
  const types: readonly SqlType[] = [...call.arguments.map((a) => a.type), call.type];
  if (!call.safe) return evaluate(values, types, context);
  try {
    return evaluate(values, types, context);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

/** Left to right; the first value that decides ends it. */
function foldLogical(logical: Logical, context: EvaluationContext): Value | undefined {
  const decisive = logical.operator === 'OR';
  let result: Value = !decisive;
  for (const operand of logical.operands) {
    const value = fold(operand, context);
    if (value === undefined) return undefined;
    if (value === decisive) return decisive;
    if (value === null) result = null;
  }
  return result;
}

function foldElement(element: ArrayElement, context: EvaluationContext): Value | undefined {
  const array = fold(element.array, context);
  const index = fold(element.index, context);
  if (array === undefined || index === undefined) return undefined;
  if (array === null || index === null) return null;
  const position = asBigint(index) - BigInt(element.base);
  const found = position >= 0n ? asArray(array)[Number(position)] : undefined;
  // Out of bounds is left to the query, which has the text of it.
  return found === undefined && element.safe ? null : found;
}

function foldIn(list: InList, values: readonly Value[] | undefined): Value | undefined {
  if (!values) return undefined;
  const [operand, ...candidates] = values;
  invariant(operand !== undefined, 'IN has an operand');
  let result: boolean | null = false;
  for (const candidate of candidates) {
    const equal = operand === null || candidate === null ? null : sqlEquals(operand, candidate, list.operand.type);
    if (equal === true) return true;
    result = equal === null ? null : result;
  }
  return result;
}
