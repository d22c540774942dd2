import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BaseTable } from '@bqml-emulator/catalog';
import { isLazyValue } from '@bqml-emulator/types';
import { crashImage, openCrashStorage } from './crash-writer.ts';
import type { CrashEvent } from './crash-writer.ts';
import { rowsOf } from './storage-rows.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ROUNDS = 20;
const BUDGET_MILLIS = 12_000;

/** Lines of a writer that was killed at a random moment of its work, or in one of four rounds of its opening. */
async function killedWriter(dataDirectory: string, first: number, whileOpening: boolean): Promise<CrashEvent[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts'), dataDirectory, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let timer: NodeJS.Timeout | undefined;
  const killAfter = (millis: number) => {
    timer ??= setTimeout(() => child.kill('SIGKILL'), millis);
  };
  if (whileOpening) killAfter(150 + Math.random() * 500);
  // Counted in lines, and only the last moment in time, so that a busy machine does as much as an idle one.
  const lines = 1 + Math.floor(Math.random() * 60);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > lines) killAfter(Math.random() * 15);
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as CrashEvent);
}

/** The ids that a table holds after a change; undefined: no table. */
function apply(before: readonly number[] | undefined, event: Extract<CrashEvent, { begin: number }>) {
  switch (event.kind) {
    case 'append':
      return [...(before ?? []), ...event.ids];
    case 'halve':
      return (before ?? []).filter((id) => id % 2 !== 0);
    case 'drop':
      return undefined;
    default:
      return event.ids;
  }
}

test('what was acknowledged survives kill -9, and nothing is half made', { timeout: 60_000 }, async () => {
  const dataDirectory = join(temporaryDirectory(), 'data');
  const state = new Map<string, readonly number[] | undefined>();
  const registered = new Set<string>();
  const started = performance.now();
  let first = 1;
  let acknowledged = 0;
  let rounds = 0;
  for (; rounds < ROUNDS && performance.now() - started < BUDGET_MILLIS; rounds++) {
    const pending = new Map<number, Extract<CrashEvent, { begin: number }>>();
    for (const event of await killedWriter(dataDirectory, first, rounds % 4 === 3)) {
      if ('begin' in event) {
        pending.set(event.begin, event);
        first = Math.max(first, event.begin + 1);
        continue;
      }
      const done = pending.get(event.acknowledged);
      if (done === undefined) throw new Error('acknowledged before it began');
      pending.delete(event.acknowledged);
      acknowledged++;
      if (done.kind === 'model' || done.kind === 'object') registered.add(done.name);
      else state.set(done.name, apply(state.get(done.name), done));
    }
    const storage = await openCrashStorage(dataDirectory);
    const segments = new Set<number>();
    for (const name of ['a', 'b', 'c']) {
      const table = storage.catalog.getTable({ projectId: 'local', datasetId: 'd', tableId: name }) as
        BaseTable | undefined;
      const rows = table === undefined ? [] : await rowsOf(storage.tables.readTable(table));
      const found = table === undefined ? undefined : rows.map(([id]) => Number(id));
      const unfinished = [...pending.values()].find((event) => event.name === name);
      const allowed = [state.get(name), ...(unfinished ? [apply(state.get(name), unfinished)] : [])];
      expect(allowed).toContainEqual(found);
      expect(table?.rowCount ?? 0n).toBe(BigInt(rows.length));
      for (const [id, image] of rows) {
        if (!isLazyValue(image)) throw new Error('images are lazy');
        expect(await image.read()).toEqual(crashImage(Number(id)));
        if ('handle' in image) segments.add(Number(((image.handle as bigint) - 2n ** 62n) >> 32n));
      }
      state.set(name, found);
    }
    const existing = [
      ...storage.catalog.listModels({ projectId: 'local', datasetId: 'd' }).map((model) => model.reference.modelId),
      ...storage.catalog.listTables({ projectId: 'local', datasetId: 'd' }).map((table) => table.reference.tableId),
    ];
    expect(existing).toEqual(expect.arrayContaining([...registered]));
    await storage.close();
    const files = readdirSync(join(dataDirectory, 'segments'));
    expect(files.every((file) => /^\d+\.seg$/.test(file))).toBe(true);
    for (const segment of segments) expect(files).toContain(`${segment}.seg`);
  }
  expect(rounds).toBeGreaterThanOrEqual(3);
  expect(acknowledged).toBeGreaterThan(10);
});

test(
  'a data directory that another process has open is refused, until that process is gone',
  { timeout: 30_000 },
  async () => {
    const dataDirectory = join(temporaryDirectory(), 'data');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts'), dataDirectory, '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(openCrashStorage(dataDirectory)).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringContaining(`${dataDirectory} is in use by another emulator`) as unknown,
    });
    child.kill('SIGKILL');
    await once(child, 'close');
    await (await openCrashStorage(dataDirectory)).close();
  },
);
