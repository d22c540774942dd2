import { request as httpRequest } from 'node:http';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StorageServer } from './storage-server.ts';

let server: StorageServer;

beforeEach(async () => {
  server = await StorageServer.start();
  await server.store.createBucket('photos');
});

afterEach(async () => {
  expect(server.defects).toEqual([]);
  await server.remove();
});

async function begin(body: unknown, query = ''): Promise<string> {
  const response = await server.fetch(`/upload/storage/v1/b/photos/o?uploadType=resumable${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-upload-content-type': 'text/plain' },
    body: JSON.stringify(body),
  });
  expect([response.status, await response.text()]).toEqual([200, '']);
  expect(response.headers.get('x-guploader-uploadid')).toBeTruthy();
  return response.headers.get('location') ?? '';
}

async function send(session: string, range: string | undefined, body = '', headers: Record<string, string> = {}) {
  const { pathname, search } = new URL(session);
  const response = await server.fetch(pathname + search, {
    method: 'PUT',
    headers: { ...headers, ...(range === undefined ? {} : { 'content-range': range }) },
    body,
    redirect: 'manual',
  });
  const text = await response.text();
  return {
    status: response.status,
    range: response.headers.get('range'),
    body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
  };
}

const media = async (name: string) => (await server.fetch(`/photos/${name}`)).text();

describe('a resumable upload', () => {
  test('arrives in chunks, answers probes, and repeats its answer', async () => {
    const session = await begin({ name: 'x', metadata: { a: '1' } });
    expect(session).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/upload\/storage\/v1\/b\/photos\/o\?.*upload_id=[0-9a-f]{32}$/);
    expect(await send(session, 'bytes */*')).toMatchObject({ status: 308, range: null });
    expect(await send(session, 'bytes 0-3/*', 'abcd')).toMatchObject({ status: 308, range: 'bytes=0-3' });
    expect(await send(session, 'bytes */10')).toMatchObject({ status: 308, range: 'bytes=0-3' });
    // What is known already is sent again.
    expect(await send(session, 'bytes 2-5/10', 'cdef')).toMatchObject({ status: 308, range: 'bytes=0-5' });
    // A gap is not kept.
    expect(await send(session, 'bytes 8-9/10', 'ij')).toMatchObject({ status: 308, range: 'bytes=0-5' });
    expect((await server.json('/b/photos/o/x')).status).toBe(404);
    const done = await send(session, 'bytes 6-9/10', 'ghij');
    expect(done).toMatchObject({
      status: 200,
      body: { name: 'x', size: '10', contentType: 'text/plain', metadata: { a: '1' } },
    });
    expect(await send(session, 'bytes 6-9/10', 'ghij')).toEqual(done);
    expect(await media('x')).toBe('abcdefghij');
    expect(readdirSync(path.join(server.directory, 'uploads')).filter((file) => file.endsWith('.part'))).toEqual([]);
  });

  test.each([
    ['without a range', undefined, 'hello'],
    ['with all of the range', 'bytes 0-4/5', 'hello'],
    ['with an open range', 'bytes 0-*/*', 'hello'],
    ['with nothing', 'bytes */0', ''],
  ])('is one request %s', async (_, range, body) => {
    const session = await begin({}, '&name=one');
    expect(await send(session, range, body)).toMatchObject({ status: 200, body: { size: String(body.length) } });
    expect(await media('one')).toBe(body);
  });

  test('goes on after the server was started again', async () => {
    const session = await begin({ name: 'later' }, '&ifGenerationMatch=0');
    await send(session, 'bytes 0-4/*', 'hello');
    await server.stop();
    server = await StorageServer.start(server.directory);
    expect(await send(session, 'bytes */*')).toMatchObject({ status: 308, range: 'bytes=0-4' });
    expect(await send(session, 'bytes 5-10/11', ' world')).toMatchObject({ status: 200, body: { size: '11' } });
    await server.stop();
    server = await StorageServer.start(server.directory);
    expect(await send(session, 'bytes */11')).toMatchObject({ status: 200, body: { size: '11' } });
    expect(await media('later')).toBe('hello world');
  });

  test('goes on after its connection was cut', async () => {
    const session = await begin({ name: 'cut' });
    await new Promise<void>((resolve) => {
      const put = httpRequest(session, {
        method: 'PUT',
        headers: { 'content-range': 'bytes 0-9/10', 'content-length': 10 },
      });
      put.once('error', () => resolve());
      put.write('abcd', () => setTimeout(() => put.destroy(), 100));
    });
    await expect.poll(() => send(session, 'bytes */10')).toMatchObject({ status: 308, range: 'bytes=0-3' });
    expect(await send(session, 'bytes 4-9/10', 'efghij')).toMatchObject({ status: 200 });
    expect(await media('cut')).toBe('abcdefghij');
  });

  test('is refused for what it says, and when it is over', async () => {
    const refused = async (session: string, message: RegExp, range?: string, headers = {}) => {
      const answer = await send(session, range, 'hello', headers);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(answer.body)).toMatch(message);
    };
    await refused(await begin({ name: 'h', crc32c: 'AAAAAA==' }), /doesn't match calculated CRC32C/);
    await refused(await begin({ name: 'h' }), /doesn't match calculated MD5/, undefined, { 'x-goog-hash': 'md5=AAAA' });
    await refused(await begin({ name: 'h' }), /Failed to parse Content-Range/, 'bytes five');
    await refused(await begin({ name: 'h' }), /has 5 bytes/, 'bytes 0-1/2');
    await server.upload('photos', 'there', 'x');
    const late = await begin({ name: 'there' }, '&ifGenerationMatch=0');
    await refused(late, /pre-conditions/);
    await refused(late, /cancelled/);
    expect((await server.json('/b/photos/o/h')).status).toBe(404);
    const ended = await begin({ name: 'ended' });
    await send(ended, 'bytes 0-1/9', 'ab');
    expect((await server.fetch(ended, { method: 'DELETE' })).status).toBe(499);
    await refused(ended, /cancelled/);
    await refused(ended.replace(/upload_id=.{8}/, 'upload_id=00000000'), /was not found/);
    await refused(ended.replace(/upload_id=.*/, 'upload_id=..%2F..%2Fx'), /was not found/);
    for (const [body, query, status] of [
      [{}, '', 400],
      [{ name: 'x' }, '&ifGenerationMatch=no', 400],
      [{ name: 'x', metadata: 5 }, '', 400],
      [{ name: 'x', temporaryHold: true }, '', 501],
    ] as const) {
      const url = `/upload/storage/v1/b/photos/o?uploadType=resumable${query}`;
      expect((await server.json(url, 'POST', body)).status).toBe(status);
    }
    expect((await server.json('/upload/storage/v1/b/nobody/o?uploadType=resumable&name=x', 'POST')).status).toBe(404);
  });

  test('larger than a buffer, in memory that does not grow with it', async () => {
    const chunk = 'x'.repeat(4 << 20);
    const session = await begin({ name: 'large' });
    for (let i = 0; i < 8; i++) {
      const range = `bytes ${i * chunk.length}-${(i + 1) * chunk.length - 1}/${i === 7 ? 8 * chunk.length : '*'}`;
      expect((await send(session, range, chunk)).status).toBe(i === 7 ? 200 : 308);
    }
    expect((await server.json('/b/photos/o/large')).body).toMatchObject({ size: String(8 * chunk.length) });
  });
});
