import type { DropObjectKind, Statement } from '../ast/index.ts';
import { parseFunctionParameters } from './create-function.ts';
import { atEntityType, parseEntityType } from './create-index.ts';
import { parseIfNotExists } from './create-table.ts';
import type { TokenCursor } from './cursor.ts';
import { parseDashedPath, parseIdentifier, parsePath, pathOf } from './identifier.ts';

/** "IF" "EXISTS" */
export function parseIfExists(c: TokenCursor): boolean {
  if (!c.take('IF')) return false;
  c.expect('EXISTS');
  return true;
}

/** drop_statement and drop_all_row_access_policies_statement */
export function parseDrop(c: TokenCursor): Statement {
  const { start } = c.expect('DROP');
  const kindStart = c.token.start;
  switch (c.token.symbol) {
    case 'ALL': {
      c.advance();
      c.expect('ROW');
      const hasAccessKeyword = c.take('ACCESS');
      if (hasAccessKeyword) c.expect('POLICIES');
      else c.expect('POLICIES', 'ACCESS');
      c.expect('ON');
      const table = parsePath(c);
      return { kind: 'DropAllRowAccessPoliciesStatement', start, end: c.previousEnd, hasAccessKeyword, table };
    }
    case 'ROW': {
      c.advance();
      c.expectSequence('ACCESS', 'POLICY');
      const ifExists = parseIfExists(c);
      const name = pathOf(parseIdentifier(c));
      c.expect('ON');
      const table = parsePath(c);
      return {
        kind: 'DropRowAccessPolicyStatement',
        start,
        end: c.previousEnd,
        hasAccessKeyword: true,
        ifExists,
        name,
        table,
      };
    }
    case 'TABLE': {
      c.advance();
      if (c.at('FUNCTION') && (c.atIdentifier(1) || c.peek(1).symbol === 'IF')) {
        c.advance();
        const ifExists = parseIfExists(c);
        const name = parsePath(c);
        if (c.at('('))
          c.fail(
            "Syntax error: Parameters are not supported for DROP TABLE FUNCTION because table functions don't support overloading",
          );
        return { kind: 'DropTableFunctionStatement', start, end: c.previousEnd, ifExists, name };
      }
      const ifExists = parseIfExists(c);
      const name = parseDashedPath(c);
      if (c.at('(')) c.unexpected();
      return { kind: 'DropStatement', start, end: c.previousEnd, objectKind: 'TABLE', ifExists, name, mode: undefined };
    }
    case 'SNAPSHOT': {
      c.advance();
      c.expect('TABLE');
      const ifExists = parseIfExists(c);
      const name = parseDashedPath(c);
      return { kind: 'DropSnapshotTableStatement', start, end: c.previousEnd, ifExists, name };
    }
  }
  const objectKind = parseObjectKind(c);
  if (objectKind) return parseDropObject(c, start, kindStart, objectKind);
  if (!atEntityType(c)) c.unexpected();
  const type = parseEntityType(c);
  const ifExists = parseIfExists(c);
  const name = parsePath(c);
  return { kind: 'DropEntityStatement', start, end: c.previousEnd, type, ifExists, name };
}

type ObjectKind =
  DropObjectKind | 'FUNCTION' | 'MATERIALIZED VIEW' | 'SEARCH INDEX' | 'VECTOR INDEX' | 'AGGREGATE FUNCTION';

/** schema_object_kind */
function parseObjectKind(c: TokenCursor): ObjectKind | undefined {
  const { symbol } = c.token;
  switch (symbol) {
    case 'SCHEMA':
    case 'VIEW':
    case 'MODEL':
    case 'PROCEDURE':
    case 'CONNECTION':
    case 'CONSTANT':
    case 'DATABASE':
    case 'INDEX':
    case 'SEQUENCE':
    case 'FUNCTION':
      c.advance();
      return symbol;
    case 'EXTERNAL':
      c.advance();
      if (c.take('SCHEMA')) return 'EXTERNAL SCHEMA';
      c.expect('TABLE', 'SCHEMA');
      return 'EXTERNAL TABLE';
    case 'MATERIALIZED':
      c.advance();
      c.expect('VIEW');
      return 'MATERIALIZED VIEW';
    case 'SEARCH':
    case 'VECTOR':
      c.advance();
      c.expect('INDEX');
      return `${symbol} INDEX`;
    case 'AGGREGATE':
      c.advance();
      c.expect('FUNCTION');
      return 'AGGREGATE FUNCTION';
    default:
      return undefined;
  }
}

function parseDropObject(c: TokenCursor, start: number, kindStart: number, objectKind: ObjectKind): Statement {
  const ifExists = parseIfExists(c);
  const name = parsePath(c);
  const parametersStart = c.token.start;
  const parameters = c.at('(') ? parseFunctionParameters(c) : undefined;
  if (parameters && objectKind !== 'FUNCTION') {
    c.fail('Syntax error: Parameters are only supported for DROP FUNCTION', parametersStart);
  }
  const onStart = c.token.start;
  const table = c.take('ON') ? parsePath(c) : undefined;
  const isIndex = objectKind === 'SEARCH INDEX' || objectKind === 'VECTOR INDEX';
  if (table && !isIndex) c.fail(`DROP ${objectKind} does not support the ON clause`, onStart);
  const { symbol, start: modeStart } = c.token;
  const mode = symbol === 'CASCADE' || symbol === 'RESTRICT' ? symbol : undefined;
  if (mode) c.advance();
  const refuseMode = () => {
    if (mode) c.fail(`Syntax error: '${mode}' is not supported for DROP ${objectKind}`, modeStart);
  };
  const common = { start, end: c.previousEnd, ifExists, name };
  switch (objectKind) {
    case 'FUNCTION':
      refuseMode();
      return { kind: 'DropFunctionStatement', ...common, parameters };
    case 'AGGREGATE FUNCTION':
      return c.fail('DROP AGGREGATE FUNCTION is not supported, use DROP FUNCTION', kindStart);
    case 'MATERIALIZED VIEW':
      refuseMode();
      return { kind: 'DropMaterializedViewStatement', ...common };
    case 'SEARCH INDEX':
      refuseMode();
      return { kind: 'DropSearchIndexStatement', ...common, table };
    case 'VECTOR INDEX':
      refuseMode();
      return { kind: 'DropVectorIndexStatement', ...common, table };
    default:
      if (objectKind !== 'SCHEMA') refuseMode();
      return { kind: 'DropStatement', objectKind, ...common, mode };
  }
}

/** "UNDROP" "SCHEMA" name */
export function parseUndrop(c: TokenCursor): Statement {
  const { start } = c.expect('UNDROP');
  const kindStart = c.token.start;
  const objectKind = parseObjectKind(c);
  if (!objectKind) return c.unexpected();
  const ifNotExists = parseIfNotExists(c);
  const name = parsePath(c);
  if (objectKind !== 'SCHEMA') c.fail(`UNDROP ${objectKind} is not supported`, kindStart);
  return { kind: 'UndropStatement', start, end: c.previousEnd, objectKind, ifNotExists, name };
}
