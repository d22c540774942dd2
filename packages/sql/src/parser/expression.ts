import type { BinaryOperator, Expression, Location } from '../ast/index.ts';
import { binary, parseComparison } from './comparison.ts';
import type { TokenCursor } from './cursor.ts';
import { PRECEDENCE } from './precedence.ts';
import { continuePrimary, parsePrimary } from './primary.ts';

const BINARY: Readonly<Record<string, number>> = {
  OR: PRECEDENCE.or,
  AND: PRECEDENCE.and,
  '=': PRECEDENCE.comparison,
  '!=': PRECEDENCE.comparison,
  '<>': PRECEDENCE.comparison,
  '<': PRECEDENCE.comparison,
  '<=': PRECEDENCE.comparison,
  '>': PRECEDENCE.comparison,
  '>=': PRECEDENCE.comparison,
  LIKE: PRECEDENCE.comparison,
  IN: PRECEDENCE.comparison,
  BETWEEN: PRECEDENCE.comparison,
  IS: PRECEDENCE.comparison,
  '|': PRECEDENCE.bitOr,
  '^': PRECEDENCE.bitXor,
  '&': PRECEDENCE.bitAnd,
  '<<': PRECEDENCE.shift,
  '+': PRECEDENCE.additive,
  '-': PRECEDENCE.additive,
  '||': PRECEDENCE.concat,
  '*': PRECEDENCE.multiplicative,
  '/': PRECEDENCE.multiplicative,
};

const AFTER_SPECIAL_NOT = new Set(['BETWEEN', 'IN', 'LIKE', 'DISTINCT']);

/** The precedence of the operator at the cursor, or 0. */
function operatorPrecedence(c: TokenCursor): number {
  const { symbol } = c.token;
  if (symbol === 'NOT') return AFTER_SPECIAL_NOT.has(c.peek(1).symbol) ? PRECEDENCE.comparison : 0;
  if (symbol === '>' && c.typeDepth === 0 && isShiftRight(c)) return PRECEDENCE.shift;
  return BINARY[symbol] ?? 0;
}

function isShiftRight(c: TokenCursor): boolean {
  const next = c.peek(1);
  return next.symbol === '>' && next.start === c.token.end;
}

/** expression: OR, AND, NOT, comparisons and everything that binds tighter. */
export function parseExpression(c: TokenCursor): Expression {
  return parseOperators(c, PRECEDENCE.or);
}

/** expression_higher_prec_than_and */
export function parseHigherThanAnd(c: TokenCursor): Expression {
  return parseOperators(c, PRECEDENCE.not);
}

/** A comma-separated list of at least one expression. */
export function parseExpressions(c: TokenCursor): Expression[] {
  const expressions = [parseExpression(c)];
  while (c.take(',')) expressions.push(parseExpression(c));
  return expressions;
}

/** An expression without AND, OR, NOT and comparisons, which `FOR x IN (...)` of PIVOT must not read. */
export function parseOperand(c: TokenCursor): Expression {
  return parseOperators(c, PRECEDENCE.bitOr);
}

export function parseOperators(c: TokenCursor, minimum: number): Expression {
  const outer = c.enter();
  const { start } = c.token;
  const operand = parseUnary(c, minimum);
  const result = continueOperators(c, operand, start, minimum);
  c.leave(outer);
  return result;
}

/** Reads the operators that follow a left operand which began at `start`. */
export function continueOperators(c: TokenCursor, first: Expression, start: number, minimum: number): Expression {
  let left = first;
  // The chains that may grow: OR, AND and || are flat as long as no parentheses stand around them.
  let flat: { kind: string; operands: Expression[] } | undefined;
  for (;;) {
    const precedence = operatorPrecedence(c);
    if (precedence === 0 || precedence < minimum) return left;
    const { symbol } = c.token;
    if (precedence === PRECEDENCE.comparison) {
      flat = undefined;
      left = parseComparison(c, left, start);
      continue;
    }
    if (symbol === 'OR' || symbol === 'AND' || symbol === '||') {
      c.advance();
      const right = parseOperators(c, precedence + 1);
      const kind = symbol === 'OR' ? 'OrExpr' : symbol === 'AND' ? 'AndExpr' : 'ConcatExpr';
      if (flat?.kind === kind) flat.operands.push(right);
      else flat = { kind, operands: [left, right] };
      left = { kind, start, end: c.previousEnd, operands: flat.operands };
      continue;
    }
    flat = undefined;
    c.deepen();
    if (precedence === PRECEDENCE.shift) {
      const operator = symbol === '<<' ? '<<' : '>>';
      const operatorStart = c.token.start;
      c.advance();
      if (operator === '>>') c.advance();
      const operatorLocation: Location = { kind: 'Location', start: operatorStart, end: c.previousEnd };
      const right = parseOperators(c, precedence + 1);
      left = {
        kind: 'BitwiseShiftExpression',
        start,
        end: c.previousEnd,
        operator,
        left,
        operatorLocation,
        right,
      };
    } else {
      c.advance();
      const right = parseOperators(c, precedence + 1);
      left = binary(symbol as BinaryOperator, false, start, c.previousEnd, left, right);
    }
  }
}

function parseUnary(c: TokenCursor, minimum: number): Expression {
  const { start, symbol } = c.token;
  if (symbol === 'NOT') {
    if (minimum > PRECEDENCE.not) c.fail('Syntax error: Unexpected keyword NOT');
    c.advance();
    const operand = parseOperators(c, PRECEDENCE.not);
    return { kind: 'UnaryExpression', start, end: c.previousEnd, operator: 'NOT', operand };
  }
  if (symbol === '-' || symbol === '+' || symbol === '~') {
    c.advance();
    const outer = c.enter();
    const operand = parseUnary(c, PRECEDENCE.unary);
    c.leave(outer);
    return { kind: 'UnaryExpression', start, end: c.previousEnd, operator: symbol, operand };
  }
  return continuePrimary(c, parsePrimary(c), start);
}

const STARTS_EXPRESSION: ReadonlySet<string> = new Set([
  '(',
  '[',
  '@',
  '@@',
  '?',
  '-',
  '+',
  '~',
  'NOT',
  'NULL',
  'TRUE',
  'FALSE',
  'CASE',
  'CAST',
  'EXTRACT',
  'ARRAY',
  'STRUCT',
  'EXISTS',
  'INTERVAL',
  'RANGE',
  'WITH',
  'IF',
  'GROUPING',
  'LEFT',
  'RIGHT',
  'COLLATE',
]);

/** Whether a comma before the cursor can be followed by a further item, and is not a trailing one. */
export function startsExpression(c: TokenCursor): boolean {
  const { type } = c.token;
  if (type === 'integer' || type === 'float' || type === 'string' || type === 'bytes') return true;
  return c.atIdentifier() || c.atOneOf(STARTS_EXPRESSION);
}
