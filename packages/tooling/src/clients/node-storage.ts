/** Google's own Cloud Storage client of Node against an emulator. */
import { deepStrictEqual as equal, ok, rejects } from 'node:assert/strict';
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { BigQuery } from '@google-cloud/bigquery';
import { CRC32C, Storage, TransferManager } from '@google-cloud/storage';
import type { Bucket, StorageOptions } from '@google-cloud/storage';
import { FIXTURES } from './tutorial-file.ts';

/** What the steps share: one bucket, and a folder of files to upload. */
export interface StoragePlace {
  readonly url: string;
  readonly storage: Storage;
  readonly bucket: Bucket;
  readonly bigquery: BigQuery;
  readonly folder: string;
}

type Step = (place: StoragePlace) => Promise<void>;

const BUCKET = 'made-in-node';
const IMAGE = path.join(FIXTURES, 'images/car/0000.jpg');
/** More than one chunk of a resumable upload, and not a whole number of them. */
const LARGE = Buffer.alloc((5 << 18) + 7, 'The bytes of a large object. ');
const CHUNK_BYTES = 1 << 18;
const READER = {
  role: 'roles/storage.objectViewer',
  members: ['serviceAccount:reader@example.iam.gserviceaccount.com'],
};

export function storagePlace(url: string, projectId: string, folder: string): StoragePlace {
  const storage = storageClient({ projectId, apiEndpoint: url }, undefined);
  const bigquery = new BigQuery({ projectId, apiEndpoint: url });
  return { url, storage, bigquery, folder, bucket: storage.bucket(BUCKET) };
}

/** The library itself reads STORAGE_EMULATOR_HOST, which goes before `apiEndpoint` and makes other paths. */
function storageClient(options: StorageOptions, host: string | undefined): Storage {
  const variables = process.env;
  const before = variables['STORAGE_EMULATOR_HOST'];
  const set = (value: string | undefined) => {
    if (value === undefined) delete variables['STORAGE_EMULATOR_HOST'];
    else variables['STORAGE_EMULATOR_HOST'] = value;
  };
  set(host);
  try {
    return new Storage(options);
  } finally {
    set(before);
  }
}

const refused = (promise: Promise<unknown>, code: number, message = '') =>
  rejects(promise, (error: { code?: unknown; message: string }) => {
    equal(error.code, code, error.message);
    ok(error.message.includes(message), `expected ${message} in ${error.message}`);
    return true;
  });

const refusedWrite = (promise: Promise<unknown>) => refused(promise, 412, 'pre-conditions');

const namesOf = (files: readonly { readonly name: string }[]) => files.map(({ name }) => name);

export const storageSteps: Readonly<Record<string, Step>> = {
  async buckets({ storage, bucket }) {
    const [made] = await storage.createBucket(BUCKET, { location: 'us', labels: { made: 'here' } });
    equal([made.name, made.metadata.location, made.metadata.labels], [BUCKET, 'US', { made: 'here' }]);
    await refused(storage.createBucket(BUCKET), 409, 'you already own it');
    await refused(storage.createBucket('Not A Name'), 400, 'Invalid bucket name');
    const [buckets] = await storage.getBuckets({ prefix: 'made-' });
    equal(namesOf(buckets), [BUCKET]);
    await bucket.setLabels({ kept: 'yes' });
    equal((await bucket.getLabels())[0], { made: 'here', kept: 'yes' });
    await bucket.deleteLabels('made');
    equal((await bucket.getLabels())[0], { kept: 'yes' });
    equal(await storage.bucket('no-such-bucket').exists(), [false]);
    await refused(storage.bucket('no-such-bucket').getFiles(), 404, 'The specified bucket does not exist.');
    await storage.createBucket('short-lived');
    await storage.bucket('short-lived').delete();
    equal(await storage.bucket('short-lived').exists(), [false]);
  },
  async 'save and download'({ bucket, folder }) {
    const small = bucket.file('saved/small.txt');
    await small.save('hello', { resumable: false, contentType: 'text/plain', metadata: { metadata: { by: 'hand' } } });
    equal(String((await small.download())[0]), 'hello');
    const [metadata] = await small.getMetadata();
    equal([metadata.contentType, metadata.size, metadata.metadata], ['text/plain', '5', { by: 'hand' }]);
    equal([metadata.md5Hash, metadata.crc32c], ['XUFAKrxLKna5cZ2REBfFkg==', 'mnG7TA==']);
    const large = bucket.file('saved/large.bin');
    await large.save(LARGE, { resumable: true, validation: 'md5' });
    ok(LARGE.equals((await large.download())[0]));
    const [chunked] = await bucket.upload(IMAGE, {
      destination: 'saved/image.jpg',
      resumable: true,
      chunkSize: CHUNK_BYTES,
    });
    equal((await chunked.getMetadata())[0].contentType, 'image/jpeg');
    const target = path.join(folder, 'downloaded');
    await chunked.download({ destination: target });
    ok(readFileSync(IMAGE).equals(readFileSync(target)));
    await refused(bucket.file('saved/none').download(), 404, 'No such object');
    equal(await bucket.file('saved/none').exists(), [false]);
    await bucket.file('saved/ä b?#&%2F.txt').save('odd');
    equal(String((await bucket.file('saved/ä b?#&%2F.txt').download())[0]), 'odd');
  },
  async streams({ bucket, folder }) {
    const source = path.join(folder, 'large');
    writeFileSync(source, LARGE);
    for (const [name, options] of Object.entries({
      simple: { resumable: false },
      resumable: { resumable: true },
      chunks: { resumable: true, chunkSize: CHUNK_BYTES },
    })) {
      const file = bucket.file(`streams/${name}`);
      await pipeline(createReadStream(source), file.createWriteStream(options));
      ok(LARGE.equals(await buffer(file.createReadStream())), name);
    }
    const file = bucket.file('streams/simple');
    for (const [range, expected] of [
      [{ start: 0, end: 0 }, LARGE.subarray(0, 1)],
      [{ start: 10, end: 19 }, LARGE.subarray(10, 20)],
      [{ start: LARGE.length - 5 }, LARGE.subarray(-5)],
      [{ end: -7 }, LARGE.subarray(-7)],
    ] as const) {
      ok(expected.equals(await buffer(file.createReadStream(range))), JSON.stringify(range));
    }
    await refused(buffer(file.createReadStream({ start: LARGE.length })), 416);
    await refused(buffer(bucket.file('streams/none').createReadStream()), 404, 'No such object');
  },
  async 'interrupted upload'({ bucket }) {
    const file = bucket.file('streams/continued');
    const [uri] = await file.createResumableUpload();
    const first = await fetch(uri, {
      method: 'PUT',
      headers: { 'content-range': `bytes 0-${CHUNK_BYTES - 1}/*` },
      body: LARGE.subarray(0, CHUNK_BYTES),
    });
    equal(first.status, 308);
    equal(await file.exists(), [false]);
    const sent = new CRC32C();
    sent.update(LARGE.subarray(0, CHUNK_BYTES));
    const resumeCRC32C = sent.toString();
    const rest = file.createWriteStream({ uri, resumable: true, offset: CHUNK_BYTES, resumeCRC32C });
    await pipeline([LARGE.subarray(CHUNK_BYTES)], rest);
    ok(LARGE.equals((await file.download())[0]));
  },
  async checksums({ bucket }) {
    const file = bucket.file('checked');
    for (const hash of [{ md5Hash: 'AAAAAAAAAAAAAAAAAAAAAA==' }, { crc32c: 'AAAAAA==' }]) {
      await refused(file.save('hello', { resumable: false, metadata: hash }), 400, "doesn't match calculated");
    }
    equal(await file.exists(), [false]);
    for (const validation of ['md5', 'crc32c'] as const) {
      await file.save('hello', { resumable: false, validation });
      equal(String(await buffer(file.createReadStream({ validation }))), 'hello');
    }
  },
  async folders({ bucket, folder }) {
    const files = ['a.txt', 'b/c.txt', 'b/d.txt', 'b/e/f.txt', 'ä.txt'].map((name) => path.join(folder, 'tree', name));
    for (const file of files) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, path.basename(file));
    }
    await new TransferManager(bucket).uploadManyFiles(files, {
      customDestinationBuilder: (file) => `tree/${path.relative(path.join(folder, 'tree'), file)}`,
    });
    const all = ['tree/a.txt', 'tree/b/c.txt', 'tree/b/d.txt', 'tree/b/e/f.txt', 'tree/ä.txt'];
    equal(namesOf((await bucket.getFiles({ prefix: 'tree/' }))[0]), all);
    equal(namesOf((await bucket.getFiles({ matchGlob: 'tree/b/*.txt' }))[0]), all.slice(1, 3));
    equal(namesOf((await bucket.getFiles({ startOffset: 'tree/b/d', endOffset: 'tree/z' }))[0]), all.slice(2, 4));
    const [direct, , { prefixes }] = (await bucket.getFiles({
      prefix: 'tree/',
      delimiter: '/',
      autoPaginate: false,
    })) as unknown as [{ name: string }[], unknown, { prefixes: string[] }];
    equal([namesOf(direct), prefixes], [['tree/a.txt', 'tree/ä.txt'], ['tree/b/']]);
    const pages: (readonly string[])[] = [];
    for (let query: object | null = { prefix: 'tree/', maxResults: 2, autoPaginate: false }; query !== null;) {
      const [page, next] = (await bucket.getFiles(query)) as unknown as [{ name: string }[], object | null];
      pages.push(namesOf(page));
      query = next;
    }
    equal(pages, [all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
    const streamed: string[] = [];
    for await (const { name } of bucket.getFilesStream({ prefix: 'tree/' }) as AsyncIterable<{ name: string }>) {
      streamed.push(name);
    }
    equal(streamed, all);
    await bucket.deleteFiles({ prefix: 'tree/' });
    equal((await bucket.getFiles({ prefix: 'tree/' }))[0], []);
  },
  async metadata({ bucket }) {
    const file = bucket.file('described');
    await file.save('x');
    await file.setMetadata({ contentType: 'image/png', cacheControl: 'no-store', metadata: { a: '1', b: '2' } });
    const [set] = await file.setMetadata({ metadata: { a: null } });
    equal([set.contentType, set.cacheControl, set.metadata], ['image/png', 'no-store', { b: '2' }]);
    equal(set.metageneration, '3');
    await refusedWrite(file.setMetadata({ contentType: 'x/y' }, { ifMetagenerationMatch: 1 }));
    await refused(bucket.file('none').setMetadata({ contentType: 'x/y' }), 404, 'No such object');
  },
  async 'copy, move and combine'({ storage, bucket }) {
    const [one, two] = [bucket.file('parts/1'), bucket.file('parts/2')];
    await one.save('hello ', { contentType: 'text/plain', metadata: { metadata: { part: 'first' } } });
    await two.save('world', { contentType: 'text/plain' });
    const [copy] = await one.copy(bucket.file('copies/1'));
    equal((await copy.getMetadata())[0].metadata, { part: 'first' });
    const [combined] = await bucket.combine([one, two], 'combined');
    equal(String((await combined.download())[0]), 'hello world');
    equal((await combined.getMetadata())[0].componentCount, 2);
    await copy.rename('copies/renamed');
    await bucket.file('copies/renamed').moveFileAtomic('copies/moved');
    const moved = bucket.file('copies/moved');
    equal(namesOf((await bucket.getFiles({ prefix: 'copies/' }))[0]), ['copies/moved']);
    await storage.createBucket('another-in-node');
    const [elsewhere] = await moved.copy(storage.bucket('another-in-node').file('1'));
    equal(String((await elsewhere.download())[0]), 'hello ');
    await refused(storage.bucket('another-in-node').delete(), 409, 'not empty');
    await storage.bucket('another-in-node').deleteFiles();
    await storage.bucket('another-in-node').delete();
    await refused(bucket.file('none').copy(bucket.file('copy')), 404, 'No such object');
  },
  async 'generations and conditions'({ bucket }) {
    const file = bucket.file('guarded');
    await file.save('one', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
    const generation = Number((await file.getMetadata())[0].generation);
    const generationText = String((await file.getMetadata())[0].generation);
    for (const resumable of [false, true]) {
      await refusedWrite(file.save('two', { resumable, preconditionOpts: { ifGenerationMatch: 0 } }));
    }
    equal(String((await file.download())[0]), 'one');
    equal(String(Number(generationText)), generationText, 'a generation that JavaScript can hold');
    await file.save('two', { resumable: false, preconditionOpts: { ifGenerationMatch: generation } });
    await refusedWrite(file.delete({ ifGenerationMatch: generation }));
    await refused(bucket.file('guarded', { generation }).download(), 404, 'No such object');
    equal(String((await file.download())[0]), 'two');
    await file.delete();
    equal(await file.exists(), [false]);
    await refused(file.delete(), 404, 'No such object');
    await file.delete({ ignoreNotFound: true });
  },
  async 'access policies'({ bucket }) {
    const [policy] = await bucket.iam.getPolicy({ requestedPolicyVersion: 3 });
    await bucket.iam.setPolicy({ ...policy, bindings: [...policy.bindings, READER] });
    const [changed] = await bucket.iam.getPolicy();
    ok(changed.bindings.some(({ role }) => role === READER.role));
    await refusedWrite(bucket.iam.setPolicy(policy));
    const asked = ['storage.objects.get', 'storage.objects.list'];
    equal((await bucket.iam.testPermissions(asked))[0], { 'storage.objects.get': true, 'storage.objects.list': true });
  },
  async 'object tables of what was uploaded'({ bucket, bigquery }) {
    await bucket.upload(IMAGE, { destination: 'images/car.jpg', metadata: { metadata: { shape: 'car' } } });
    await bigquery.query(
      "CREATE OR REPLACE EXTERNAL TABLE clients.uploaded WITH CONNECTION DEFAULT OPTIONS (object_metadata = 'SIMPLE', " +
        `uris = ['gs://${BUCKET}/images/*'])`,
    );
    const [metadata] = await bucket.file('images/car.jpg').getMetadata();
    const sql =
      'SELECT uri, CAST(generation AS STRING) AS generation, content_type, size, metadata, signed_url, ' +
      '(SELECT ML.DECODE_IMAGE(data).dimensions[OFFSET(2)] FROM clients.uploaded) AS channels ' +
      "FROM EXTERNAL_OBJECT_TRANSFORM(TABLE clients.uploaded, ['SIGNED_URL'])";
    const [[row]] = (await bigquery.query(sql)) as unknown as [[Record<string, unknown>]];
    const { signed_url: url, ...shown } = row;
    equal(shown, {
      uri: `gs://${BUCKET}/images/car.jpg`,
      generation: String(metadata.generation),
      content_type: 'image/jpeg',
      size: Number(metadata.size),
      metadata: [{ name: 'shape', value: 'car' }],
      channels: 3,
    });
    const response = await fetch(String(url));
    ok(readFileSync(IMAGE).equals(new Uint8Array(await response.arrayBuffer())));
  },
  async STORAGE_EMULATOR_HOST({ url, storage }) {
    const bucket = storageClient({ projectId: storage.projectId }, url).bucket(BUCKET);
    for (const resumable of [false, true]) {
      const file = bucket.file(`environment/${resumable}`);
      await file.save(LARGE, { resumable });
      ok(LARGE.equals((await file.download())[0]));
    }
    equal(namesOf((await bucket.getFiles({ prefix: 'environment/' }))[0]), ['environment/false', 'environment/true']);
  },
  async 'nothing is left'({ bucket }) {
    await bucket.deleteFiles({ force: true });
    equal((await bucket.getFiles())[0], []);
    await bucket.delete();
    equal(await bucket.exists(), [false]);
    await refused(bucket.delete(), 404, 'The specified bucket does not exist.');
  },
};
