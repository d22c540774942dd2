/** Uploads that meet the end of the server. */
import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { startEmulator } from 'bqml-emulator';
import type { RunningEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, WorkDirectory } from './support/running-emulator.ts';

const work = new WorkDirectory();
const dataDirectory = path.join(work.path, 'data');
let emulator: RunningEmulator;

async function killAndRestart(): Promise<void> {
  process.kill(emulator.processId, 'SIGKILL');
  await emulator.dispose();
  emulator = await startEmulator({ dataDirectory });
}

beforeAll(async () => {
  emulator = await startEmulator({ dataDirectory });
  expect((await call(emulator.url, 'POST', '/storage/v1/b?project=p', { name: 'photos' })).status).toBe(200);
});

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

it('a resumable upload goes on after the server was killed', { timeout: 60_000 }, async () => {
  const begun = await fetch(`${emulator.url}/upload/storage/v1/b/photos/o?uploadType=resumable&name=x.txt`, {
    method: 'POST',
  });
  const session = new URL(begun.headers.get('location') ?? '');
  const put = (range: string, body: string) =>
    fetch(emulator.url + session.pathname + session.search, {
      method: 'PUT',
      headers: { 'content-range': range },
      body,
      redirect: 'manual',
    });
  expect((await put('bytes 0-4/*', 'hello')).status).toBe(308);
  await killAndRestart();
  const probe = await put('bytes */11', '');
  expect([probe.status, probe.headers.get('range')]).toEqual([308, 'bytes=0-4']);
  expect((await put('bytes 5-10/11', ' world')).status).toBe(200);
  expect(await (await fetch(`${emulator.url}/photos/x.txt`)).text()).toBe('hello world');
});

it('an upload in one request leaves nothing when the server is killed', { timeout: 60_000 }, async () => {
  const uploads = path.join(dataDirectory, 'buckets/photos/.bqml-emulator/uploads');
  const upload = request(`${emulator.url}/upload/storage/v1/b/photos/o?uploadType=media&name=cut.txt`, {
    method: 'POST',
    headers: { 'content-length': 1_000_000 },
  });
  upload.on('error', () => undefined);
  upload.write('only the beginning');
  await expect.poll(() => (existsSync(uploads) ? readdirSync(uploads).length : 0)).toBe(1);
  await killAndRestart();
  upload.destroy();
  expect(readdirSync(uploads)).toEqual([]);
  expect((await call(emulator.url, 'GET', '/storage/v1/b/photos/o/cut.txt')).status).toBe(404);
});
