/**
 * `npm run test:clients -- [--python PATH] [--wire FILE_OR_DIR] [--only NAME]`: Google's own clients against emulators of
 * this tree, each with one of its own. Prints every step; a client whose tools are missing is skipped by name. Exit
 * status 1 when a step failed.
 */
import { globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmulator } from 'bqml-emulator';
import type { ClientStep, ClientTarget } from './clients/client-step.ts';
import { gcloudSteps } from './clients/gcloud-client.ts';
import { goSteps } from './clients/go-client.ts';
import { javaSteps } from './clients/java-client.ts';
import { nodeSteps } from './clients/node-client.ts';
import { pythonSteps } from './clients/python-client.ts';
import { fillBuckets, readTutorialFile } from './clients/tutorial-file.ts';
import { wireSteps } from './clients/wire-client.ts';

const { values } = parseArgs({
  options: { python: { type: 'string' }, wire: { type: 'string' }, only: { type: 'string', multiple: true } },
});

/** The bucket that recorded requests name. */
const RECORDED_BUCKET = 'b';

const root = path.resolve(import.meta.dirname, '../../..');
const work = mkdtempSync(path.join(os.tmpdir(), 'bqml-clients-'));

/** Each client, with the project that its steps are in. */
const clients: readonly {
  readonly name: string;
  readonly projectId: string;
  readonly steps: (target: ClientTarget) => AsyncGenerator<ClientStep>;
}[] = [
  { name: 'node', projectId: 'clients', steps: (target) => nodeSteps(target, work) },
  { name: 'python', projectId: 'clients', steps: (target) => pythonSteps(target, values.python, work) },
  { name: 'bq', projectId: 'test-project', steps: (target) => wireSteps(target, values.wire) },
  { name: 'gcloud', projectId: 'clients', steps: (target) => gcloudSteps(target, work) },
  { name: 'go', projectId: 'clients', steps: (target) => goSteps(target, work) },
  { name: 'java', projectId: 'clients', steps: (target) => javaSteps(target, work) },
];

const counts = { ok: 0, failed: 0, skipped: 0 };
try {
  for (const client of clients) {
    if (values.only === undefined || values.only.includes(client.name)) await drive(client);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${counts.ok} steps ok, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.ok > 0 ? 0 : 1;

async function drive({ name, projectId, steps }: (typeof clients)[number]): Promise<void> {
  const tutorials = globSync('conformance/tutorials/*.json', { cwd: root })
    .toSorted()
    .map((file) => path.join(root, file));
  const bucketsRoot = mkdtempSync(path.join(work, 'buckets-'));
  fillBuckets(tutorials.map(readTutorialFile), bucketsRoot);
  mkdirSync(path.join(bucketsRoot, RECORDED_BUCKET));
  const emulator = await startEmulator({ projectId, bucketsRoot });
  try {
    for await (const { step, failure, skipped } of steps({ url: emulator.url, projectId, tutorials })) {
      const outcome = failure !== undefined ? 'failed' : skipped !== undefined ? 'skipped' : 'ok';
      counts[outcome]++;
      const why = failure ?? skipped;
      console.log(`${outcome.padEnd(7)} ${name}: ${step}${why === undefined ? '' : `: ${why}`}`);
    }
  } finally {
    await emulator.dispose();
  }
}
