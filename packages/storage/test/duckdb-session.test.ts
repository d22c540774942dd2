import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InvariantError, invalidQuery, jobCancelled } from '@bqml-emulator/common';
import type { RelationalSession, StageColumn, StageFunction, StageText } from '@bqml-emulator/catalog';
import { BIGNUMERIC, BYTES, INT64, STRING } from '@bqml-emulator/types';
import type { Batch, LazyValue, SqlType, Value } from '@bqml-emulator/types';
import { openDatabase } from '../src/duckdb/database.ts';
import { DuckDbRelationalStore } from '../src/duckdb/duckdb-relational-store.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { maybe, valueArbitraries } from './value-arbitraries.ts';

async function openStore(maxSessions = 4): Promise<DuckDbRelationalStore> {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'tmp'));
  const instance = await openDatabase({
    path: join(directory, 'tables.duckdb'),
    temporaryDirectory: join(directory, 'tmp'),
    stagingDirectory: join(directory, 'staging'),
    threads: Math.min(4, cpus().length),
    memoryBytes: 500e6,
  });
  const noStored = {
    valueOf: () => {
      throw new InvariantError('no stored values here');
    },
  };
  const store = await DuckDbRelationalStore.open(instance, noStored, maxSessions);
  onTestFinished(() => store.close());
  return store;
}

const openSession = async (): Promise<RelationalSession> => (await openStore()).openSession();

const plain = (type: SqlType): StageColumn => ({ type, lazy: false });

const query = (text: string, types: readonly SqlType[], more: Partial<StageText> = {}): StageText => ({
  text,
  parameters: [],
  functions: [],
  columns: types.map(plain),
  ...more,
});

async function rowsOf(batches: AsyncIterable<Batch>): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const batch of batches) {
    for (let row = 0; row < batch.rowCount; row++) rows.push(batch.columns.map((column) => column.values[row] ?? null));
  }
  return rows;
}

async function* batches(
  types: readonly SqlType[],
  rows: readonly (readonly Value[])[],
  size = 2048,
): AsyncIterable<Batch> {
  for (let start = 0; start < rows.length; start += size) {
    const slice = rows.slice(start, start + size);
    yield {
      rowCount: slice.length,
      columns: types.map((type, index) => ({ type, values: slice.map((row) => row[index] ?? null) })),
    };
  }
}

const fn = (definition: Partial<StageFunction> & Pick<StageFunction, 'evaluate'>): StageFunction => ({
  name: 'f0',
  parameters: [plain(INT64)],
  result: plain(INT64),
  volatile: false,
  ...definition,
});

describe('values cross unchanged', () => {
  test.each(valueArbitraries)('%s', async (_, type, values) => {
    const session = await openSession();
    await fc.assert(
      fc.asyncProperty(fc.array<Value>(maybe(values), { minLength: 1, maxLength: 70 }), async (column) => {
        const rows = column.map((value) => [value]);
        const table = await session.materialize([plain(type)], batches([type], rows, 33));
        expect(await rowsOf(session.run(query(`SELECT c0 FROM ${table}`, [type])))).toEqual(rows);
        const value = column[0] ?? null;
        const parameter = query(`SELECT CAST($1 AS ${session.physicalType(plain(type))})`, [type], {
          parameters: [{ type, value }],
        });
        expect(await rowsOf(session.run(parameter))).toEqual([[value]]);
        const seen: Value[] = [];
        const identity = fn({
          parameters: [plain(type)],
          result: plain(type),
          volatile: true,
          evaluate: (argument = null) => {
            seen.push(argument);
            return argument;
          },
        });
        const through = query(`SELECT f0(c0) FROM ${table}`, [type], { functions: [identity] });
        expect(await rowsOf(session.run(through))).toEqual(rows);
        expect(seen).toHaveLength(rows.length);
        await session.execute({ text: `DROP TABLE ${table}`, parameters: [], functions: [] });
      }),
      { numRuns: 8 },
    );
  });

  test('BIGNUMERIC sorts by its bytes', async () => {
    const session = await openSession();
    const values = [-(2n ** 255n), -(10n ** 38n), -1n, 0n, 1n, 10n ** 40n, 2n ** 255n - 1n];
    const table = await session.materialize(
      [plain(BIGNUMERIC)],
      batches(
        [BIGNUMERIC],
        [...values].reverse().map((v) => [v]),
      ),
    );
    expect(await rowsOf(session.run(query(`SELECT c0 FROM ${table} ORDER BY c0`, [BIGNUMERIC])))).toEqual(
      values.map((v) => [v]),
    );
  });
});

describe('streams', () => {
  test('keep the order, whatever their length', async () => {
    const session = await openSession();
    for (const count of [0, 1, 2047, 2048, 2049, 300_000]) {
      const stage = query(`SELECT x FROM range(${count}) t(x) ORDER BY x DESC`, [INT64]);
      let expected = BigInt(count);
      for await (const batch of session.run(stage)) {
        expect(batch.rowCount).toBeLessThanOrEqual(2048);
        for (const value of batch.columns[0]?.values ?? []) {
          if (value !== --expected) expect(value).toBe(expected);
        }
      }
      expect(expected).toBe(0n);
    }
  });

  test('an error after many rows is an error and not an early end', async () => {
    const session = await openSession();
    const late = query(
      `SELECT CASE WHEN x = 700000 THEN error('division by zero: 1 / 0') ELSE x END FROM range(1000000) t(x)`,
      [INT64],
    );
    await expect(rowsOf(session.run(late))).rejects.toMatchObject({
      reason: 'invalidQuery',
      message: 'division by zero: 1 / 0',
    });
    const overflow = query('SELECT x + 9223372036854775000 FROM range(1000000) t(x)', [INT64]);
    await expect(rowsOf(session.run(overflow))).rejects.toMatchObject({
      reason: 'invalidQuery',
      message: 'Integer Overflow',
    });
  });

  test('one may be read while another fills a table and a third is left in the middle', async () => {
    const session = await openSession();
    const numbers = query('SELECT x FROM range(100000) t(x)', [INT64]);
    const doubled = async function* () {
      for await (const batch of session.run(numbers)) {
        const column = batch.columns[0];
        for await (const _ of session.run(numbers)) break;
        yield {
          rowCount: batch.rowCount,
          columns: [{ type: INT64, values: (column?.values ?? []).map((value) => 2n * (value as bigint)) }],
        };
      }
    };
    const table = await session.materialize([plain(INT64)], doubled());
    expect(
      await rowsOf(session.run(query(`SELECT count(*), CAST(sum(c0) AS BIGINT) FROM ${table}`, [INT64, INT64]))),
    ).toEqual([[100_000n, 9_999_900_000n]]);
    await session.close();
  });

  test('a batch without columns keeps its row count', async () => {
    const session = await openSession();
    const rows = async function* () {
      yield { rowCount: 3, columns: [] };
    };
    const table = await session.materialize([], rows());
    expect(await rowsOf(session.run(query(`SELECT count(*) FROM ${table}`, [INT64])))).toEqual([[3n]]);
  });
});

describe('stage functions', () => {
  test('see NULLs, and throw their very error', async () => {
    const session = await openSession();
    const error = invalidQuery('Image decoding failed');
    const failing = fn({
      evaluate: (value = null) => {
        if (value === null) return -1n;
        if (value === 250_000n) throw error;
        return value;
      },
    });
    const stage = (count: number) =>
      query(`SELECT f0(nullif(x, 3)) FROM range(${count}) t(x)`, [INT64], { functions: [failing] });
    expect(await rowsOf(session.run(stage(5)))).toEqual([[0n], [1n], [2n], [-1n], [4n]]);
    await expect(rowsOf(session.run(stage(400_000)))).rejects.toBe(error);
    const swallowed = query('SELECT TRY(f0(x)) FROM range(249999, 250002) t(x)', [INT64], { functions: [failing] });
    expect(await rowsOf(session.run(swallowed))).toEqual([[249_999n], [null], [250_001n]]);
    const defect = new TypeError('broken');
    const broken = fn({
      evaluate: () => {
        throw defect;
      },
    });
    await expect(session.execute({ text: 'SELECT f0(1)', parameters: [], functions: [broken] })).rejects.toBe(defect);
  });

  test('of equal name and different signature do not meet', async () => {
    const store = await openStore();
    const results = await Promise.all(
      [1n, 2n, 3n, 4n].map(async (summand, index) => {
        const session = await store.openSession();
        const add = fn({ evaluate: (value = null) => (value as bigint) + summand });
        const name = fn({
          parameters: [plain(STRING), plain(STRING)],
          result: plain(STRING),
          evaluate: (a = null, b = null) => JSON.stringify([a, b]),
        });
        const stage =
          index % 2 === 0
            ? query('SELECT sum(f0(f0(x)))::BIGINT FROM range(10000) t(x)', [INT64], { functions: [add] })
            : query("SELECT max(f0('a', NULL))", [STRING], { functions: [name] });
        const rows = await rowsOf(session.run(stage));
        await session.close();
        return rows[0]?.[0];
      }),
    );
    expect(results).toEqual([50_015_000n, '["a",null]', 50_055_000n, '["a",null]']);
  });

  test('work inside aggregates, windows, lambdas and subqueries', async () => {
    const session = await openSession();
    const functions = [fn({ evaluate: (value = null) => (value === null ? null : (value as bigint) + 1n) })];
    const one = async (sql: string) =>
      (await rowsOf(session.run(query(sql, [INT64], { functions })))).map(([value]) => value);
    expect(await one('SELECT f0(count(*)) FROM range(5) t(x)')).toEqual([6n]);
    expect(await one('SELECT CAST(sum(f0(x)) OVER (ORDER BY f0(x)) AS BIGINT) FROM range(3) t(x)')).toEqual([
      1n,
      3n,
      6n,
    ]);
    expect(await one('SELECT list_transform([1, 2, 3], lambda e: f0(e))[3]')).toEqual([4n]);
    expect(await one('SELECT f0((SELECT max(y) FROM range(5) u(y) WHERE y < t.x)) FROM range(3) t(x)')).toEqual([
      null,
      1n,
      2n,
    ]);
  });

  test('take and give lazy values as handles', async () => {
    const session = await openSession();
    const lazy = (size: number): LazyValue => ({
      lazy: true,
      type: BYTES,
      byteSize: size,
      read: async () => new Uint8Array(size),
    });
    const column: StageColumn = { type: BYTES, lazy: true };
    const values = [lazy(1), null, lazy(3)];
    const rows = async function* () {
      yield { rowCount: 3, columns: [{ type: BYTES, values }] };
    };
    const table = await session.materialize([column], rows());
    const length = fn({
      parameters: [column],
      evaluate: (value = null) => BigInt((value as LazyValue | null)?.byteSize ?? -1),
    });
    const stage: StageText = {
      text: `SELECT c0, f0(c0) FROM ${table}`,
      parameters: [],
      functions: [length],
      columns: [column, plain(INT64)],
    };
    const found = await rowsOf(session.run(stage));
    expect(found.map((row) => row[1])).toEqual([1n, -1n, 3n]);
    expect(found[0]?.[0]).toBe(values[0]);
    expect(session.handles.put(values[2] as LazyValue)).toBe(2n);
    expect(() => session.handles.get(99n)).toThrow(InvariantError);
  });
});

describe('interrupts and limits', () => {
  test('an abort stops a statement at once, and the session goes on', async () => {
    const session = await openSession();
    const controller = new AbortController();
    const cancelled = jobCancelled();
    const endless = query('SELECT count(*) FROM range(10000000000000) t(x) WHERE x % 7 = 3', [INT64]);
    const started = performance.now();
    setTimeout(() => controller.abort(cancelled), 50);
    await expect(rowsOf(session.run(endless, controller.signal))).rejects.toBe(cancelled);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(await rowsOf(session.run(query('SELECT 1::BIGINT', [INT64])))).toEqual([[1n]]);
    await expect(session.execute({ text: 'SELECT 1', parameters: [], functions: [] }, controller.signal)).rejects.toBe(
      cancelled,
    );
  });

  test('an abort between two batches is an error and not an early end', async () => {
    const session = await openSession();
    const controller = new AbortController();
    const cancelled = jobCancelled();
    const read = async () => {
      for await (const _ of session.run(query('SELECT x FROM range(100000000) t(x)', [INT64]), controller.signal)) {
        controller.abort(cancelled);
      }
    };
    await expect(read()).rejects.toBe(cancelled);
  });

  test('closing a session ends what runs in it', async () => {
    const store = await openStore();
    const session = await store.openSession();
    const numbers = query('SELECT x FROM range(100000000) t(x)', [INT64]);
    const parked = session.run(numbers)[Symbol.asyncIterator]();
    await parked.next();
    const counting = rowsOf(
      session.run(query('SELECT count(*) FROM range(10000000000000) t(x) WHERE x % 7 = 3', [INT64])),
    );
    const filling = session.materialize([plain(INT64)], session.run(numbers));
    const settled = Promise.allSettled([counting, filling]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await session.close();
    for (const outcome of await settled) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'stopped' } });
    }
    await expect(parked.next()).rejects.toMatchObject({ reason: 'stopped' });
    await expect(rowsOf(session.run(numbers))).rejects.toMatchObject({ reason: 'stopped' });
    await store.stop();
    await expect(store.openSession()).rejects.toMatchObject({ reason: 'stopped' });
  });

  test('a session more than allowed waits for one to close', async () => {
    const store = await openStore(1);
    const first = await store.openSession();
    let opened = false;
    const second = store.openSession().then((session) => {
      opened = true;
      return session;
    });
    await expect(store.openSession(AbortSignal.timeout(20))).rejects.toThrow(/timeout/);
    expect(opened).toBe(false);
    await first.close();
    await (await second).close();
    expect(opened).toBe(true);
  });

  test('what does not fit into memory is an error of the query', async () => {
    const session = await openSession();
    const stage = query('SELECT len(list(x)) FROM range(300000000) t(x)', [INT64]);
    await expect(rowsOf(session.run(stage))).rejects.toMatchObject({ reason: 'resourcesExceeded' });
  });

  test('statements reach no file', async () => {
    const session = await openSession();
    for (const sql of [
      "SELECT count(*) FROM read_csv('/etc/passwd')",
      "COPY (SELECT 1) TO '/tmp/bqml-escape.csv'",
      "ATTACH '/tmp/bqml-escape.duckdb' AS other",
      'INSTALL httpfs',
      'SET GLOBAL enable_external_access = true',
    ]) {
      await expect(session.execute({ text: sql, parameters: [], functions: [] }), sql).rejects.toThrow();
    }
  });

  test('texts of the engine stay inside', async () => {
    const session = await openSession();
    const run = (sql: string) => rowsOf(session.run(query(sql, [INT64])));
    await expect(run("SELECT CAST('x' AS BIGINT)")).rejects.toMatchObject({ message: 'Bad int64 value: x' });
    await expect(run('SELECT 9223372036854775807 + 1')).rejects.toMatchObject({
      message: 'Integer Overflow',
    });
    await expect(run('SELECT nope')).rejects.toBeInstanceOf(InvariantError);
  });
});
