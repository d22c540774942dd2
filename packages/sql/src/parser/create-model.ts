import type {
  AliasedQuery,
  CreateModelStatement,
  InputOutputClause,
  TableElementList,
  TransformClause,
} from '../ast/index.ts';
import { hasConstraints, parseTableElementList } from './column-schema.ts';
import { parseIfNotExists, type CreatePrefix } from './create-table.ts';
import type { TokenCursor } from './cursor.ts';
import { parsePath } from './identifier.ts';
import { parseOptionalOptions } from './option.ts';
import { parseAliasedQuery, parseQuery } from './query.ts';
import { parseSelectList } from './select.ts';
import { parseOptionalWithConnection, parseWithConnection } from './table-function.ts';

/** create_model_statement, from MODEL on. */
export function parseCreateModel(c: TokenCursor, prefix: CreatePrefix): CreateModelStatement {
  c.expect('MODEL');
  const ifNotExists = parseIfNotExists(c);
  const name = parsePath(c);
  const inputOutput = c.at('INPUT') ? parseInputOutput(c) : undefined;
  const transform = c.at('TRANSFORM') ? parseTransform(c) : undefined;
  const isRemote = c.take('REMOTE');
  const connection = isRemote ? parseOptionalWithConnection(c) : c.at('WITH') ? parseWithConnection(c) : undefined;
  const options = parseOptionalOptions(c);
  let query: CreateModelStatement['query'];
  let queries: CreateModelStatement['queries'];
  if (c.take('AS')) {
    if (c.at('(') && c.atIdentifier(1) && c.peek(2).symbol === 'AS') queries = parseAliasedQueries(c);
    else query = parseQuery(c);
  }
  return {
    kind: 'CreateModelStatement',
    end: c.previousEnd,
    ...prefix,
    ifNotExists,
    name,
    inputOutput,
    transform,
    isRemote,
    connection,
    options,
    query,
    queries,
  };
}

/** "INPUT" table_element_list "OUTPUT" table_element_list */
function parseInputOutput(c: TokenCursor): InputOutputClause {
  const { start } = c.expect('INPUT');
  const input = parseTableElementList(c);
  c.expect('OUTPUT');
  const output = parseTableElementList(c);
  refuseConstraints(c, input);
  refuseConstraints(c, output);
  return { kind: 'InputOutputClause', start, end: c.previousEnd, input, output };
}

function refuseConstraints(c: TokenCursor, list: TableElementList): void {
  if (hasConstraints(list)) c.fail('Syntax error: Element list contains unexpected constraint', list.start);
}

/** "TRANSFORM" "(" select_list ")" */
function parseTransform(c: TokenCursor): TransformClause {
  const { start } = c.expect('TRANSFORM');
  c.expect('(');
  const selectList = parseSelectList(c);
  c.expect(')');
  return { kind: 'TransformClause', start, end: c.previousEnd, selectList };
}

/** "(" aliased_query ("," aliased_query)* ")" */
function parseAliasedQueries(c: TokenCursor): CreateModelStatement['queries'] {
  c.expect('(');
  const { start } = c.token;
  const queries: AliasedQuery[] = [];
  do queries.push(parseAliasedQuery(c));
  while (c.take(','));
  const end = c.previousEnd;
  c.expect(')', ',');
  return { kind: 'AliasedQueryList', start, end, queries };
}
