import type { Expression, ExpressionSubquery, Query } from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { continueOperators, parseExpression } from './expression.ts';
import { PRECEDENCE } from './precedence.ts';
import { continuePrimary } from './primary.ts';
import { continuesParenthesizedQuery, parseQuery, parseQueryFrom, startsQuery } from './query.ts';

/**
 * Reads what stands in parentheses when it may be a query or an expression: `((SELECT 1) UNION ALL SELECT 2)` and
 * `((SELECT 1) + 2)` begin alike.
 */
export function parseQueryOrExpression(c: TokenCursor): Query | Expression {
  if (startsQuery(c)) return parseQuery(c);
  if (!c.at('(')) return parseExpression(c);
  const outer = c.enter();
  const { start } = c.token;
  c.advance();
  const inner = parseQueryOrExpression(c);
  let result: Query | Expression;
  if (inner.kind === 'Query') {
    c.expect(')');
    if (c.at(')') || continuesParenthesizedQuery(c)) {
      result = parseQueryFrom(c, inner, start);
    } else {
      const subquery = subqueryOf(inner, start, c.previousEnd);
      result = continueOperators(c, continuePrimary(c, subquery, start), start, PRECEDENCE.or);
    }
  } else {
    const operand = closeParenthesis(c, inner, start);
    result = continueOperators(c, continuePrimary(c, operand, start), start, PRECEDENCE.or);
  }
  c.leave(outer);
  return result;
}

export const subqueryOf = (query: Query, start: number, end: number): ExpressionSubquery => ({
  kind: 'ExpressionSubquery',
  start,
  end,
  modifier: 'NONE',
  hint: undefined,
  query,
});

function closeParenthesis(c: TokenCursor, first: Expression, start: number): Expression {
  if (c.take(')')) {
    c.parenthesized = first;
    return first;
  }
  if (!c.at(',')) c.expected(',');
  const fields = [first];
  while (c.take(',')) fields.push(parseExpression(c));
  c.expect(')', ',');
  return { kind: 'StructConstructorWithParens', start, end: c.previousEnd, fields };
}

/** "(" expression ")" | "(" query ")" | "(" expression "," ... ")" */
export function parseParenthesized(c: TokenCursor): Expression {
  const { start } = c.advance();
  // `() -> x` and its kin: a list of lambda parameters that has no parameter.
  if (c.at(')') && c.peek(1).symbol === '->') {
    c.advance();
    return { kind: 'StructConstructorWithParens', start, end: c.previousEnd, fields: [] };
  }
  const inner = parseQueryOrExpression(c);
  if (inner.kind !== 'Query') return closeParenthesis(c, inner, start);
  c.expect(')');
  return subqueryOf(inner, start, c.previousEnd);
}

/** "(" query ")" */
export function parseParenthesizedQuery(c: TokenCursor): Query {
  c.expect('(');
  const query = parseQuery(c);
  c.expect(')');
  return query;
}
