import { unreachable } from '@bqml-emulator/common';
import type { Expression } from './expression.ts';
import type { Scan } from './scan.ts';

/** The operands of an expression, in evaluation order; the scan of a subquery is not among them. */
export function operandsOf(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case 'Literal':
    case 'Parameter':
    case 'ColumnRef':
      return [];
    case 'FunctionCall':
      return e.arguments;
    case 'Case':
      return [...e.branches.flatMap((b) => [b.when, b.then]), e.otherwise];
    case 'Logical':
    case 'Coalesce':
      return e.operands;
    case 'Cast':
      return [e.operand, e.format, e.timeZone].filter((x) => x !== undefined);
    case 'MakeStruct':
      return e.fields;
    case 'MakeArray':
      return e.elements;
    case 'GetStructField':
      return [e.operand];
    case 'ArrayElement':
      return [e.array, e.index];
    case 'InList':
      return [e.operand, ...e.list];
    case 'Subquery':
      return e.operand ? [e.operand] : [];
    default:
      return unreachable(e);
  }
}

/** A copy with every operand replaced by `expression` and a subquery's scan by `scan`. */
export function mapOperands(
  e: Expression,
  expression: (operand: Expression) => Expression,
  scan: (scan: Scan) => Scan = (s) => s,
): Expression {
  switch (e.kind) {
    case 'Literal':
    case 'Parameter':
    case 'ColumnRef':
      return e;
    case 'FunctionCall':
      return { ...e, arguments: e.arguments.map(expression) };
    case 'Case':
      return {
        ...e,
        branches: e.branches.map((b) => ({ when: expression(b.when), then: expression(b.then) })),
        otherwise: expression(e.otherwise),
      };
    case 'Logical':
    case 'Coalesce':
      return { ...e, operands: e.operands.map(expression) };
    case 'Cast':
      return {
        ...e,
        operand: expression(e.operand),
        format: e.format && expression(e.format),
        timeZone: e.timeZone && expression(e.timeZone),
      };
    case 'MakeStruct':
      return { ...e, fields: e.fields.map(expression) };
    case 'MakeArray':
      // `[]` stays itself: the analyzer knows by identity that it has no type yet.
      return e.elements.length === 0 ? e : { ...e, elements: e.elements.map(expression) };
    case 'GetStructField':
      return { ...e, operand: expression(e.operand) };
    case 'ArrayElement':
      return { ...e, array: expression(e.array), index: expression(e.index) };
    case 'InList':
      return { ...e, operand: expression(e.operand), list: e.list.map(expression) };
    case 'Subquery':
      return { ...e, operand: e.operand && expression(e.operand), scan: scan(e.scan) };
    default:
      return unreachable(e);
  }
}

/** True when `test` holds for the expression or for one below it; subquery scans are not entered. */
export function someExpression(e: Expression, test: (e: Expression) => boolean): boolean {
  return test(e) || operandsOf(e).some((x) => someExpression(x, test));
}
