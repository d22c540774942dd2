import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { randomIds, systemClock } from '@bqml-emulator/common';
import {
  compareBytes,
  FilesystemObjectStore,
  listPage,
  MemoryObjectStore,
  ObjectContent,
  readObject,
} from '../src/index.ts';
import type { ObjectStore } from '../src/index.ts';

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

const text = (value: string) => [Buffer.from(value)];

async function names(store: ObjectStore, bucket: string, options = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of store.list(bucket, options)) found.push(...batch.map((object) => object.name));
  return found;
}

describe.each(stores)('%s store', (_, create) => {
  test('keeps what was put, with its metadata and checksums', async () => {
    const store = create();
    expect(await store.createBucket('photos')).toBe(true);
    expect(await store.createBucket('photos')).toBe(false);
    const put = await store.put('photos', 'a/cat.jpg', text('hello'), { metadata: { b: '2', a: '1' } });
    expect(put).toMatchObject({ name: 'a/cat.jpg', size: 5, contentType: 'image/jpeg', metadata: { a: '1', b: '2' } });
    expect(await store.getMetadata('photos', 'a/cat.jpg')).toEqual(put);
    // md5 and crc32c of `hello`, as gsutil hash prints them.
    expect(await store.checksums('photos', 'a/cat.jpg')).toMatchObject({
      md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==',
      crc32c: 'mnG7TA==',
    });
    expect(Buffer.from(await readObject(store, 'photos', 'a/cat.jpg', 100)).toString()).toBe('hello');
    expect(Buffer.from(await readObject(store, 'photos', 'a/cat.jpg', 9, { start: 1, end: 3 })).toString()).toBe('el');
    await expect(readObject(store, 'photos', 'a/cat.jpg', 4)).rejects.toMatchObject({ reason: 'resourcesExceeded' });
  });

  test('gives each rewrite a new generation and refuses the old one', async () => {
    const store = create();
    await store.createBucket('b-1');
    const first = await store.put('b-1', 'x', text('one'), { contentType: 'text/plain' });
    const second = await store.put('b-1', 'x', text('two'));
    expect(second.generation > first.generation).toBe(true);
    expect(second.contentType).toBe('application/octet-stream');
    const stale = new ObjectContent(store, first);
    await expect(stale.read(100)).rejects.toMatchObject({ reason: 'notFound', message: 'Not found: URI gs://b-1/x' });
    expect(Buffer.from(await new ObjectContent(store, second).read(100)).toString()).toBe('two');
    await expect(store.put('b-1', 'x', text('three'), { ifGenerationMatch: 0n })).rejects.toMatchObject({
      reason: 'conditionNotMet',
    });
    await expect(store.deleteBucket('b-1')).rejects.toMatchObject({ reason: 'conditionNotMet' });
    expect(await store.delete('b-1', 'x', { ifGenerationMatch: second.generation })).toBe(true);
    expect(await store.delete('b-1', 'x')).toBe(false);
    expect(await store.deleteBucket('b-1')).toBe(true);
    await expect(names(store, 'b-1')).rejects.toMatchObject({ reason: 'notFound' });
  });

  test('lists in byte order, by prefix, page by page', async () => {
    const store = create();
    await store.createBucket('order');
    const unordered = ['a/b', 'a-b', 'a.txt', 'a0', 'b/c/d', 'b/c.e', 'Z', 'é', '\uff5e', '\u{1f600}', 'b/c/a'];
    for (const name of unordered) await store.put('order', name, text(name));
    const ordered = [...unordered].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
    expect([...unordered].sort(compareBytes)).toEqual(ordered);
    expect(await names(store, 'order')).toEqual(ordered);
    expect(await names(store, 'order', { prefix: 'b/c' })).toEqual(['b/c.e', 'b/c/a', 'b/c/d']);
    const paged: string[] = [];
    let next: string | undefined;
    do {
      const page = await listPage(store, 'order', 2, next === undefined ? {} : { startAfter: next });
      paged.push(...page.objects.map((object) => object.name));
      next = page.next;
    } while (next !== undefined);
    expect(paged).toEqual(ordered);
  });

  test('a failed upload leaves what was there', async () => {
    const store = create();
    await store.createBucket('half');
    await store.put('half', 'x', text('whole'));
    const broken = async function* () {
      yield Buffer.from('ha');
      throw new Error('connection lost');
    };
    await expect(store.put('half', 'x', broken())).rejects.toThrow('connection lost');
    await expect(store.put('half', 'y', broken())).rejects.toThrow('connection lost');
    expect(await names(store, 'half')).toEqual(['x']);
    expect(Buffer.from(await readObject(store, 'half', 'x', 10)).toString()).toBe('whole');
  });

  test('absence is not found', async () => {
    const store = create();
    await store.createBucket('empty');
    expect(await store.getMetadata('empty', 'nothing')).toBeUndefined();
    expect(await store.getBucket('nobody')).toBeUndefined();
    expect(store.localPath('empty', 'nothing')).toBeUndefined();
    await expect(store.getMetadata('nobody', 'x')).rejects.toMatchObject({
      message: 'Not found: Bucket nobody: The specified bucket does not exist.',
    });
    await expect(readObject(store, 'empty', 'nothing', 10)).rejects.toMatchObject({ reason: 'notFound' });
  });
});

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
