import { request as httpRequest } from 'node:http';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StorageServer } from './storage-server.ts';

let server: StorageServer;

beforeAll(async () => {
  server = await StorageServer.start();
  expect(await server.json('/storage/v1/b?project=p', 'POST', { name: 'photos' })).toMatchObject({ status: 200 });
});

afterAll(async () => {
  expect(server.defects).toEqual([]);
  await server.remove();
});

const errorOf = (code: number, reason: string, message: string) => ({
  error: { code, message, errors: [{ message, domain: 'global', reason }] },
});

describe('buckets', () => {
  test('are inserted, changed, listed and deleted', async () => {
    const made = await server.json('/storage/v1/b?project=p', 'POST', {
      name: 'bucket-1',
      location: 'eu',
      labels: { a: 'b' },
    });
    expect(made).toMatchObject({
      status: 200,
      body: {
        kind: 'storage#bucket',
        id: 'bucket-1',
        name: 'bucket-1',
        location: 'EU',
        locationType: 'multi-region',
        storageClass: 'STANDARD',
        metageneration: '1',
        labels: { a: 'b' },
        selfLink: `${server.url}/storage/v1/b/bucket-1`,
      },
    });
    expect(await server.json('/storage/v1/b?project=p', 'POST', { name: 'bucket-1' })).toEqual({
      status: 409,
      body: errorOf(
        409,
        'conflict',
        'Your previous request to create the named bucket succeeded and you already own it.',
      ),
    });
    const patched = await server.json('/b/bucket-1', 'PATCH', { labels: { c: 'd', a: null } });
    expect(patched.body).toMatchObject({ labels: { c: 'd' }, metageneration: '2', location: 'EU' });
    expect((await server.json('/b/bucket-1', 'PUT', {})).body).toMatchObject({ metageneration: '3', location: 'EU' });
    expect((await server.json('/b?project=p&prefix=bucket')).body).toMatchObject({
      kind: 'storage#buckets',
      items: [{ name: 'bucket-1' }],
    });
    await server.upload('bucket-1', 'x', 'x');
    expect((await server.json('/b/bucket-1', 'DELETE')).status).toBe(409);
    expect((await server.json('/b/bucket-1/o/x', 'DELETE')).status).toBe(204);
    expect((await server.json('/b/bucket-1', 'DELETE')).status).toBe(204);
    expect(await server.json('/b/bucket-1')).toEqual({
      status: 404,
      body: errorOf(404, 'notFound', 'The specified bucket does not exist.'),
    });
  });

  test('say where they are', async () => {
    expect((await server.json('/storage/v1/b/photos/storageLayout')).body).toEqual({
      kind: 'storage#storageLayout',
      bucket: 'photos',
      location: 'US',
      locationType: 'multi-region',
      hierarchicalNamespace: { enabled: false },
    });
    expect(await server.json('/storage/v1/b/photos/managedFolders?prefix=x&pageSize=10')).toEqual({
      status: 200,
      body: { kind: 'storage#managedFolders' },
    });
    expect((await server.json('/storage/v1/projects/p/serviceAccount')).body['email_address']).toMatch(
      /^service-\d+@gs-project-accounts\.iam\.gserviceaccount\.com$/,
    );
  });

  test('keep an IAM policy', async () => {
    const before = await server.json('/storage/v1/b/photos/iam');
    expect(before.body).toMatchObject({ kind: 'storage#policy', resourceId: 'projects/_/buckets/photos', version: 1 });
    const bindings = [{ role: 'roles/storage.objectViewer', members: ['serviceAccount:a@b'] }];
    const after = await server.json('/storage/v1/b/photos/iam', 'PUT', { etag: before.body['etag'], bindings });
    expect(after.body).toMatchObject({ bindings });
    expect((await server.json('/storage/v1/b/photos/iam', 'PUT', { etag: before.body['etag'], bindings })).status).toBe(
      412,
    );
    const permissions = ['storage.buckets.get', 'storage.objects.get'];
    const asked = permissions.map((permission) => `permissions=${permission}`).join('&');
    expect((await server.json(`/storage/v1/b/photos/iam/testPermissions?${asked}`)).body).toEqual({
      kind: 'storage#testIamPermissionsResponse',
      permissions,
    });
  });

  test.each([
    ['POST', '/b', { name: 'Upper' }, 400, "Invalid bucket name: 'Upper'"],
    ['POST', '/b', { name: '../x' }, 400, "Invalid bucket name: '../x'"],
    ['POST', '/b', {}, 400, 'Required'],
    ['GET', '/b/nobody/o', undefined, 404, 'The specified bucket does not exist.'],
    ['GET', '/b/nobody/managedFolders', undefined, 404, 'The specified bucket does not exist.'],
    ['GET', '/b/nobody/iam', undefined, 404, 'The specified bucket does not exist.'],
    ['GET', '/b/photos/o/no%2Fthing', undefined, 404, 'No such object: photos/no/thing'],
    ['DELETE', '/b/photos/o/nothing', undefined, 404, 'No such object: photos/nothing'],
    ['PATCH', '/b/photos/o/nothing', {}, 404, 'No such object: photos/nothing'],
    ['GET', '/b/photos/o?pageToken=%2F', undefined, 400, 'Invalid page token: /'],
    ['POST', '/b/photos/o/a/compose', { sourceObjects: [] }, 400, 'You must provide at least one source component.'],
    ['GET', '/b/photos/o?softDeleted=true', undefined, 501, 'Not implemented: soft-deleted objects'],
  ])('%s %s %o is refused', async (method, url, body, status, message) => {
    const answer = await server.json(url, method, body);
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toMatchObject({ code: status, message });
  });
});

describe('objects', () => {
  test('by media, with every field of the resource', async () => {
    const object = await server.upload('photos', 'a/b c.txt', 'hello');
    const generation = object['generation'];
    const selfLink = `${server.url}/storage/v1/b/photos/o/a%2Fb%20c.txt`;
    expect(object).toMatchObject({
      kind: 'storage#object',
      id: `photos/a/b c.txt/${String(generation)}`,
      selfLink,
      mediaLink: `${server.url}/download/storage/v1/b/photos/o/a%2Fb%20c.txt?generation=${String(generation)}&alt=media`,
      name: 'a/b c.txt',
      bucket: 'photos',
      metageneration: '1',
      contentType: 'text/plain',
      storageClass: 'STANDARD',
      size: '5',
      md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==',
      crc32c: 'mnG7TA==',
    });
    expect((await server.json(selfLink)).body).toEqual(object);
    for (const link of [object['mediaLink'] as string, `${selfLink}?alt=media`, '/photos/a/b%20c.txt']) {
      const media = await server.fetch(link);
      expect(media.headers.get('content-type')).toBe('text/plain');
      expect(media.headers.get('x-goog-generation')).toBe(generation);
      expect(media.headers.get('x-goog-hash')).toBe('crc32c=mnG7TA==,md5=XUFAKrxLKna5cZ2REBfFkg==');
      expect(media.headers.get('content-length')).toBe('5');
      expect(await media.text()).toBe('hello');
    }
    const head = await server.fetch('/photos/a/b%20c.txt', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '5', '']);
  });

  test.each([
    ['bytes=0-0', 206, 'h', 'bytes 0-0/5'],
    ['bytes=1-3', 206, 'ell', 'bytes 1-3/5'],
    ['bytes=3-', 206, 'lo', 'bytes 3-4/5'],
    ['bytes=-2', 206, 'lo', 'bytes 3-4/5'],
    ['bytes=-9', 206, 'hello', 'bytes 0-4/5'],
    ['bytes=2-99', 206, 'llo', 'bytes 2-4/5'],
    ['bytes=3-1', 200, 'hello', null],
    ['bytes=0-1,3-4', 200, 'hello', null],
    ['nonsense', 200, 'hello', null],
  ])('range %s', async (range, status, text, contentRange) => {
    await server.upload('photos', 'range', 'hello');
    const response = await server.fetch('/b/photos/o/range?alt=media', { headers: { range } });
    expect([response.status, await response.text()]).toEqual([status, text]);
    expect(response.headers.get('content-range')).toBe(contentRange);
  });

  test('a range behind the end is 416', async () => {
    await server.upload('photos', 'range', 'hello');
    const response = await server.fetch('/b/photos/o/range?alt=media', { headers: { range: 'bytes=5-' } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */5');
  });

  const parts = (boundary: string, end: string, json: unknown, media: string, tail = '--') =>
    `--${boundary}${end}content-type: application/json; charset=UTF-8${end}${end}${JSON.stringify(json)}${end}` +
    `--${boundary}${end}content-type: image/png${end}${end}${media}${end}--${boundary}${tail}`;

  test.each([
    ['CRLF', '\r\n', '===123==', '"===123=="', '--'],
    ['LF', '\n', 'x', 'x', '--'],
    ['LF, with a boundary in single quotes', '\n', '===123==', "'===123=='", '--\n'],
    ['CRLF with an epilogue', '\r\n', 'abc', 'abc; a=b', '--\r\n'],
  ])('by multipart, lines end with %s', async (_, end, boundary, written, tail) => {
    const json = { name: `multi${tail.length}`, metadata: { who: 'me' }, crc32c: undefined, cacheControl: 'no-store' };
    const media = `line\r\n--${boundary.slice(0, -1)}\r\n\r\n`;
    const response = await server.fetch('/upload/storage/v1/b/photos/o?uploadType=multipart', {
      method: 'POST',
      headers: { 'content-type': `multipart/related; boundary=${written}` },
      body: parts(boundary, end, json, media, tail),
    });
    expect(await response.json()).toMatchObject({
      name: json.name,
      contentType: 'image/png',
      metadata: { who: 'me' },
      cacheControl: 'no-store',
      size: String(media.length),
    });
    expect(await (await server.fetch(`/photos/${json.name}`)).text()).toBe(media);
  });

  test('a compressed multipart body is inflated, a compressed media body is kept', async () => {
    const multipart = await server.fetch('/upload/storage/v1/b/photos/o?uploadType=multipart', {
      method: 'POST',
      headers: { 'content-type': 'multipart/related; boundary=b', 'content-encoding': 'gzip' },
      body: gzipSync(parts('b', '\r\n', { name: 'from-java' }, 'hello')),
    });
    expect(await multipart.json()).toMatchObject({ size: '5', crc32c: 'mnG7TA==' });
    const zipped = gzipSync('hello hello hello');
    await server.fetch('/upload/storage/v1/b/photos/o?uploadType=media&name=zipped', {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'content-encoding': 'gzip' },
      body: zipped,
    });
    expect((await server.json('/b/photos/o/zipped')).body).toMatchObject({
      contentEncoding: 'gzip',
      size: String(zipped.length),
    });
    const kept = await server.fetch('/b/photos/o/zipped?alt=media', { headers: { 'accept-encoding': 'gzip' } });
    expect(kept.headers.get('content-encoding')).toBe('gzip');
    const unzipped = await server.fetch('/b/photos/o/zipped?alt=media', { headers: { 'accept-encoding': 'identity' } });
    expect(unzipped.headers.get('content-encoding')).toBeNull();
    expect(await unzipped.text()).toBe('hello hello hello');
  });

  test.each([
    ['no boundary', 'multipart/related', 'x', 'Missing multipart boundary'],
    ['no parts', 'multipart/related; boundary=b', 'nothing', 'Malformed multipart body.'],
    ['one part', 'multipart/related; boundary=b', '--b\r\n\r\n{"name":"cut"}\r\n--b--', 'Malformed multipart body.'],
    [
      'no end',
      'multipart/related; boundary=b',
      '--b\r\n\r\n{"name":"cut"}\r\n--b\r\n\r\nhello',
      'Malformed multipart body.',
    ],
    [
      'no JSON',
      'multipart/related; boundary=b',
      '--b\r\n\r\n{name\r\n--b\r\n\r\nx\r\n--b--',
      'Invalid JSON payload received.',
    ],
    ['no name', 'multipart/related; boundary=b', '--b\r\n\r\n{}\r\n--b\r\n\r\nx\r\n--b--', 'Required'],
  ])('a multipart body with %s leaves nothing', async (_, type, body, message) => {
    const response = await server.fetch('/upload/storage/v1/b/photos/o?uploadType=multipart', {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { message } });
    expect((await server.json('/b/photos/o/cut')).status).toBe(404);
  });

  test('what is not what was announced is refused', async () => {
    for (const [header, message] of [
      ['crc32c=AAAAAA==', `Provided CRC32C "AAAAAA==" doesn't match calculated CRC32C "mnG7TA==".`],
      ['md5=AAAA', `Provided MD5 hash "AAAA" doesn't match calculated MD5 hash "XUFAKrxLKna5cZ2REBfFkg==".`],
    ] as const) {
      const response = await server.fetch('/upload/storage/v1/b/photos/o?uploadType=media&name=wrong', {
        method: 'POST',
        headers: { 'x-goog-hash': header },
        body: 'hello',
      });
      expect([response.status, await response.json()]).toMatchObject([400, { error: { message } }]);
    }
    expect((await server.json('/b/photos/o/wrong')).status).toBe(404);
  });

  test('an upload that is cut in the middle leaves nothing', async () => {
    await new Promise<void>((resolve) => {
      const upload = httpRequest(`${server.url}/upload/storage/v1/b/photos/o?uploadType=media&name=cut`, {
        method: 'POST',
        headers: { 'content-length': 1000 },
      });
      upload.once('error', () => resolve());
      upload.once('socket', (socket) => socket.once('connect', () => setTimeout(() => upload.destroy(), 100)));
      upload.write('only the beginning');
    });
    const uploads = path.join(server.directory, 'buckets/photos/.bqml-emulator/uploads');
    await expect.poll(() => readdirSync(uploads)).toEqual([]);
    expect((await server.json('/b/photos/o/cut')).status).toBe(404);
  });

  test('conditions', async () => {
    const { generation } = await server.upload('photos', 'guarded', 'one');
    const name = '/b/photos/o/guarded';
    const failed = {
      status: 412,
      body: {
        error: {
          code: 412,
          message: 'At least one of the pre-conditions you specified did not hold.',
          errors: [{ reason: 'conditionNotMet', locationType: 'header', location: 'If-Match' }],
        },
      },
    };
    expect(await server.upload('photos', 'guarded', 'two', '&ifGenerationMatch=0')).toMatchObject(failed.body);
    expect(await server.json(`${name}?ifGenerationMatch=1`)).toMatchObject(failed);
    expect(await server.json(`${name}?ifGenerationMatch=1`, 'DELETE')).toMatchObject(failed);
    expect(await server.json(`${name}?ifMetagenerationMatch=2`, 'PATCH', {})).toMatchObject(failed);
    expect((await server.json(`${name}?ifGenerationNotMatch=${String(generation)}`)).status).toBe(304);
    expect((await server.json(`${name}?generation=1`)).body).toMatchObject({ error: { code: 404 } });
    expect((await server.json(`${name}?generation=1`, 'DELETE')).status).toBe(404);
    expect((await server.json(`${name}?ifGenerationMatch=x`)).status).toBe(400);
    expect((await server.json(`${name}?generation=${String(generation)}`, 'DELETE')).status).toBe(204);
  });

  test('are patched, updated, copied, rewritten, moved and composed', async () => {
    await server.upload('photos', 'src', 'hello');
    const name = '/storage/v1/b/photos/o';
    const patched = await server.json(`${name}/src`, 'PATCH', {
      contentType: 'image/png',
      metadata: { a: '1', b: '2' },
    });
    expect(patched.body).toMatchObject({ contentType: 'image/png', metadata: { a: '1', b: '2' }, metageneration: '2' });
    expect((await server.json(`${name}/src`, 'PATCH', { metadata: { a: null } })).body).toMatchObject({
      metadata: { b: '2' },
    });
    const copied = await server.json(`${name}/src/copyTo/b/photos/o/d%2Fcopy`, 'POST');
    expect(copied.body).toMatchObject({
      name: 'd/copy',
      contentType: 'image/png',
      metadata: { b: '2' },
      metageneration: '1',
    });
    const rewritten = await server.json(`${name}/src/rewriteTo/b/photos/o/rewritten`, 'POST', { metadata: { z: '1' } });
    expect(rewritten.body).toMatchObject({
      kind: 'storage#rewriteResponse',
      done: true,
      objectSize: '5',
      totalBytesRewritten: '5',
      resource: { name: 'rewritten', metadata: { z: '1' }, contentType: 'image/png' },
    });
    const moved = await server.json(`${name}/rewritten/moveTo/o/moved`, 'POST');
    expect(moved.body).toMatchObject({ name: 'moved', size: '5' });
    expect((await server.json(`${name}/rewritten`)).status).toBe(404);
    const composed = await server.json(`${name}/both/compose`, 'POST', {
      destination: { contentType: 'text/plain' },
      sourceObjects: [{ name: 'src' }, { name: 'moved' }],
    });
    expect(composed.body).toMatchObject({ size: '10', componentCount: 2, contentType: 'text/plain' });
    expect(composed.body['md5Hash']).toBeUndefined();
    expect(await (await server.fetch('/photos/both')).text()).toBe('hellohello');
    const updated = await server.json(`${name}/src`, 'PUT', { contentType: 'text/html' });
    expect(updated.body).toMatchObject({ contentType: 'text/html' });
    expect(updated.body['metadata']).toBeUndefined();
    expect((await server.json(`${name}/src/copyTo/b/nobody/o/x`, 'POST')).body).toMatchObject({ error: { code: 404 } });
    expect((await server.json(`${name}/src/acl`)).status).toBe(400);
  });
});

test('a batch of calls', async () => {
  await server.upload('photos', 'in-a-batch', 'x');
  const calls = [
    ['PATCH', `${server.url}/storage/v1/b/photos/o/in-a-batch`, '{"contentType":"image/png"}'],
    ['DELETE', '/storage/v1/b/photos/o/in-a-batch', ''],
    ['DELETE', '/storage/v1/b/photos/o/in-a-batch', ''],
  ].map(
    ([method, url, body], i) =>
      `--===1==\r\nContent-Type: application/http\r\nContent-ID: <id+${i}>\r\n\r\n` +
      `${method} ${url} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n${body}\r\n`,
  );
  const response = await server.fetch('/batch/storage/v1', {
    method: 'POST',
    headers: { 'content-type': 'multipart/mixed; boundary="===1=="' },
    body: `${calls.join('')}--===1==--`,
  });
  const text = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'multipart/mixed; boundary=batch_1']);
  expect([...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => match[1])).toEqual(['200', '204', '404']);
  expect(text).toContain('Content-ID: <response-id+2>');
  expect(text).toContain('"contentType":"image/png"');
  const refused = await server.fetch('/batch/storage/v1', {
    method: 'POST',
    headers: { 'content-type': 'multipart/mixed; boundary=b' },
    body: '--b\r\n\r\nGET /computeMetadata/v1/ HTTP/1.1\r\n\r\n--b--',
  });
  expect(refused.status).toBe(400);
});

describe('lists', () => {
  const all = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4', 'ä'];

  beforeAll(async () => {
    await server.json('/b', 'POST', { name: 'tree' });
    for (const name of all) await server.upload('tree', name, name);
  });

  async function list(query: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (let token = ''; ;) {
      const { body } = await server.json(`/b/tree/o?${query}${token && `&pageToken=${token}`}`);
      const items = (body['items'] ?? []) as { name: string }[];
      const prefixes = (body['prefixes'] ?? []) as string[];
      found.push(...items.map((item) => item.name), ...prefixes.map((prefix) => `>${prefix}`));
      if (body['nextPageToken'] === undefined) return found;
      token = body['nextPageToken'] as string;
    }
  }

  test.each([
    ['', all],
    ['prefix=b/', ['b/1', 'b/2', 'b/c/3']],
    ['delimiter=/', ['a', 'd', 'ä', '>b/', '>e/']],
    ['delimiter=/&maxResults=1', ['a', '>b/', 'd', '>e/', 'ä']],
    ['delimiter=/&prefix=b/', ['b/1', 'b/2', '>b/c/']],
    ['startOffset=b/2&endOffset=e', ['b/2', 'b/c/3', 'd']],
    ['startOffset=b/1x', ['b/2', 'b/c/3', 'd', 'e/4', 'ä']],
    ['startOffset=b/2&maxResults=2', ['b/2', 'b/c/3', 'd', 'e/4', 'ä']],
    ['maxResults=2', all],
    ['matchGlob=**/[12]', ['b/1', 'b/2']],
    ['matchGlob={a,d,b/*}', ['a', 'b/1', 'b/2', 'd']],
    ['versions=true&prefix=a', ['a']],
    ['prefix=nothing', []],
  ])('%s', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  test('a large folder is one prefix', async () => {
    const folder = path.join(server.directory, 'buckets/tree/large');
    mkdirSync(folder);
    for (let i = 0; i < 300; i++) writeFileSync(path.join(folder, String(i)), '');
    expect(await list('delimiter=/&startOffset=f')).toEqual(['ä', '>large/']);
    expect(await list('delimiter=/&startOffset=f&maxResults=1')).toEqual(['>large/', 'ä']);
  });
});

describe('nothing leads out of a bucket', () => {
  /** Everything but the bucket's own objects, and what lies beside the whole. */
  const outside = () => [
    readdirSync(server.directory, { recursive: true }).filter((name) => !String(name).startsWith('buckets/photos/')),
    readdirSync(path.dirname(server.directory)).filter((name) => /secret|^x$|passwd/.test(name)),
  ];
  let before: ReturnType<typeof outside>;

  beforeAll(() => {
    writeFileSync(path.join(server.directory, 'buckets/secret'), 'outside of every bucket');
    before = outside();
  });

  afterAll(() => expect(outside()).toEqual(before));

  test.each([
    '..%2Fsecret',
    '..%2F..%2Fetc%2Fpasswd',
    '%2Fetc%2Fpasswd',
    'a%2F..%2F..%2Fx',
    '..%5Cx',
    '%252e%252e%252fx',
    '%2e%2e%2fx',
    '%252E%252E%255Cx',
    '.bqml-emulator%2Fbucket.json',
    'a%00b',
    'a%2F%2Fb',
    '%E0%80%AE%E0%80%AE%2Fx',
    '%c0%ae%c0%ae%2fx',
  ])('%s', async (name) => {
    for (const [url, method] of [
      [`/b/photos/o/${name}`, 'GET'],
      [`/b/photos/o/${name}?alt=media`, 'GET'],
      [`/download/storage/v1/b/photos/o/${name}`, 'GET'],
      [`/photos/${name}`, 'GET'],
      [`/photos/${name}`, 'PUT'],
      [`/b/photos/o/${name}`, 'DELETE'],
      [`/upload/storage/v1/b/photos/o?uploadType=media&name=${name}`, 'POST'],
      [`/b/photos/o/range/copyTo/b/photos/o/${name}`, 'POST'],
    ] as const) {
      const response = await server.fetch(url, { method });
      expect([400, 404], `${method} ${url}`).toContain(response.status);
      expect(await response.text()).not.toContain('outside of every bucket');
    }
  });
});
