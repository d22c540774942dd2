import type {
  Expression,
  ExpressionList,
  ForSystemTime,
  FromClause,
  PathExpression,
  PivotClause,
  PivotExpression,
  PivotValue,
  PostfixTableOperator,
  Query,
  SampleClause,
  SampleSuffix,
  TableExpression,
  TablePathExpression,
  TableSubquery,
  TVF,
  UnpivotClause,
  UnpivotInItem,
  WithOffset,
} from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseUnnest } from './constructor.ts';
import { parseExpression, parseOperand } from './expression.ts';
import { parseOptionalHint } from './hint.ts';
import { identifierOf, parseDashedPath, parseIdentifier, parseOptionalAlias, parsePath, pathOf } from './identifier.ts';
import { JoinChain, atJoin, parseJoin } from './join.ts';
import {
  atParameter,
  parseFloatLiteral,
  parseIntLiteral,
  parseParameterExpression,
  parseStringLiteral,
} from './literal.ts';
import { atMatchRecognize, parseMatchRecognize } from './match-recognize.ts';
import { continuesParenthesizedQuery, parseQuery, parseQueryFrom, startsQuery } from './query.ts';
import { parseTvfArguments } from './table-function.ts';
import { parseType } from './type.ts';
import { parseOptionalPartitionBy } from './window.ts';

/** from_clause: "FROM" table_primary ("," table_primary | join)* */
export function parseFromClause(c: TokenCursor): FromClause {
  const { start } = c.expect('FROM');
  if (c.at('@') || c.at('?')) c.fail('Query parameters cannot be used in place of table names');
  if (c.at('@@')) c.fail('System variables cannot be used in place of table names');
  const tableStart = c.token.start;
  const chain = new JoinChain(c, tableStart, parseTablePrimary(c));
  for (;;) {
    if (c.at(',')) chain.addComma(parseTablePrimary);
    else if (atJoin(c)) parseJoin(c, chain, parseTablePrimary);
    else break;
  }
  return { kind: 'FromClause', start, end: c.previousEnd, table: chain.finish() };
}

/** table_primary with the MATCH_RECOGNIZE and TABLESAMPLE clauses that follow it. */
export function parseTablePrimary(c: TokenCursor): TableExpression {
  const { start } = c.token;
  const outer = c.enter();
  const table = parseTableWithoutPostfix(c);
  const result = withPostfix(c, table, start);
  c.leave(outer);
  return result;
}

function withPostfix(c: TokenCursor, table: TableExpression, start: number): TableExpression {
  const postfix: PostfixTableOperator[] = [];
  for (;;) {
    if (c.at('TABLESAMPLE')) postfix.push(parseSample(c));
    else if (atMatchRecognize(c)) postfix.push(parseMatchRecognize(c));
    else break;
  }
  if (postfix.length === 0 || table.kind === 'Join' || table.kind === 'PipeJoinLhsPlaceholder') return table;
  return { ...table, start, end: c.previousEnd, postfixOperators: [...table.postfixOperators, ...postfix] };
}

function parseTableWithoutPostfix(c: TokenCursor): TableExpression {
  const { start } = c.token;
  if (c.at('LATERAL')) {
    c.advance();
    if (c.at('(')) {
      c.advance();
      const query = parseQuery(c);
      c.expect(')');
      return finishSubquery(c, start, query, true);
    }
    const name = parsePath(c);
    if (!c.at('(')) c.expected('(', '.');
    return finishTvf(c, start, name, true);
  }
  if (c.at('UNNEST')) return parseUnnestTable(c);
  if (c.at('(')) {
    const inner = parseParenthesizedTable(c);
    return inner.kind === 'Query' ? finishSubquery(c, start, inner, false) : inner;
  }
  if (c.at('IF') && c.peek(1).symbol === '(') {
    return finishTvf(c, start, pathOf(identifierOf(c, c.advance())), false);
  }
  if (!c.atIdentifier()) c.unexpected();
  const path = parseDashedPath(c);
  if (c.at('(')) return finishTvf(c, start, path, false);
  refuseElementAccess(c);
  return finishTablePath(c, start, path, undefined);
}

const NEEDS_UNNEST = 'is not allowed in the FROM clause without UNNEST; Use UNNEST(<expression>)';

function refuseElementAccess(c: TokenCursor): void {
  if (c.at('[')) c.fail(`Syntax error: Array element access ${NEEDS_UNNEST}`);
  if (c.at('.')) {
    c.advance();
    if (c.at('(')) c.fail(`Syntax error: Generalized field access ${NEEDS_UNNEST}`);
    c.unexpected();
  }
}

function parseUnnestTable(c: TokenCursor): TablePathExpression {
  const { start } = c.token;
  const unnest = parseUnnest(c);
  refuseElementAccess(c);
  return finishTablePath(c, start, undefined, unnest);
}

/** hint? alias? WITH OFFSET? PIVOT? FOR SYSTEM_TIME? after a path or UNNEST. */
export function finishTablePath(
  c: TokenCursor,
  start: number,
  path: PathExpression | undefined,
  unnest: TablePathExpression['unnest'],
): TablePathExpression {
  const hint = parseOptionalHint(c);
  const alias = parseTableAlias(c);
  const withOffset = parseOptionalWithOffset(c);
  const pivot = parseOptionalPivot(c);
  const timeStart = c.token.start;
  const forSystemTime = parseOptionalForSystemTime(c);
  if (pivot && forSystemTime) {
    const name = pivot.kind === 'PivotClause' ? 'PIVOT' : 'UNPIVOT';
    c.fail(`Syntax error: ${name} and FOR SYSTEM TIME AS OF may not be combined`, timeStart);
  }
  return {
    kind: 'TablePathExpression',
    start,
    end: c.previousEnd,
    path,
    unnest,
    hint,
    alias,
    withOffset,
    forSystemTime,
    postfixOperators: pivot ? [pivot] : [],
  };
}

/** merge_source, and the table of other statements: a path or UNNEST. */
export function parseTablePath(c: TokenCursor): TablePathExpression {
  if (c.at('UNNEST')) return parseUnnestTable(c);
  const { start } = c.token;
  if (!c.atIdentifier()) c.unexpected();
  const path = parseDashedPath(c);
  refuseElementAccess(c);
  return finishTablePath(c, start, path, undefined);
}

function finishSubquery(c: TokenCursor, start: number, query: Query, isLateral: boolean): TableSubquery {
  const alias = parseTableAlias(c);
  const pivot = parseOptionalPivot(c);
  return {
    kind: 'TableSubquery',
    start,
    end: c.previousEnd,
    isLateral,
    query,
    alias,
    postfixOperators: pivot ? [pivot] : [],
  };
}

/** The arguments, hint, alias and PIVOT of a table-valued call. */
export function finishTvf(c: TokenCursor, start: number, name: PathExpression, isLateral: boolean): TVF {
  const args = parseTvfArguments(c);
  const hint = parseOptionalHint(c);
  const alias = parseTableAlias(c);
  const pivot = parseOptionalPivot(c);
  return {
    kind: 'TVF',
    start,
    end: c.previousEnd,
    isLateral,
    name,
    arguments: args,
    hint,
    alias,
    postfixOperators: pivot ? [pivot] : [],
  };
}

/** `(` query `)`, for which the query is returned, or `(` join `)`. */
function parseParenthesizedTable(c: TokenCursor): Query | TableExpression {
  const { start } = c.expect('(');
  const outer = c.enter();
  const result = parseInParentheses(c, start);
  c.leave(outer);
  return result;
}

function parseInParentheses(c: TokenCursor, start: number): Query | TableExpression {
  if (startsQuery(c)) {
    const query = parseQuery(c);
    c.expect(')');
    return query;
  }
  const innerStart = c.token.start;
  let first: TableExpression;
  if (c.at('(')) {
    const inner = parseParenthesizedTable(c);
    if (inner.kind === 'Query') {
      if (c.at(')') || (continuesParenthesizedQuery(c) && !atJoin(c))) {
        const query = parseQueryFrom(c, inner, innerStart);
        c.expect(')');
        return query;
      }
      first = withPostfix(c, finishSubquery(c, innerStart, inner, false), innerStart);
    } else {
      first = withPostfix(c, inner, innerStart);
    }
  } else {
    first = parseTablePrimary(c);
  }
  const chain = new JoinChain(c, innerStart, first);
  if (!atJoin(c)) c.expected('JOIN');
  while (atJoin(c)) parseJoin(c, chain, parseTablePrimary);
  const join = chain.finish();
  if (!c.at(')')) c.expected('JOIN');
  c.advance();
  return { kind: 'ParenthesizedJoin', start, end: c.previousEnd, join, postfixOperators: [] };
}

const startsPivot = (c: TokenCursor) => c.at('PIVOT') && c.peek(1).symbol === '(';

const startsUnpivot = (c: TokenCursor) => c.at('UNPIVOT') && ['(', 'INCLUDE', 'EXCLUDE'].includes(c.peek(1).symbol);

/** as_alias? after a table, where PIVOT and UNPIVOT may be keywords or names. */
function parseTableAlias(c: TokenCursor): ReturnType<typeof parseOptionalAlias> {
  if (startsPivot(c) || startsUnpivot(c) || atMatchRecognize(c)) return undefined;
  return parseOptionalAlias(c);
}

/** "WITH" "OFFSET" as_alias? */
export function parseOptionalWithOffset(c: TokenCursor): WithOffset | undefined {
  const { start } = c.token;
  if (!c.take('WITH')) return undefined;
  c.expect('OFFSET');
  const alias = startsPivot(c) || startsUnpivot(c) ? undefined : parseOptionalAlias(c);
  return { kind: 'WithOffset', start, end: c.previousEnd, alias };
}

/** "FOR" ("SYSTEM" "TIME" | "SYSTEM_TIME") "AS" "OF" expression */
export function parseOptionalForSystemTime(c: TokenCursor): ForSystemTime | undefined {
  if (!c.at('FOR')) return undefined;
  const { start } = c.advance();
  if (c.take('SYSTEM')) c.expect('TIME');
  else c.expect('SYSTEM_TIME', 'SYSTEM');
  c.expectSequence('AS', 'OF');
  const expression = parseExpression(c);
  return { kind: 'ForSystemTime', start, end: c.previousEnd, expression };
}

function parseOptionalPivot(c: TokenCursor): PivotClause | UnpivotClause | undefined {
  if (startsPivot(c)) return parsePivot(c);
  if (startsUnpivot(c)) return parseUnpivot(c);
  return undefined;
}

/** "PIVOT" "(" expressions "FOR" expression "IN" "(" values ")" ")" as_alias? */
export function parsePivot(c: TokenCursor): PivotClause {
  const { start } = c.expect('PIVOT');
  c.expect('(');
  const listStart = c.token.start;
  const items: PivotExpression[] = [];
  do {
    const { expression, ...rest } = parseAliased(c);
    items.push({ kind: 'PivotExpression', ...rest, expression });
  } while (c.take(','));
  const expressions = {
    kind: 'PivotExpressionList',
    start: listStart,
    end: c.previousEnd,
    expressions: items,
  } as const;
  c.expect('FOR', ',');
  const forExpression = parseOperand(c);
  if (!c.at('IN')) c.unexpected();
  c.advance();
  c.expect('(');
  const valuesStart = c.token.start;
  const list: PivotValue[] = [];
  do {
    const { expression, ...rest } = parseAliased(c);
    list.push({ kind: 'PivotValue', ...rest, value: expression });
  } while (c.take(','));
  const values = { kind: 'PivotValueList', start: valuesStart, end: c.previousEnd, values: list } as const;
  c.expect(')', ',');
  c.expect(')');
  const alias = parseOptionalAlias(c);
  return { kind: 'PivotClause', start, end: c.previousEnd, expressions, forExpression, values, alias };
}

/** expression as_alias? */
function parseAliased(c: TokenCursor): {
  start: number;
  end: number;
  expression: Expression;
  alias: ReturnType<typeof parseOptionalAlias>;
} {
  const { start } = c.token;
  const expression = parseExpression(c);
  const alias = parseOptionalAlias(c);
  return { start, end: c.previousEnd, expression, alias };
}

/** "UNPIVOT" nulls? "(" columns "FOR" path "IN" "(" items ")" ")" as_alias? */
export function parseUnpivot(c: TokenCursor): UnpivotClause {
  const { start } = c.expect('UNPIVOT');
  let nullFilter: UnpivotClause['nullFilter'];
  const { symbol } = c.token;
  if (symbol === 'INCLUDE' || symbol === 'EXCLUDE') {
    c.advance();
    c.expect('NULLS');
    nullFilter = `${symbol} NULLS`;
  }
  c.expect('(');
  const valueColumns = parseUnpivotColumns(c);
  c.expect('FOR');
  const nameColumn = parsePath(c);
  if (!c.at('IN')) c.expected('IN', '.');
  c.advance();
  const listStart = c.expect('(').start;
  const list: UnpivotInItem[] = [];
  do list.push(parseUnpivotItem(c));
  while (c.take(','));
  c.expect(')', ',');
  const items = { kind: 'UnpivotInItemList', start: listStart, end: c.previousEnd, items: list } as const;
  c.expect(')');
  const alias = parseOptionalAlias(c);
  return { kind: 'UnpivotClause', start, end: c.previousEnd, nullFilter, valueColumns, nameColumn, items, alias };
}

/** path | "(" path ("," path)* ")" */
function parseUnpivotColumns(c: TokenCursor): ExpressionList {
  const { start } = c.token;
  if (!c.take('(')) {
    const path = parsePath(c);
    return { kind: 'ExpressionList', start, end: c.previousEnd, expressions: [path] };
  }
  const listStart = c.token.start;
  const expressions = [parsePath(c)];
  while (c.take(',')) expressions.push(parsePath(c));
  const end = c.previousEnd;
  c.expect(')', ',');
  return { kind: 'ExpressionList', start: listStart, end, expressions };
}

function parseUnpivotItem(c: TokenCursor): UnpivotInItem {
  const { start } = c.token;
  const columns = parseUnpivotColumns(c);
  const labelStart = c.token.start;
  const hasAs = c.take('AS');
  let label: UnpivotInItem['label'];
  const { type } = c.token;
  if (type === 'string' || type === 'integer') {
    const value = type === 'string' ? parseStringLiteral(c) : parseIntLiteral(c);
    label = { kind: 'UnpivotInItemLabel', start: labelStart, end: c.previousEnd, value };
  } else if (hasAs) {
    c.expected('integer literal', 'string literal');
  }
  return { kind: 'UnpivotInItem', start, end: c.previousEnd, columns, label };
}

/** "TABLESAMPLE" identifier "(" size ")" suffix? */
export function parseSample(c: TokenCursor): SampleClause {
  const { start } = c.expect('TABLESAMPLE');
  const method = parseIdentifier(c);
  c.expect('(');
  const sizeStart = c.token.start;
  const size = c.token.type === 'float' ? parseFloatLiteral(c) : parseCastableInt(c);
  const unit = c.at('ROWS') ? 'ROWS' : 'PERCENT';
  c.expect(unit, 'ROWS');
  const partitionBy = parseOptionalPartitionBy(c, false);
  const sampleSize = { kind: 'SampleSize', start: sizeStart, end: c.previousEnd, size, unit, partitionBy } as const;
  c.expect(')');
  const suffix = parseSampleSuffix(c);
  return { kind: 'SampleClause', start, end: c.previousEnd, method, size: sampleSize, suffix };
}

/** "WITH" "WEIGHT" as_alias? repeatable? | repeatable */
function parseSampleSuffix(c: TokenCursor): SampleSuffix | undefined {
  const { start } = c.token;
  let weight: SampleSuffix['weight'];
  if (c.take('WITH')) {
    c.expect('WEIGHT');
    const alias = c.at('REPEATABLE') && c.peek(1).symbol === '(' ? undefined : parseOptionalAlias(c);
    weight = { kind: 'WithWeight', start, end: c.previousEnd, alias };
  }
  const repeatableStart = c.token.start;
  let repeatable: SampleSuffix['repeatable'];
  if (c.take('REPEATABLE')) {
    c.expect('(');
    const argument = parseCastableInt(c);
    c.expect(')');
    repeatable = { kind: 'RepeatableClause', start: repeatableStart, end: c.previousEnd, argument };
  }
  if (!weight && !repeatable) return undefined;
  return { kind: 'SampleSuffix', start, end: c.previousEnd, weight, repeatable };
}

/** possibly_cast_int_literal_or_parameter */
export function parseCastableInt(c: TokenCursor): Expression {
  const { start } = c.token;
  if (!c.take('CAST')) return parseIntOrParameter(c, true);
  c.expect('(');
  const expression = parseIntOrParameter(c, false);
  c.expect('AS');
  const type = parseType(c);
  c.expect(')', 'FORMAT');
  return { kind: 'CastExpression', start, end: c.previousEnd, isSafe: false, expression, type, format: undefined };
}

function parseIntOrParameter(c: TokenCursor, isCastPossible: boolean): Expression {
  if (c.token.type === 'integer') return parseIntLiteral(c);
  if (atParameter(c)) return parseParameterExpression(c);
  if (isCastPossible) return c.unexpected();
  return c.expected('integer literal', '@', '@@', '?');
}
