import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomIds } from '@bqml-emulator/common';
import { arrayOf, BYTES, FLOAT64, INT64, STRING, structOf } from '@bqml-emulator/types';
import type { Batch, LazyValue, SqlType, Value } from '@bqml-emulator/types';
import { PagedResultStore } from '../src/results/paged-result-store.ts';
import { batchesOf, column, rowsOf } from './storage-rows.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function openResults(limits: { maxResultBytesInMemory?: number; maxBytesInMemory?: number } = {}) {
  const directory = join(temporaryDirectory(), 'results');
  const time = { now: 0 };
  const clock = { nowMillis: () => time.now, nowMicros: () => BigInt(time.now) * 1000n };
  return { directory, time, results: await PagedResultStore.open({ directory, clock, ids: randomIds, ...limits }) };
}

const schema = [column('id', INT64), column('text', STRING)];
const rows = (n: number, size: number) => Array.from({ length: n }, (_, i): Value[] => [BigInt(i), 'x'.repeat(size)]);
const one = async function* (batch: Batch): AsyncIterable<Batch> {
  yield batch;
};

describe.each([
  ['memory', 1 << 30],
  ['files', 0],
])('results in %s', (_, maxResultBytesInMemory) => {
  test('are read from any row, by rows and by bytes', async () => {
    const { results, directory } = await openResults({ maxResultBytesInMemory, maxBytesInMemory: 1 << 30 });
    const all = rows(20_000, 200);
    const result = await results.write(schema, batchesOf(schema, all));
    expect(result.rowCount).toBe(20_000n);
    expect(readdirSync(directory)).toHaveLength(maxResultBytesInMemory === 0 ? 1 : 0);
    await fc.assert(
      fc.asyncProperty(fc.nat(20_100), fc.integer({ min: 1, max: 6000 }), async (start, max) => {
        const batch = await result.read(BigInt(start), max, Number.MAX_SAFE_INTEGER);
        expect(await rowsOf(one(batch))).toEqual(all.slice(start, start + max));
      }),
      { numRuns: 15 },
    );
    const bounded = await result.read(10_000n, 20_000, 100_000);
    expect(bounded.rowCount).toBeGreaterThan(380);
    expect(bounded.rowCount).toBeLessThan(480);
    expect((await result.read(5n, 10, 1)).columns[0]?.values).toEqual([5n]);
    expect((await result.read(20_000n, 10, 1000)).rowCount).toBe(0);
    expect(results.open(result.id)).toBe(result);
  });

  test('expire', async () => {
    const { results, time, directory } = await openResults({ maxResultBytesInMemory });
    const first = await results.write(schema, batchesOf(schema, rows(3, 3)));
    time.now = 24 * 3600 * 1000;
    expect(results.open(first.id)).toBeUndefined();
    const second = await results.write(schema, batchesOf(schema, []));
    expect(results.open(second.id)).toBe(second);
    expect((await second.read(0n, 10, 10)).columns.map((found) => found.type)).toEqual([INT64, STRING]);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('are kept whole or not at all', async () => {
    const { results, directory } = await openResults({ maxResultBytesInMemory });
    const broken = async function* (): AsyncIterable<Batch> {
      yield* batchesOf(schema, rows(20_000, 100));
      throw new Error('late');
    };
    await expect(results.write(schema, broken())).rejects.toThrow('late');
    await expect(
      results.write(schema, batchesOf(schema, rows(5, 1)), AbortSignal.abort(new Error('stop'))),
    ).rejects.toThrow('stop');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('lazy values are read one row at a time', async () => {
    const { results } = await openResults({ maxResultBytesInMemory });
    let open = 0;
    let most = 0;
    const tensor = (n: number): LazyValue => ({
      lazy: true,
      type: arrayOf(FLOAT64),
      byteSize: undefined,
      read: async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 1));
        open--;
        return Array.from({ length: 50_000 }, (__, i) => n + i / 2);
      },
    });
    const wide = [column('tensor', arrayOf(FLOAT64)), column('bytes', BYTES)];
    const result = await results.write(
      wide,
      batchesOf(
        wide,
        Array.from({ length: 8 }, (__, i) => [tensor(i), new Uint8Array(i)]),
      ),
    );
    expect(most).toBe(1);
    const batch = await result.read(6n, 10, 1e9);
    expect(batch.columns[0]?.values.map((value) => (value as Value[])[1])).toEqual([6.5, 7.5]);
    expect(batch.columns[1]?.values).toEqual([new Uint8Array(6), new Uint8Array(7)]);
    // A row of 50,000 numbers is 1.4 MB on the wire.
    expect((await result.read(0n, 10, 4_000_000)).rowCount).toBe(2);
  });

  test('values that are at hand packed are the same, and as large on the wire', async () => {
    const { results } = await openResults({ maxResultBytesInMemory });
    const image = (element: SqlType): SqlType =>
      structOf([
        { name: 'dimensions', type: arrayOf(INT64) },
        { name: 'values', type: arrayOf(element) },
      ]);
    const ten = Array.from({ length: 10_000 }, (__, i) => i % 11);
    for (const [element, packed, numbers] of [
      [INT64, Uint8Array.from(ten), ten.map(BigInt)],
      [INT64, Int32Array.from(ten, (n) => -1000 * n), ten.map((n) => BigInt(-1000 * n))],
      [INT64, BigInt64Array.from(ten, (n) => BigInt(n) << 40n), ten.map((n) => BigInt(n) << 40n)],
      [FLOAT64, Uint8Array.from(ten), ten.map((n) => n / 255)],
      [FLOAT64, Float32Array.from(ten, (n) => n / 2), ten.map((n) => n / 2)],
    ] as const) {
      const type = image(element);
      const whole: Value = [[2n, 5n], numbers];
      const lazy: LazyValue = {
        lazy: true,
        type,
        byteSize: undefined,
        read: () => Promise.reject(new Error('it is at hand packed')),
        readPacked: () => Promise.resolve([[2n, 5n], packed]),
      };
      const wide = [column('image', type)];
      const read = async (value: Value, bytes: number) => {
        const result = await results.write(wide, batchesOf(wide, [[value], [value], [value]]));
        return result.read(0n, 3, bytes);
      };
      expect((await read(lazy, 1e9)).columns[0]?.values).toEqual([whole, whole, whole]);
      // From less than a row to more than all.
      for (const bytes of [1, 300_000, 400_000, 500_000, 700_000, 1_000_000]) {
        expect((await read(lazy, bytes)).rowCount).toBe((await read(whole, bytes)).rowCount);
      }
    }
  });
});
