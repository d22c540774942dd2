import { expect, test } from 'vitest';
import { Budget } from '../src/decode/budget.ts';
import { BufferPool } from '../src/decode/buffer-pool.ts';
import { createImageHost, decodeImage, materializeImage } from '../src/index.ts';
import { noisePng } from './sample-images.ts';

const settled = async (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), new Promise((resolve) => setImmediate(resolve, false))]);

test('holds up to the limit and admits in order', async () => {
  const budget = new Budget(10);
  const first = await budget.acquire(6);
  const second = budget.acquire(6);
  const third = budget.acquire(1);
  expect(await settled(second)).toBe(false);
  expect(await settled(third)).toBe(false);
  budget.release(first);
  expect(await second).toBe(6);
  expect(await third).toBe(1);
});

test('an oversized need runs alone', async () => {
  const budget = new Budget(10);
  const first = await budget.acquire(1);
  const second = budget.acquire(1000);
  expect(await settled(second)).toBe(false);
  budget.release(first);
  expect(await second).toBe(10);
});

test('an aborted waiter leaves the line', async () => {
  const budget = new Budget(10);
  const first = await budget.acquire(10);
  const abort = new AbortController();
  const second = budget.acquire(5, abort.signal);
  const third = budget.acquire(5);
  abort.abort(new Error('stopped'));
  await expect(second).rejects.toThrow('stopped');
  budget.release(first);
  expect(await third).toBe(5);
  await expect(budget.acquire(1, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});

test('buffers are used again, up to a bound', () => {
  const pool = new BufferPool(800_000);
  const first = pool.take(100_000);
  expect(first.length).toBeGreaterThanOrEqual(100_000);
  expect(first.length).toBeLessThanOrEqual(131_072);
  pool.give(first);
  expect(pool.take(99_000)).toBe(first);
  pool.give(first);
  for (let i = 0; i < 6; i += 1) pool.give(Buffer.alloc(180_000));
  pool.give(Buffer.alloc(250_000));
  expect(pool.take(100_000)).not.toBe(first);
});

test('more images than places all come, and failures free their place', async () => {
  const host = createImageHost({ maxConcurrentDecodes: 2, maxDecodedBytes: 1000 });
  const bytes = await noisePng(20, 20, 1);
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      materializeImage(decodeImage({ kind: 'bytes', bytes: i % 3 === 0 ? bytes.subarray(0, 50) : bytes }), host),
    ),
  );
  expect(results.map(({ status }) => status === 'fulfilled')).toEqual(results.map((_, i) => i % 3 !== 0));
});
