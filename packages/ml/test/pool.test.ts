import { setTimeout as sleep } from 'node:timers/promises';
import { jobCancelled } from '@bqml-emulator/common';
import { FLOAT64 } from '@bqml-emulator/types';
import type { Batch } from '@bqml-emulator/types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asBatches, batchOf, collectRows, column, createTestRuntime } from './fixtures.ts';
import type { TestRuntime } from './fixtures.ts';
import './timeouts.ts';

let ml: TestRuntime;
beforeAll(async () => {
  ml = await createTestRuntime();
});
afterAll(() => ml.dispose());

const numbers = (...values: number[]) => batchOf(column(FLOAT64, values));
const pairs = (...values: number[]) => batchOf(column(FLOAT64, values), column(FLOAT64, values));

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Waits until `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await sleep(10);
  expect(condition()).toBe(true);
}

test('a cancelled query ends at once and its children with it; others go on', async () => {
  const endless = await ml.importModel('infinite_loop.onnx');
  const add = await ml.importModel('add_scalars.onnx');
  const controller = new AbortController();
  const cancelled = collectRows(ml.runtime.predict(endless, asBatches(numbers(1)), controller.signal));
  cancelled.catch(() => undefined);
  await until(() => ml.runtime.pool.childIds.length === 1);
  const [pid = 0] = ml.runtime.pool.childIds;
  const other = collectRows(ml.runtime.predict(add, asBatches(pairs(1, 2, 3))));
  await sleep(300);
  const start = performance.now();
  controller.abort(jobCancelled());
  await expect(cancelled).rejects.toThrow('User requested cancellation');
  expect(performance.now() - start).toBeLessThan(1000);
  expect(await other).toEqual([[2], [4], [6]]);
  await until(() => !alive(pid));
});

test('an aborted signal starts nothing', async () => {
  const add = await ml.importModel('add_scalars.onnx');
  const predicted = ml.runtime.predict(add, asBatches(pairs(1)), AbortSignal.abort(jobCancelled()));
  await expect(collectRows(predicted)).rejects.toThrow('User requested cancellation');
});

test('a slice that takes too long fails its query', async () => {
  const own = await createTestRuntime({ pool: { sliceTimeoutMillis: 4000 } });
  try {
    const endless = await own.importModel('infinite_loop.onnx');
    await expect(collectRows(own.runtime.predict(endless, asBatches(numbers(1))))).rejects.toMatchObject({
      reason: 'resourcesExceeded',
      message: expect.stringContaining('the model ran longer than 4 seconds'),
    });
    const add = await own.importModel('add_scalars.onnx');
    expect(await collectRows(own.runtime.predict(add, asBatches(pairs(4))))).toEqual([[8]]);
  } finally {
    await own.dispose();
  }
});

test('a child that is killed fails only its query', async () => {
  const own = await createTestRuntime();
  try {
    const endless = await own.importModel('infinite_loop.onnx');
    const add = await own.importModel('add_scalars.onnx');
    const doomed = collectRows(own.runtime.predict(endless, asBatches(numbers(1))));
    doomed.catch(() => undefined);
    await until(() => own.runtime.pool.childIds.length === 1);
    const [pid = 0] = own.runtime.pool.childIds;
    await sleep(300);
    process.kill(pid, 'SIGKILL');
    await expect(doomed).rejects.toMatchObject({
      reason: 'resourcesExceeded',
      message: 'Resources exceeded during query execution: the process that runs the model ended with SIGKILL',
    });
    expect(await collectRows(own.runtime.predict(add, asBatches(pairs(4))))).toEqual([[8]]);
  } finally {
    await own.dispose();
  }
});

test('more queries than children, all answered; an endless one does not stop them', async () => {
  const endless = await ml.importModel('infinite_loop.onnx');
  const add = await ml.importModel('add_scalars.onnx');
  const controller = new AbortController();
  const stuck = collectRows(ml.runtime.predict(endless, asBatches(numbers(1)), controller.signal));
  stuck.catch(() => undefined);
  const values = Array.from({ length: 300 }, (_, i) => i);
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      collectRows(ml.runtime.predict(add, asBatches(pairs(...values), pairs(...values)))),
    ),
  );
  for (const answer of answers) expect(answer).toEqual([...values, ...values].map((value) => [2 * value]));
  controller.abort(jobCancelled());
  await expect(stuck).rejects.toThrow('cancel');
});

test('batches are pulled only as they are worked off, and a consumer may stop early', async () => {
  const add = await ml.importModel('add_scalars.onnx');
  let pulled = 0;
  let closed = false;
  async function* endless(): AsyncGenerator<Batch> {
    try {
      for (;;) {
        pulled++;
        yield pairs(pulled);
      }
    } finally {
      closed = true;
    }
  }
  const seen: number[] = [];
  for await (const batch of ml.runtime.predict(add, endless())) {
    seen.push(Number(batch.columns[0]?.values[0]));
    if (seen.length === 1) await sleep(200);
    expect(pulled).toBeLessThanOrEqual(seen.length + 2 * ml.runtime.pool.capacity);
    if (seen.length === 50) break;
  }
  expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => 2 * (i + 1)));
  expect(closed).toBe(true);
});

test('an error of the source ends the query', async () => {
  const add = await ml.importModel('add_scalars.onnx');
  async function* failing(): AsyncGenerator<Batch> {
    yield pairs(1);
    throw new Error('the source broke');
  }
  await expect(collectRows(ml.runtime.predict(add, failing()))).rejects.toThrow('the source broke');
});

test('an idle child ends; the next query starts another', async () => {
  const own = await createTestRuntime({ pool: { idleMillis: 100 } });
  try {
    const add = await own.importModel('add_scalars.onnx');
    expect(await collectRows(own.runtime.predict(add, asBatches(pairs(1))))).toEqual([[2]]);
    await until(() => own.runtime.pool.childCount === 0);
    expect(await collectRows(own.runtime.predict(add, asBatches(pairs(2))))).toEqual([[4]]);
  } finally {
    await own.dispose();
  }
});

test('dispose ends every child', async () => {
  const own = await createTestRuntime();
  const add = await own.importModel('add_scalars.onnx');
  await collectRows(own.runtime.predict(add, asBatches(pairs(1, 2, 3, 4))));
  const pids = own.runtime.pool.childIds;
  expect(pids.length).toBeGreaterThan(0);
  await own.dispose();
  expect(pids.filter(alive)).toEqual([]);
});

test('rows that come after the runtime is closed are refused, and nobody waits for ever', async () => {
  const own = await createTestRuntime();
  const add = await own.importModel('add_scalars.onnx');
  const closed = Promise.withResolvers<void>();
  async function* batches(): AsyncIterable<Batch> {
    yield pairs(1);
    await closed.promise;
    yield pairs(2);
  }
  const open = own.runtime.predict(add, batches())[Symbol.asyncIterator]();
  await open.next();
  const next = open.next();
  next.catch(() => undefined);
  await own.dispose();
  closed.resolve();
  await expect(next).rejects.toThrow('the model runtime is closed');
});
