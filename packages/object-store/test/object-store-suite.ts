import { describe, expect, test } from 'vitest';
import { compareBytes, listPage, ObjectContent, readObject } from '../src/index.ts';
import type { ObjectStore, WriteConditions } from '../src/index.ts';

export const text = (value: string) => [Buffer.from(value)];

export async function names(store: ObjectStore, bucket: string, options = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of store.list(bucket, options)) found.push(...batch.map((object) => object.name));
  return found;
}

/** What every store does; `create` gives an empty one. */
export function describeObjectStore(name: string, create: () => ObjectStore | Promise<ObjectStore>): void {
  describe(`${name} store`, () => {
    test('keeps what was put, with its metadata and checksums', async () => {
      const store = await create();
      expect(await store.createBucket('photos')).toBe(true);
      expect(await store.createBucket('photos')).toBe(false);
      const put = await store.put('photos', 'a/cat.jpg', text('hello'), { metadata: { b: '2', a: '1' } });
      expect(put).toMatchObject({
        name: 'a/cat.jpg',
        size: 5,
        contentType: 'image/jpeg',
        metadata: { a: '1', b: '2' },
      });
      expect(await store.getMetadata('photos', 'a/cat.jpg')).toEqual(put);
      // md5 and crc32c of `hello`, as gsutil hash prints them.
      expect(await store.checksums('photos', 'a/cat.jpg')).toMatchObject({
        md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==',
        crc32c: 'mnG7TA==',
      });
      expect(Buffer.from(await readObject(store, 'photos', 'a/cat.jpg', 100)).toString()).toBe('hello');
      expect(Buffer.from(await readObject(store, 'photos', 'a/cat.jpg', 9, { start: 1, end: 3 })).toString()).toBe(
        'el',
      );
      await expect(readObject(store, 'photos', 'a/cat.jpg', 4)).rejects.toMatchObject({ reason: 'resourcesExceeded' });
    });

    test('gives each rewrite a new generation and refuses the old one', async () => {
      const store = await create();
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
      await expect(store.deleteBucket('b-1')).rejects.toMatchObject({ reason: 'resourceInUse' });
      expect(await store.delete('b-1', 'x', { ifGenerationMatch: second.generation })).toBe(true);
      expect(await store.delete('b-1', 'x')).toBe(false);
      expect(await store.deleteBucket('b-1')).toBe(true);
      await expect(names(store, 'b-1')).rejects.toMatchObject({ reason: 'notFound' });
    });

    test('lists in byte order, by prefix, page by page', async () => {
      const store = await create();
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
      const store = await create();
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
      const store = await create();
      await store.createBucket('empty');
      expect(await store.getMetadata('empty', 'nothing')).toBeUndefined();
      expect(await store.getBucket('nobody')).toBeUndefined();
      expect(store.localPath('empty', 'nothing')).toBeUndefined();
      await expect(store.getMetadata('nobody', 'x')).rejects.toMatchObject({
        message: 'Not found: Bucket nobody: The specified bucket does not exist.',
      });
      await expect(readObject(store, 'empty', 'nothing', 10)).rejects.toMatchObject({ reason: 'notFound' });
    });

    test('keeps attributes, and changes what is not the bytes', async () => {
      const store = await create();
      await store.createBucket('attributes');
      const put = await store.put('attributes', 'x.txt', text('hello'), {
        metadata: { a: '1', b: '2' },
        attributes: { cacheControl: 'no-store', contentLanguage: 'de' },
      });
      expect(put).toMatchObject({
        metageneration: 1n,
        attributes: { cacheControl: 'no-store', contentLanguage: 'de' },
      });
      const changed = await store.update('attributes', 'x.txt', {
        contentType: 'text/html',
        metadata: { a: null, c: '3' },
        attributes: { contentLanguage: null, contentDisposition: 'inline' },
      });
      expect(changed).toMatchObject({
        generation: put.generation,
        metageneration: 2n,
        contentType: 'text/html',
        metadata: { b: '2', c: '3' },
        attributes: { cacheControl: 'no-store', contentDisposition: 'inline' },
      });
      expect(changed.attributes.contentLanguage).toBeUndefined();
      expect(changed.updatedMicros >= put.updatedMicros).toBe(true);
      expect(await store.getMetadata('attributes', 'x.txt')).toEqual(changed);
      expect((await listPage(store, 'attributes', 5)).objects).toEqual([changed]);
      expect(Buffer.from(await readObject(store, 'attributes', 'x.txt', 9)).toString()).toBe('hello');
      await expect(store.update('attributes', 'y', {})).rejects.toMatchObject({ reason: 'notFound' });
    });

    test.each<[string, WriteConditions, boolean, boolean]>([
      ['generation 0', { ifGenerationMatch: 0n }, false, true],
      ['another generation', { ifGenerationMatch: 7n }, false, false],
      ['not generation 0', { ifGenerationNotMatch: 0n }, true, false],
      ['not another generation', { ifGenerationNotMatch: 7n }, true, true],
      ['metageneration 1', { ifMetagenerationMatch: 1n }, true, false],
      ['metageneration 2', { ifMetagenerationMatch: 2n }, false, false],
      ['not metageneration 1', { ifMetagenerationNotMatch: 1n }, false, true],
    ])('writes under a condition: %s', async (_, conditions, onExisting, onAbsent) => {
      const store = await create();
      await store.createBucket('conditions');
      for (const [name, allowed] of [
        ['there', onExisting],
        ['absent', onAbsent],
      ] as const) {
        await store.put('conditions', 'there', text('old'));
        const writes = store.put('conditions', name, text('new'), conditions);
        if (allowed) await writes;
        else await expect(writes).rejects.toMatchObject({ reason: 'conditionNotMet' });
      }
      await store.put('conditions', 'there', text('old'));
      const deletes = store.delete('conditions', 'there', conditions);
      if (onExisting) expect(await deletes).toBe(true);
      else await expect(deletes).rejects.toMatchObject({ reason: 'conditionNotMet' });
    });

    test('of writers who all want to be the first, one is', async () => {
      const store = await create();
      await store.createBucket('race');
      const results = await Promise.allSettled(
        Array.from({ length: 12 }, (_, i) => store.put('race', 'one', text(`${i}`), { ifGenerationMatch: 0n })),
      );
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    });

    test('bytes that are not what was announced are refused', async () => {
      const store = await create();
      await store.createBucket('hashes');
      await expect(store.put('hashes', 'x', text('hello'), { expected: { crc32c: 'AAAAAA==' } })).rejects.toMatchObject(
        {
          reason: 'invalid',
          message: 'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "mnG7TA==".',
        },
      );
      await expect(
        store.put('hashes', 'x', text('hello'), { expected: { md5Hash: 'AAAAAAAAAAAAAAAAAAAAAA==' } }),
      ).rejects.toMatchObject({
        reason: 'invalid',
        message:
          'Provided MD5 hash "AAAAAAAAAAAAAAAAAAAAAA==" doesn\'t match calculated MD5 hash "XUFAKrxLKna5cZ2REBfFkg==".',
      });
      expect(await names(store, 'hashes')).toEqual([]);
      await store.put('hashes', 'x', text('hello'), { expected: { crc32c: 'mnG7TA==' } });
    });

    test('keeps what is said of a bucket', async () => {
      const store = await create();
      await store.createBucket('described', { location: 'EU', labels: { a: 'b' } });
      const before = await store.getBucket('described');
      expect(before).toMatchObject({ metageneration: 1n, attributes: { location: 'EU', labels: { a: 'b' } } });
      const after = await store.updateBucket('described', { labels: null, storageClass: 'NEARLINE' });
      expect(after.metageneration).toBe(2n);
      expect(after.attributes).toMatchObject({ location: 'EU', storageClass: 'NEARLINE' });
      expect(after.attributes['labels']).toBeUndefined();
      expect(await store.getBucket('described')).toEqual(after);
      await expect(store.updateBucket('described', {}, { ifMetagenerationMatch: 1n })).rejects.toMatchObject({
        reason: 'conditionNotMet',
      });
      await expect(store.updateBucket('nobody', {})).rejects.toMatchObject({ reason: 'notFound' });
    });

    test('a bucket is gone with its last object', async () => {
      const store = await create();
      await store.createBucket('folders');
      await store.put('folders', 'a/b/c/d', text('x'));
      expect(await store.delete('folders', 'a/b/c/d')).toBe(true);
      await store.put('folders', 'a', text('a file where a folder was'));
      await store.delete('folders', 'a');
      expect(await store.deleteBucket('folders')).toBe(true);
      expect(await store.listBuckets()).toEqual([]);
    });

    test('objects longer than a buffer', async () => {
      const store = await create();
      await store.createBucket('large');
      const size = 9_500_001;
      const parts = function* () {
        for (let at = 0; at < size; at += 65_536) yield Buffer.alloc(Math.min(65_536, size - at), at / 65_536);
      };
      const { size: written, crc32c } = await store.put('large', 'x', parts());
      expect(written).toBe(size);
      const whole = await readObject(store, 'large', 'x', size);
      expect(Buffer.compare(whole, Buffer.concat([...parts()]))).toBe(0);
      const part = await readObject(store, 'large', 'x', size, { start: 5_000_000, end: 5_200_000 });
      expect(Buffer.compare(part, whole.subarray(5_000_000, 5_200_000))).toBe(0);
      expect((await store.checksums('large', 'x')).crc32c).toBe(crc32c);
    });
  });
}
