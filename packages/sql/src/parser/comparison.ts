import type {
  AnySomeAllOp,
  BinaryExpression,
  BinaryOperator,
  Expression,
  InList,
  Location,
  QuantifiedComparisonExpression,
  Query,
} from '../ast/index.ts';
import { parseUnnest } from './constructor.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression, parseHigherThanAnd, parseOperators } from './expression.ts';
import { parseOptionalHint } from './hint.ts';
import { identifierOf, pathOf } from './identifier.ts';
import { parseQueryOrExpression, subqueryOf } from './parenthesized.ts';
import { PRECEDENCE } from './precedence.ts';
import { parsePrimary } from './primary.ts';

export const binary = (
  operator: BinaryOperator,
  isNot: boolean,
  start: number,
  end: number,
  left: Expression,
  right: Expression,
): BinaryExpression => ({ kind: 'BinaryExpression', start, end, operator, isNot, left, right });

const COMPARISON_OPERATORS: ReadonlySet<string> = new Set([
  '=',
  '!=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'LIKE',
  'IS',
  'IS DISTINCT FROM',
]);

/** A comparison has no associativity: without parentheses it is no operand of another. */
function isBareComparison(c: TokenCursor, expression: Expression): boolean {
  if (expression === c.parenthesized) return false;
  switch (expression.kind) {
    case 'BinaryExpression':
      return COMPARISON_OPERATORS.has(expression.operator);
    case 'InExpression':
    case 'BetweenExpression':
    case 'LikeExpression':
    case 'QuantifiedComparisonExpression':
      return true;
    case 'UnaryExpression':
      return expression.operator === 'NOT';
    case 'AndExpr':
    case 'OrExpr':
      return true;
    default:
      return false;
  }
}

/** Whether the left operand ends in an operand of a comparison, so that a further one is not expected at all. */
function endsInComparisonOperand(expression: Expression): boolean {
  switch (expression.kind) {
    case 'BinaryExpression':
      return expression.operator !== 'IS' && COMPARISON_OPERATORS.has(expression.operator);
    case 'BetweenExpression':
      return true;
    default:
      return false;
  }
}

export function parseComparison(c: TokenCursor, left: Expression, start: number): Expression {
  const bare = isBareComparison(c, left);
  if (bare && endsInComparisonOperand(left)) c.unexpected();
  const operatorStart = c.token.start;
  const isNot = c.take('NOT');
  const { symbol } = c.token;
  const refuseBare = (name: string) => {
    if (bare) c.fail(`Syntax error: Expression to the left of ${name} must be parenthesized`, operatorStart);
  };
  switch (symbol) {
    case 'IS':
      return parseIs(c, left, start, refuseBare);
    case 'IN':
      c.advance();
      return parseIn(c, left, start, operatorStart, isNot, refuseBare);
    case 'BETWEEN':
      c.advance();
      return parseBetween(c, left, start, operatorStart, isNot, refuseBare);
    case 'LIKE': {
      const likeStart = c.advance().start;
      const operatorEnd = c.previousEnd;
      if (atQuantifier(c)) {
        const operatorLocation: Location = { kind: 'Location', start: likeStart, end: operatorEnd };
        const operand = parseQuantified(c, 'LIKE', () => refuseBare('LIKE'));
        return { kind: 'LikeExpression', start, end: c.previousEnd, isNot, value: left, operatorLocation, ...operand };
      }
      const right = parseOperators(c, PRECEDENCE.comparison + 1);
      refuseBare('LIKE');
      return binary('LIKE', isNot, start, c.previousEnd, left, right);
    }
    case '=':
    case '!=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=': {
      c.advance();
      const operatorLocation: Location = { kind: 'Location', start: operatorStart, end: c.previousEnd };
      if (atQuantifier(c)) {
        const operand = parseQuantified(c, 'ANY/SOME/ALL', () => refuseBare('the comparison operator'));
        const node: QuantifiedComparisonExpression = {
          kind: 'QuantifiedComparisonExpression',
          start,
          end: c.previousEnd,
          operator: symbol,
          value: left,
          operatorLocation,
          ...operand,
        };
        return node;
      }
      const right = parseOperators(c, PRECEDENCE.comparison + 1);
      refuseBare('comparison');
      return binary(symbol, false, start, c.previousEnd, left, right);
    }
    default:
      return c.expected('BETWEEN', 'IN', 'LIKE');
  }
}

function parseIs(c: TokenCursor, left: Expression, start: number, refuseBare: (name: string) => void): Expression {
  c.advance();
  const isNot = c.take('NOT');
  const { token } = c;
  switch (token.symbol) {
    case 'DISTINCT': {
      c.advance();
      c.expect('FROM');
      const right = parseOperators(c, PRECEDENCE.comparison + 1);
      refuseBare('IS DISTINCT FROM');
      return binary('IS DISTINCT FROM', isNot, start, c.previousEnd, left, right);
    }
    case 'NULL':
    case 'TRUE':
    case 'FALSE': {
      const right = parsePrimary(c);
      refuseBare('IS');
      return binary('IS', isNot, start, c.previousEnd, left, right);
    }
    case 'UNKNOWN': {
      const unknown = pathOf(identifierOf(c, c.advance()));
      refuseBare('IS');
      return binary('IS', isNot, start, c.previousEnd, left, unknown);
    }
    default:
      return c.expected('FALSE', 'NULL', 'TRUE', 'UNKNOWN');
  }
}

function parseIn(
  c: TokenCursor,
  value: Expression,
  start: number,
  operatorStart: number,
  isNot: boolean,
  refuseBare: (name: string) => void,
): Expression {
  const operatorLocation: Location = { kind: 'Location', start: operatorStart, end: c.previousEnd };
  const hintStart = c.token.start;
  const hint = parseOptionalHint(c);
  if (c.at('UNNEST')) {
    const unnest = parseUnnest(c);
    if (hint) c.fail('Syntax error: HINTs cannot be specified on IN clause with UNNEST', hintStart);
    refuseBare('IN');
    const end = c.previousEnd;
    return {
      kind: 'InExpression',
      start,
      end,
      isNot,
      value,
      operatorLocation,
      hint,
      list: undefined,
      query: undefined,
      unnest,
    };
  }
  if (!c.at('(')) {
    if (hint) c.expected('(', 'UNNEST');
    c.unexpected();
  }
  const { list, query } = parseParenthesizedList(c, false);
  refuseBare('IN');
  if (hint && list) c.fail('Syntax error: HINTs cannot be specified on IN clause with value list', hintStart);
  const end = c.previousEnd;
  return { kind: 'InExpression', start, end, isNot, value, operatorLocation, hint, list, query, unnest: undefined };
}

/** "(" query ")" | "(" expression ("," expression)* ")" */
function parseParenthesizedList(
  c: TokenCursor,
  isQuantified: boolean,
): { list: InList | undefined; query: Query | undefined } {
  const outerStart = c.expect('(').start;
  const { start } = c.token;
  const first = parseQueryOrExpression(c);
  if (first.kind === 'Query') {
    c.expect(')');
    // A query in parentheses of its own is one scalar value after ANY, SOME and ALL.
    if (isQuantified && first.start > start) {
      const end = c.previousEnd;
      const values = [subqueryOf(first, outerStart, end)];
      return { list: { kind: 'InList', start: outerStart, end, values }, query: undefined };
    }
    return { list: undefined, query: first };
  }
  const values = [first];
  while (c.take(',')) values.push(parseExpression(c));
  const list: InList = { kind: 'InList', start, end: c.previousEnd, values };
  if (!c.at(')')) c.expected(',', ...(values.length > 1 ? [')'] : []));
  c.advance();
  return { list, query: undefined };
}

function parseBetween(
  c: TokenCursor,
  value: Expression,
  start: number,
  operatorStart: number,
  isNot: boolean,
  refuseBare: (name: string) => void,
): Expression {
  const operatorLocation: Location = { kind: 'Location', start: operatorStart, end: c.previousEnd };
  refuseBare('BETWEEN');
  const lowStart = c.token.start;
  const low = parseHigherThanAnd(c);
  const lowIsBare = isBareComparison(c, low);
  if (c.at('OR')) c.fail('Syntax error: Expression in BETWEEN must be parenthesized', lowStart);
  if (!c.at('AND')) c.unexpected();
  c.advance();
  const high = parseOperators(c, PRECEDENCE.comparison + 1);
  if (lowIsBare) c.fail('Syntax error: Expression in BETWEEN must be parenthesized', lowStart);
  return { kind: 'BetweenExpression', start, end: c.previousEnd, isNot, value, operatorLocation, low, high };
}

const atQuantifier = (c: TokenCursor) => c.at('ANY') || c.at('SOME') || c.at('ALL');

function parseQuantified(c: TokenCursor, clause: string, refuseBare: () => void) {
  const token = c.advance();
  const quantifier: AnySomeAllOp = {
    kind: 'AnySomeAllOp',
    start: token.start,
    end: token.end,
    operator: token.symbol === 'ANY' ? 'ANY' : token.symbol === 'SOME' ? 'SOME' : 'ALL',
  };
  const hintStart = c.token.start;
  const hint = parseOptionalHint(c);
  if (c.at('UNNEST')) {
    const unnest = parseUnnest(c);
    refuseBare();
    if (hint) c.fail(`Syntax error: HINTs cannot be specified on ${clause} clause with UNNEST`, hintStart);
    return { quantifier, hint, list: undefined, query: undefined, unnest };
  }
  if (!c.at('(')) {
    if (hint) c.expected('(', 'UNNEST');
    c.unexpected();
  }
  const { list, query } = parseParenthesizedList(c, true);
  refuseBare();
  if (hint && list) c.fail(`Syntax error: HINTs cannot be specified on ${clause} clause with value list`, hintStart);
  return { quantifier, hint, list, query, unnest: undefined };
}
