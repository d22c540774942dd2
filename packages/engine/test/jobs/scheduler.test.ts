import { expect, test } from 'vitest';
import { Scheduler } from '../../src/jobs/scheduler.ts';

const never = new AbortController().signal;

test('no more tasks than places, in the order in which they came', async () => {
  const scheduler = new Scheduler(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      scheduler.run(async () => {
        order.push(i);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
      }, never),
    ),
  );
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

test('a task that is cancelled while it waits leaves the queue', async () => {
  const scheduler = new Scheduler(1);
  const controller = new AbortController();
  let finish = () => {};
  const first = scheduler.run(() => new Promise<void>((resolve) => (finish = resolve)), never);
  const second = scheduler.run(() => Promise.resolve('ran'), controller.signal);
  const third = scheduler.run(() => Promise.resolve('ran'), never);
  controller.abort(new Error('cancelled'));
  await expect(second).rejects.toThrow('cancelled');
  finish();
  await first;
  expect(await third).toBe('ran');
});

test('a place is given back by a task that fails', async () => {
  const scheduler = new Scheduler(1);
  await expect(scheduler.run(() => Promise.reject(new Error('no')), never)).rejects.toThrow('no');
  expect(await scheduler.run(() => Promise.resolve(1), never)).toBe(1);
});
