import { describe, expect, it } from 'vitest';
import { expectedNodes, lackingConstruct } from '../src/sql-corpus.ts';
import { acceptedBySecondParser, compareTables, knownMisreading } from '../src/sql-differential.ts';

describe('referenced tables, beside node-sql-parser', () => {
  it.each([
    ['SELECT * FROM a.b.c JOIN d ON x = y', ['a.b.c', 'd']],
    ['WITH q AS (SELECT 1 FROM t) SELECT * FROM q, r', ['q', 'r', 't']],
    ['SELECT (SELECT MAX(x) FROM d.t) FROM d.u WHERE EXISTS (SELECT 1 FROM d.v)', ['d.t', 'd.u', 'd.v']],
    ['SELECT a FROM d.t UNION ALL SELECT b FROM (SELECT c FROM d.u)', ['d.t', 'd.u']],
    ['INSERT INTO d.t (a) SELECT a FROM d.u', ['d.t', 'd.u']],
    ['SELECT a FROM t CROSS JOIN u LEFT JOIN v USING (k)', ['t', 'u', 'v']],
  ])('%s', (sql, tables) => {
    expect(compareTables(sql)).toEqual({ agree: true, ours: tables, theirs: tables, misreading: undefined });
  });

  it.each(["SELECT b'\\x00'", "SELECT NUMERIC '1.10'", 'SELECT 0xFF', 'SELECT """a;b"""', 'SELECT * FROM `p.d.t`'])(
    'knows its mis-reading of %s',
    (sql) => {
      expect(acceptedBySecondParser(sql)).toBe(true);
      expect(knownMisreading(sql)).toBeDefined();
    },
  );
});

describe('parser cases', () => {
  it('reads a printed tree', () => {
    const tree = "A [0-9] [x [1]]\n  B('a\n b') [1-8] ['a...b']\n  C(]) [8-9]";
    expect(expectedNodes(tree)).toEqual(['A 0-9', 'B 1-8', 'C 8-9']);
  });

  it('finds constructs that BigQuery lacks by their tokens', () => {
    expect(lackingConstruct('SELECT NEW a.b(1)')?.name).toBe('NEW proto constructor');
    expect(lackingConstruct("SELECT 'NEW', `new`, a.new -- NEW")).toBeUndefined();
  });
});
