import type {
  AnySomeAllOp,
  ArrayType,
  BinaryExpression,
  BinaryOperator,
  Expression,
  ExpressionSubquery,
  FormatClause,
  InList,
  Location,
  Query,
  QuantifiedComparisonExpression,
  RangeType,
  StructConstructorArg,
  StructType,
  UnnestExpression,
} from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseFunctionCall } from './function-call.ts';
import { parseOptionalHint } from './hint.ts';
import { identifierOf, parseIdentifier, parsePath, parseRequiredAlias, pathOf } from './identifier.ts';
import {
  parseBytesLiteral,
  parseFloatLiteral,
  parseIntLiteral,
  parseParameterExpression,
  parseStringLiteral,
} from './literal.ts';
import { continuesParenthesizedQuery, parseQuery, parseQueryFrom, startsQuery } from './query.ts';
import { parseRawType, parseType } from './type.ts';

/** GoogleSQL's operator precedence, from OR up. */
const PRECEDENCE = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  bitOr: 5,
  bitXor: 6,
  bitAnd: 7,
  shift: 8,
  additive: 9,
  concat: 10,
  multiplicative: 11,
  unary: 12,
} as const;

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

function parseOperators(c: TokenCursor, minimum: number): Expression {
  const outer = c.enter();
  const { start } = c.token;
  const operand = parseUnary(c, minimum);
  const result = continueOperators(c, operand, start, minimum);
  c.leave(outer);
  return result;
}

/** Reads the operators that follow a left operand which began at `start`. */
function continueOperators(c: TokenCursor, first: Expression, start: number, minimum: number): Expression {
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

const binary = (
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

function parseComparison(c: TokenCursor, left: Expression, start: number): Expression {
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

/** What may follow an operand: field access, array access and calls, which bind tighter than any operator. */
function continuePrimary(c: TokenCursor, operand: Expression, start: number): Expression {
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

function parsePrimary(c: TokenCursor): Expression {
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

const subqueryOf = (query: Query, start: number, end: number): ExpressionSubquery => ({
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
function parseParenthesized(c: TokenCursor): Expression {
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

function parseArrayConstructor(c: TokenCursor, start: number, type: ArrayType | undefined): Expression {
  c.expect('[');
  const elements = startsExpression(c) ? parseExpressions(c) : [];
  c.expect(']');
  return { kind: 'ArrayConstructor', start, end: c.previousEnd, type, elements };
}

/** "ARRAY" ("[" ... "]" | "<" type ">" "[" ... "]" | "(" query ")") */
function parseArray(c: TokenCursor): Expression {
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

/** "(" query ")" */
export function parseParenthesizedQuery(c: TokenCursor): Query {
  c.expect('(');
  const query = parseQuery(c);
  c.expect(')');
  return query;
}

/** struct_constructor with its keyword. */
function parseStruct(c: TokenCursor): Expression {
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
function parseExists(c: TokenCursor): Expression {
  const { start } = c.advance();
  const hint = parseOptionalHint(c);
  if (!c.at('(')) c.unexpected();
  const query = parseParenthesizedQuery(c);
  return { kind: 'ExpressionSubquery', start, end: c.previousEnd, modifier: 'EXISTS', hint, query };
}

/** "INTERVAL" expression identifier ("TO" identifier)? */
function parseInterval(c: TokenCursor): Expression {
  const { start } = c.advance();
  const value = parseExpression(c);
  const datePart = parseIdentifier(c);
  const datePartTo = c.take('TO') ? parseIdentifier(c) : undefined;
  return { kind: 'IntervalExpr', start, end: c.previousEnd, value, datePart, datePartTo };
}

/** range_literal: "RANGE" "<" type ">" string_literal */
function parseRange(c: TokenCursor): Expression {
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
function parseWith(c: TokenCursor): Expression {
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
function parseCase(c: TokenCursor): Expression {
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
function parseCast(c: TokenCursor): Expression {
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
function parseExtract(c: TokenCursor): Expression {
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

/** An expression without AND, OR, NOT and comparisons, which `FOR x IN (...)` of PIVOT must not read. */
export function parseOperand(c: TokenCursor): Expression {
  return parseOperators(c, PRECEDENCE.bitOr);
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
