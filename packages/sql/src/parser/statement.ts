import type { Statement } from '../ast/index.ts';
import { parseCreateRowAccessPolicy, parseGrantOrRevoke } from './access.ts';
import { parseAlter } from './alter.ts';
import { parseCreateFunction, parseCreateProcedure, parseCreateTableFunction } from './create-function.ts';
import { atEntityType, parseCreateConnection, parseCreateEntity, parseCreateIndex } from './create-index.ts';
import { parseCreateModel } from './create-model.ts';
import {
  parseCreateExternal,
  parseCreatePrefix,
  parseCreateSchema,
  parseCreateSnapshot,
  parseCreateTable,
  parseCreateView,
  parseOptionalAsQuery,
} from './create-table.ts';
import type { TokenCursor } from './cursor.ts';
import { parseDelete, parseInsert, parseMerge, parseTruncate, parseUpdate } from './dml.ts';
import { parseDrop, parseUndrop } from './drop.ts';
import { parseExport, parseLoadData } from './export.ts';
import { parseOptionalHint } from './hint.ts';
import { parseQuery, startsQuery } from './query.ts';
import {
  finishBegin,
  parseAssert,
  parseCall,
  parseCaseStatement,
  parseDeclare,
  parseExecuteImmediate,
  parseIf,
  parseJump,
  parseLabeled,
  parseRaise,
  parseSet,
  parseUnlabeled,
  startsLabeled,
} from './script.ts';

/** unterminated_sql_statement: one that needs no script. */
export function parseSqlStatement(c: TokenCursor): Statement {
  const { start } = c.token;
  const hint = parseOptionalHint(c);
  if (hint && startsLabeled(c)) c.fail(`Syntax error: Unexpected "${c.token.text}"`);
  const statement = parseStatementBody(c);
  if (!hint) return statement;
  return { kind: 'HintedStatement', start, end: c.previousEnd, hint, statement };
}

const TRANSACTION_FOLLOWS: ReadonlySet<string> = new Set(['TRANSACTION', 'READ', 'ISOLATION', ';']);

/** unterminated_statement: also the statements of scripts. */
export function parseScriptStatement(c: TokenCursor): Statement {
  const outer = c.enter();
  const statement = readScriptStatement(c);
  c.leave(outer);
  return statement;
}

function readScriptStatement(c: TokenCursor): Statement {
  if (startsLabeled(c)) return parseLabeled(c);
  const { start, symbol } = c.token;
  switch (symbol) {
    case 'BEGIN': {
      const next = c.peek(1);
      if (next.type === 'end' || TRANSACTION_FOLLOWS.has(next.symbol)) {
        if (next.symbol !== 'READ' || c.peek(2).symbol === 'ONLY' || c.peek(2).symbol === 'WRITE') break;
      }
      return parseUnlabeled(c, undefined);
    }
    case 'WHILE':
    case 'LOOP':
    case 'REPEAT':
    case 'FOR':
      return parseUnlabeled(c, undefined);
    case 'IF':
      return parseIf(c);
    case 'CASE':
      return parseCaseStatement(c);
    case 'DECLARE':
      return parseDeclare(c);
    case 'BREAK':
    case 'LEAVE':
    case 'CONTINUE':
    case 'ITERATE':
      return parseJump(c);
    case 'RETURN':
      c.advance();
      return { kind: 'ReturnStatement', start, end: c.previousEnd };
    case 'RAISE':
      return parseRaise(c);
  }
  return parseSqlStatement(c);
}

function parseStatementBody(c: TokenCursor): Statement {
  const { start, symbol } = c.token;
  if (symbol === '(' || startsQuery(c)) {
    const query = parseQuery(c);
    return { kind: 'QueryStatement', start, end: c.previousEnd, query };
  }
  switch (symbol) {
    case 'CREATE':
      return parseCreate(c);
    case 'DROP':
      return parseDrop(c);
    case 'ALTER':
      return parseAlter(c);
    case 'UNDROP':
      return parseUndrop(c);
    case 'INSERT':
      return parseInsert(c);
    case 'UPDATE':
      return parseUpdate(c);
    case 'DELETE':
      return parseDelete(c);
    case 'MERGE':
      return parseMerge(c);
    case 'TRUNCATE':
      return parseTruncate(c);
    case 'EXPORT':
      return parseExport(c);
    case 'LOAD':
      return parseLoadData(c);
    case 'GRANT':
    case 'REVOKE':
      return parseGrantOrRevoke(c);
    case 'SET':
      return parseSet(c);
    case 'CALL':
      return parseCall(c);
    case 'EXECUTE':
      return parseExecuteImmediate(c);
    case 'ASSERT':
      return parseAssert(c);
    case 'BEGIN':
      c.advance();
      c.take('TRANSACTION');
      return finishBegin(c, start);
    case 'START':
      c.advance();
      c.expect('TRANSACTION', 'BATCH');
      return finishBegin(c, start);
    case 'COMMIT':
      c.advance();
      c.take('TRANSACTION');
      return { kind: 'CommitStatement', start, end: c.previousEnd };
    case 'ROLLBACK':
      c.advance();
      c.take('TRANSACTION');
      return { kind: 'RollbackStatement', start, end: c.previousEnd };
    default:
      return c.unexpected();
  }
}

/** The CREATE statements. */
function parseCreate(c: TokenCursor): Statement {
  const prefix = parseCreatePrefix(c);
  switch (c.token.symbol) {
    case 'TABLE':
      if (c.peek(1).symbol === 'FUNCTION' && (c.atIdentifier(2) || c.peek(2).symbol === 'IF')) {
        return parseCreateTableFunction(c, prefix);
      }
      return { ...parseCreateTable(c, prefix), query: parseOptionalAsQuery(c), end: c.previousEnd };
    case 'EXTERNAL':
      return parseCreateExternal(c, prefix);
    case 'SNAPSHOT':
      return parseCreateSnapshot(c, prefix);
    case 'RECURSIVE':
    case 'VIEW':
    case 'MATERIALIZED':
      return parseCreateView(c, prefix);
    case 'SCHEMA':
      return parseCreateSchema(c, prefix);
    case 'MODEL':
      return parseCreateModel(c, prefix);
    case 'AGGREGATE':
    case 'FUNCTION':
      return parseCreateFunction(c, prefix);
    case 'PROCEDURE':
      return parseCreateProcedure(c, prefix);
    case 'UNIQUE':
    case 'SEARCH':
    case 'VECTOR':
    case 'INDEX':
      return parseCreateIndex(c, prefix);
    case 'CONNECTION':
      return parseCreateConnection(c, prefix);
    case 'ROW':
      return parseCreateRowAccessPolicy(c, prefix);
    default:
      if (atEntityType(c)) return parseCreateEntity(c, prefix);
      return c.unexpected();
  }
}
