import { describe, expect, it } from 'vitest';
import { parseExpression, parseScript, parseStatement, tokenize } from '../src/index.ts';

const shapes = (sql: string): string[] => tokenize(sql).tokens.map((token) => `${token.type} ${token.text}`.trim());

describe('tokenize', () => {
  it.each([
    ['a.1b.2', ['word a', 'symbol .', 'word 1b', 'symbol .', 'word 2', 'end']],
    ['1.5e-3 .5 1. 1e10 0xFF', ['float 1.5e-3', 'float .5', 'float 1.', 'float 1e10', 'integer 0xFF', 'end']],
    [
      '1e 1e+ 123abc',
      ['integer 1', 'attached e', 'integer 1', 'attached e', 'symbol +', 'integer 123', 'attached abc', 'end'],
    ],
    ['a<>b a>>b', ['word a', 'symbol <>', 'word b', 'word a', 'symbol >', 'symbol >', 'word b', 'end']],
    ['STRUCT<>', ['word STRUCT', 'symbol <', 'symbol >', 'end']],
    ["r'\\'' rb\"x\" '''a'b'''", ["string r'\\''", 'bytes rb"x"', "string '''a'b'''", 'end']],
    ['@select @@from', ['symbol @', 'word select', 'symbol @@', 'word from', 'end']],
    ['MODEL`a.b`', ['word MODEL', 'quoted `a.b`', 'end']],
  ])('%s', (sql, expected) => {
    expect(shapes(sql)).toEqual(expected);
  });

  it('knows keywords, but not after a dot', () => {
    const symbols = tokenize('select t.select, model').tokens.map((token) => token.symbol);
    expect(symbols).toEqual(['SELECT', '', '.', '', ',', 'MODEL', '']);
  });

  it('keeps comments apart', () => {
    expect(tokenize('a -- x\n# y\n/* z */ b').comments).toEqual([
      { text: '-- x', start: 2, end: 6 },
      { text: '# y', start: 7, end: 10 },
      { text: '/* z */', start: 11, end: 18 },
    ]);
  });

  it('takes a Unicode space for white space and a lone surrogate for an error', () => {
    expect(shapes('a\u00a0b')).toEqual(['word a', 'word b', 'end']);
    expect(tokenize('a \ud800').error?.detail).toContain('Illegal input character');
  });
});

describe('names', () => {
  it.each([
    ['my-project-1.d.t', ['my-project-1', 'd', 't']],
    ['my-project-1a.d.t', ['my-project-1a', 'd', 't']],
    ['region-us.INFORMATION_SCHEMA.JOBS', ['region-us', 'INFORMATION_SCHEMA', 'JOBS']],
    ['`a.b`.c', ['a.b', 'c']],
    ['d.2020_01', ['d', '2020_01']],
    ['d.select', ['d', 'select']],
  ])('%s', (path, names) => {
    const statement = parseStatement(`SELECT * FROM ${path}`);
    if (statement.kind !== 'QueryStatement' || statement.query.body.kind !== 'Select') throw new Error('not a SELECT');
    const table = statement.query.body.from?.table;
    if (table?.kind !== 'TablePathExpression') throw new Error('not a table');
    expect(table.path?.names.map((name) => name.name)).toEqual(names);
  });

  it('numbers positional parameters', () => {
    expect(parseExpression('f(?, ?)')).toMatchObject({ arguments: [{ position: 1 }, { position: 2 }] });
  });

  it('gives the CURRENT functions without parentheses', () => {
    expect(parseExpression('current_date')).toMatchObject({ kind: 'FunctionCall', isWithoutParentheses: true });
    expect(parseExpression('`current_date`')).toMatchObject({ kind: 'PathExpression' });
  });
});

describe('long texts', () => {
  it('parses a statement of one megabyte', () => {
    const columns = Array.from({ length: 40_000 }, (_, index) => `t.column_${index} AS c${index}`).join(', ');
    expect(columns.length).toBeGreaterThan(1_000_000);
    expect(parseScript(`SELECT ${columns} FROM d.t AS t`).statements.statements).toHaveLength(1);
  });
});
