import { describe, expect, it } from 'vitest';
import { parseScript, parseStatement, SqlSyntaxError } from '../src/index.ts';

const refusal = (sql: string, parse: (sql: string) => unknown): string => {
  try {
    parse(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return error.message;
    throw error;
  }
  return 'accepted';
};

/** Texts and positions are those of GoogleSQL's grammar: what a LALR(1) parser with default reductions expects. */
const REFUSALS: Readonly<Record<string, readonly (readonly [sql: string, message: string])[]>> = {
  queries: [
    ['SELECT a FROM t WHERE', 'Syntax error: Unexpected end of statement at [1:22]'],
    ['SELECT a FROM t GROUP a', 'Syntax error: Expected @ for hint or keyword BY but got identifier "a" at [1:23]'],
    ['SELECT a FROM t ORDER x', 'Syntax error: Expected @ for hint or keyword BY but got identifier "x" at [1:23]'],
    ['SELECT (1 + 2 FROM t', 'Syntax error: Expected "," but got keyword FROM at [1:15]'],
    ['SELECT f(1, 2 FROM t', 'Syntax error: Expected ")" but got keyword FROM at [1:15]'],
    ['SELECT [1, 2 FROM t', 'Syntax error: Expected "]" but got keyword FROM at [1:14]'],
    ['SELECT STRUCT(1 AS a b)', 'Syntax error: Expected ")" or "," but got identifier "b" at [1:22]'],
    ['SELECT a b c', 'Syntax error: Expected end of input but got identifier "c" at [1:12]'],
    [
      'SELECT CASE WHEN a THEN b c END',
      'Syntax error: Expected keyword ELSE or keyword END but got identifier "c" at [1:27]',
    ],
    ['SELECT CASE a END', 'Syntax error: Expected keyword WHEN but got keyword END at [1:15]'],
    ['SELECT EXTRACT(YEAR d)', 'Syntax error: Unexpected identifier "d" at [1:21]'],
    ['SELECT EXTRACT(YEAR FROM d x)', 'Syntax error: Expected ")" or keyword AT but got identifier "x" at [1:28]'],
    ['SELECT x IN 1', 'Syntax error: Unexpected integer literal "1" at [1:13]'],
    ['SELECT x BETWEEN 1, 2', 'Syntax error: Unexpected "," at [1:19]'],
    ['SELECT x BETWEEN a = b AND c', 'Syntax error: Expression in BETWEEN must be parenthesized at [1:18]'],
    [
      'SELECT x IS 5',
      'Syntax error: Expected keyword FALSE or keyword NULL or keyword TRUE or keyword UNKNOWN but got integer literal "5" at [1:13]',
    ],
    ['SELECT a IN (1) IN (2)', 'Syntax error: Expression to the left of IN must be parenthesized at [1:17]'],
    [
      'SELECT NOT a IS b',
      'Syntax error: Expected keyword FALSE or keyword NULL or keyword TRUE or keyword UNKNOWN but got identifier "b" at [1:17]',
    ],
    ['SELECT a + NOT b', 'Syntax error: Unexpected keyword NOT at [1:12]'],
    ['SELECT a[1', 'Syntax error: Expected "]" but got end of statement at [1:11]'],
    ['SELECT a.', 'Syntax error: Unexpected end of statement at [1:10]'],
    ['SELECT a.*.b', 'Syntax error: Expected end of input but got "." at [1:11]'],
    ['SELECT * EXCEPT a FROM t', 'EXCEPT must be followed by ALL, DISTINCT, or "(" at [1:10]'],
    ['SELECT * EXCEPT (a b)', 'Syntax error: Expected ")" but got identifier "b" at [1:20]'],
    ['SELECT INTERVAL 1', 'Syntax error: Unexpected end of statement at [1:18]'],
    [
      'SELECT CAST(SELECT 1 AS INT64)',
      'The argument to CAST is an expression, not a query; to use a query as an expression, the query must be wrapped with additional parentheses to make it a scalar subquery expression at [1:13]',
    ],
    ['SELECT ARRAY', 'Syntax error: Expected "(" or "<" or "[" or "{" but got end of statement at [1:13]'],
    ['SELECT ARRAY<INT64>(1)', 'Syntax error: Expected "[" but got "(" at [1:20]'],
    ['SELECT STRUCT', 'Syntax error: Expected "(" or "<" or "{" but got end of statement at [1:14]'],
    ['SELECT EXISTS', 'Syntax error: Unexpected end of statement at [1:14]'],
    ['SELECT OVER', 'Syntax error: OVER keyword must follow a function call at [1:8]'],
    ['SELECT f() OVER', 'Syntax error: Unexpected end of statement at [1:16]'],
    [
      'SELECT f() OVER (ORDER BY a PARTITION BY b)',
      'Syntax error: Expected ")" or keyword RANGE or keyword ROWS but got keyword PARTITION at [1:29]',
    ],
    ['SELECT f() OVER (ROWS 1)', 'Syntax error: Expected keyword FOLLOWING or keyword PRECEDING but got ")" at [1:24]'],
    [
      'FROM t WHERE x',
      'Syntax error: WHERE not supported after FROM query; Consider using pipe operator `|> WHERE` at [1:8]',
    ],
    [
      'WITH a AS (SELECT 1), SELECT 2',
      'Syntax error: Trailing comma after the WITH clause before the main query is not allowed at [1:23]',
    ],
    ['WITH a (SELECT 1) SELECT 1', 'Syntax error: Expected keyword AS but got "(" at [1:8]'],
    [
      'SELECT 1 UNION SELECT 2',
      'Syntax error: Expected keyword ALL or keyword DISTINCT but got keyword SELECT at [1:16]',
    ],
    [
      'SELECT 1 UNION ALL FROM t',
      'Syntax error: Unexpected FROM; FROM queries following a set operation must be parenthesized at [1:20]',
    ],
    ['SELECT 1 EXCEPT SELECT 2', 'EXCEPT must be followed by ALL, DISTINCT, or "(" at [1:10]'],
    ['SELECT * FROM t JOIN', 'Syntax error: Unexpected end of statement at [1:21]'],
    ['SELECT * FROM t CROSS u', 'Syntax error: Expected keyword JOIN but got identifier "u" at [1:23]'],
    ['SELECT * FROM t LEFT OUTER u', 'Syntax error: Expected keyword JOIN but got identifier "u" at [1:28]'],
    ['SELECT * FROM t JOIN u USING a', 'Syntax error: Expected "(" but got identifier "a" at [1:30]'],
    ['SELECT * FROM (t)', 'Syntax error: Expected keyword JOIN but got ")" at [1:17]'],
    [
      'SELECT * FROM a JOIN b JOIN c ON x ON y ON z',
      'Syntax error: The number of join conditions is 3 but the number of joins that require a join condition is only 2. Unexpected keyword ON at [1:41]',
    ],
    [
      'SELECT * FROM a, b RIGHT JOIN c ON d',
      'Syntax error: RIGHT JOIN must be parenthesized when following a comma join.  Also, if the preceding comma join is a correlated CROSS JOIN that unnests an array, then CROSS JOIN syntax must be used in place of the comma join at [1:20]',
    ],
    [
      'SELECT * FROM a.b[0]',
      'Syntax error: Array element access is not allowed in the FROM clause without UNNEST; Use UNNEST(<expression>) at [1:18]',
    ],
    [
      'SELECT * FROM UNNEST(SELECT 1)',
      'The argument to UNNEST is an expression, not a query; to use a query as an expression, the query must be wrapped with additional parentheses to make it a scalar subquery expression at [1:22]',
    ],
    ['SELECT * FROM t WITH x', 'Syntax error: Expected keyword OFFSET but got identifier "x" at [1:22]'],
    ['SELECT * FROM t FOR SYSTEM_TIME OF x', 'Syntax error: Expected keyword AS but got keyword OF at [1:33]'],
    [
      'SELECT * FROM t TABLESAMPLE SYSTEM (10)',
      'Syntax error: Expected keyword PERCENT or keyword ROWS but got ")" at [1:39]',
    ],
    [
      'SELECT * FROM t PIVOT(SUM(a) b IN (1))',
      'Syntax error: Expected "," or keyword FOR but got keyword IN at [1:32]',
    ],
    [
      'SELECT * FROM t UNPIVOT(a FOR b IN (c) )x y',
      'Syntax error: Expected end of input but got identifier "y" at [1:43]',
    ],
    ['SELECT * FROM @t', 'Query parameters cannot be used in place of table names at [1:15]'],
    [
      'SELECT * FROM ML.PREDICT((MODEL m), TABLE t)',
      'Syntax error: Model arguments for table-valued function calls written as "MODEL path" must not be enclosed in parentheses. To fix this, replace (MODEL path) with MODEL path at [1:26]',
    ],
    [
      'SELECT * FROM ML.PREDICT(MODEL m, SELECT 1)',
      'Syntax error: Each subquery argument for table-valued function calls must be enclosed in parentheses. To fix this, replace SELECT... with (SELECT...) at [1:35]',
    ],
    ['SELECT FROM t', 'Syntax error: SELECT list must not be empty at [1:8]'],
    ['SELECT AS STRUCT FROM t', 'Syntax error: SELECT list must not be empty at [1:18]'],
    [
      'FROM t |> GROUP BY x',
      'Syntax error: GROUP BY should be part of a pipe AGGREGATE operator, without a leading pipe symbol at [1:11]',
    ],
    ['FROM t |> FOO', 'Syntax error: Expected keyword JOIN but got identifier "FOO" at [1:11]'],
    [
      'FROM t |> SET a.b = 1',
      'Syntax error: Pipe SET can only update columns by column name alone; Setting columns under table aliases or fields under paths is not supported at [1:15]',
    ],
    ['FROM t |> IF x THEN (SELECT 1)', 'Syntax error: Expected subpipeline starting with |>, not a subquery at [1:22]'],
    ['SELECT 1;;', 'Syntax error: Expected end of input but got ";" at [1:10]'],
    ['SELECT 1; SELECT 2', 'Syntax error: Expected end of input but got keyword SELECT at [1:11]'],
  ],
  lexical: [
    ["SELECT DATE '2020' '", 'Syntax error: Unclosed string literal at [1:20]'],
    ["SELECT 'a\\q'", 'Syntax error: Illegal escape sequence: \\q at [1:10]'],
    ["SELECT '''abc", 'Syntax error: Unclosed triple-quoted string literal at [1:8]'],
    ['SELECT `a', 'Syntax error: Unclosed identifier literal at [1:8]'],
    ['SELECT ``', 'Syntax error: Invalid empty identifier at [1:8]'],
    ['SELECT /* x', 'Syntax error: Unclosed comment at [1:8]'],
    ['SELECT é', 'Syntax error: Illegal input character "\\303" at [1:8]'],
    ['SELECT "a', 'Syntax error: Unclosed string literal at [1:8]'],
    [
      "SELECT b'\\u0041'",
      'Syntax error: Illegal escape sequence: Unicode escape sequence \\u cannot be used in bytes literals at [1:10]',
    ],
    ["SELECT 'a' b'c'", 'Syntax error: string and bytes literals cannot be concatenated. at [1:12]'],
    ['SELECT 1a', 'Syntax error: Missing whitespace between literal and alias at [1:9]'],
    ['SELECT 0xg', 'Syntax error: Missing whitespace between literal and alias at [1:9]'],
  ],
  'definition and manipulation': [
    ['CREATE', 'Syntax error: Unexpected end of statement at [1:7]'],
    ['CREATE OR TABLE t', 'Syntax error: Expected keyword REPLACE but got keyword TABLE at [1:11]'],
    ['CREATE TABLE t ()', 'A table must define at least one column. at [1:17]'],
    ['CREATE TABLE t (a INT64 b)', 'Syntax error: Expected ")" or "," but got identifier "b" at [1:25]'],
    ['CREATE TABLE t (a INT64', 'Syntax error: Expected ")" or "," but got end of statement at [1:24]'],
    ['CREATE TABLE t AS', 'Syntax error: Unexpected end of statement at [1:18]'],
    ['CREATE VIEW v', 'Syntax error: Expected keyword AS but got end of statement at [1:14]'],
    ['CREATE EXTERNAL x', 'Syntax error: Expected keyword SCHEMA or keyword TABLE but got identifier "x" at [1:17]'],
    [
      'CREATE EXTERNAL TABLE t (a INT64)',
      'Syntax error: Expected keyword DEFAULT or keyword LIKE or keyword OPTIONS or keyword WITH but got end of statement at [1:34]',
    ],
    [
      'CREATE EXTERNAL TABLE t WITH x',
      'Syntax error: Expected keyword CONNECTION or keyword PARTITION but got identifier "x" at [1:30]',
    ],
    ['CREATE MODEL m INPUT (a INT64)', 'Syntax error: Expected keyword OUTPUT but got end of statement at [1:31]'],
    [
      'CREATE MODEL m INPUT (a INT64, PRIMARY KEY (a)) OUTPUT (b INT64)',
      'Syntax error: Element list contains unexpected constraint at [1:22]',
    ],
    ['CREATE MODEL m REMOTE WITH x', 'Syntax error: Expected keyword CONNECTION but got identifier "x" at [1:28]'],
    [
      'CREATE MODEL m OPTIONS(a = 1) TRANSFORM (a)',
      'Syntax error: Expected end of input but got keyword TRANSFORM at [1:31]',
    ],
    ['CREATE MODEL m OPTIONS(a)', 'Syntax error: Expected "=" but got ")" at [1:25]'],
    ['CREATE MODEL m OPTIONS(1)', 'Syntax error: Expected ")" but got integer literal "1" at [1:24]'],
    ['CREATE FUNCTION f', 'Syntax error: Expected "(" or "." but got end of statement at [1:18]'],
    [
      'CREATE FUNCTION f() AS (SELECT 1)',
      'The body of each CREATE FUNCTION statement is an expression, not a query; to use a query as an expression, the query must be wrapped with additional parentheses to make it a scalar subquery expression at [1:25]',
    ],
    ['CREATE PROCEDURE p(OUT) BEGIN END', 'Syntax error: Unexpected ")" at [1:23]'],
    ['CREATE SCHEMA', 'Syntax error: Unexpected end of statement at [1:14]'],
    ['DROP', 'Syntax error: Unexpected end of statement at [1:5]'],
    ['DROP TABLE IF x', 'Syntax error: Expected keyword EXISTS but got identifier "x" at [1:15]'],
    ['ALTER TABLE t', 'Syntax error: Unexpected end of statement at [1:14]'],
    ['ALTER TABLE t ADD x', 'x is not a supported nested object type at [1:19]'],
    [
      'ALTER TABLE t SET x',
      'Syntax error: Expected keyword AS or keyword DEFAULT or keyword ON or keyword OPTIONS but got identifier "x" at [1:19]',
    ],
    ['INSERT t', 'Syntax error: Unexpected end of statement at [1:9]'],
    ['INSERT INTO t VALUES', 'Syntax error: Expected "(" but got end of statement at [1:21]'],
    ['INSERT INTO t VALUES (1', 'Syntax error: Expected ")" or "," but got end of statement at [1:24]'],
    ['UPDATE t WHERE TRUE', 'Syntax error: Unexpected keyword WHERE at [1:10]'],
    ['UPDATE t SET a', 'Syntax error: Expected "." or "=" or "[" but got end of statement at [1:15]'],
    ['DELETE', 'Syntax error: Unexpected end of statement at [1:7]'],
    ['MERGE t', 'Syntax error: Unexpected end of statement at [1:8]'],
    ['MERGE t USING s', 'Syntax error: Expected keyword ON but got end of statement at [1:16]'],
    [
      'MERGE t USING s ON a WHEN x',
      'Syntax error: Expected keyword MATCHED or keyword NOT but got identifier "x" at [1:27]',
    ],
    [
      'MERGE t USING s ON a WHEN MATCHED THEN x',
      'Syntax error: Expected keyword DELETE or keyword INSERT or keyword UPDATE but got identifier "x" at [1:40]',
    ],
    [
      'EXPORT x',
      'Syntax error: Expected keyword DATA or keyword MODEL or keyword TABLE but got identifier "x" at [1:8]',
    ],
    ['EXPORT DATA', 'Syntax error: Expected keyword AS but got end of statement at [1:12]'],
    ['LOAD DATA x', 'Syntax error: Expected keyword INTO or keyword OVERWRITE but got identifier "x" at [1:11]'],
    ['LOAD DATA INTO t FROM x', 'Syntax error: Expected keyword FILES but got identifier "x" at [1:23]'],
    ['GRANT x ON t TO y', 'Syntax error: Expected "@" or "@@" or string literal but got identifier "y" at [1:17]'],
    ['SET x', 'Syntax error: Expected "," or "=" but got end of statement at [1:6]'],
    ['SET (a) 1', 'Syntax error: Expected "=" but got integer literal "1" at [1:9]'],
    ['SET a, b = 1', 'Using SET with multiple variables requires parentheses around the variable list at [1:5]'],
    ['CALL p', 'Syntax error: Expected "(" or "." but got end of statement at [1:7]'],
    ['EXECUTE x', 'Syntax error: Expected keyword IMMEDIATE but got identifier "x" at [1:9]'],
    ['DECLARE x', 'Syntax error: Unexpected keyword DECLARE at [1:1]'],
  ],
  scripts: [
    ['BEGIN SELECT 1 END', 'Syntax error: Expected ";" but got keyword END at [1:16]'],
    ['BEGIN SELECT 1;', 'Syntax error: Unexpected end of script at [1:16]'],
    ['IF x SELECT 1', 'Syntax error: Expected keyword THEN but got keyword SELECT at [1:6]'],
    ['IF x THEN SELECT 1; ELSE', 'Syntax error: Unexpected end of script at [1:25]'],
    ['WHILE x SELECT 1', 'Syntax error: Expected keyword DO but got keyword SELECT at [1:9]'],
    ['LOOP SELECT 1; END', 'Syntax error: Expected keyword LOOP but got end of script at [1:19]'],
    ['FOR x SELECT', 'Syntax error: Expected keyword IN but got keyword SELECT at [1:7]'],
    ['REPEAT SELECT 1; END REPEAT', 'Syntax error: Expected keyword UNTIL but got keyword END at [1:18]'],
    ['BEGIN SELECT 1; EXCEPTION WHEN x', 'Syntax error: Expected keyword ERROR but got identifier "x" at [1:32]'],
    ['a: BEGIN END b', 'Mismatched end label; expected a, got b at [1:14]'],
    ['select: LOOP END LOOP', "Reserved keyword 'select' may not be used as a label name without backticks at [1:1]"],
    ['CASE WHEN x THEN SELECT 1; END', 'Syntax error: Expected keyword CASE but got end of script at [1:31]'],
    ['RAISE x', 'Syntax error: Expected end of input but got identifier "x" at [1:7]'],
    ['SELECT 1 SELECT 2', 'Syntax error: Expected end of input but got keyword SELECT at [1:10]'],
    ['END', 'Syntax error: Unexpected keyword END at [1:1]'],
  ],
};

for (const [family, cases] of Object.entries(REFUSALS)) {
  describe(family, () => {
    it.each(cases)('%s', (sql, message) => {
      expect(refusal(sql, family === 'scripts' ? parseScript : parseStatement)).toBe(message);
    });
  });
}

describe('real BigQuery', () => {
  it.each([
    ['SELECT (1 + 2 AS x\n', 'Syntax error: Expected "," but got keyword AS at [1:15]'],
    ['SLECT 1', 'Syntax error: Unexpected identifier "SLECT" at [1:1]'],
    ["SELECT 'abc", 'Syntax error: Unclosed string literal at [1:8]'],
  ])('%s', (sql, message) => {
    expect(refusal(sql, parseScript)).toBe(message);
  });
});
