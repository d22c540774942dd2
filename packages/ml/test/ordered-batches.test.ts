import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { orderedBatches } from '../src/predict/ordered-batches.ts';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) {
    await sleep(i % 3);
    yield i;
  }
}

const anything = () => new Promise<void>((resolve) => setImmediate(resolve));

test('results in order, whatever the order of their ends, within the window', async () => {
  let atWork = 0;
  let most = 0;
  const start = async (value: number) => {
    most = Math.max(most, ++atWork);
    await sleep((value * 7) % 11);
    atWork--;
    return value * 2;
  };
  const seen: number[] = [];
  for await (const value of orderedBatches(numbers(60), start, () => atWork < 4, anything, 6)) seen.push(value);
  expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => i * 2));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(4);
});

test('the first failure in order is the one that is thrown', async () => {
  const start = async (value: number) => {
    await sleep(10 - value);
    if (value >= 2) throw new Error(`batch ${value}`);
    return value;
  };
  const seen: number[] = [];
  const read = async () => {
    for await (const value of orderedBatches(numbers(5), start, () => true, anything, 10)) seen.push(value);
  };
  await expect(read()).rejects.toThrow('batch 2');
  expect(seen).toEqual([0, 1]);
});

test('a source that fails after the consumer has stopped harms nobody', async () => {
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    await sleep(20);
    throw new Error('too late');
  }
  const results = orderedBatches(
    failing(),
    async (value) => value,
    () => true,
    anything,
    3,
  );
  expect((await results.next()).value).toBe(1);
  await Promise.allSettled([results.return(undefined)]);
  await sleep(50);
});
