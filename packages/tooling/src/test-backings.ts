/**
 * `npm run test:backings`: the tests over each backing of buckets, fake-gcs-server among them, which is built from its Go
 * module in `clients/fake-gcs-server`. Skipped by name without Go or its modules; exit status 1 when a test failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTool } from './clients/run-tool.ts';

const MODULE = path.join(import.meta.dirname, '../clients/fake-gcs-server');
const ROOT = path.join(import.meta.dirname, '../../..');
const TESTS = ['packages/emulator/test/gcs-endpoint.test.ts', 'packages/emulator/test/query/backings.test.ts'];
const BUILD_MILLIS = 600_000;

const work = mkdtempSync(path.join(os.tmpdir(), 'bqml-backings-'));
try {
  process.exitCode = await run(path.join(work, 'fake-gcs-server'));
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function run(binary: string): Promise<number> {
  const missing =
    (await runTool('go', ['version'], { millis: 30_000 })) ??
    (await runTool('go', ['mod', 'download'], { millis: BUILD_MILLIS, cwd: MODULE }));
  if (missing !== undefined) console.log(`skipped fake-gcs-server: ${missing}`);
  else {
    const build = ['build', '-o', binary, 'github.com/fsouza/fake-gcs-server'];
    const failure = await runTool('go', build, { millis: BUILD_MILLIS, cwd: MODULE });
    if (failure !== undefined) throw new Error(failure);
  }
  const options = ['run', '--test-timeout', '60000', '--hook-timeout', '120000', ...TESTS];
  const env = missing === undefined ? { ...process.env, FAKE_GCS_SERVER: binary } : process.env;
  return spawnSync('vitest', options, { cwd: ROOT, stdio: 'inherit', env }).status ?? 1;
}
