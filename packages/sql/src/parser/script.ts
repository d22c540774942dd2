import type {
  BeginEndBlock,
  CallStatement,
  ElseifClause,
  ExceptionHandlerList,
  ExecuteImmediateStatement,
  ExecuteUsingArgument,
  Expression,
  IdentifierList,
  IfStatement,
  Label,
  Statement,
  StatementList,
  TransactionModeList,
  WhenThenClause,
} from '../ast/index.ts';
import type { Token } from '../token.ts';
import type { TokenCursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseParenthesizedQuery } from './parenthesized.ts';
import { identifierOf, parseIdentifier, parseIdentifiers, parsePath } from './identifier.ts';
import { parseParameter, parseStringLiteral, parseSystemVariable } from './literal.ts';
import { parseScriptStatement } from './statement.ts';
import { parseTvfArguments } from './table-function.ts';
import { parseType } from './type.ts';

/** Words that end a list of statements. */
const ENDS_LIST: ReadonlySet<string> = new Set(['END', 'ELSEIF', 'ELSE', 'WHEN', 'UNTIL', 'EXCEPTION']);

/** statement_list: (statement ";")* */
export function parseStatementList(c: TokenCursor): StatementList {
  return c.nested(() => {
    const { start } = c.token;
    const statements: Statement[] = [];
    while (!c.atOneOf(ENDS_LIST)) {
      if (statements.length > 0 && c.atEnd()) break;
      statements.push(parseScriptStatement(c));
      c.expect(';');
    }
    if (statements.length === 0) {
      return { kind: 'StatementList', start: c.previousEnd, end: c.previousEnd, statements };
    }
    return { kind: 'StatementList', start, end: c.previousEnd, statements };
  });
}

/**
 * Reads the word after a list of statements. `also` are the others that would have been right; they are named only
 * where the token could end a list at all, otherwise a further statement was expected.
 */
function closeList(c: TokenCursor, word: string, ...also: readonly string[]): Token {
  if (!c.atOneOf(ENDS_LIST)) c.unexpected();
  return c.expect(word, ...also);
}

/** "DECLARE" identifier_list (type ("DEFAULT" expression)? | "DEFAULT" expression) */
export function parseDeclare(c: TokenCursor): Statement {
  const { start } = c.expect('DECLARE');
  const variables = parseIdentifierList(c);
  const type = c.at('DEFAULT') ? undefined : parseType(c);
  const value = c.take('DEFAULT') ? parseExpression(c) : undefined;
  return { kind: 'VariableDeclaration', start, end: c.previousEnd, variables, type, default: value };
}

function parseIdentifierList(c: TokenCursor): IdentifierList {
  const { start } = c.token;
  const identifiers = parseIdentifiers(c);
  return { kind: 'IdentifierList', start, end: c.previousEnd, identifiers };
}

/** set_statement */
export function parseSet(c: TokenCursor): Statement {
  const { start } = c.expect('SET');
  if (c.at('TRANSACTION') && c.peek(1).symbol !== '=') {
    c.advance();
    if (c.at(',')) refuseSetList(c, c.previousEnd - 'TRANSACTION'.length);
    const modes = parseTransactionModes(c);
    if (!modes) return c.expected(',', '=');
    return { kind: 'SetTransactionStatement', start, end: c.previousEnd, modes };
  }
  if (c.at('@@')) {
    const variable = parseSystemVariable(c);
    c.expect('=', '.');
    const expression = parseExpression(c);
    return { kind: 'SystemVariableAssignment', start, end: c.previousEnd, variable, expression };
  }
  if (c.at('@')) {
    const parameter = parseParameter(c);
    c.expect('=');
    const expression = parseExpression(c);
    return { kind: 'ParameterAssignment', start, end: c.previousEnd, parameter, expression };
  }
  if (c.take('(')) {
    if (c.at(')')) c.fail('Parenthesized SET statement requires a variable list');
    const variables = parseIdentifierList(c);
    c.expect(')');
    c.expect('=');
    const expression = parseExpression(c);
    return { kind: 'AssignmentFromStruct', start, end: c.previousEnd, variables, expression };
  }
  const variableStart = c.token.start;
  const variable = parseIdentifier(c);
  if (c.at(',')) refuseSetList(c, variableStart);
  c.expect('=', ',');
  const expression = parseExpression(c);
  return { kind: 'SingleAssignment', start, end: c.previousEnd, variable, expression };
}

function refuseSetList(c: TokenCursor, offset: number): never {
  c.expect(',');
  parseIdentifiers(c);
  c.expect('=');
  c.fail('Using SET with multiple variables requires parentheses around the variable list', offset);
}

/** transaction_mode ("," transaction_mode)* */
export function parseTransactionModes(c: TokenCursor): TransactionModeList | undefined {
  const { start } = c.token;
  if (!c.at('READ') && !c.at('ISOLATION')) return undefined;
  const modes: TransactionModeList['modes'][number][] = [];
  do {
    const modeStart = c.token.start;
    if (c.take('READ')) {
      const mode = c.at('ONLY') ? 'READ ONLY' : 'READ WRITE';
      c.expect(mode === 'READ ONLY' ? 'ONLY' : 'WRITE', 'ONLY');
      modes.push({ kind: 'TransactionReadWriteMode', start: modeStart, end: c.previousEnd, mode });
    } else {
      c.expect('ISOLATION', 'READ');
      c.expect('LEVEL');
      const names = [parseIdentifier(c)];
      if (c.atIdentifier()) names.push(parseIdentifier(c));
      modes.push({ kind: 'TransactionIsolationLevel', start: modeStart, end: c.previousEnd, names });
    }
  } while (c.take(','));
  return { kind: 'TransactionModeList', start, end: c.previousEnd, modes };
}

/** begin_statement, after BEGIN or START: "TRANSACTION"? modes? */
export function finishBegin(c: TokenCursor, start: number): Statement {
  const modes = parseTransactionModes(c);
  return { kind: 'BeginStatement', start, end: c.previousEnd, modes };
}

/** begin_end_block */
export function parseBlock(c: TokenCursor, label: Label | undefined): BeginEndBlock {
  const { start } = c.expect('BEGIN');
  const statements = parseStatementList(c);
  const exceptionHandlers = c.at('EXCEPTION') ? parseExceptionHandlers(c) : undefined;
  closeList(c, 'END', ...(exceptionHandlers ? [] : ['EXCEPTION']));
  return {
    kind: 'BeginEndBlock',
    start: label?.start ?? start,
    end: c.previousEnd,
    label,
    statements,
    exceptionHandlers,
  };
}

/** "EXCEPTION" "WHEN" "ERROR" "THEN" statement_list */
function parseExceptionHandlers(c: TokenCursor): ExceptionHandlerList {
  const { start } = c.expect('EXCEPTION');
  const whenStart = c.token.start;
  c.expectSequence('WHEN', 'ERROR', 'THEN');
  const statements = parseStatementList(c);
  const end = c.previousEnd;
  return {
    kind: 'ExceptionHandlerList',
    start,
    end,
    handlers: [{ kind: 'ExceptionHandler', start: whenStart, end, statements }],
  };
}

/** if_statement */
export function parseIf(c: TokenCursor): IfStatement {
  const { start } = c.expect('IF');
  const condition = parseExpression(c);
  c.expect('THEN');
  const body = parseStatementList(c);
  const listStart = c.token.start;
  const clauses: ElseifClause[] = [];
  while (c.at('ELSEIF')) {
    const clauseStart = c.advance().start;
    const test = parseExpression(c);
    c.expect('THEN');
    const branch = parseStatementList(c);
    clauses.push({ kind: 'ElseifClause', start: clauseStart, end: c.previousEnd, condition: test, body: branch });
  }
  const elseIfs =
    clauses.length > 0
      ? ({ kind: 'ElseifClauseList', start: listStart, end: c.previousEnd, clauses } as const)
      : undefined;
  const otherwise = c.take('ELSE') ? parseStatementList(c) : undefined;
  closeList(c, 'END');
  c.expect('IF');
  return { kind: 'IfStatement', start, end: c.previousEnd, condition, body, elseIfs, else: otherwise };
}

/** case_statement */
export function parseCaseStatement(c: TokenCursor): Statement {
  const { start } = c.expect('CASE');
  const value = c.at('WHEN') ? undefined : parseExpression(c);
  const listStart = c.token.start;
  const clauses: WhenThenClause[] = [];
  c.expect('WHEN');
  let clauseStart = listStart;
  do {
    const condition = parseExpression(c);
    c.expect('THEN');
    const body = parseStatementList(c);
    clauses.push({ kind: 'WhenThenClause', start: clauseStart, end: c.previousEnd, condition, body });
    clauseStart = c.token.start;
  } while (c.take('WHEN'));
  const whens = { kind: 'WhenThenClauseList', start: listStart, end: c.previousEnd, clauses } as const;
  const otherwise = c.take('ELSE') ? parseStatementList(c) : undefined;
  closeList(c, 'END', ...(otherwise ? [] : ['ELSE', 'WHEN']));
  c.expect('CASE');
  return { kind: 'CaseStatement', start, end: c.previousEnd, value, whens, else: otherwise };
}

/** "WHILE" expression "DO" statement_list "END" "WHILE" */
function parseWhile(c: TokenCursor, label: Label | undefined): Statement {
  const { start } = c.expect('WHILE');
  const condition = parseExpression(c);
  c.expect('DO');
  const body = parseStatementList(c);
  closeList(c, 'END');
  c.expect('WHILE');
  return { kind: 'WhileStatement', start: label?.start ?? start, end: c.previousEnd, label, condition, body };
}

/** "LOOP" statement_list "END" "LOOP" */
function parseLoop(c: TokenCursor, label: Label | undefined): Statement {
  const { start } = c.expect('LOOP');
  const body = parseStatementList(c);
  closeList(c, 'END');
  c.expect('LOOP');
  return {
    kind: 'WhileStatement',
    start: label?.start ?? start,
    end: c.previousEnd,
    label,
    condition: undefined,
    body,
  };
}

/** "REPEAT" statement_list "UNTIL" expression "END" "REPEAT" */
function parseRepeat(c: TokenCursor, label: Label | undefined): Statement {
  const { start } = c.expect('REPEAT');
  const body = parseStatementList(c);
  const untilStart = closeList(c, 'UNTIL').start;
  const condition = parseExpression(c);
  const until = { kind: 'UntilClause', start: untilStart, end: c.previousEnd, condition } as const;
  c.expect('END');
  c.expect('REPEAT');
  return { kind: 'RepeatStatement', start: label?.start ?? start, end: c.previousEnd, label, body, until };
}

/** "FOR" identifier "IN" "(" query ")" "DO" statement_list "END" "FOR" */
function parseForIn(c: TokenCursor, label: Label | undefined): Statement {
  const { start } = c.expect('FOR');
  const variable = parseIdentifier(c);
  c.expect('IN');
  const query = parseParenthesizedQuery(c);
  c.expect('DO');
  const body = parseStatementList(c);
  closeList(c, 'END');
  c.expect('FOR');
  return { kind: 'ForInStatement', start: label?.start ?? start, end: c.previousEnd, label, variable, query, body };
}

const LABELED: ReadonlySet<string> = new Set(['BEGIN', 'WHILE', 'LOOP', 'REPEAT', 'FOR']);

/** Whether `label :` and a statement that takes one follow. */
export const startsLabeled = (c: TokenCursor): boolean =>
  c.token.type !== 'symbol' &&
  (c.token.type === 'word' || c.token.type === 'quoted') &&
  c.peek(1).symbol === ':' &&
  LABELED.has(c.peek(2).symbol);

/** label ":" statement identifier? */
export function parseLabeled(c: TokenCursor): Statement {
  if (c.token.isReserved) {
    c.fail(`Reserved keyword '${c.token.text}' may not be used as a label name without backticks`);
  }
  const name = identifierOf(c, c.advance());
  c.expect(':');
  const label: Label = { kind: 'Label', start: name.start, end: name.end, name };
  const statement = parseUnlabeled(c, label);
  if (c.atIdentifier()) {
    const closing = parseIdentifier(c);
    if (closing.name.toLowerCase() !== name.name.toLowerCase()) {
      c.fail(`Mismatched end label; expected ${name.name}, got ${closing.name}`, closing.start);
    }
    return { ...statement, end: c.previousEnd };
  }
  return statement;
}

/** The statements that may have a label. */
export function parseUnlabeled(c: TokenCursor, label: Label | undefined): Statement {
  switch (c.token.symbol) {
    case 'BEGIN':
      return parseBlock(c, label);
    case 'WHILE':
      return parseWhile(c, label);
    case 'LOOP':
      return parseLoop(c, label);
    case 'REPEAT':
      return parseRepeat(c, label);
    default:
      return parseForIn(c, label);
  }
}

/** ("BREAK" | "LEAVE" | "CONTINUE" | "ITERATE") identifier? */
export function parseJump(c: TokenCursor): Statement {
  const { start, symbol } = c.advance();
  let label: Label | undefined;
  if (c.atIdentifier()) {
    const name = parseIdentifier(c);
    label = { kind: 'Label', start: name.start, end: name.end, name };
  }
  const end = c.previousEnd;
  if (symbol === 'BREAK' || symbol === 'LEAVE') return { kind: 'BreakStatement', start, end, keyword: symbol, label };
  return { kind: 'ContinueStatement', start, end, keyword: symbol === 'ITERATE' ? 'ITERATE' : 'CONTINUE', label };
}

/** "RAISE" ("USING" "MESSAGE" "=" expression)? */
export function parseRaise(c: TokenCursor): Statement {
  const { start } = c.expect('RAISE');
  let message: Expression | undefined;
  if (c.take('USING')) {
    c.expectSequence('MESSAGE', '=');
    message = parseExpression(c);
  }
  return { kind: 'RaiseStatement', start, end: c.previousEnd, message };
}

/** "CALL" path "(" arguments ")" */
export function parseCall(c: TokenCursor): CallStatement {
  const { start } = c.expect('CALL');
  const procedure = parsePath(c);
  if (!c.at('(')) c.expected('(', '.');
  const args = parseTvfArguments(c);
  return { kind: 'CallStatement', start, end: c.previousEnd, procedure, arguments: args };
}

/** "EXECUTE" "IMMEDIATE" expression into? using? */
export function parseExecuteImmediate(c: TokenCursor): ExecuteImmediateStatement {
  const { start } = c.expect('EXECUTE');
  c.expect('IMMEDIATE');
  const sql = parseExpression(c);
  const intoStart = c.token.start;
  let into: ExecuteImmediateStatement['into'];
  if (c.take('INTO')) {
    const variables = parseIdentifierList(c);
    into = { kind: 'ExecuteIntoClause', start: intoStart, end: c.previousEnd, variables };
  }
  let using: ExecuteImmediateStatement['using'];
  if (c.take('USING')) {
    const usingStart = c.token.start;
    const args: ExecuteUsingArgument[] = [];
    do {
      const argumentStart = c.token.start;
      const expression = parseExpression(c);
      const identifier = c.take('AS') ? parseIdentifier(c) : undefined;
      const alias =
        identifier && ({ kind: 'Alias', start: identifier.start, end: identifier.end, identifier } as const);
      args.push({ kind: 'ExecuteUsingArgument', start: argumentStart, end: c.previousEnd, expression, alias });
    } while (c.take(','));
    using = { kind: 'ExecuteUsingClause', start: usingStart, end: c.previousEnd, arguments: args };
  }
  return { kind: 'ExecuteImmediateStatement', start, end: c.previousEnd, sql, into, using };
}

/** "ASSERT" expression ("AS" string_literal)? */
export function parseAssert(c: TokenCursor): Statement {
  const { start } = c.expect('ASSERT');
  const expression = parseExpression(c);
  const description = c.take('AS') ? parseStringLiteral(c) : undefined;
  return { kind: 'AssertStatement', start, end: c.previousEnd, expression, description };
}
