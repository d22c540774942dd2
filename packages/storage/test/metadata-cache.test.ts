import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { systemClock } from '@bqml-emulator/common';
import type { ObjectTable } from '@bqml-emulator/catalog';
import { MemoryObjectStore } from '@bqml-emulator/object-store';
import { openFixture } from './storage-fixture.ts';
import type { StorageFixture } from './storage-fixture.ts';
import { dataset, objectTable, rowsOf } from './storage-rows.ts';

const MINUTE_MILLIS = 60_000;
const DAY_MILLIS = 24 * 60 * MINUTE_MILLIS;

async function cached(mode: 'AUTOMATIC' | 'MANUAL', maxStaleness: string) {
  const time = { millis: Date.UTC(2026, 0, 1) };
  const clock = { nowMillis: () => time.millis, nowMicros: () => BigInt(time.millis) * 1000n };
  const objectStore = new MemoryObjectStore(systemClock);
  await objectStore.createBucket('b');
  const put = (name: string) => objectStore.put('b', name, [Buffer.from(name)]);
  const fixture = await openFixture({ clock, objectStore });
  const table: ObjectTable = { ...objectTable('t', ['gs://b/*']), metadataCacheMode: mode, maxStaleness };
  fixture.storage.catalog.createDataset(dataset());
  fixture.storage.catalog.createExternalTable(table, false);
  const names = async () =>
    (await rowsOf(fixture.storage.objectTables.scan(table))).map(([uri]) =>
      typeof uri === 'string' ? uri.slice('gs://b/'.length) : uri,
    );
  return { time, put, fixture, table, names };
}

const refresh = ({ storage }: StorageFixture, table: ObjectTable) =>
  storage.objectTables.refreshMetadataCache(table, undefined);

describe('metadata caches', () => {
  test('a MANUAL one is used until it is too old, and then the bucket is listed', async () => {
    const { time, put, fixture, table, names } = await cached('MANUAL', '0-0 1 0:0:0');
    await put('a');
    expect(await names()).toEqual(['a']);
    await refresh(fixture, table);
    await put('b');
    time.millis += DAY_MILLIS;
    expect(await names()).toEqual(['a']);
    time.millis += 1;
    expect(await names()).toEqual(['a', 'b']);
    await refresh(fixture, table);
    await put('c');
    expect(await names()).toEqual(['a', 'b']);
  });

  test('an AUTOMATIC one is refreshed by the first scan after half an hour', async () => {
    const { time, put, names } = await cached('AUTOMATIC', '0-0 7 0:0:0');
    await put('a');
    expect(await names()).toEqual(['a']);
    await put('b');
    time.millis += 30 * MINUTE_MILLIS;
    expect(await names()).toEqual(['a']);
    time.millis += 1;
    expect(await names()).toEqual(['a', 'b']);
  });

  test('a scan reads one listing to its end, also when it is replaced meanwhile', async () => {
    const { put, fixture, table, names } = await cached('MANUAL', '0-0 1 0:0:0');
    for (let i = 0; i < 5000; i++) await put(`x${String(i).padStart(4, '0')}`);
    await refresh(fixture, table);
    let rows = 0;
    for await (const batch of fixture.storage.objectTables.scan(table, undefined, [0])) {
      if (rows === 0) {
        await put('y');
        await refresh(fixture, table);
      }
      rows += batch.rowCount;
    }
    expect(rows).toBe(5000);
    expect(await names()).toHaveLength(5001);
  });

  test('of two refreshes at a time the second is refused', async () => {
    const { put, fixture, table } = await cached('MANUAL', '0-0 1 0:0:0');
    await put('a');
    const [first, second] = await Promise.allSettled([refresh(fixture, table), refresh(fixture, table)]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('being refreshed') },
    });
    await refresh(fixture, table);
  });

  test('a scan that waits for the listing of another one goes on when that is cancelled', async () => {
    const { put, fixture, table, names } = await cached('AUTOMATIC', '0-0 1 0:0:0');
    await put('a');
    const cancelled = AbortSignal.abort(new Error('stop'));
    const first = rowsOf(fixture.storage.objectTables.scan(table, cancelled));
    const [stopped, waiting] = await Promise.allSettled([first, names()]);
    expect(stopped.status).toBe('rejected');
    expect(waiting).toEqual({ status: 'fulfilled', value: ['a'] });
  });

  test('a listing that is broken off leaves the one before', async () => {
    const { put, fixture, table, names } = await cached('MANUAL', '0-0 1 0:0:0');
    await put('a');
    await refresh(fixture, table);
    await put('b');
    const aborted = AbortSignal.abort(new Error('stop'));
    await expect(fixture.storage.objectTables.refreshMetadataCache(table, undefined, aborted)).rejects.toThrow('stop');
    expect(await names()).toEqual(['a']);
    const reopened = await fixture.reopen();
    expect((await rowsOf(reopened.objectTables.scan(table))).map(([uri]) => uri)).toEqual(['gs://b/a']);
  });
});

test('a data directory of the first version is taken over', async () => {
  const fixture = await openFixture();
  fixture.storage.catalog.createDataset(dataset());
  await fixture.storage.close();
  const database = new Database(join(fixture.dataDirectory, 'catalog.sqlite'));
  database.exec('DROP TABLE located_resources; DROP TABLE metadata_caches; DROP TABLE cached_objects');
  database.pragma('user_version = 1');
  database.close();
  const { storage } = await openFixture({ dataDirectory: fixture.dataDirectory });
  expect(storage.catalog.getDataset(dataset().reference)).toEqual(dataset());
  expect(storage.connections.list('local', undefined)).toEqual([]);
});
