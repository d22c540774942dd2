/** `gcloud storage` against an emulator: what the tutorials do with it, and the commands around that. */
import { deepStrictEqual as equal, ok, rejects } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { takeStep } from './client-step.ts';
import type { ClientStep, ClientTarget } from './client-step.ts';
import { runTool } from './run-tool.ts';
import { FIXTURES } from './tutorial-file.ts';

const COMMAND_MILLIS = 60_000;
const BUCKET = 'gs://made-by-gcloud';
const IMAGE = path.join(FIXTURES, 'images/car/0000.jpg');
const READER = 'serviceAccount:reader@example.iam.gserviceaccount.com';
/** Above the size from which gcloud uploads in parts that it can resume. */
const LARGE = Buffer.alloc(9 << 20, 'The bytes of a large object. ');

/** Runs `gcloud storage ...` to its end and gives what it printed. */
type Gcloud = (...args: readonly string[]) => Promise<string>;

/** Its own folder and nothing of the user's configuration; any token will do. */
function gcloudIn(work: string, { url, projectId }: ClientTarget): Gcloud {
  const token = path.join(work, 'token');
  writeFileSync(token, 'any');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: work,
    CLOUDSDK_CONFIG: path.join(work, 'config'),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${url}/storage/v1/`,
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: token,
    CLOUDSDK_CORE_PROJECT: projectId,
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
  };
  return async (...args) => {
    const options = { env, timeout: COMMAND_MILLIS, maxBuffer: 1 << 26 };
    return (await promisify(execFile)('gcloud', ['storage', ...args], options)).stdout;
  };
}

const refused = (promise: Promise<unknown>, message: string) =>
  rejects(promise, (error: { stderr?: string; message: string }) => {
    ok(error.stderr?.includes(message), `expected ${message} in ${error.stderr ?? error.message}`);
    return true;
  });

type Step = (gcloud: Gcloud, folder: string) => Promise<void>;

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.endsWith(':'));
const uris = (...names: readonly string[]) => names.map((name) => `${BUCKET}/${name}`);

const steps: Readonly<Record<string, Step>> = {
  async 'make a bucket'(gcloud) {
    await gcloud('buckets', 'create', BUCKET, '--location=us');
    await refused(gcloud('buckets', 'create', BUCKET), 'you already own it');
    ok((await gcloud('ls')).includes(`${BUCKET}/\n`));
    await gcloud('buckets', 'update', BUCKET, '--update-labels=made=here');
    equal((await gcloud('buckets', 'describe', BUCKET, '--format=value(location,labels.made)')).trim(), 'US\there');
  },
  async 'copy files'(gcloud, folder) {
    await gcloud('cp', IMAGE, `${BUCKET}/car.jpg`);
    const tree = path.join(folder, 'tree');
    mkdirSync(path.join(tree, 'sub'), { recursive: true });
    for (const name of ['a.txt', 'b.txt', 'sub/c.txt']) writeFileSync(path.join(tree, name), name);
    writeFileSync(path.join(folder, 'large'), LARGE);
    await gcloud('cp', '--recursive', tree, BUCKET);
    await gcloud('cp', path.join(folder, 'large'), `${BUCKET}/large`);
    const all = uris('car.jpg', 'large', 'tree/a.txt', 'tree/b.txt', 'tree/sub/c.txt');
    equal(linesOf(await gcloud('ls', '--recursive', BUCKET)), all);
    equal(linesOf(await gcloud('ls', `${BUCKET}/tree/`)), uris('tree/a.txt', 'tree/b.txt', 'tree/sub/'));
    equal(linesOf(await gcloud('ls', `${BUCKET}/tree/*.txt`)), uris('tree/a.txt', 'tree/b.txt'));
    await gcloud('cp', `${BUCKET}/large`, path.join(folder, 'back'));
    ok(LARGE.equals(readFileSync(path.join(folder, 'back'))));
    equal(await gcloud('cat', '--range=0-2', `${BUCKET}/tree/a.txt`), 'a.t');
    await gcloud('rsync', '--recursive', tree, `${BUCKET}/synchronized`);
    equal(linesOf(await gcloud('ls', `${BUCKET}/synchronized/sub/`)), uris('synchronized/sub/c.txt'));
  },
  async 'change objects'(gcloud) {
    await gcloud('objects', 'update', `${BUCKET}/car.jpg`, '--custom-metadata=shape=car', '--content-type=image/jpeg');
    const format = '--format=value(content_type,custom_fields.shape,size)';
    equal((await gcloud('objects', 'describe', `${BUCKET}/car.jpg`, format)).trim(), 'image/jpeg\tcar\t4440');
    await gcloud('mv', `${BUCKET}/tree/b.txt`, `${BUCKET}/tree/moved.txt`);
    await gcloud('cp', `${BUCKET}/tree/a.txt`, `${BUCKET}/tree/copy.txt`);
    await gcloud('objects', 'compose', `${BUCKET}/tree/a.txt`, `${BUCKET}/tree/moved.txt`, `${BUCKET}/both.txt`);
    equal(await gcloud('cat', `${BUCKET}/both.txt`), 'a.txtb.txt');
    const left = uris('tree/a.txt', 'tree/copy.txt', 'tree/moved.txt');
    equal(linesOf(await gcloud('ls', `${BUCKET}/tree/*.txt`)), left);
  },
  async 'change who may read'(gcloud) {
    const binding = [BUCKET, `--member=${READER}`, '--role=roles/storage.objectViewer'];
    await gcloud('buckets', 'add-iam-policy-binding', ...binding);
    ok((await gcloud('buckets', 'get-iam-policy', BUCKET)).includes(READER));
    await gcloud('buckets', 'remove-iam-policy-binding', ...binding);
    ok(!(await gcloud('buckets', 'get-iam-policy', BUCKET)).includes(READER));
  },
  async errors(gcloud) {
    await refused(gcloud('cat', `${BUCKET}/none`), 'matched no objects');
    await refused(gcloud('ls', 'gs://no-such-bucket'), 'gs://no-such-bucket not found: 404');
    await refused(gcloud('cp', '--if-generation-match=0', IMAGE, `${BUCKET}/car.jpg`), 'HTTPError 412');
  },
  async 'delete everything'(gcloud) {
    await gcloud('rm', `${BUCKET}/car.jpg`);
    await gcloud('rm', '--recursive', BUCKET);
    await refused(gcloud('buckets', 'describe', BUCKET), 'not found: 404');
  },
};

export async function* gcloudSteps(target: ClientTarget, work: string): AsyncGenerator<ClientStep> {
  const missing = await runTool('gcloud', ['--version'], { millis: COMMAND_MILLIS });
  if (missing !== undefined) {
    yield { step: 'gcloud storage', skipped: missing };
    return;
  }
  const folder = mkdtempSync(path.join(work, 'gcloud-'));
  const gcloud = gcloudIn(folder, target);
  for (const [name, take] of Object.entries(steps)) {
    yield await takeStep(name, () => take(gcloud, folder), COMMAND_MILLIS);
  }
}
