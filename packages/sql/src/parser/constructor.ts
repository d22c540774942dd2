import type {
  ArrayType,
  Expression,
  FormatClause,
  RangeType,
  StructConstructorArg,
  StructType,
  UnnestExpression,
} from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression, parseExpressions, startsExpression } from './expression.ts';
import { parseOptionalHint } from './hint.ts';
import { parseIdentifier, parseRequiredAlias } from './identifier.ts';
import { parseStringLiteral } from './literal.ts';
import { parseParenthesizedQuery } from './parenthesized.ts';
import { parseRawType, parseType } from './type.ts';

export function parseArrayConstructor(c: TokenCursor, start: number, type: ArrayType | undefined): Expression {
  c.expect('[');
  const elements = startsExpression(c) ? parseExpressions(c) : [];
  c.expect(']');
  return { kind: 'ArrayConstructor', start, end: c.previousEnd, type, elements };
}

/** "ARRAY" ("[" ... "]" | "<" type ">" "[" ... "]" | "(" query ")") */
export function parseArray(c: TokenCursor): Expression {
  const { start } = c.token;
  switch (c.peek(1).symbol) {
    case '[':
      c.advance();
      return parseArrayConstructor(c, start, undefined);
    case '<': {
      const type = parseRawType(c);
      if (type.kind !== 'ArrayType') return c.unexpected();
      return parseArrayConstructor(c, start, type);
    }
    case '(': {
      c.advance();
      const query = parseParenthesizedQuery(c);
      const end = c.previousEnd;
      return { kind: 'ExpressionSubquery', start, end, modifier: 'ARRAY', hint: undefined, query };
    }
    default:
      c.advance();
      return c.expected('(', '<', '[', '{');
  }
}

/** struct_constructor with its keyword. */
export function parseStruct(c: TokenCursor): Expression {
  const { start } = c.token;
  let type: StructType | undefined;
  if (c.peek(1).symbol === '<') {
    const raw = parseRawType(c);
    if (raw.kind === 'StructType') type = raw;
    if (!c.at('(')) c.expected('(', '{');
  } else {
    c.advance();
    if (!c.at('(')) c.expected('(', '<', '{');
  }
  c.expect('(');
  const fields: StructConstructorArg[] = [];
  if (!c.at(')')) {
    do {
      const argumentStart = c.token.start;
      const expression = parseExpression(c);
      const alias = c.at('AS') ? parseRequiredAlias(c) : undefined;
      fields.push({ kind: 'StructConstructorArg', start: argumentStart, end: c.previousEnd, expression, alias });
    } while (c.take(','));
  }
  c.expect(')', ',');
  return { kind: 'StructConstructorWithKeyword', start, end: c.previousEnd, type, fields };
}

/** "EXISTS" hint? "(" query ")" */
export function parseExists(c: TokenCursor): Expression {
  const { start } = c.advance();
  const hint = parseOptionalHint(c);
  if (!c.at('(')) c.unexpected();
  const query = parseParenthesizedQuery(c);
  return { kind: 'ExpressionSubquery', start, end: c.previousEnd, modifier: 'EXISTS', hint, query };
}

/** "INTERVAL" expression identifier ("TO" identifier)? */
export function parseInterval(c: TokenCursor): Expression {
  const { start } = c.advance();
  const value = parseExpression(c);
  const datePart = parseIdentifier(c);
  const datePartTo = c.take('TO') ? parseIdentifier(c) : undefined;
  return { kind: 'IntervalExpr', start, end: c.previousEnd, value, datePart, datePartTo };
}

/** range_literal: "RANGE" "<" type ">" string_literal */
export function parseRange(c: TokenCursor): Expression {
  const { start } = c.token;
  if (c.peek(1).symbol !== '<') {
    c.advance();
    c.expected('(', '<');
  }
  const type = parseRawType(c) as RangeType;
  const string = parseStringLiteral(c);
  return { kind: 'RangeLiteral', start, end: c.previousEnd, type, string };
}

/** with_expression: "WITH" "(" (identifier "AS" expression ",")+ expression ")" */
export function parseWith(c: TokenCursor): Expression {
  const { start } = c.token;
  if (c.peek(1).symbol !== '(') c.unexpected();
  c.advance();
  c.advance();
  const listStart = c.token.start;
  const columns: WithColumn[] = [];
  let listEnd = listStart;
  while (columns.length === 0 || (c.atIdentifier() && c.peek(1).symbol === 'AS')) {
    columns.push(parseNamedExpression(c));
    listEnd = c.previousEnd;
    c.expect(',');
  }
  const expression = parseExpression(c);
  c.expect(')');
  return {
    kind: 'WithExpression',
    start,
    end: c.previousEnd,
    variables: { kind: 'SelectList', start: listStart, end: listEnd, columns },
    expression,
  };
}

type WithColumn = Extract<Expression, { kind: 'WithExpression' }>['variables']['columns'][number];

/** identifier "AS" expression, as a column with an alias. */
export function parseNamedExpression(c: TokenCursor): WithColumn {
  const { start } = c.token;
  const identifier = parseIdentifier(c);
  c.expect('AS');
  const aliasEnd = c.previousEnd;
  const expression = parseExpression(c);
  return {
    kind: 'SelectColumn',
    start,
    end: c.previousEnd,
    expression,
    alias: { kind: 'Alias', start, end: aliasEnd, identifier },
    order: undefined,
  };
}

/** "CASE" value? ("WHEN" a "THEN" b)+ ("ELSE" c)? "END" */
export function parseCase(c: TokenCursor): Expression {
  const { start } = c.advance();
  const hasValue = !c.at('WHEN');
  const parts: Expression[] = hasValue ? [parseExpression(c)] : [];
  c.expect('WHEN');
  do {
    parts.push(parseExpression(c));
    c.expect('THEN');
    parts.push(parseExpression(c));
  } while (c.take('WHEN'));
  if (c.take('ELSE')) {
    parts.push(parseExpression(c));
    c.expect('END');
  } else {
    c.expect('END', 'ELSE');
  }
  const kind = hasValue ? 'CaseValueExpression' : 'CaseNoValueExpression';
  return { kind, start, end: c.previousEnd, arguments: parts };
}

/** ("CAST" | "SAFE_CAST") "(" expression "AS" type format? ")" */
export function parseCast(c: TokenCursor): Expression {
  const token = c.advance();
  c.expect('(');
  if (c.at('SELECT')) {
    c.fail(
      `The argument to ${token.symbol} is an expression, not a query; to use a query as an expression, the query must be wrapped with additional parentheses to make it a scalar subquery expression`,
    );
  }
  const expression = parseExpression(c);
  c.expect('AS');
  const type = parseType(c);
  const format = c.at('FORMAT') ? parseFormat(c) : undefined;
  if (format) c.expect(')');
  else c.expect(')', 'FORMAT');
  return {
    kind: 'CastExpression',
    start: token.start,
    end: c.previousEnd,
    isSafe: token.symbol === 'SAFE_CAST',
    expression,
    type,
    format,
  };
}

/** "FORMAT" expression ("AT" "TIME" "ZONE" expression)? */
function parseFormat(c: TokenCursor): FormatClause {
  const { start } = c.advance();
  const format = parseExpression(c);
  const timeZone = parseOptionalTimeZone(c);
  return { kind: 'FormatClause', start, end: c.previousEnd, format, timeZone };
}

function parseOptionalTimeZone(c: TokenCursor): Expression | undefined {
  if (!c.take('AT')) return undefined;
  c.expectSequence('TIME', 'ZONE');
  return parseExpression(c);
}

/** "EXTRACT" "(" expression "FROM" expression ("AT" "TIME" "ZONE" expression)? ")" */
export function parseExtract(c: TokenCursor): Expression {
  const { start } = c.advance();
  c.expect('(');
  const part = parseExpression(c);
  c.expect('FROM');
  const from = parseExpression(c);
  const timeZone = parseOptionalTimeZone(c);
  if (timeZone) c.expect(')');
  else c.expect(')', 'AT');
  return { kind: 'ExtractExpression', start, end: c.previousEnd, part, from, timeZone };
}

export const UNNEST_TAKES_EXPRESSION =
  'The argument to UNNEST is an expression, not a query; to use a query as an expression, the query must be wrapped with additional parentheses to make it a scalar subquery expression';

/** unnest_expression: "UNNEST" "(" expression_with_opt_alias ("," ...)* ("," "mode" "=>" expression)? ")" */
export function parseUnnest(c: TokenCursor): UnnestExpression {
  const { start } = c.expect('UNNEST');
  c.expect('(');
  if (c.at('SELECT')) c.fail(UNNEST_TAKES_EXPRESSION);
  const expressions: UnnestExpression['expressions'][number][] = [];
  let zipMode: UnnestExpression['zipMode'];
  do {
    const itemStart = c.token.start;
    if (expressions.length > 0 && c.atIdentifier() && c.peek(1).symbol === '=>') {
      const name = parseIdentifier(c);
      c.advance();
      const value = parseExpression(c);
      zipMode = { kind: 'NamedArgument', start: itemStart, end: c.previousEnd, name, value };
      break;
    }
    const expression = parseExpression(c);
    const alias = c.at('AS') ? parseRequiredAlias(c) : undefined;
    expressions.push({ kind: 'ExpressionWithOptAlias', start: itemStart, end: c.previousEnd, expression, alias });
  } while (c.take(','));
  if (zipMode) c.expect(')');
  else c.expect(')', ',');
  return { kind: 'UnnestExpression', start, end: c.previousEnd, expressions, zipMode };
}
