import { describe, expect, it } from 'vitest';
import {
  locate,
  parseExpression,
  parseScript,
  parseStatement,
  parseType,
  SqlSyntaxError,
  textOf,
} from '../src/index.ts';

const refusal = (sql: string, parse: (sql: string) => unknown = parseStatement): string => {
  try {
    parse(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('parseStatement', () => {
  it('reads ML.PREDICT with its model, table and settings', () => {
    const sql = 'SELECT * FROM ML.PREDICT(MODEL`p.d.m`, TABLE d.t, STRUCT(0.5 AS threshold))';
    const statement = parseStatement(sql);
    if (statement.kind !== 'QueryStatement' || statement.query.body.kind !== 'Select') throw new Error('not a SELECT');
    const table = statement.query.body.from?.table;
    if (table?.kind !== 'TVF') throw new Error('not a table function');
    expect(textOf(sql, table.name)).toBe('ML.PREDICT');
    expect(table.arguments.map((argument) => argument.value.kind)).toEqual([
      'ModelClause',
      'TableClause',
      'StructConstructorWithKeyword',
    ]);
  });

  it('reads a remote model', () => {
    const statement = parseStatement(
      "CREATE OR REPLACE MODEL d.m INPUT(x ARRAY<FLOAT64>) OUTPUT(y FLOAT64) REMOTE WITH CONNECTION `p.us.c` OPTIONS(endpoint = 'https://e')",
    );
    expect(statement).toMatchObject({ kind: 'CreateModelStatement', orReplace: true, isRemote: true });
  });

  it('reads an object table', () => {
    const statement = parseStatement(
      "CREATE EXTERNAL TABLE d.t WITH CONNECTION DEFAULT OPTIONS(object_metadata = 'SIMPLE', uris = ['gs://b/*'])",
    );
    if (statement.kind !== 'CreateExternalTableStatement') throw new Error(statement.kind);
    expect(statement.connection?.connection.path.kind).toBe('DefaultLiteral');
    expect(statement.options.entries.map((entry) => entry.name.name)).toEqual(['object_metadata', 'uris']);
  });

  it('decodes literals', () => {
    expect(parseExpression("'a' \"b\\x41\" r'\\n'")).toMatchObject({ kind: 'StringLiteral', value: 'abA\\n' });
    const bytes = parseExpression("b'\\xff\\101'");
    if (bytes.kind !== 'BytesLiteral') throw new Error(bytes.kind);
    expect([...bytes.value]).toEqual([0xff, 0x41]);
  });

  it('gives byte offsets and positions beyond ASCII', () => {
    const sql = "SELECT 'é😀', x";
    const statement = parseStatement(sql);
    if (statement.kind !== 'QueryStatement' || statement.query.body.kind !== 'Select') throw new Error('not a SELECT');
    const [, column] = statement.query.body.selectList.columns;
    expect(column).toMatchObject({ start: 17, end: 18 });
    expect(column && textOf(sql, column)).toBe('x');
    expect(locate(sql, 17)).toEqual({ line: 1, column: 14 });
    expect(locate('\t\tx\r\ny', 2)).toEqual({ line: 1, column: 17 });
  });
});

describe('refusals', () => {
  it.each([
    ['SELECT 1 AS', 'Syntax error: Unexpected end of statement at [1:12]'],
    ['SLECT 1', 'Syntax error: Unexpected identifier "SLECT" at [1:1]'],
    ['SELECT CAST(1 AS INT64', 'Syntax error: Expected ")" or keyword FORMAT but got end of statement at [1:23]'],
    ["SELECT 'abc", 'Syntax error: Unclosed string literal at [1:8]'],
    ['SELECT 123abc', 'Syntax error: Missing whitespace between literal and alias at [1:11]'],
    ['SELECT f(SELECT 1)', /^Each function argument is an expression, not a query; .* at \[1:10\]$/],
    ['CREATE MODEL d.m AS INPUT (x INT64)', 'Syntax error: Unexpected keyword INPUT at [1:21]'],
    ['SELECT * FROM t WHERE a = b = c', 'Syntax error: Unexpected "=" at [1:29]'],
  ])('%s', (sql, message) => {
    if (typeof message === 'string') expect(refusal(sql)).toBe(message);
    else expect(refusal(sql)).toMatch(message);
  });

  it('stops at a depth instead of overflowing the stack', () => {
    const deep = `SELECT ${'('.repeat(100_000)}1${')'.repeat(100_000)}`;
    expect(refusal(deep)).toContain('too many subqueries or query is too complex');
    expect(refusal(`SELECT 1${' + 1'.repeat(100_000)}`)).toContain('too many subqueries or query is too complex');
  });
});

describe('parseScript', () => {
  it('splits at semicolons that are not inside a literal or a block', () => {
    const script = parseScript("DECLARE x INT64; SET x = 1; BEGIN SELECT ';'; END; SELECT 2");
    expect(script.statements.statements.map((statement) => statement.kind)).toEqual([
      'VariableDeclaration',
      'SingleAssignment',
      'BeginEndBlock',
      'QueryStatement',
    ]);
    expect(parseScript('').statements.statements).toEqual([]);
  });

  it('names the script at its end', () => {
    expect(refusal('SELECT 1; LOOP', parseScript)).toBe('Syntax error: Unexpected end of script at [1:15]');
  });
});

it('reads types', () => {
  expect(parseType('ARRAY<STRUCT<a NUMERIC(10, 2), ARRAY<STRING(5)>>>').kind).toBe('ArrayType');
});
