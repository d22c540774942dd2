import type {
  AliasedQuery,
  ExpressionList,
  IntOrUnbounded,
  Query,
  QueryExpression,
  RecursionDepthModifier,
  SetOperation,
  SetOperationColumnMatchMode,
  SetOperationColumnPropagationMode,
  SetOperationMetadata,
  WithClause,
  WithClauseEntry,
} from '../ast/index.ts';
import type { TokenCursor } from './cursor.ts';
import { parseFromClause } from './from.ts';
import { parseOptionalHint } from './hint.ts';
import { parseIdentifier, parseRequiredAlias } from './identifier.ts';
import { atParameter, parseIntLiteral, parseParameterExpression } from './literal.ts';
import { parsePipeOperators } from './pipe.ts';
import { parseOptionalLimit, parseOptionalOrderBy, parseParenthesizedNames, parseSelect } from './select.ts';
import { parseTableClause } from './table-function.ts';

const AFTER_TABLE_CLAUSE: ReadonlySet<string> = new Set([
  'WHERE',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'ORDER',
  'LIMIT',
  '.',
  ')',
  '(',
  '|>',
  ';',
]);

/** Whether a query starts here, parentheses apart. */
export function startsQuery(c: TokenCursor): boolean {
  switch (c.token.symbol) {
    case 'SELECT':
    case 'FROM':
      return true;
    case 'WITH':
      return c.peek(1).symbol !== '(';
    case 'TABLE':
      return c.atIdentifier(1) && (c.peek(2).type === 'end' || AFTER_TABLE_CLAUSE.has(c.peek(2).symbol));
    default:
      return false;
  }
}

const CONTINUES_QUERY: ReadonlySet<string> = new Set(['UNION', 'INTERSECT', 'ORDER', 'LIMIT', '|>']);

/** Whether a query in parentheses is followed by something that makes it a part of a greater one. */
export const continuesParenthesizedQuery = (c: TokenCursor): boolean => c.atOneOf(CONTINUES_QUERY) || atSetOperation(c);

/** query: everything from WITH to the last pipe operator. */
export function parseQuery(c: TokenCursor): Query {
  return c.nested(() => {
    const { start } = c.token;
    const withClause = c.at('WITH') ? parseMainWith(c) : undefined;
    if (c.at('FROM')) return parseFromQuery(c, start, withClause);
    const operandStart = c.token.start;
    const first = parseQueryPrimary(c, withClause ? QUERY_PRIMARY : QUERY_START);
    return finishQuery(c, start, withClause, first, operandStart);
  });
}

/** Continues a query whose first operand is a parenthesized one that began at `start`. */
export const parseQueryFrom = (c: TokenCursor, first: Query, start: number): Query =>
  finishQuery(c, start, undefined, first, start);

const QUERY_START = ['(', 'SELECT', 'WITH', 'FROM', 'TABLE'];
const QUERY_PRIMARY = ['(', 'SELECT', 'TABLE', 'FROM', 'WITH'];
const SET_OPERATION_OPERAND = ['(', 'SELECT', 'TABLE'];

function finishQuery(
  c: TokenCursor,
  start: number,
  withClause: WithClause | undefined,
  first: QueryExpression,
  operandStart: number,
): Query {
  const operandEnd = c.previousEnd;
  const body = parseSetOperations(c, first, operandStart);
  const orderBy = parseOptionalOrderBy(c);
  const limit = parseOptionalLimit(c);
  let query: Query;
  const isBare = !withClause && !orderBy && !limit;
  if (body.kind === 'Query' && isBare) {
    if (!c.at('|>')) return body;
    query = queryOf(start, operandEnd, undefined, body);
  } else {
    query = { ...queryOf(start, c.previousEnd, withClause, body), orderBy, limit };
  }
  return withPipes(c, query);
}

const queryOf = (start: number, end: number, withClause: WithClause | undefined, body: QueryExpression): Query => ({
  kind: 'Query',
  start,
  end,
  with: withClause,
  body,
  orderBy: undefined,
  limit: undefined,
  pipeOperators: [],
});

function withPipes(c: TokenCursor, query: Query): Query {
  if (!c.at('|>')) return query;
  const pipeOperators = parsePipeOperators(c);
  return { ...query, end: pipeOperators.at(-1)?.end ?? query.end, pipeOperators };
}

const ONLY_IN_PIPES: ReadonlySet<string> = new Set(['WHERE', 'SELECT', 'GROUP']);
const IN_PIPES_OR_PARENTHESES: ReadonlySet<string> = new Set(['ORDER', 'UNION', 'INTERSECT', 'EXCEPT', 'LIMIT']);

/** with_clause? from_clause, which only pipe operators may follow. */
function parseFromQuery(c: TokenCursor, start: number, withClause: WithClause | undefined): Query {
  const fromStart = c.token.start;
  const from = parseFromClause(c);
  const { symbol } = c.token;
  if (c.atOneOf(ONLY_IN_PIPES)) {
    const keyword = symbol === 'GROUP' ? 'GROUP BY' : symbol;
    const operator = symbol === 'GROUP' ? 'AGGREGATE' : symbol;
    c.fail(`Syntax error: ${keyword} not supported after FROM query; Consider using pipe operator \`|> ${operator}\``);
  }
  if (c.atOneOf(IN_PIPES_OR_PARENTHESES) && (symbol !== 'EXCEPT' || atSetOperation(c))) {
    const keyword = symbol === 'ORDER' ? 'ORDER BY' : symbol;
    c.fail(
      `Syntax error: ${keyword} not supported after FROM query; Consider using pipe operator \`|> ${keyword}\` or parentheses around the FROM query`,
    );
  }
  const body: QueryExpression = { kind: 'FromQuery', start: fromStart, end: c.previousEnd, from };
  return withPipes(c, queryOf(start, c.previousEnd, withClause, body));
}

/** query_primary: select | table_clause | "(" query ")" */
function parseQueryPrimary(c: TokenCursor, expected: readonly string[]): QueryExpression {
  if (c.at('SELECT')) return parseSelect(c);
  if (c.at('TABLE')) return parseTableClause(c);
  if (!c.at('(')) c.expected(...expected);
  c.advance();
  const query = parseQuery(c);
  c.expect(')');
  if (c.at('AS') && c.atIdentifier(1)) c.fail('Syntax error: Alias not allowed on parenthesized outer query');
  return query;
}

const SET_OPERATORS: ReadonlySet<string> = new Set(['UNION', 'INTERSECT', 'EXCEPT']);

/** Whether a set operator is here, perhaps after its outer mode. */
export function atSetOperation(c: TokenCursor): boolean {
  return setOperatorDistance(c) !== undefined;
}

function setOperatorDistance(c: TokenCursor): number | undefined {
  const { symbol } = c.token;
  if (symbol === 'EXCEPT') return c.peek(1).symbol === '(' ? undefined : 0;
  if (SET_OPERATORS.has(symbol)) return 0;
  if (symbol === 'OUTER') return SET_OPERATORS.has(c.peek(1).symbol) ? 1 : undefined;
  if (symbol !== 'FULL' && symbol !== 'LEFT' && symbol !== 'INNER') return undefined;
  const distance = c.peek(1).symbol === 'OUTER' ? 2 : 1;
  return SET_OPERATORS.has(c.peek(distance).symbol) ? distance : undefined;
}

function parseSetOperations(c: TokenCursor, first: QueryExpression, start: number): QueryExpression {
  if (!atSetOperation(c)) return first;
  const inputs = [first];
  const entries: SetOperationMetadata[] = [];
  while (atSetOperation(c)) {
    entries.push(parseSetOperationMetadata(c));
    if (c.at('FROM')) {
      c.fail('Syntax error: Unexpected FROM; FROM queries following a set operation must be parenthesized');
    }
    inputs.push(parseQueryPrimary(c, SET_OPERATION_OPERAND));
  }
  const metadata: SetOperation['metadata'] = {
    kind: 'SetOperationMetadataList',
    start: entries[0]?.start ?? start,
    end: entries.at(-1)?.end ?? start,
    entries,
  };
  return { kind: 'SetOperation', start, end: c.previousEnd, metadata, inputs };
}

/** set_operation_metadata: outer_mode? type hint? ("ALL" | "DISTINCT") "STRICT"? column_match? */
export function parseSetOperationMetadata(c: TokenCursor): SetOperationMetadata {
  const { start } = c.token;
  let columnPropagationMode = parseOuterMode(c);
  const { symbol, start: typeStart, end: typeEnd } = c.token;
  if (symbol !== 'UNION' && symbol !== 'INTERSECT' && symbol !== 'EXCEPT') return c.unexpected();
  if (
    symbol === 'EXCEPT' &&
    !(c.peek(1).symbol === 'ALL' || c.peek(1).symbol === 'DISTINCT' || c.peek(1).symbol === '@')
  ) {
    c.fail('EXCEPT must be followed by ALL, DISTINCT, or "("');
  }
  c.advance();
  const operation = { kind: 'SetOperationType', start: typeStart, end: typeEnd, operator: symbol } as const;
  const hint = parseOptionalHint(c);
  const { token } = c;
  if (token.symbol !== 'ALL' && token.symbol !== 'DISTINCT') {
    return c.expected('ALL', 'DISTINCT');
  }
  c.advance();
  const allOrDistinct = {
    kind: 'SetOperationAllOrDistinct',
    start: token.start,
    end: token.end,
    value: token.symbol,
  } as const;
  const strictStart = c.token.start;
  if (c.take('STRICT')) {
    if (columnPropagationMode) {
      c.fail('Syntax error: STRICT cannot be used with outer mode in set operations', strictStart);
    }
    columnPropagationMode = {
      kind: 'SetOperationColumnPropagationMode',
      start: strictStart,
      end: c.previousEnd,
      mode: 'STRICT',
    };
  }
  const { columnMatchMode, correspondingBy } = parseColumnMatch(c);
  if (columnPropagationMode?.mode === 'STRICT' && columnMatchMode?.mode.startsWith('BY NAME')) {
    c.fail('Syntax error: STRICT cannot be used with BY NAME in set operations', strictStart);
  }
  return {
    kind: 'SetOperationMetadata',
    start,
    end: c.previousEnd,
    operation,
    allOrDistinct,
    hint,
    columnMatchMode,
    columnPropagationMode,
    correspondingBy,
  };
}

function parseOuterMode(c: TokenCursor): SetOperationColumnPropagationMode | undefined {
  const { start, symbol } = c.token;
  if (symbol !== 'FULL' && symbol !== 'LEFT' && symbol !== 'INNER' && symbol !== 'OUTER') return undefined;
  c.advance();
  if (symbol === 'FULL' || symbol === 'LEFT') c.take('OUTER');
  const mode = symbol === 'OUTER' ? 'FULL' : symbol;
  return { kind: 'SetOperationColumnPropagationMode', start, end: c.previousEnd, mode };
}

/** "CORRESPONDING" ("BY" names)? | "BY" "NAME" ("ON" names)? */
function parseColumnMatch(c: TokenCursor): {
  columnMatchMode: SetOperationColumnMatchMode | undefined;
  correspondingBy: ExpressionList | undefined;
} {
  const { start } = c.token;
  let mode: SetOperationColumnMatchMode['mode'];
  if (c.take('CORRESPONDING')) mode = c.take('BY') ? 'CORRESPONDING BY' : 'CORRESPONDING';
  else if (c.take('BY')) {
    c.expect('NAME');
    mode = c.take('ON') ? 'BY NAME ON' : 'BY NAME';
  } else return { columnMatchMode: undefined, correspondingBy: undefined };
  const columnMatchMode = { kind: 'SetOperationColumnMatchMode', start, end: c.previousEnd, mode } as const;
  const hasNames = mode === 'CORRESPONDING BY' || mode === 'BY NAME ON';
  return { columnMatchMode, correspondingBy: hasNames ? parseParenthesizedNames(c) : undefined };
}

/** A WITH clause before a main query. */
function parseMainWith(c: TokenCursor): WithClause {
  const clause = parseWithClause(c);
  if (c.at('|>')) {
    c.fail(
      'Syntax error: A pipe operator cannot follow the WITH clause before the main query; The main query usually starts with SELECT or FROM here',
    );
  }
  if (c.at(',')) {
    c.advance();
    if (c.at('SELECT') || c.at('FROM')) {
      c.fail('Syntax error: Trailing comma after the WITH clause before the main query is not allowed');
    }
    c.unexpected();
  }
  return clause;
}

/** with_clause: "WITH" "RECURSIVE"? entry ("," entry)*; stops before a comma that no entry follows. */
export function parseWithClause(c: TokenCursor): WithClause {
  const { start } = c.expect('WITH');
  const recursive = c.take('RECURSIVE');
  const entries = [parseWithEntry(c)];
  while (c.at(',') && c.atIdentifier(1)) {
    c.advance();
    entries.push(parseWithEntry(c));
  }
  return { kind: 'WithClause', start, end: c.previousEnd, recursive, entries };
}

function parseWithEntry(c: TokenCursor): WithClauseEntry {
  const { start } = c.token;
  const aliasedQuery = parseAliasedQuery(c);
  return { kind: 'WithClauseEntry', start, end: c.previousEnd, aliasedQuery };
}

/** aliased_query: identifier "AS" "(" query ")" recursion_depth_modifier? */
export function parseAliasedQuery(c: TokenCursor): AliasedQuery {
  const { start } = c.token;
  const name = parseIdentifier(c);
  c.expect('AS');
  const query = parseQueryWithParentheses(c);
  const recursionDepth = c.at('WITH') ? parseRecursionDepth(c) : undefined;
  const modifiers = recursionDepth
    ? ({ kind: 'AliasedQueryModifiers', start: recursionDepth.start, end: recursionDepth.end, recursionDepth } as const)
    : undefined;
  return { kind: 'AliasedQuery', start, end: c.previousEnd, name, query, modifiers };
}

/** "(" query ")", where the node includes the parentheses, as it does in WITH. */
export function parseQueryWithParentheses(c: TokenCursor): Query {
  const { start } = c.expect('(');
  const query = parseQuery(c);
  c.expect(')');
  return { ...query, start, end: c.previousEnd };
}

/** "WITH" "DEPTH" ("AS" identifier)? ("BETWEEN" lower "AND" upper | "MAX" upper)? */
export function parseRecursionDepth(c: TokenCursor): RecursionDepthModifier {
  const { start } = c.expect('WITH');
  c.expect('DEPTH');
  const alias = c.at('AS') ? parseRequiredAlias(c) : undefined;
  let lower: IntOrUnbounded = { kind: 'IntOrUnbounded', start, end: c.previousEnd, bound: undefined };
  let upper = lower;
  if (c.take('BETWEEN')) {
    lower = parseIntOrUnbounded(c);
    c.expect('AND');
    upper = parseIntOrUnbounded(c);
  } else if (c.take('MAX')) {
    upper = parseIntOrUnbounded(c);
  }
  return { kind: 'RecursionDepthModifier', start, end: c.previousEnd, alias, lower, upper };
}

function parseIntOrUnbounded(c: TokenCursor): IntOrUnbounded {
  const { start } = c.token;
  let bound: IntOrUnbounded['bound'];
  if (!c.take('UNBOUNDED')) {
    if (atParameter(c)) bound = parseParameterExpression(c);
    else if (c.token.type === 'integer') bound = parseIntLiteral(c);
    else c.expected('integer literal', '@', '@@', 'UNBOUNDED');
  }
  return { kind: 'IntOrUnbounded', start, end: c.previousEnd, bound };
}
