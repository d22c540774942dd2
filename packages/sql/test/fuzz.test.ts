import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseExpression, parseScript, print, SqlSyntaxError, tokenize } from '../src/index.ts';

const WORDS = [
  'SELECT',
  'FROM',
  'WHERE',
  'JOIN',
  'ON',
  'USING',
  'GROUP',
  'BY',
  'ORDER',
  'LIMIT',
  'UNION',
  'ALL',
  'WITH',
  'AS',
  'CREATE',
  'TABLE',
  'MODEL',
  'OPTIONS',
  'INSERT',
  'INTO',
  'VALUES',
  'UPDATE',
  'SET',
  'DELETE',
  'MERGE',
  'WHEN',
  'BEGIN',
  'END',
  'IF',
  'THEN',
  'ELSE',
  'LOOP',
  'CASE',
  'NOT',
  'IN',
  'LIKE',
  'BETWEEN',
  'AND',
  'OR',
  'IS',
  'NULL',
  'CAST',
  'ARRAY',
  'STRUCT',
  'INTERVAL',
  'EXISTS',
  'UNNEST',
  'OVER',
  'PARTITION',
  'ROWS',
  'PIVOT',
  'FOR',
  'x',
  'y',
  '`q`',
  "'s'",
  "b's'",
  '1',
  '2.5',
  '0xF',
  '@p',
  '?',
  '@@v',
  '(',
  ')',
  '[',
  ']',
  '<',
  '>',
  '{',
  '}',
  ',',
  ';',
  '.',
  '=',
  '+',
  '-',
  '*',
  '/',
  '||',
  '|>',
  '=>',
  '->',
  '<<',
  '!=',
  ':',
  '@',
  '@{',
  '/*',
  '--',
  '\n',
  "'''",
  '"',
  '\\',
];

const texts = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(' ')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 20 }).map((words) => words.join('')),
);

it('refuses with a SqlSyntaxError and nothing else', () => {
  fc.assert(
    fc.property(texts, (sql) => {
      for (const parse of [parseScript, parseExpression]) {
        try {
          const node = parse(sql);
          parse(print(node));
        } catch (error) {
          expect(error).toBeInstanceOf(SqlSyntaxError);
        }
      }
    }),
    { numRuns: 3000, seed: 20 },
  );
});

it('covers the text with tokens, comments and white space', () => {
  fc.assert(
    fc.property(texts, (sql) => {
      const bytes = Buffer.from(sql.toWellFormed());
      const { tokens, comments, error } = tokenize(sql.toWellFormed());
      const parts = [...tokens, ...comments].toSorted((a, b) => a.start - b.start || a.end - b.end);
      let end = 0;
      for (const part of parts) {
        expect(bytes.toString('utf8', part.start, part.end)).toBe(part.text);
        expect(bytes.toString('utf8', end, part.start).replaceAll('\b', '').trim()).toBe('');
        end = part.end;
      }
      if (!error) expect(end).toBe(bytes.length);
    }),
    { numRuns: 2000, seed: 20 },
  );
});
