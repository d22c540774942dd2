import type {
  Expression,
  Identifier,
  PipeIfCase,
  PipeOperator,
  PipeRenameItem,
  PipeSetItem,
  QueryExpression,
  Subpipeline,
} from '../ast/index.ts';
import { parseCreateTablePrefix } from './create-table.ts';
import type { TokenCursor } from './cursor.ts';
import { parsePipeInsert } from './dml.ts';
import { parseExportDataClauses } from './export.ts';
import { parseExpression, startsExpression } from './expression.ts';
import { parsePivot, parseSample, parseTablePrimary, parseUnpivot } from './from.ts';
import { parseOptionalHint } from './hint.ts';
import {
  parseIdentifier,
  parseOptionalAlias,
  parsePath,
  parseRequiredAlias,
  identifierOf,
  pathOf,
} from './identifier.ts';
import { atJoin, joinOf, parseConditions, parseJoinOperator } from './join.ts';
import { parseMatchRecognize } from './match-recognize.ts';
import {
  atSetOperation,
  parseQuery,
  parseQueryWithParentheses,
  parseRecursionDepth,
  parseSetOperationMetadata,
  parseWithClause,
  startsQuery,
} from './query.ts';
import {
  parseOptionalLimit,
  parseOptionalOrderBy,
  parseOptionalWhere,
  parseOptionalWindowClause,
  parsePipeGroupBy,
  parsePipeSelectionList,
  parsePipeSelectionListWithOrder,
  parseSelectClause,
  parseWithModifier,
  selectOf,
} from './select.ts';
import { parseTableClause, parseTvfArguments } from './table-function.ts';

/** pipe_and_pipe_operator+ : "|>" pipe_operator */
export function parsePipeOperators(c: TokenCursor): PipeOperator[] {
  const operators: PipeOperator[] = [];
  while (c.at('|>')) operators.push(parsePipeOperator(c));
  return operators;
}

const GROUP_BY_OUTSIDE =
  'Syntax error: GROUP BY should be part of a pipe AGGREGATE operator, without a leading pipe symbol';

function parsePipeOperator(c: TokenCursor): PipeOperator {
  const { start } = c.expect('|>');
  const operatorStart = c.token.start;
  const end = () => c.previousEnd;
  if (atSetOperation(c)) return parsePipeSetOperation(c, start);
  switch (c.token.symbol) {
    case 'WHERE': {
      const where = parseOptionalWhere(c);
      if (where) return { kind: 'PipeWhere', start, end: end(), where };
      break;
    }
    case 'SELECT': {
      const clause = parseSelectClause(c);
      const window = parseOptionalWindowClause(c, true);
      return { kind: 'PipeSelect', start, end: end(), select: { ...clause, end: end(), window } };
    }
    case 'EXTEND': {
      c.advance();
      const selectList = parsePipeSelectionList(c);
      const window = parseOptionalWindowClause(c, true);
      return { kind: 'PipeExtend', start, end: end(), select: selectOf(operatorStart, end(), selectList, { window }) };
    }
    case 'WINDOW': {
      c.advance();
      const selectList = parsePipeSelectionList(c);
      return { kind: 'PipeWindow', start, end: end(), select: selectOf(operatorStart, end(), selectList) };
    }
    case 'AGGREGATE':
      return parseAggregate(c, start, operatorStart);
    case 'GROUP':
      return c.fail(GROUP_BY_OUTSIDE);
    case 'LIMIT': {
      const limit = parseOptionalLimit(c);
      if (limit) return { kind: 'PipeLimitOffset', start, end: end(), limit };
      break;
    }
    case 'ORDER': {
      const orderBy = parseOptionalOrderBy(c, true);
      if (orderBy) return { kind: 'PipeOrderBy', start, end: end(), orderBy };
      break;
    }
    case 'SET':
      return parseSet(c, start);
    case 'DROP':
      return parseDrop(c, start);
    case 'RENAME':
      return parseRename(c, start);
    case 'AS': {
      c.advance();
      const identifier = parseIdentifier(c);
      const alias = { kind: 'Alias', start: identifier.start, end: identifier.end, identifier } as const;
      return { kind: 'PipeAs', start, end: end(), alias };
    }
    case 'DISTINCT':
      c.advance();
      return { kind: 'PipeDistinct', start, end: end() };
    case 'TABLESAMPLE': {
      const sample = parseSample(c);
      return { kind: 'PipeTablesample', start, end: end(), sample };
    }
    case 'CALL':
      return parseCall(c, start);
    case 'PIVOT': {
      const pivot = parsePivot(c);
      return { kind: 'PipePivot', start, end: end(), pivot };
    }
    case 'UNPIVOT': {
      const unpivot = parseUnpivot(c);
      return { kind: 'PipeUnpivot', start, end: end(), unpivot };
    }
    case 'MATCH_RECOGNIZE': {
      const matchRecognize = parseMatchRecognize(c);
      return { kind: 'PipeMatchRecognize', start, end: end(), matchRecognize };
    }
    case 'RECURSIVE':
      return parseRecursiveUnion(c, start);
    case 'ASSERT':
      return parseAssert(c, start);
    case 'WITH': {
      const withClause = parseWithClause(c);
      c.take(',');
      return { kind: 'PipeWith', start, end: end(), with: withClause };
    }
    case 'DESCRIBE':
      c.advance();
      return { kind: 'PipeDescribe', start, end: end() };
    case 'STATIC_DESCRIBE':
      c.advance();
      return { kind: 'PipeStaticDescribe', start, end: end() };
    case 'LOG': {
      c.advance();
      const hint = parseOptionalHint(c);
      const subpipeline = c.at('(') ? parseSubpipeline(c) : undefined;
      return { kind: 'PipeLog', start, end: end(), hint, subpipeline };
    }
    case 'IF':
      return parseIf(c, start);
    case 'ELSEIF':
      return c.fail('Syntax error: ELSEIF should be part of a pipe IF, without a leading pipe symbol');
    case 'ELSE':
      return c.fail('Syntax error: ELSE should be part of a pipe IF, without a leading pipe symbol');
    case 'FORK': {
      c.advance();
      const hint = parseOptionalHint(c);
      if (!c.at('(')) c.expected('(', ...(hint ? [] : ['@ for hint']));
      return { kind: 'PipeFork', start, hint, subpipelines: parseSubpipelines(c), end: end() };
    }
    case 'TEE': {
      c.advance();
      const hint = parseOptionalHint(c);
      const subpipelines = c.at('(') ? parseSubpipelines(c) : [];
      return { kind: 'PipeTee', start, end: end(), hint, subpipelines };
    }
    case 'EXPORT': {
      c.advance();
      c.expect('DATA');
      const statement = { ...parseExportDataClauses(c, operatorStart), query: undefined };
      if (c.at('AS')) c.fail('Syntax error: AS query is not allowed on pipe EXPORT DATA');
      return { kind: 'PipeExportData', start, end: end(), statement };
    }
    case 'CREATE': {
      const statement = parseCreateTablePrefix(c);
      if (c.at('AS')) c.fail('Syntax error: AS query is not allowed on pipe CREATE TABLE');
      return { kind: 'PipeCreateTable', start, end: end(), statement };
    }
    case 'INSERT': {
      const statement = parsePipeInsert(c);
      return { kind: 'PipeInsert', start, end: end(), statement };
    }
    default:
      if (atJoin(c)) return parsePipeJoin(c, start);
  }
  return c.expected('JOIN');
}

function parseAggregate(c: TokenCursor, start: number, operatorStart: number): PipeOperator {
  c.advance();
  const withModifier = c.at('WITH') && c.peek(1).symbol !== '(' ? parseWithModifier(c) : undefined;
  const listStart = c.previousEnd;
  const selectList = startsExpression(c)
    ? parsePipeSelectionListWithOrder(c)
    : ({ kind: 'SelectList', start: listStart, end: listStart, columns: [] } as const);
  if (selectList.columns.length === 0 && !c.at('GROUP') && !endsOperator(c)) c.unexpected();
  const groupBy = c.at('GROUP') ? parsePipeGroupBy(c) : undefined;
  const select = selectOf(operatorStart, c.previousEnd, selectList, { groupBy });
  return { kind: 'PipeAggregate', start, end: c.previousEnd, withModifier, select };
}

const endsOperator = (c: TokenCursor) => c.atEnd() || c.at('|>') || c.at(')') || c.at(';');

/** The items of SET, DROP and RENAME take plain names only; `refusal` is raised at a dot. */
function parseColumnName(c: TokenCursor, refusal: string): Identifier {
  const { start } = c.token;
  const name = parseIdentifier(c);
  if (c.at('.')) c.fail(refusal, start);
  return name;
}

function parseSet(c: TokenCursor, start: number): PipeOperator {
  c.advance();
  const items: PipeSetItem[] = [];
  do {
    if (items.length > 0 && !c.atIdentifier()) break;
    const itemStart = c.token.start;
    const column = parseColumnName(
      c,
      'Syntax error: Pipe SET can only update columns by column name alone; Setting columns under table aliases or fields under paths is not supported',
    );
    c.expect('=', '.');
    const expression = parseExpression(c);
    items.push({ kind: 'PipeSetItem', start: itemStart, end: c.previousEnd, column, expression });
  } while (c.take(','));
  return { kind: 'PipeSet', start, end: c.previousEnd, items };
}

function parseDrop(c: TokenCursor, start: number): PipeOperator {
  c.advance();
  const listStart = c.token.start;
  const expressions: Identifier[] = [];
  do {
    if (expressions.length > 0 && !c.atIdentifier()) break;
    expressions.push(
      parseColumnName(
        c,
        'Syntax error: Pipe DROP can only drop columns by name alone; Dropping columns under table aliases or fields under paths is not supported',
      ),
    );
  } while (c.take(','));
  const columns = {
    kind: 'ExpressionList',
    start: listStart,
    end: expressions.at(-1)?.end ?? listStart,
    expressions,
  } as const;
  return { kind: 'PipeDrop', start, end: c.previousEnd, columns };
}

function parseRename(c: TokenCursor, start: number): PipeOperator {
  c.advance();
  const items: PipeRenameItem[] = [];
  let end = c.previousEnd;
  do {
    if (items.length > 0 && !c.atIdentifier()) break;
    const itemStart = c.token.start;
    const oldName = parseColumnName(
      c,
      'Syntax error: Pipe RENAME can only rename columns by name alone; Renaming columns under table aliases or fields under paths is not supported',
    );
    c.take('AS');
    const newName = parseIdentifier(c);
    end = c.previousEnd;
    items.push({ kind: 'PipeRenameItem', start: itemStart, end, oldName, newName });
  } while (c.take(','));
  return { kind: 'PipeRename', start, end, items };
}

function parseCall(c: TokenCursor, start: number): PipeOperator {
  c.advance();
  const nameStart = c.token.start;
  const name = c.at('IF') ? pathOf(identifierOf(c, c.advance())) : parsePath(c);
  if (!c.at('(')) c.expected('(', '.');
  const args = parseTvfArguments(c);
  const hint = parseOptionalHint(c);
  const alias = parseOptionalAlias(c);
  const tvf = {
    kind: 'TVF',
    start: nameStart,
    end: c.previousEnd,
    isLateral: false,
    name,
    arguments: args,
    hint,
    alias,
    postfixOperators: [],
  } as const;
  return { kind: 'PipeCall', start, end: c.previousEnd, tvf };
}

function parsePipeJoin(c: TokenCursor, start: number): PipeOperator {
  const inputStart = c.token.start;
  const operator = parseJoinOperator(c);
  const right = parseTablePrimary(c);
  const conditions = parseConditions(c);
  if (conditions.length > 1) {
    const extra = conditions[1];
    c.fail(
      `Syntax error: Expected end of input but got keyword ${extra?.kind === 'UsingClause' ? 'USING' : 'ON'}`,
      extra?.start,
    );
  }
  const end = c.previousEnd;
  const left = { kind: 'PipeJoinLhsPlaceholder', start: inputStart, end } as const;
  // GoogleSQL lets the join begin right after the pipe symbol unless INNER, CROSS or NATURAL was written.
  const isBare = !operator.isExplicitInner && operator.joinType !== 'CROSS' && !operator.natural;
  const join = joinOf(operator, isBare ? start + 2 : inputStart, end, left, right, conditions[0]);
  return { kind: 'PipeJoin', start, end, join };
}

/** set_operation_metadata operand ("," operand)* ","? */
function parsePipeSetOperation(c: TokenCursor, start: number): PipeOperator {
  const metadata = parseSetOperationMetadata(c);
  const inputs: QueryExpression[] = [];
  let end = c.previousEnd;
  do {
    if (inputs.length > 0 && !c.at('(') && !c.at('TABLE')) break;
    if (c.at('TABLE')) {
      inputs.push(parseTableClause(c));
    } else {
      if (!c.at('(')) c.expected('(', 'TABLE');
      c.advance();
      inputs.push(parseQuery(c));
      c.expect(')');
    }
    end = c.previousEnd;
  } while (c.take(','));
  const last = inputs.at(-1);
  if (inputs.length > 1 && last) end = last.end;
  return { kind: 'PipeSetOperation', start, end, metadata, inputs };
}

/** "RECURSIVE" set_operation_metadata depth? (subpipeline | "(" query ")") ("AS" identifier)? */
function parseRecursiveUnion(c: TokenCursor, start: number): PipeOperator {
  c.advance();
  const metadata = parseSetOperationMetadata(c);
  const recursionDepth = c.at('WITH') ? parseRecursionDepth(c) : undefined;
  if (!c.at('(')) c.expected('(', ...(recursionDepth ? [] : ['WITH']));
  let subpipeline: Subpipeline | undefined;
  let query: Extract<QueryExpression, { kind: 'Query' }> | undefined;
  const next = c.peek(1).symbol;
  if (next === '|>' || next === ')') {
    subpipeline = parseSubpipeline(c);
  } else {
    query = parseQueryWithParentheses(c);
  }
  if (c.atIdentifier()) {
    c.fail('Syntax error: The keyword "AS" is required before the alias for pipe RECURSIVE UNION');
  }
  const alias = c.at('AS') ? parseRequiredAlias(c) : undefined;
  return { kind: 'PipeRecursiveUnion', start, end: c.previousEnd, metadata, recursionDepth, subpipeline, query, alias };
}

function parseAssert(c: TokenCursor, start: number): PipeOperator {
  c.advance();
  const condition = parseExpression(c);
  const messages: Expression[] = [];
  while (c.take(',') && startsExpression(c)) messages.push(parseExpression(c));
  return { kind: 'PipeAssert', start, end: c.previousEnd, condition, messages };
}

/** "IF" hint? condition "THEN" subpipeline ("ELSEIF" ...)* ("ELSE" subpipeline)? */
function parseIf(c: TokenCursor, start: number): PipeOperator {
  let caseStart = c.advance().start;
  const hint = parseOptionalHint(c);
  const cases: PipeIfCase[] = [];
  for (;;) {
    const condition = parseExpression(c);
    c.expect('THEN');
    if (!c.at('(')) c.expected('(');
    const subpipeline = parseSubpipeline(c);
    cases.push({ kind: 'PipeIfCase', start: caseStart, end: c.previousEnd, condition, subpipeline });
    if (!c.at('ELSEIF')) break;
    caseStart = c.advance().start;
  }
  let otherwise: Subpipeline | undefined;
  if (c.at('ELSE')) {
    const elseStart = c.advance().start;
    if (c.at('IF')) c.fail('Syntax error: Unexpected ELSE IF; Expected ELSEIF', elseStart);
    if (!c.at('(')) c.expected('(', 'IF');
    otherwise = parseSubpipeline(c);
  }
  return { kind: 'PipeIf', start, end: c.previousEnd, hint, cases, else: otherwise };
}

function parseSubpipelines(c: TokenCursor): Subpipeline[] {
  const subpipelines: Subpipeline[] = [];
  do {
    if (subpipelines.length > 0 && !c.at('(')) break;
    subpipelines.push(parseSubpipeline(c));
  } while (c.take(','));
  return subpipelines;
}

const BAD_START: ReadonlySet<string> = new Set(['WHERE', 'LIMIT', 'JOIN', 'ORDER', 'GROUP', '(']);

/** "(" pipe_operator* ")" */
function parseSubpipeline(c: TokenCursor): Subpipeline {
  return c.nested(() => {
    const { start } = c.expect('(');
    if (startsQuery(c) || c.at('WITH')) {
      c.fail('Syntax error: Expected subpipeline starting with |>, not a subquery');
    }
    if (c.atIdentifier() || c.atOneOf(BAD_START)) c.fail('Syntax error: Expected subpipeline starting with |>');
    const operators = parsePipeOperators(c);
    c.expect(')');
    return { kind: 'Subpipeline', start, end: c.previousEnd, operators };
  });
}
