import type { Expression, Location } from '../ast/index.ts';
import {
  parseArray,
  parseArrayConstructor,
  parseCase,
  parseCast,
  parseExists,
  parseExtract,
  parseInterval,
  parseRange,
  parseStruct,
  parseWith,
} from './constructor.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseFunctionCall } from './function-call.ts';
import { identifierOf, parsePath, pathOf } from './identifier.ts';
import {
  parseBytesLiteral,
  parseFloatLiteral,
  parseIntLiteral,
  parseParameterExpression,
  parseStringLiteral,
} from './literal.ts';
import { parseParenthesized } from './parenthesized.ts';

/** What may follow an operand: field access, array access and calls, which bind tighter than any operator. */
export function continuePrimary(c: TokenCursor, operand: Expression, start: number): Expression {
  let left = operand;
  for (;;) {
    switch (c.token.symbol) {
      case '.': {
        const next = c.peek(1);
        if (next.symbol === '*' && c.dotStarStart === start) return left;
        c.advance();
        if (c.take('(')) {
          const path = parsePath(c);
          c.expect(')', '.');
          left = { kind: 'DotGeneralizedField', start, end: c.previousEnd, expression: left, path };
          break;
        }
        if (!c.atIdentifier() && !KEYWORD_FUNCTIONS.has(c.token.symbol)) c.unexpected();
        const name = identifierOf(c, c.advance());
        if (left.kind === 'PathExpression' && left !== c.parenthesized) {
          left = { ...left, end: c.previousEnd, names: [...left.names, name] };
        } else {
          left = { kind: 'DotIdentifier', start, end: c.previousEnd, expression: left, name };
        }
        break;
      }
      case '[': {
        const bracket = c.advance();
        const bracketLocation: Location = { kind: 'Location', start: bracket.start, end: bracket.end };
        const position = parseExpression(c);
        c.expect(']');
        left = { kind: 'ArrayElement', start, end: c.previousEnd, array: left, bracketLocation, position };
        break;
      }
      case '(':
        left = parseFunctionCall(c, left, start);
        break;
      default:
        return left;
    }
    c.deepen();
  }
}

/** Reserved words that are functions when a parenthesis follows, and names after a dot. */
const KEYWORD_FUNCTIONS: ReadonlySet<string> = new Set(['IF', 'GROUPING', 'LEFT', 'RIGHT', 'COLLATE', 'RANGE']);

const CURRENT_FUNCTION = /^current_(?:date|time|datetime|timestamp)$/i;

export function parsePrimary(c: TokenCursor): Expression {
  const { token } = c;
  const { start, end, text, symbol } = token;
  switch (token.type) {
    case 'integer':
      return parseIntLiteral(c);
    case 'float':
      return parseFloatLiteral(c);
    case 'string':
      return parseStringLiteral(c);
    case 'bytes':
      return parseBytesLiteral(c);
    case 'quoted':
      return parsePathOperand(c);
  }
  switch (symbol) {
    case '':
      break;
    case '(':
      return parseParenthesized(c);
    case '[':
      return parseArrayConstructor(c, start, undefined);
    case '@':
    case '@@':
    case '?':
      return parseParameterExpression(c);
    case 'NULL':
      c.advance();
      return { kind: 'NullLiteral', start, end, text };
    case 'TRUE':
    case 'FALSE':
      c.advance();
      return { kind: 'BooleanLiteral', start, end, text, value: symbol === 'TRUE' };
    case 'CASE':
      return parseCase(c);
    case 'CAST':
      return parseCast(c);
    case 'SAFE_CAST':
      if (c.peek(1).symbol === '(') return parseCast(c);
      break;
    case 'EXTRACT':
      return parseExtract(c);
    case 'ARRAY':
      return parseArray(c);
    case 'STRUCT':
      return parseStruct(c);
    case 'EXISTS':
      return parseExists(c);
    case 'INTERVAL':
      return parseInterval(c);
    case 'RANGE':
      if (c.peek(1).symbol === '(') return keywordCall(c);
      return parseRange(c);
    case 'WITH':
      return parseWith(c);
    case 'IF':
    case 'GROUPING':
    case 'LEFT':
    case 'RIGHT':
    case 'COLLATE':
      return keywordCall(c);
    case 'DATE':
    case 'DATETIME':
    case 'TIME':
    case 'TIMESTAMP':
      if (c.peek(1).type !== 'string') break;
      c.advance();
      return {
        kind: 'DateOrTimeLiteral',
        start,
        typeKind: symbol,
        string: parseStringLiteral(c),
        end: c.previousEnd,
      };
    case 'NUMERIC':
    case 'DECIMAL':
      if (c.peek(1).type !== 'string') break;
      c.advance();
      return { kind: 'NumericLiteral', start, string: parseStringLiteral(c), end: c.previousEnd };
    case 'BIGNUMERIC':
    case 'BIGDECIMAL':
      if (c.peek(1).type !== 'string') break;
      c.advance();
      return { kind: 'BigNumericLiteral', start, string: parseStringLiteral(c), end: c.previousEnd };
    case 'JSON':
      if (c.peek(1).type !== 'string') break;
      c.advance();
      return { kind: 'JSONLiteral', start, string: parseStringLiteral(c), end: c.previousEnd };
  }
  if (!c.atIdentifier()) c.unexpected();
  return parsePathOperand(c);
}

function parsePathOperand(c: TokenCursor): Expression {
  const { start } = c.token;
  const names = [identifierOf(c, c.advance())];
  while (c.at('.') && c.atIdentifier(1)) {
    c.advance();
    names.push(identifierOf(c, c.advance()));
  }
  const path: Expression = { kind: 'PathExpression', start, end: c.previousEnd, names };
  const [first] = names;
  if (names.length === 1 && first && !first.quoted && !c.at('(') && CURRENT_FUNCTION.test(first.name)) {
    return {
      kind: 'FunctionCall',
      start,
      end: c.previousEnd,
      function: path,
      distinct: false,
      isChained: false,
      isWithoutParentheses: true,
      arguments: [],
      where: undefined,
      nullHandling: undefined,
      havingModifier: undefined,
      groupBy: undefined,
      having: undefined,
      clampedBetween: undefined,
      withReport: undefined,
      orderBy: undefined,
      limit: undefined,
      hint: undefined,
    };
  }
  return path;
}

function keywordCall(c: TokenCursor): Expression {
  const token = c.advance();
  if (!c.at('(')) c.expected('(');
  return parseFunctionCall(c, pathOf(identifierOf(c, token)), token.start);
}
