import { typesEqual } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';
import type { AggregateCall, Expression } from './expression.ts';

/**
 * Whether both always have the same value in the same row. Volatile calls and subqueries are the same as nothing but
 * themselves.
 */
export function sameExpression(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || !typesEqual(a.type, b.type)) return false;
  switch (a.kind) {
    case 'Literal':
      return b.kind === 'Literal' && sameValue(a.value, b.value);
    case 'Parameter':
      return b.kind === 'Parameter' && a.name === b.name;
    case 'ColumnRef':
      return b.kind === 'ColumnRef' && a.column.id === b.column.id;
    case 'FunctionCall':
      return (
        b.kind === 'FunctionCall' &&
        a.function.name === b.function.name &&
        a.signature === b.signature &&
        a.signature.volatile !== true &&
        a.safe === b.safe &&
        sameAll(a.arguments, b.arguments)
      );
    case 'Case':
      return (
        b.kind === 'Case' &&
        a.branches.length === b.branches.length &&
        a.branches.every((branch, i) => {
          const other = b.branches[i];
          return other && sameExpression(branch.when, other.when) && sameExpression(branch.then, other.then);
        }) &&
        sameExpression(a.otherwise, b.otherwise)
      );
    case 'Logical':
      return b.kind === 'Logical' && a.operator === b.operator && sameAll(a.operands, b.operands);
    case 'Coalesce':
      return b.kind === 'Coalesce' && sameAll(a.operands, b.operands);
    case 'Cast':
      return (
        b.kind === 'Cast' &&
        a.safe === b.safe &&
        sameExpression(a.operand, b.operand) &&
        sameOptional(a.format, b.format) &&
        sameOptional(a.timeZone, b.timeZone)
      );
    case 'MakeStruct':
      return b.kind === 'MakeStruct' && sameAll(a.fields, b.fields);
    case 'MakeArray':
      return b.kind === 'MakeArray' && sameAll(a.elements, b.elements);
    case 'GetStructField':
      return b.kind === 'GetStructField' && a.index === b.index && sameExpression(a.operand, b.operand);
    case 'ArrayElement':
      return (
        b.kind === 'ArrayElement' &&
        a.base === b.base &&
        a.safe === b.safe &&
        sameExpression(a.array, b.array) &&
        sameExpression(a.index, b.index)
      );
    case 'InList':
      return b.kind === 'InList' && sameExpression(a.operand, b.operand) && sameAll(a.list, b.list);
    case 'Subquery':
      return false;
  }
}

export function sameCall(a: AggregateCall, b: AggregateCall): boolean {
  return (
    a.signature === b.signature &&
    a.function.name === b.function.name &&
    typesEqual(a.type, b.type) &&
    a.distinct === b.distinct &&
    a.nullHandling === b.nullHandling &&
    a.having === undefined &&
    b.having === undefined &&
    a.orderBy.length === 0 &&
    b.orderBy.length === 0 &&
    sameOptional(a.limit, b.limit) &&
    sameAll(a.arguments, b.arguments)
  );
}

function sameAll(a: readonly Expression[], b: readonly Expression[]): boolean {
  return a.length === b.length && a.every((e, i) => b[i] !== undefined && sameExpression(e, b[i]));
}

function sameOptional(a: Expression | undefined, b: Expression | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameExpression(a, b);
}

/** Scalars and bytes by value; anything with parts only when it is the same object. */
function sameValue(a: Value, b: Value): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  return Object.is(a, b);
}
