import type { Expression, Script, Statement, Type } from '../ast/index.ts';
import { TokenCursor } from './cursor.ts';
import { parseExpression as readExpression } from './expression.ts';
import { parseScriptStatement, parseSqlStatement } from './statement.ts';
import { parseType as readType } from './type.ts';

/**
 * Reads one statement, with or without a semicolon after it.
 * Throws SqlSyntaxError, with BigQuery's message and position, for anything that is not one.
 */
export function parseStatement(sql: string): Statement {
  const c = new TokenCursor(sql, 'statement');
  if (c.atEnd()) c.unexpected();
  const statement = parseSqlStatement(c);
  c.take(';');
  if (!c.atEnd()) c.expected('end of input');
  return statement;
}

/** Reads statements that semicolons separate. An empty text is an empty script. Throws SqlSyntaxError. */
export function parseScript(sql: string): Script {
  const c = new TokenCursor(sql, 'script');
  const { start } = c.token;
  const statements: Statement[] = [];
  while (!c.atEnd()) {
    statements.push(parseScriptStatement(c));
    if (c.atEnd()) break;
    if (!c.take(';')) c.expected('end of input');
  }
  const end = c.previousEnd;
  const range = { start, end: Math.max(start, end) };
  return { kind: 'Script', ...range, statements: { kind: 'StatementList', ...range, statements } };
}

/** Reads an expression. Throws SqlSyntaxError. */
export function parseExpression(sql: string): Expression {
  const c = new TokenCursor(sql, 'expression');
  const expression = readExpression(c);
  if (!c.atEnd()) c.expected('end of input');
  return expression;
}

/** Reads a type such as `ARRAY<STRUCT<a INT64>>`. Throws SqlSyntaxError. */
export function parseType(sql: string): Type {
  const c = new TokenCursor(sql, 'type');
  const type = readType(c);
  if (!c.atEnd()) c.expected('end of input');
  return type;
}
