import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { randomIds, systemClock } from '@bqml-emulator/common';
import { FilesystemObjectStore, listPage, MemoryObjectStore, readObject } from '../src/index.ts';
import type { ObjectStore } from '../src/index.ts';
import { describeObjectStore, names, text } from './object-store-suite.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'object-store-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const stores: readonly [string, () => ObjectStore][] = [
  ['memory', () => new MemoryObjectStore(systemClock)],
  ['filesystem', () => new FilesystemObjectStore({ root: temporaryFolder(), ids: randomIds })],
];

for (const [name, create] of stores) describeObjectStore(name, create);

describe('directories as buckets', () => {
  test('nothing leads out of the bucket', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'inside/folder'), { recursive: true });
    mkdirSync(join(root, 'inside-too'));
    writeFileSync(join(root, 'secret.txt'), 'secret');
    writeFileSync(join(root, 'inside-too/other.txt'), 'other bucket');
    writeFileSync(join(root, 'inside/folder/fine.txt'), 'fine');
    writeFileSync(join(root, 'inside/%2e%2e'), 'odd');
    writeFileSync(join(root, 'inside/100%.txt'), 'percent');
    writeFileSync(join(root, 'inside/back\\slash'), 'odd');
    symlinkSync(join(root, 'secret.txt'), join(root, 'inside/link.txt'));
    symlinkSync(root, join(root, 'inside/up'));
    symlinkSync('.', join(root, 'inside/self'));
    symlinkSync('folder/fine.txt', join(root, 'inside/alias.txt'));
    symlinkSync('/nowhere', join(root, 'inside/dangling'));
    const store = new FilesystemObjectStore({ buckets: { inside: join(root, 'inside') }, ids: randomIds });
    expect(await names(store, 'inside')).toEqual(['100%.txt', 'alias.txt', 'folder/fine.txt']);
    const escapes = [
      '../secret.txt',
      'folder/../../secret.txt',
      'folder/../folder/fine.txt',
      './folder/fine.txt',
      '/etc/passwd',
      'folder//fine.txt',
      '..\\secret.txt',
      'link.txt',
      'up/secret.txt',
      '%2e%2e/secret.txt',
      '%2e%2e',
      '..%2fsecret.txt',
      '%252e%252e%252fsecret.txt',
      'folder/fine.txt\0.jpg',
      'back\\slash',
      '../inside-too/other.txt',
      '.bqml-emulator/x',
      'folder',
      'folder/',
      '',
      'x'.repeat(2000),
    ];
    for (const name of escapes) {
      expect(await store.getMetadata('inside', name), name).toBeUndefined();
      expect(store.localPath('inside', name), name).toBeUndefined();
      await expect(readObject(store, 'inside', name, 100), name).rejects.toMatchObject({ reason: 'notFound' });
    }
    for (const name of ['../new.txt', 'up/new.txt', 'up/deeper/new.txt', 'folder', 'alias.txt/new', '%2e%2e/n', '']) {
      await expect(store.put('inside', name, text('x')), name).rejects.toMatchObject({ reason: 'invalid' });
    }
    for (const bucket of ['..', '.', '', 'inside/folder', '%2e%2e', 'INSIDE']) {
      expect(await store.getBucket(bucket), bucket).toBeUndefined();
    }
    expect(await names(new FilesystemObjectStore({ root, ids: randomIds }), 'inside-too')).toEqual(['other.txt']);
  });

  test('a rewritten file is a new generation, and its checksum is computed again', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'files'));
    const path = join(root, 'files/a.png');
    writeFileSync(path, 'one');
    utimesSync(path, 1_700_000_000, 1_700_000_000.25);
    const store = new FilesystemObjectStore({ root, ids: randomIds });
    const first = await store.getMetadata('files', 'a.png');
    expect(first).toMatchObject({ generation: 1_700_000_000_250_000n, size: 3, contentType: 'image/png' });
    expect(first?.md5Hash).toBeUndefined();
    const { md5Hash } = await store.checksums('files', 'a.png');
    expect((await store.getMetadata('files', 'a.png'))?.md5Hash).toBe(md5Hash);
    writeFileSync(path, 'two');
    const second = await store.getMetadata('files', 'a.png');
    expect(second?.generation).not.toBe(first?.generation);
    expect((await store.checksums('files', 'a.png')).md5Hash).not.toBe(md5Hash);
    expect(store.localPath('files', 'a.png')).toBe(path);
    await expect(store.checksums('files', 'a.png', first?.generation)).rejects.toMatchObject({ reason: 'notFound' });
  });

  test('metadata of an upload does not outlive the file that it came with', async () => {
    const root = temporaryFolder();
    const store = new FilesystemObjectStore({ root, ids: randomIds });
    await store.createBucket('meta');
    await store.put('meta', 'x.jpg', text('one'), { contentType: 'text/plain', metadata: { who: 'me' } });
    const again = new FilesystemObjectStore({ root, ids: randomIds });
    expect(await again.getMetadata('meta', 'x.jpg')).toMatchObject({
      contentType: 'text/plain',
      metadata: { who: 'me' },
    });
    expect((await listPage(again, 'meta', 10)).objects[0]).toMatchObject({ contentType: 'text/plain' });
    writeFileSync(join(root, 'meta/x.jpg'), 'another');
    expect(await again.getMetadata('meta', 'x.jpg')).toMatchObject({ contentType: 'image/jpeg', metadata: {} });
    expect((await store.listBuckets()).map((bucket) => bucket.name)).toEqual(['meta']);
  });

  test('stops when it is told to', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'many'));
    for (let i = 0; i < 600; i++) writeFileSync(join(root, 'many', `${i}`), '');
    const store = new FilesystemObjectStore({ root, ids: randomIds });
    const controller = new AbortController();
    const listing = (async () => {
      let count = 0;
      for await (const batch of store.list('many', { signal: controller.signal })) {
        count += batch.length;
        controller.abort(new Error('enough'));
      }
      return count;
    })();
    await expect(listing).rejects.toThrow('enough');
  });
});

test('directories list as memory does, from any point and with any prefix', async () => {
  const part = fc.stringMatching(/^[a-c.\-0é]{1,3}$/).filter((name) => name !== '.' && name !== '..');
  const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { maxLength: 25 }), fc.array(name, { maxLength: 6 }), async (all, points) => {
      // A name cannot be a file and a folder at once.
      const files = all.filter((file) => !all.some((other) => other.startsWith(`${file}/`)));
      const memory = new MemoryObjectStore(systemClock);
      const root = temporaryFolder();
      const directory = new FilesystemObjectStore({ root, ids: randomIds });
      mkdirSync(join(root, 'b'));
      await memory.createBucket('b');
      for (const file of files) {
        await memory.put('b', file, text(file));
        mkdirSync(join(root, 'b', file, '..'), { recursive: true });
        writeFileSync(join(root, 'b', file), file);
      }
      for (const point of ['', ...points, ...files.slice(0, 5)]) {
        for (const options of [
          { prefix: point },
          { startAfter: point },
          { prefix: point.slice(0, 2), startAfter: point },
        ]) {
          expect(await names(directory, 'b', options)).toEqual(await names(memory, 'b', options));
        }
      }
    }),
    { numRuns: 15 },
  );
});

test('no name reaches a file outside of its bucket, in whatever way it is written', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'buckets/inside/folder'), { recursive: true });
  mkdirSync(join(root, 'buckets/inside-too'));
  mkdirSync(join(root, 'elsewhere'));
  writeFileSync(join(root, 'buckets/inside/folder/x'), 'inside');
  for (const secret of ['x', 'buckets/x', 'buckets/inside-too/x', 'elsewhere/x'])
    writeFileSync(join(root, secret), 'secret');
  symlinkSync(join(root, 'elsewhere'), join(root, 'buckets/inside/out'));
  symlinkSync('../../elsewhere/x', join(root, 'buckets/inside/out.txt'));
  const before = readdirSync(root, { recursive: true }).filter((name) => !String(name).startsWith('buckets/inside/'));
  const store = new FilesystemObjectStore({ root: join(root, 'buckets'), ids: randomIds });
  const dot = fc.constantFrom(
    '.',
    '%2e',
    '%2E',
    '%252e',
    '%25252E',
    '%c0%ae',
    '%e0%80%ae',
    '\u2024',
    '\uff0e',
    '..',
    '%2e%2e',
  );
  const slash = fc.constantFrom('/', '\\', '%2f', '%2F', '%5c', '%252f', '%c0%af', '\u2215', '\uff0f', '//', '/./');
  const word = fc.constantFrom(
    'x',
    'folder',
    'inside',
    'inside-too',
    'out',
    'out.txt',
    'elsewhere',
    'buckets',
    '\0',
    '~',
    'C:',
    '',
  );
  const name = fc
    .array(fc.oneof({ weight: 3, arbitrary: dot }, { weight: 2, arbitrary: slash }, word), {
      minLength: 1,
      maxLength: 9,
    })
    .map((parts) => parts.join(''));
  const absolute = fc.constantFrom('', root, `${root}/`, '/').chain((start) => name.map((rest) => start + rest));
  await fc.assert(
    fc.asyncProperty(fc.oneof(name, absolute), async (path) => {
      const found = await store.getMetadata('inside', path);
      if (found !== undefined) expect((await readObject(store, 'inside', path, 10)).toString()).not.toBe('secret');
      const local = store.localPath('inside', path);
      if (local !== undefined) expect(local.startsWith(join(root, 'buckets/inside/'))).toBe(true);
      const put = await store.put('inside', path, text('written')).catch((error: unknown) => error);
      if (put instanceof Error) expect(put).toMatchObject({ reason: 'invalid' });
      else await store.delete('inside', path);
      expect(
        readdirSync(root, { recursive: true }).filter((file) => !String(file).startsWith('buckets/inside/')),
      ).toEqual(before);
    }),
    { numRuns: 300 },
  );
  for (const secret of ['x', 'buckets/x', 'buckets/inside-too/x', 'elsewhere/x']) {
    expect(readFileSync(join(root, secret), 'utf8')).toBe('secret');
  }
});

test('what a process that ended left of an upload is removed', async () => {
  const root = temporaryFolder();
  const uploads = join(root, 'b/.bqml-emulator/uploads');
  mkdirSync(uploads, { recursive: true });
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(uploads, `${pid}-0123`), 'half');
  writeFileSync(join(uploads, `${process.pid}-0123`), 'half, by an earlier process of the same number');
  writeFileSync(join(uploads, `${process.ppid}-0123`), 'another process is writing this');
  await new FilesystemObjectStore({ root, ids: randomIds }).removeAbandonedUploads();
  expect(readdirSync(uploads)).toEqual([`${process.ppid}-0123`]);
});

test('a large folder that is known shows what comes and goes', async () => {
  const root = temporaryFolder();
  const folder = join(root, 'b/large');
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < 400; i++) writeFileSync(join(folder, `${i}`), '');
  utimesSync(folder, 1_700_000_000, 1_700_000_000);
  const store = new FilesystemObjectStore({ root, ids: randomIds });
  const all = await names(store, 'b');
  expect(all).toHaveLength(400);
  expect(await names(store, 'b', { startAfter: 'large/398' })).toEqual([
    'large/399',
    ...all.slice(all.indexOf('large/4')),
  ]);
  expect(await names(store, 'b', { prefix: 'large/39' })).toHaveLength(11);
  writeFileSync(join(folder, '398a'), '');
  rmSync(join(folder, '399'));
  expect(await names(store, 'b', { prefix: 'large/39', startAfter: 'large/398' })).toEqual(['large/398a']);
});
