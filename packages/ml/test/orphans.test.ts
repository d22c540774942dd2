import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import './timeouts.ts';

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('children end with a process that is killed, also in the middle of a run', async () => {
  const host = fork(new URL('./orphan-host.ts', import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const pids = await new Promise<number[]>((resolve) =>
    host.once('message', (message) => resolve(message as number[])),
  );
  expect(pids.length).toBe(1);
  expect(pids.filter(alive)).toEqual(pids);
  host.kill('SIGKILL');
  for (let i = 0; i < 300 && pids.some(alive); i++) await sleep(10);
  expect(pids.filter(alive)).toEqual([]);
});
