import type {
  CreateIndexStatement,
  Identifier,
  IndexItemList,
  JSONLiteral,
  OrderingExpression,
  Statement,
  StringLiteral,
  UnnestExpressionWithOptAliasAndOffset,
} from '../ast/index.ts';
import { parseIfNotExists, type CreatePrefix } from './create-table.ts';
import type { TokenCursor } from './cursor.ts';
import { parseUnnest } from './constructor.ts';
import { parseExpressions } from './expression.ts';
import { parseOptionalWithOffset } from './from.ts';
import { identifierOf, parseOptionalAlias, parsePath } from './identifier.ts';
import { parseStringLiteral } from './literal.ts';
import { parseOptionalOptions } from './option.ts';
import { parseOrdering } from './select.ts';
import { parseOptionalPartitionBy } from './window.ts';

/** create_index_statement, from UNIQUE, SEARCH, VECTOR or INDEX on. */
export function parseCreateIndex(c: TokenCursor, prefix: CreatePrefix): CreateIndexStatement {
  const isUnique = c.take('UNIQUE');
  const { symbol } = c.token;
  const indexType = symbol === 'SEARCH' || symbol === 'VECTOR' ? symbol : undefined;
  if (indexType) c.advance();
  c.expect('INDEX');
  const ifNotExists = parseIfNotExists(c);
  const name = parsePath(c);
  c.expect('ON', '.');
  const table = parsePath(c);
  const tableAlias = parseOptionalAlias(c);
  const unnestStart = c.token.start;
  const unnestItems: UnnestExpressionWithOptAliasAndOffset[] = [];
  while (c.at('UNNEST')) {
    const { start } = c.token;
    const unnest = parseUnnest(c);
    const alias = parseOptionalAlias(c);
    const withOffset = parseOptionalWithOffset(c);
    unnestItems.push({
      kind: 'UnnestExpressionWithOptAliasAndOffset',
      start,
      end: c.previousEnd,
      unnest,
      alias,
      withOffset,
    });
  }
  const unnests =
    unnestItems.length > 0
      ? ({ kind: 'IndexUnnestExpressionList', start: unnestStart, end: c.previousEnd, unnests: unnestItems } as const)
      : undefined;
  if (!c.at('(')) {
    if (unnests || tableAlias) c.expected('(', 'UNNEST');
    c.unexpected();
  }
  const items = c.peek(1).symbol === 'ALL' ? parseAllColumns(c) : parseItemList(c);
  let storing: CreateIndexStatement['storing'];
  if (c.take('STORING')) {
    const storingStart = c.expect('(').start;
    const expressions = parseExpressions(c);
    c.expect(')', ',');
    storing = { kind: 'IndexStoringExpressionList', start: storingStart, end: c.previousEnd, expressions };
  }
  const partitionBy = parseOptionalPartitionBy(c, false);
  const options = parseOptionalOptions(c);
  return {
    kind: 'CreateIndexStatement',
    end: c.previousEnd,
    ...prefix,
    ifNotExists,
    indexType,
    isUnique,
    name,
    table,
    tableAlias,
    unnests,
    items,
    storing,
    partitionBy,
    options,
  };
}

/** "(" ordering options? ("," ...)* ")" */
function parseItemList(c: TokenCursor): IndexItemList {
  const { start } = c.expect('(');
  const items: OrderingExpression[] = [];
  do items.push(parseOrdering(c, true));
  while (c.take(','));
  c.expect(')', ',');
  return { kind: 'IndexItemList', start, end: c.previousEnd, items };
}

/** "(" "ALL" "COLUMNS" ("WITH" "COLUMN" "OPTIONS" items)? ")" */
function parseAllColumns(c: TokenCursor): CreateIndexStatement['items'] {
  const { start } = c.expect('(');
  c.expectSequence('ALL', 'COLUMNS');
  let columnOptions: IndexItemList | undefined;
  if (c.take('WITH')) {
    c.expectSequence('COLUMN', 'OPTIONS');
    columnOptions = parseItemList(c);
    c.expect(')');
  } else {
    c.expect(')', 'WITH');
  }
  return { kind: 'IndexAllColumns', start, end: c.previousEnd, columnOptions };
}

/** create_connection_statement, from CONNECTION on. */
export function parseCreateConnection(c: TokenCursor, prefix: CreatePrefix): Statement {
  c.expect('CONNECTION');
  const ifNotExists = parseIfNotExists(c);
  const name = parsePath(c);
  const options = parseOptionalOptions(c);
  return { kind: 'CreateConnectionStatement', end: c.previousEnd, ...prefix, ifNotExists, name, options };
}

/** The kinds of object that GoogleSQL reads as plain words. */
const ENTITY_TYPES: ReadonlySet<string> = new Set([
  'RESERVATION',
  'CAPACITY',
  'ASSIGNMENT',
  'PROJECT',
  'ORGANIZATION',
  'BI_CAPACITY',
  'DATA_POLICY',
]);

/** generic_entity_type: a word that is no keyword, PROJECT or DATA_POLICY. */
export const atEntityType = (c: TokenCursor): boolean =>
  (c.token.type === 'word' && c.token.symbol === '') ||
  c.token.type === 'quoted' ||
  c.at('PROJECT') ||
  c.at('DATA_POLICY');

/** Reads the word; BigQuery refuses those that it does not have. */
export function parseEntityType(c: TokenCursor): Identifier {
  const type = identifierOf(c, c.advance());
  if (!ENTITY_TYPES.has(type.name.toUpperCase())) {
    c.fail(`${type.name} is not a supported object type`, type.start);
  }
  return type;
}

/** create_entity_statement, from the type on. */
export function parseCreateEntity(c: TokenCursor, prefix: CreatePrefix): Statement {
  const type = parseEntityType(c);
  const ifNotExists = parseIfNotExists(c);
  const name = parsePath(c);
  const options = parseOptionalOptions(c);
  const body = c.take('AS') ? parseEntityBody(c) : undefined;
  return { kind: 'CreateEntityStatement', end: c.previousEnd, ...prefix, ifNotExists, type, name, options, body };
}

/** generic_entity_body: JSON or a string. */
export function parseEntityBody(c: TokenCursor): JSONLiteral | StringLiteral {
  const { start } = c.token;
  if (c.take('JSON')) return { kind: 'JSONLiteral', start, string: parseStringLiteral(c), end: c.previousEnd };
  if (c.token.type !== 'string') c.expected('JSON', 'string literal');
  return parseStringLiteral(c);
}
