import type {
  FilterUsingClause,
  GranteeList,
  GrantToClause,
  Identifier,
  PathExpressionList,
  Privilege,
  Privileges,
  RevokeFromClause,
  Statement,
} from '../ast/index.ts';
import { parseIfNotExists, type CreatePrefix } from './create-table.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { identifierOf, parseIdentifier, parsePath, pathOf } from './identifier.ts';
import { parseStringOrParameter } from './literal.ts';

/** grant_statement and revoke_statement */
export function parseGrantOrRevoke(c: TokenCursor): Statement {
  const { start, symbol } = c.advance();
  const privileges = parsePrivileges(c);
  c.expect('ON');
  const objectType: Identifier[] = [];
  while (objectType.length < 2 && c.atIdentifier() && c.atIdentifier(1)) objectType.push(parseIdentifier(c));
  const path = parsePath(c);
  const preposition = symbol === 'GRANT' ? 'TO' : 'FROM';
  if (!c.at(preposition)) {
    if (objectType.length === 2) c.expected(preposition, '.');
    c.unexpected();
  }
  c.advance();
  const grantees = parseGrantees(c);
  const kind = symbol === 'GRANT' ? 'GrantStatement' : 'RevokeStatement';
  return { kind, start, end: c.previousEnd, privileges, objectType, path, grantees };
}

/** "ALL" "PRIVILEGES"? | privilege ("," privilege)* */
function parsePrivileges(c: TokenCursor): Privileges {
  const { start } = c.token;
  const privileges: Privilege[] = [];
  if (c.take('ALL')) {
    c.take('PRIVILEGES');
  } else {
    do {
      const privilegeStart = c.token.start;
      const action = c.at('SELECT') ? identifierOf(c, c.advance()) : parseIdentifier(c);
      const paths = c.at('(') ? parsePaths(c) : undefined;
      privileges.push({ kind: 'Privilege', start: privilegeStart, end: c.previousEnd, action, paths });
    } while (c.take(','));
  }
  return { kind: 'Privileges', start, end: c.previousEnd, privileges };
}

/** "(" path ("," path)* ")" */
function parsePaths(c: TokenCursor): PathExpressionList {
  const { start } = c.expect('(');
  const paths = [parsePath(c)];
  while (c.take(',')) paths.push(parsePath(c));
  c.expect(')', ',', '.');
  return { kind: 'PathExpressionList', start, end: c.previousEnd, paths };
}

/** grantee_list: strings or parameters. */
function parseGrantees(c: TokenCursor): GranteeList {
  const { start } = c.token;
  const grantees = [parseStringOrParameter(c)];
  while (c.take(',')) grantees.push(parseStringOrParameter(c));
  return { kind: 'GranteeList', start, end: c.previousEnd, grantees };
}

/** "GRANT" "TO" "(" grantees ")" */
export function parseGrantTo(c: TokenCursor): GrantToClause {
  const { start } = c.expect('GRANT');
  c.expect('TO');
  c.expect('(');
  const grantees = parseGrantees(c);
  c.expect(')', ',');
  return { kind: 'GrantToClause', start, end: c.previousEnd, hasGrantKeyword: true, grantees };
}

/** "FILTER"? "USING" "(" expression ")" */
export function parseFilterUsing(c: TokenCursor): FilterUsingClause {
  const { start } = c.token;
  const hasFilterKeyword = c.take('FILTER');
  if (hasFilterKeyword) c.expect('USING');
  else c.expect('USING', 'FILTER');
  c.expect('(');
  const predicate = parseExpression(c);
  c.expect(')');
  return { kind: 'FilterUsingClause', start, end: c.previousEnd, hasFilterKeyword, predicate };
}

/** "REVOKE" "FROM" ("ALL" | "(" grantees ")") */
export function parseRevokeFrom(c: TokenCursor): RevokeFromClause {
  const { start } = c.expect('REVOKE');
  c.expect('FROM');
  if (c.take('ALL')) return { kind: 'RevokeFromClause', start, end: c.previousEnd, grantees: undefined };
  c.expect('(', 'ALL');
  const grantees = parseGrantees(c);
  c.expect(')', ',');
  return { kind: 'RevokeFromClause', start, end: c.previousEnd, grantees };
}

/** create_row_access_policy_statement, from ROW on. */
export function parseCreateRowAccessPolicy(c: TokenCursor, prefix: CreatePrefix): Statement {
  c.expect('ROW');
  const hasAccessKeyword = c.take('ACCESS');
  if (hasAccessKeyword) c.expect('POLICY');
  else c.expect('POLICY', 'ACCESS');
  const ifNotExists = parseIfNotExists(c);
  const name = c.atIdentifier() ? pathOf(parseIdentifier(c)) : undefined;
  if (!c.at('ON')) {
    if (name) c.expected('ON');
    c.unexpected();
  }
  c.advance();
  const target = parsePath(c);
  let grantTo: GrantToClause | undefined;
  const { start } = c.token;
  if (c.at('GRANT')) grantTo = parseGrantTo(c);
  else if (c.take('TO')) {
    const grantees = parseGrantees(c);
    grantTo = { kind: 'GrantToClause', start, end: c.previousEnd, hasGrantKeyword: false, grantees };
  }
  if (!c.at('FILTER') && !c.at('USING')) {
    if (!grantTo) c.unexpected();
    c.expected('FILTER', 'USING', ...(grantTo.hasGrantKeyword ? [] : [',']));
  }
  const filterUsing = parseFilterUsing(c);
  return {
    kind: 'CreateRowAccessPolicyStatement',
    end: c.previousEnd,
    ...prefix,
    ifNotExists,
    hasAccessKeyword,
    target,
    grantTo,
    filterUsing,
    name,
  };
}
