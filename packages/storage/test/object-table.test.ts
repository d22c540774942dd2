import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { randomIds, systemClock } from '@bqml-emulator/common';
import { isObjectBytes } from '@bqml-emulator/catalog';
import { FilesystemObjectStore, MemoryObjectStore } from '@bqml-emulator/object-store';
import type { Value } from '@bqml-emulator/types';
import { openFixture } from './storage-fixture.ts';
import { dataset, objectTable, rowsOf } from './storage-rows.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const text = (value: string) => [Buffer.from(value)];

describe('object tables', () => {
  test('show every object once, in byte order, with its columns', async () => {
    const objectStore = new MemoryObjectStore(systemClock);
    await objectStore.createBucket('b');
    await objectStore.createBucket('a');
    for (const name of ['x/1.jpg', 'x/y/2.jpg', 'x-3.jpg', 'notes.txt']) await objectStore.put('b', name, text(name));
    const put = await objectStore.put('a', 'z.png', text('hello'), { metadata: { species: 'cat' } });
    const { storage } = await openFixture({ objectStore });
    const table = objectTable('t', ['gs://b/x*', 'gs://b/*.jpg', 'gs://a/z.png', 'gs://a/missing', 'gs://b/x-3.jpg']);
    const rows = await rowsOf(storage.objectTables.scan(table));
    expect(rows.map(([uri]) => uri)).toEqual(['gs://a/z.png', 'gs://b/x-3.jpg', 'gs://b/x/1.jpg', 'gs://b/x/y/2.jpg']);
    const row = rows[0] ?? [];
    const md5 = 'XUFAKrxLKna5cZ2REBfFkg==';
    expect(row.slice(0, 8)).toEqual([
      'gs://a/z.png',
      put.generation,
      'image/png',
      5n,
      md5,
      put.updatedMicros,
      [['species', 'cat']],
      [
        'gs://a/z.png',
        String(put.generation),
        'local.us.images',
        {
          json: {
            gcs_metadata: { content_type: 'image/png', md5_hash: md5, size: 5, updated: Number(put.updatedMicros) },
          },
        },
      ],
    ]);
    const data = row[8];
    if (!isObjectBytes(data)) throw new Error('data is the bytes of an object');
    expect(data.object).toMatchObject({ bucket: 'a', name: 'z.png', size: 5, localPath: undefined });
    expect(data.byteSize).toBe(5);
    expect(Buffer.from((await data.read()) as Uint8Array).toString()).toBe('hello');
    storage.catalog.createDataset(dataset());
    storage.catalog.createExternalTable(table, false);
    const [first] = await rowsOf(storage.tables.readTable(table));
    expect(first).toHaveLength(8);
  });

  test('read no bytes unless a hash is asked for, and only this generation', async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'b/folder'), { recursive: true });
    const path = join(root, 'b/folder/a.jpg');
    writeFileSync(path, 'old');
    let opened = 0;
    class Counting extends FilesystemObjectStore {
      override open(...args: Parameters<FilesystemObjectStore['open']>) {
        opened++;
        return super.open(...args);
      }
      override async checksums(...args: Parameters<FilesystemObjectStore['checksums']>) {
        opened++;
        return super.checksums(...args);
      }
    }
    const { storage } = await openFixture({ objectStore: new Counting({ root, ids: randomIds }) });
    const table = objectTable('t', ['gs://b/*']);
    const scan = async (columns: number[]): Promise<Value[][]> =>
      rowsOf(storage.objectTables.scan(table, undefined, columns));
    const [row] = await scan([8, 2, 0]);
    expect(row?.slice(1)).toEqual(['image/jpeg', 'gs://b/folder/a.jpg']);
    expect(opened).toBe(0);
    const data = row?.[0];
    if (!isObjectBytes(data)) throw new Error('data is the bytes of an object');
    expect(data.object.localPath).toBe(path);
    const [[md5] = []] = await scan([4]);
    expect(md5).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    await scan([4, 7]);
    expect(opened).toBe(1);
    writeFileSync(path, 'new content');
    await expect(data.read()).rejects.toMatchObject({
      reason: 'notFound',
      message: 'Not found: URI gs://b/folder/a.jpg',
    });
  });

  test('refuse URIs that cannot be', async () => {
    const objectStore = new MemoryObjectStore(systemClock);
    await objectStore.createBucket('b');
    const { objectTables } = (await openFixture({ objectStore })).storage;
    await objectTables.validate(objectTable('t', ['gs://b/*', 'gs://b/x']));
    await expect(objectTables.validate(objectTable('t', ['gs://nobody/*']))).rejects.toMatchObject({
      reason: 'notFound',
    });
    await expect(objectTables.validate(objectTable('t', ['gs://b/*/*']))).rejects.toMatchObject({
      reason: 'invalid',
    });
    await expect(objectTables.validate(objectTable('t', []))).rejects.toMatchObject({ reason: 'invalid' });
    await expect(rowsOf(objectTables.scan(objectTable('t', ['gs://nobody/*'])))).rejects.toMatchObject({
      reason: 'notFound',
    });
  });
});
