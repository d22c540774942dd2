import type {
  ClampedBetweenModifier,
  Expression,
  FunctionCall,
  FunctionCallArgument,
  GroupBy,
  HavingModifier,
  NullHandling,
  PathExpression,
  Star,
  WithReportModifier,
} from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression, parseHigherThanAnd, startsExpression } from './expression.ts';
import { parseOptionalHint } from './hint.ts';
import { parseIdentifier, parsePath, parseRequiredAlias, pathOf } from './identifier.ts';
import { parseOptionsList } from './option.ts';
import {
  parseGroupByItems,
  parseOptionalHaving,
  parseOptionalLimit,
  parseOptionalOrderBy,
  parseOptionalWhere,
} from './select.ts';
import { parseWindowSpecification } from './window.ts';

const NOT_CALLABLE =
  'Syntax error: Function call cannot be applied to this expression. Function calls require a path, e.g. a.b.c()';

/** What a call before `(` calls, and the argument that was written before the name. */
function calleeOf(c: TokenCursor, left: Expression): { path: PathExpression; receiver: Expression | undefined } {
  const isParenthesized = left === c.parenthesized;
  switch (left.kind) {
    case 'PathExpression':
      if (isParenthesized) c.fail(NOT_CALLABLE);
      return { path: left, receiver: undefined };
    case 'FunctionCall':
      if (isParenthesized) c.fail(NOT_CALLABLE);
      if (left.isWithoutParentheses) return { path: left.function, receiver: undefined };
      return c.fail('Syntax error: Double function call parentheses');
    case 'DotIdentifier':
    case 'DotGeneralizedField':
      if (isParenthesized) c.fail(NOT_CALLABLE);
      if (left.expression.kind === 'IntLiteral' || left.expression.kind === 'FloatLiteral') c.unexpected();
      return {
        path: left.kind === 'DotIdentifier' ? pathOf(left.name) : left.path,
        receiver: left.expression,
      };
    default:
      return c.fail(NOT_CALLABLE);
  }
}

/** function_call_expression_with_clauses, from the parenthesis on. */
export function parseFunctionCall(c: TokenCursor, left: Expression, start: number): Expression {
  const { path, receiver } = calleeOf(c, left);
  c.advance();
  const distinct = c.take('DISTINCT');
  const args: FunctionCallArgument[] = receiver ? [receiver] : [];
  if (c.at('*')) {
    const star = c.advance();
    const node: Star = { kind: 'Star', start: star.start, end: star.end };
    args.push(node);
    while (c.take(',')) args.push(parseArgument(c));
  } else if (startsExpression(c) || c.at('SELECT')) {
    do args.push(parseArgument(c));
    while (c.take(','));
  }
  const nullHandling = parseNullHandling(c);
  const where = parseOptionalWhere(c);
  const havingModifier = parseHavingModifier(c);
  let groupBy: GroupBy | undefined;
  let having: FunctionCall['having'];
  if (c.at('GROUP')) {
    groupBy = parseGroupByItems(c);
    having = parseOptionalHaving(c);
  }
  const clampedBetween = parseClampedBetween(c);
  const withReport = parseWithReport(c);
  const orderBy = parseOptionalOrderBy(c);
  const limit = parseOptionalLimit(c);
  c.expect(')');
  const callEnd = c.previousEnd;
  const hint = parseOptionalHint(c);
  const call: FunctionCall = {
    kind: 'FunctionCall',
    start,
    end: hint ? c.previousEnd : callEnd,
    function: path,
    distinct,
    isChained: receiver !== undefined,
    isWithoutParentheses: false,
    arguments: args,
    where,
    nullHandling,
    havingModifier,
    groupBy,
    having,
    clampedBetween,
    withReport,
    orderBy,
    limit,
    hint,
  };
  if (!c.take('OVER')) return call;
  const window = parseWindowSpecification(c);
  return { kind: 'AnalyticFunctionCall', start, end: c.previousEnd, call, window };
}

function parseNullHandling(c: TokenCursor): NullHandling | undefined {
  const { symbol } = c.token;
  if (symbol !== 'IGNORE' && symbol !== 'RESPECT') return undefined;
  c.advance();
  c.expect('NULLS');
  return `${symbol} NULLS`;
}

/** "HAVING" ("MAX" | "MIN") expression */
function parseHavingModifier(c: TokenCursor): HavingModifier | undefined {
  const { start } = c.token;
  if (!c.take('HAVING')) return undefined;
  const { symbol } = c.token;
  if (symbol !== 'MAX' && symbol !== 'MIN') return c.expected('MAX', 'MIN');
  c.advance();
  const expression = parseExpression(c);
  return { kind: 'HavingModifier', start, end: c.previousEnd, modifier: symbol, expression };
}

/** "CLAMPED" "BETWEEN" low "AND" high */
function parseClampedBetween(c: TokenCursor): ClampedBetweenModifier | undefined {
  const { start } = c.token;
  if (!c.take('CLAMPED')) return undefined;
  c.expect('BETWEEN');
  const low = parseHigherThanAnd(c);
  c.expect('AND');
  const high = parseExpression(c);
  return { kind: 'ClampedBetweenModifier', start, end: c.previousEnd, low, high };
}

/** "WITH" "REPORT" options_list? */
function parseWithReport(c: TokenCursor): WithReportModifier | undefined {
  const { start } = c.token;
  if (!c.take('WITH')) return undefined;
  c.expect('REPORT');
  const options = c.at('(') ? parseOptionsList(c) : undefined;
  return { kind: 'WithReportModifier', start, end: c.previousEnd, options };
}

const NOT_A_QUERY =
  'Each function argument is an expression, not a query; to use a query as an expression, the query must be wrapped with additional parentheses to make it a scalar subquery expression';

/** function_call_argument */
function parseArgument(c: TokenCursor): FunctionCallArgument {
  const { start } = c.token;
  if (c.at('SELECT')) c.fail(NOT_A_QUERY);
  const reference = parseReferenceArgument(c);
  if (reference) return reference;
  if (c.atIdentifier() && c.peek(1).symbol === '=>') return parseNamedArgument(c);
  const expression = parseExpressionOrLambda(c);
  if (expression.kind === 'Lambda' || !c.at('AS')) return expression;
  const alias = parseRequiredAlias(c);
  return { kind: 'ExpressionWithAlias', start, end: c.previousEnd, expression, alias };
}

/** `MODEL path` and `SEQUENCE path`. */
export function parseReferenceArgument(c: TokenCursor): FunctionCallArgument | undefined {
  const { start, symbol } = c.token;
  if ((symbol !== 'MODEL' && symbol !== 'SEQUENCE') || !c.atIdentifier(1)) return undefined;
  if (c.peek(1).symbol === 'CLAMPED') return undefined;
  c.advance();
  const path = parsePath(c);
  return { kind: symbol === 'MODEL' ? 'ModelArg' : 'SequenceArg', start, end: c.previousEnd, path };
}

/** expression | lambda_argument_list "->" expression */
export function parseExpressionOrLambda(
  c: TokenCursor,
): Expression | Extract<FunctionCallArgument, { kind: 'Lambda' }> {
  const { start } = c.token;
  const expression = parseExpression(c);
  if (!c.at('->')) return expression;
  if (expression.kind !== 'PathExpression' && expression.kind !== 'StructConstructorWithParens') {
    c.fail('Syntax error: Expecting lambda argument list', start);
  }
  // A list of one parameter is a parenthesized path, which is no node; the lambda starts at the parenthesis.
  c.advance();
  const body = parseExpression(c);
  return { kind: 'Lambda', start, end: c.previousEnd, parameters: expression, body };
}

/** identifier "=>" (expression | lambda | MODEL path | SEQUENCE path | INPUT TABLE) */
export function parseNamedArgument(c: TokenCursor): Extract<FunctionCallArgument, { kind: 'NamedArgument' }> {
  const { start } = c.token;
  const name = parseIdentifier(c);
  c.expect('=>');
  const value = parseReferenceArgument(c) ?? parseInputTable(c) ?? parseExpressionOrLambda(c);
  return { kind: 'NamedArgument', start, end: c.previousEnd, name, value };
}

/** "INPUT" "TABLE" */
export function parseInputTable(c: TokenCursor): FunctionCallArgument | undefined {
  if (!c.atSequence('INPUT', 'TABLE')) return undefined;
  const { start } = c.advance();
  c.advance();
  return { kind: 'InputTableArgument', start, end: c.previousEnd };
}
