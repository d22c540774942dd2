import { describe, expect, it } from 'vitest';
import { parseScript, parseStatement, print, visit, type Node } from '../src/index.ts';

const withoutOffsets = (node: Node): unknown =>
  JSON.parse(JSON.stringify(node, (key, value: unknown) => (key === 'start' || key === 'end' ? undefined : value)));

const STATEMENTS = [
  'SELECT 1 + (2 - 3) * -4, - -x, NOT (a AND b), (a OR b) AND c, (a = b) = c, a.b.c, (a).b, (f(x)).y[OFFSET(0)]',
  "SELECT x IN (1, 2), x NOT IN (SELECT 1), x BETWEEN 1 AND 2, x IS NOT NULL, a NOT LIKE 'b', a LIKE ANY ('b', 'c')",
  "SELECT CAST(x AS STRING FORMAT 'YYYY' AT TIME ZONE 'UTC'), EXTRACT(YEAR FROM d), INTERVAL 1 DAY, DATE '2020-01-01'",
  'SELECT SUM(DISTINCT x ORDER BY y DESC LIMIT 3) OVER (PARTITION BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)',
  "SELECT STRUCT<a INT64>(1), [1, 2], ARRAY<INT64>[], (1, 'a'), b'\\x00', NUMERIC '1.10', 0xFF, r'\\d'",
  'SELECT a >> 1 << 2, x || y || z, ARRAY(SELECT 1), EXISTS(SELECT 1), WITH(a AS 1, a + 1), g((x, y) -> x, n => 1)',
  'WITH RECURSIVE q AS (SELECT 1 UNION ALL SELECT 2) SELECT * EXCEPT (a) REPLACE (1 AS b), t.* FROM q AS t WHERE TRUE',
  'SELECT DISTINCT AS STRUCT a FROM a JOIN b USING (x) LEFT JOIN c ON TRUE, UNNEST([1]) AS u WITH OFFSET AS o',
  'SELECT a FROM t GROUP BY ROLLUP(a, b), GROUPING SETS (a, (), CUBE(c)) HAVING a > 1 QUALIFY TRUE WINDOW w AS (w2)',
  '(SELECT 1) UNION ALL (SELECT 2 ORDER BY 1) ORDER BY 1 NULLS LAST LIMIT 1 OFFSET 2',
  'SELECT * FROM t PIVOT(SUM(x) AS s FOR y IN (1 AS one, 2)) UNION ALL SELECT * FROM a JOIN b JOIN c ON x ON y',
  'SELECT * FROM t UNPIVOT(x FOR y IN (a, b AS 1)) TABLESAMPLE SYSTEM (10 PERCENT)',
  'FROM t |> WHERE x |> AGGREGATE COUNT(*) AS n GROUP BY y DESC |> EXTEND 1 AS z |> SET z = 2 |> DROP n |> AS q',
  'SELECT * FROM ML.PREDICT(MODEL `p.d.m`, (SELECT uri FROM d.t), STRUCT(0.5 AS threshold)) AS p',
  "CREATE MODEL IF NOT EXISTS d.m TRANSFORM (a AS b) OPTIONS(model_type = 'ONNX', model_path = 'gs://b/*')",
  'CREATE MODEL m INPUT(x ARRAY<FLOAT64>) OUTPUT(y STRUCT<z INT64>) REMOTE WITH CONNECTION `p.us.c` OPTIONS()',
  "CREATE OR REPLACE EXTERNAL TABLE d.t WITH CONNECTION DEFAULT OPTIONS(object_metadata = 'SIMPLE', uris = ['a'])",
  'CREATE TEMP TABLE t (a INT64 DEFAULT 1 NOT NULL, b ARRAY<STRUCT<c STRING(5)>> OPTIONS(x = 1), PRIMARY KEY (a) NOT ENFORCED)',
  'CREATE TABLE `my-project`.d.t PARTITION BY DATE(ts) CLUSTER BY a AS SELECT * FROM my-project-1.d.t',
  'CREATE FUNCTION f(x ANY TYPE) RETURNS INT64 AS (x + 1)',
  "CREATE FUNCTION f(x INT64) RETURNS INT64 LANGUAGE js OPTIONS(library = 'a') AS '''return x;'''",
  'CREATE PROCEDURE p(IN a INT64, OUT b STRING) BEGIN SELECT 1; END',
  'CREATE ROW ACCESS POLICY p ON t GRANT TO ("user:a") FILTER USING (x = SESSION_USER())',
  'ALTER TABLE t ADD COLUMN a INT64, DROP COLUMN IF EXISTS b, ALTER COLUMN c SET DATA TYPE NUMERIC(10, 2), RENAME COLUMN d TO e',
  'INSERT INTO t (a, b) VALUES (1, DEFAULT), (2, 3)',
  'UPDATE t AS u SET a.b = 1, c = DEFAULT FROM s WHERE TRUE',
  'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED AND s.d THEN DELETE WHEN NOT MATCHED BY TARGET THEN INSERT ROW',
  "EXPORT DATA OPTIONS(uri = 'gs://b/*') AS SELECT 1",
  "LOAD DATA INTO d.t (a INT64) FROM FILES (format = 'CSV') WITH PARTITION COLUMNS (b STRING) WITH CONNECTION c",
];

describe('print', () => {
  it.each(STATEMENTS)('%s', (sql) => {
    const statement = parseStatement(sql);
    const printed = print(statement);
    expect(withoutOffsets(parseStatement(printed))).toEqual(withoutOffsets(statement));
    expect(print(parseStatement(printed))).toBe(printed);
  });

  it('prints scripts', () => {
    const sql =
      'DECLARE a, b INT64 DEFAULT 1; l: LOOP IF a = 1 THEN BREAK l; ELSEIF TRUE THEN SET (a, b) = (1, 2); ELSE LEAVE; END IF; END LOOP l; ' +
      'BEGIN SELECT 1; EXCEPTION WHEN ERROR THEN RAISE USING MESSAGE = @@error.message; END; ' +
      "FOR r IN (SELECT 1) DO CALL p(r.x); END FOR; EXECUTE IMMEDIATE 'SELECT ?' INTO a USING 1 AS x;";
    const script = parseScript(sql);
    expect(withoutOffsets(parseScript(print(script)))).toEqual(withoutOffsets(script));
  });

  it('keeps comments where they stood', () => {
    const sql = '-- first\nSELECT /* one */ 1, # two\n2 FROM t -- last';
    expect(print(parseStatement(sql), { commentsOf: sql })).toBe(
      '-- first\nSELECT /* one */ 1, # two\n2 FROM t -- last',
    );
  });
});

describe('visit', () => {
  it('meets every node before its children, in the order of the text', () => {
    const names: string[] = [];
    visit(parseStatement('SELECT a, (SELECT b FROM c) FROM d WHERE e'), {
      Identifier: (node) => {
        names.push(node.name);
      },
    });
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('leaves out what is below a node', () => {
    let count = 0;
    visit(parseStatement('SELECT (SELECT 1 FROM t) FROM u'), {
      ExpressionSubquery: () => false,
      TablePathExpression: () => {
        count++;
      },
    });
    expect(count).toBe(1);
  });
});
