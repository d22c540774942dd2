import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { randomIds, systemClock } from '@bqml-emulator/common';
import { GcsClient, LayeredObjectStore, MemoryObjectStore, readObject } from '@bqml-emulator/object-store';
import { describeObjectStore, names, text } from '../../../object-store/test/object-store-suite.ts';
import { StorageServer } from './storage-server.ts';

const servers: StorageServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    expect(server.defects).toEqual([]);
    await server.remove();
  }
});

async function newServer(): Promise<StorageServer> {
  const server = await StorageServer.start();
  servers.push(server);
  return server;
}

const clientOf = (endpoint: string, more: Partial<ConstructorParameters<typeof GcsClient>[0]> = {}) =>
  new GcsClient({ endpoint, projectId: 'test-project', ids: randomIds, delayMillis: () => 1, ...more });

describeObjectStore('GCS client', async () => clientOf((await newServer()).url));

describeObjectStore('layered', async () => {
  const memory = new MemoryObjectStore(systemClock);
  return new LayeredObjectStore([memory, clientOf((await newServer()).url)], memory, () => Date.now());
});

describe('a service that is not well', () => {
  let server: StorageServer;

  beforeAll(async () => {
    server = await StorageServer.start();
    await server.store.createBucket('ill');
    await server.store.put('ill', 'x', [Buffer.alloc(3_000_000, 'abcdefg')]);
  });

  afterAll(() => server.remove());

  /** Fails the first `failures` requests. */
  function failing(failures: number, fail: () => Response | Promise<Response>): typeof fetch {
    let left = failures;
    return async (input, init) => (left-- > 0 ? fail() : fetch(input, init));
  }

  test.each([408, 429, 500, 502, 503, 504])('status %d is tried again', async (status) => {
    const client = clientOf(server.url, { fetch: failing(3, () => new Response('busy', { status })) });
    expect(await client.getMetadata('ill', 'x')).toMatchObject({ size: 3_000_000 });
  });

  test('a connection that fails is tried again, a few times', async () => {
    const refused = () =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }));
    expect(await clientOf(server.url, { fetch: failing(4, refused) }).getBucket('ill')).toMatchObject({ name: 'ill' });
    await expect(clientOf(server.url, { fetch: failing(9, refused) }).getBucket('ill')).rejects.toMatchObject({
      reason: 'invalid',
      message: `Cloud Storage at ${server.url} did not answer: ECONNREFUSED`,
    });
  });

  test('what is refused is not tried again', async () => {
    let requests = 0;
    const client = clientOf(server.url, {
      fetch: async () => {
        requests++;
        return new Response('{"error":{"message":"no \\"entry\\""}}', { status: 403 });
      },
    });
    await expect(client.getBucket('ill')).rejects.toMatchObject({ reason: 'accessDenied' });
    expect(requests).toBe(1);
  });

  test('a download that is cut goes on where it was', async () => {
    const ranges: (string | null)[] = [];
    const client = clientOf(server.url, {
      fetch: async (input, init) => {
        ranges.push(new Headers(init?.headers).get('range'));
        const response = await fetch(input, init);
        if (ranges.length > 2) return response;
        const bytes = new Uint8Array(await response.arrayBuffer()).subarray(0, 1_000_000);
        const cut = new ReadableStream<Uint8Array>(
          {
            start: (controller) => controller.enqueue(bytes),
            pull: (controller) => controller.error(new TypeError('terminated')),
          },
          { highWaterMark: 0 },
        );
        return new Response(cut, { status: response.status, headers: response.headers });
      },
    });
    const whole = await readObject(client, 'ill', 'x', 3_000_000);
    expect(Buffer.compare(whole, Buffer.alloc(3_000_000, 'abcdefg'))).toBe(0);
    expect(ranges).toEqual([null, 'bytes=1000000-', 'bytes=2000000-']);
  });

  test('bytes that changed on the way are refused', async () => {
    const client = clientOf(server.url, {
      fetch: async (input, init) => {
        const { headers, status } = await fetch(input, init);
        return new Response('other bytes', { status, headers });
      },
    });
    await expect(readObject(client, 'ill', 'x', 3_000_000)).rejects.toMatchObject({ reason: 'invalid' });
  });

  test('an abort ends the waiting', async () => {
    const signal = AbortSignal.timeout(50);
    const client = clientOf(server.url, {
      fetch: async () => new Response('', { status: 503 }),
      delayMillis: () => 60_000,
    });
    await expect(names(client, 'ill', { signal })).rejects.toThrow(/aborted/);
  });
});

describe('public buckets', () => {
  test('are read and neither listed nor written', async () => {
    const server = await newServer();
    await server.store.createBucket('public');
    await server.store.put('public', 'a/x', text('hello'));
    const store = clientOf(server.url, { publicOnly: true });
    expect(await store.listBuckets()).toEqual([]);
    expect(await store.getBucket('public')).toMatchObject({ name: 'public' });
    expect(await store.getBucket('nobody')).toBeUndefined();
    expect(await names(store, 'public')).toEqual(['a/x']);
    expect(Buffer.from(await readObject(store, 'public', 'a/x', 9)).toString()).toBe('hello');
    for (const write of [
      store.put('public', 'y', text('x')),
      store.delete('public', 'a/x'),
      store.update('public', 'a/x', {}),
      store.createBucket('another'),
      store.deleteBucket('public'),
      store.updateBucket('public', {}),
    ]) {
      await expect(write).rejects.toMatchObject({ reason: 'accessDenied' });
    }
  });
});

test('names that would leave the path of a URL name nothing', async () => {
  const server = await newServer();
  const client = clientOf(server.url);
  await client.createBucket('safe');
  await client.put('safe', 'x', text('x'));
  for (const name of ['..', '.', '']) {
    expect(await client.getMetadata('safe', name)).toBeUndefined();
    expect(await client.delete('safe', name)).toBe(false);
    await expect(client.put('safe', name, [])).rejects.toMatchObject({ reason: 'invalid' });
  }
  for (const bucket of ['..', 'a/b', 'safe/o', '']) {
    expect(await client.getBucket(bucket)).toBeUndefined();
    await expect(names(client, bucket)).rejects.toMatchObject({ reason: 'notFound' });
  }
  expect(await names(client, 'safe')).toEqual(['x']);
});
