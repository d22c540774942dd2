import type {
  AssertRowsModified,
  DeleteStatement,
  Expression,
  GeneralizedPathExpression,
  InsertStatement,
  InsertValuesRow,
  InsertValuesRowList,
  Location,
  MergeAction,
  MergeStatement,
  MergeWhenClause,
  ReturningClause,
  TableExpression,
  TruncateStatement,
  UpdateItem,
  UpdateItemList,
  UpdateStatement,
} from '../ast/index.ts';
import { parseColumnList } from './column-schema.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import {
  parseCastableInt,
  parseFromClause,
  parseOptionalWithOffset,
  parseTablePath,
  parseTablePrimary,
} from './from.ts';
import { parseOptionalHint } from './hint.ts';
import { identifierOf, parseDashedPath, parseIdentifier, parseOptionalAlias, parsePath, pathOf } from './identifier.ts';
import { parseQuery, startsQuery } from './query.ts';
import { parseSelectList } from './select.ts';
import { parseTableClause } from './table-function.ts';

/** maybe_dashed_generalized_path_expression */
function parseTarget(c: TokenCursor): GeneralizedPathExpression {
  const { start } = c.token;
  return continuePath(c, parseDashedPath(c), start);
}

/** generalized_path_expression: a path, field and array accesses. */
function parseGeneralizedPath(c: TokenCursor): GeneralizedPathExpression {
  const { start } = c.token;
  return continuePath(c, pathOf(parseIdentifier(c)), start);
}

function continuePath(c: TokenCursor, first: GeneralizedPathExpression, start: number): GeneralizedPathExpression {
  let path = first;
  for (let depth = 0; ; depth++) {
    if (depth > 0) c.deepen();
    if (c.take('.')) {
      if (c.take('(')) {
        const extension = parsePath(c);
        c.expect(')', '.');
        path = { kind: 'DotGeneralizedField', start, end: c.previousEnd, expression: path, path: extension };
        continue;
      }
      if (!c.atIdentifier()) c.unexpected();
      const name = identifierOf(c, c.advance());
      if (path.kind === 'PathExpression') path = { ...path, end: c.previousEnd, names: [...path.names, name] };
      else path = { kind: 'DotIdentifier', start, end: c.previousEnd, expression: path, name };
    } else if (c.at('[')) {
      const bracket = c.advance();
      const bracketLocation: Location = { kind: 'Location', start: bracket.start, end: bracket.end };
      const position = parseExpression(c);
      c.expect(']');
      path = { kind: 'ArrayElement', start, end: c.previousEnd, array: path, bracketLocation, position };
    } else {
      return path;
    }
  }
}

type InsertHead = Omit<InsertStatement, 'rows' | 'query' | 'assertRowsModified' | 'returning'>;

/** "INSERT" mode? "INTO"? target hint? columns? */
function parseInsertHead(c: TokenCursor): InsertHead {
  const { start } = c.expect('INSERT');
  const mode = parseInsertMode(c);
  c.take('INTO');
  const target = parseTarget(c);
  const hint = parseOptionalHint(c);
  const columns = c.at('(') && !startsQueryInParentheses(c) ? parseInsertColumns(c) : undefined;
  return { kind: 'InsertStatement', start, end: c.previousEnd, mode, target, hint, columns };
}

function parseInsertColumns(c: TokenCursor): InsertStatement['columns'] {
  const { start } = c.token;
  c.expect('(');
  const identifiers = [parseIdentifier(c)];
  while (c.take(',')) identifiers.push(parseIdentifier(c));
  c.expect(')');
  return { kind: 'ColumnList', start, end: c.previousEnd, identifiers };
}

function startsQueryInParentheses(c: TokenCursor): boolean {
  let distance = 1;
  while (c.peek(distance).symbol === '(') distance++;
  const { symbol } = c.peek(distance);
  return (
    symbol === 'SELECT' ||
    symbol === 'WITH' ||
    symbol === 'FROM' ||
    (symbol === 'TABLE' && c.atIdentifier(distance + 1))
  );
}

/** "OR"? ("IGNORE" | "REPLACE" | "UPDATE"); the latter two are names where nothing of a target follows. */
function parseInsertMode(c: TokenCursor): InsertStatement['mode'] {
  const hasOr = c.take('OR');
  const { symbol } = c.token;
  if (symbol === 'IGNORE') {
    c.advance();
    return symbol;
  }
  if (symbol === 'REPLACE' || symbol === 'UPDATE') {
    if (hasOr || c.peek(1).symbol === 'INTO' || startsTargetAfterMode(c)) {
      c.advance();
      return symbol;
    }
    return undefined;
  }
  if (hasOr) c.expected('IGNORE', 'REPLACE', 'UPDATE');
  return undefined;
}

function startsTargetAfterMode(c: TokenCursor): boolean {
  if (!c.atIdentifier(1)) return false;
  const { symbol } = c.peek(1);
  return symbol !== 'VALUES' || c.peek(2).symbol === 'VALUES';
}

/** insert_statement */
export function parseInsert(c: TokenCursor): InsertStatement {
  const head = parseInsertHead(c);
  let rows: InsertValuesRowList | undefined;
  let query: InsertStatement['query'];
  if (c.at('VALUES')) {
    rows = parseRows(c);
  } else if (c.at('TABLE')) {
    const body = parseTableClause(c);
    query = {
      kind: 'Query',
      start: body.start,
      end: body.end,
      with: undefined,
      body,
      orderBy: undefined,
      limit: undefined,
      pipeOperators: [],
    };
  } else {
    if (!startsQuery(c) && !c.at('(')) c.unexpected();
    if (head.columns && c.at('(') && !startsQueryInParentheses(c)) {
      c.advance();
      c.unexpected();
    }
    query = parseQuery(c);
  }
  const assertRowsModified = parseAssertRowsModified(c);
  const returning = parseReturning(c);
  return { ...head, end: c.previousEnd, rows, query, assertRowsModified, returning };
}

/** insert_statement_in_pipe: without rows and query. */
export function parsePipeInsert(c: TokenCursor): InsertStatement {
  const head = parseInsertHead(c);
  const assertRowsModified = parseAssertRowsModified(c);
  const returning = parseReturning(c);
  return { ...head, end: c.previousEnd, rows: undefined, query: undefined, assertRowsModified, returning };
}

/** "VALUES" row ("," row)* */
function parseRows(c: TokenCursor): InsertValuesRowList {
  const { start } = c.expect('VALUES');
  const rows = [parseRow(c)];
  while (c.take(',')) rows.push(parseRow(c));
  return { kind: 'InsertValuesRowList', start, end: c.previousEnd, rows };
}

/** "(" (expression | "DEFAULT") ("," ...)* ")" */
function parseRow(c: TokenCursor): InsertValuesRow {
  const { start } = c.expect('(');
  const values: InsertValuesRow['values'][number][] = [];
  do values.push(parseExpressionOrDefault(c));
  while (c.take(','));
  c.expect(')', ',');
  return { kind: 'InsertValuesRow', start, end: c.previousEnd, values };
}

function parseExpressionOrDefault(c: TokenCursor): InsertValuesRow['values'][number] {
  const { start } = c.token;
  if (c.take('DEFAULT')) return { kind: 'DefaultLiteral', start, end: c.previousEnd };
  return parseExpression(c);
}

/** "ASSERT_ROWS_MODIFIED" count */
function parseAssertRowsModified(c: TokenCursor): AssertRowsModified | undefined {
  const { start } = c.token;
  if (!c.take('ASSERT_ROWS_MODIFIED')) return undefined;
  const count = parseCastableInt(c);
  return { kind: 'AssertRowsModified', start, end: c.previousEnd, count };
}

/** "THEN" "RETURN" ("WITH" "ACTION" ("AS" identifier)?)? select_list */
function parseReturning(c: TokenCursor): ReturningClause | undefined {
  const { start } = c.token;
  if (!c.take('THEN')) return undefined;
  c.expect('RETURN');
  let actionAlias: ReturningClause['actionAlias'];
  let isAliased = false;
  if (c.at('WITH') && c.peek(1).symbol === 'ACTION') {
    c.advance();
    const action = c.advance();
    const aliasStart = c.token.start;
    isAliased = c.take('AS');
    if (isAliased) {
      const identifier = parseIdentifier(c);
      actionAlias = { kind: 'Alias', start: aliasStart, end: c.previousEnd, identifier };
    } else {
      // Without a name the column is called ACTION.
      const { start: actionStart, end } = action;
      const identifier = { kind: 'Identifier', start: actionStart, end, name: 'ACTION', quoted: false } as const;
      actionAlias = { kind: 'Alias', start: actionStart, end, identifier };
    }
  }
  const selectList = parseSelectList(c);
  const end = c.previousEnd;
  if (isAliased && actionAlias) actionAlias = { ...actionAlias, start, end };
  return { kind: 'ReturningClause', start, end, selectList, actionAlias };
}

function parseWhere(c: TokenCursor): Expression | undefined {
  return c.take('WHERE') ? parseExpression(c) : undefined;
}

/** delete_statement */
export function parseDelete(c: TokenCursor): DeleteStatement {
  const { start } = c.expect('DELETE');
  c.take('FROM');
  const target = parseTarget(c);
  const hint = parseOptionalHint(c);
  const alias = parseOptionalAlias(c);
  const withOffset = parseOptionalWithOffset(c);
  const where = parseWhere(c);
  const assertRowsModified = parseAssertRowsModified(c);
  const returning = parseReturning(c);
  return {
    kind: 'DeleteStatement',
    start,
    end: c.previousEnd,
    target,
    hint,
    alias,
    withOffset,
    where,
    assertRowsModified,
    returning,
  };
}

/** update_statement */
export function parseUpdate(c: TokenCursor): UpdateStatement {
  const { start } = c.expect('UPDATE');
  const target = parseTarget(c);
  const hint = parseOptionalHint(c);
  const alias = parseOptionalAlias(c);
  const withOffset = parseOptionalWithOffset(c);
  if (!c.at('SET')) c.unexpected();
  c.advance();
  const items = parseUpdateItems(c);
  const from = c.at('FROM') ? parseFromClause(c) : undefined;
  const where = parseWhere(c);
  const assertRowsModified = parseAssertRowsModified(c);
  const returning = parseReturning(c);
  return {
    kind: 'UpdateStatement',
    start,
    end: c.previousEnd,
    target,
    hint,
    alias,
    withOffset,
    items,
    from,
    where,
    assertRowsModified,
    returning,
  };
}

/** update_item ("," update_item)* */
function parseUpdateItems(c: TokenCursor): UpdateItemList {
  const { start } = c.token;
  const items = [parseUpdateItem(c)];
  while (c.take(',')) items.push(parseUpdateItem(c));
  return { kind: 'UpdateItemList', start, end: c.previousEnd, items };
}

/** path "=" value | "(" dml_statement ")" */
function parseUpdateItem(c: TokenCursor): UpdateItem {
  const { start } = c.token;
  if (c.at('(')) {
    const item = c.nested(() => {
      c.advance();
      const statement = parseNestedDml(c);
      c.expect(')');
      return statement;
    });
    return { kind: 'UpdateItem', start, end: c.previousEnd, item };
  }
  if (!c.atIdentifier()) c.expected('(');
  const path = parseGeneralizedPath(c);
  if (!c.at('=')) c.expected('=', '.', '[');
  c.advance();
  const value = parseExpressionOrDefault(c);
  const end = c.previousEnd;
  return { kind: 'UpdateItem', start, end, item: { kind: 'UpdateSetValue', start, end, path, value } };
}

function parseNestedDml(c: TokenCursor): InsertStatement | DeleteStatement | UpdateStatement {
  switch (c.token.symbol) {
    case 'INSERT':
      return parseInsert(c);
    case 'DELETE':
      return parseDelete(c);
    case 'UPDATE':
      return parseUpdate(c);
    default:
      return c.expected('DELETE', 'INSERT', 'UPDATE');
  }
}

/** "TRUNCATE" "TABLE" path where? */
export function parseTruncate(c: TokenCursor): TruncateStatement {
  const { start } = c.expect('TRUNCATE');
  c.expect('TABLE');
  const target = parseDashedPath(c);
  const where = parseWhere(c);
  return { kind: 'TruncateStatement', start, end: c.previousEnd, target, where };
}

/** merge_statement */
export function parseMerge(c: TokenCursor): MergeStatement {
  const { start } = c.expect('MERGE');
  c.take('INTO');
  const target = parseDashedPath(c);
  const alias = parseOptionalAlias(c);
  if (!c.at('USING')) {
    if (alias) c.expected('USING');
    c.unexpected();
  }
  c.advance();
  const source: TableExpression = c.at('(') ? parseTablePrimary(c) : parseTablePath(c);
  if (!c.at('ON')) c.expected('ON');
  c.advance();
  const condition = parseExpression(c);
  const listStart = c.token.start;
  if (!c.at('WHEN')) c.expected('WHEN');
  const clauses: MergeWhenClause[] = [];
  while (c.at('WHEN')) clauses.push(parseWhenClause(c));
  const whenClauses = { kind: 'MergeWhenClauseList', start: listStart, end: c.previousEnd, clauses } as const;
  return { kind: 'MergeStatement', start, end: c.previousEnd, target, alias, source, condition, whenClauses };
}

/** "WHEN" ("MATCHED" | "NOT" "MATCHED" ("BY" ("TARGET" | "SOURCE"))?) ("AND" expression)? "THEN" action */
function parseWhenClause(c: TokenCursor): MergeWhenClause {
  const { start } = c.expect('WHEN');
  let matchType: MergeWhenClause['matchType'] = 'MATCHED';
  let allowsBy = false;
  if (c.take('NOT')) {
    c.expect('MATCHED');
    matchType = 'NOT_MATCHED_BY_TARGET';
    allowsBy = true;
    if (c.take('BY')) {
      allowsBy = false;
      if (c.take('SOURCE')) matchType = 'NOT_MATCHED_BY_SOURCE';
      else c.expect('TARGET', 'SOURCE');
    }
  } else {
    c.expect('MATCHED', 'NOT');
  }
  const condition = c.take('AND') ? parseExpression(c) : undefined;
  if (condition) c.expect('THEN');
  else c.expect('THEN', 'AND', ...(allowsBy ? ['BY'] : []));
  const action = parseMergeAction(c);
  return { kind: 'MergeWhenClause', start, end: c.previousEnd, matchType, condition, action };
}

function parseMergeAction(c: TokenCursor): MergeAction {
  const { start, symbol } = c.token;
  let columns: MergeAction['columns'];
  let row: MergeAction['row'];
  let items: MergeAction['items'];
  switch (symbol) {
    case 'DELETE':
      c.advance();
      break;
    case 'UPDATE':
      c.advance();
      c.expect('SET');
      items = parseUpdateItems(c);
      break;
    case 'INSERT': {
      c.advance();
      columns = c.at('(') ? parseColumnList(c) : undefined;
      const rowStart = c.token.start;
      if (c.take('ROW')) {
        row = { kind: 'InsertValuesRow', start: rowStart, end: c.previousEnd, values: [] };
      } else {
        c.expect('VALUES', 'ROW', ...(columns ? [] : ['(']));
        row = parseRow(c);
      }
      break;
    }
    default:
      return c.expected('DELETE', 'INSERT', 'UPDATE');
  }
  return { kind: 'MergeAction', start, end: c.previousEnd, action: symbol, columns, row, items };
}
