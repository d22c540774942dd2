/**
 * `npm run test:tfjs-node -- [--python PATH] [--work DIR]`: builds the addon of tfjs-node against the C library in
 * TensorFlow's wheel, installs it where an emulator finds it, and runs models there whose operator is not converted to
 * ONNX. DIR, by default in the user's cache, keeps what was installed. Prints every step; what a missing tool prevents is
 * skipped by name. Exit status 1 when a step failed.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { takeStep } from './clients/client-step.ts';
import type { ClientStep } from './clients/client-step.ts';
import { INSTALL_MILLIS, buildAddon, findTools, installPackage, installTensorFlow } from './tfjs-node/install-addon.ts';
import { makeModels, predictSteps } from './tfjs-node/predict-steps.ts';

const { values } = parseArgs({ options: { python: { type: 'string' }, work: { type: 'string' } } });
const work = path.resolve(values.work ?? path.join(os.homedir(), '.cache/bqml-emulator/tfjs-node'));
const app = path.join(work, 'app');
const models = mkdtempSync(path.join(os.tmpdir(), 'bqml-tfjs-node-'));
mkdirSync(work, { recursive: true });

const counts = { ok: 0, failed: 0, skipped: 0 };
let python = '';

/** Each needs the one before. */
const preparation: Readonly<Record<string, () => Promise<void>>> = {
  tools: findTools,
  TensorFlow: async () => {
    python = await installTensorFlow(path.join(work, 'venv'), values.python);
  },
  'tfjs-node': () => installPackage(app),
  addon: () => buildAddon(app, python),
  models: async () => makeModels(python, models),
};

function report({ step, failure, skipped }: ClientStep): void {
  const outcome = failure !== undefined ? 'failed' : skipped !== undefined ? 'skipped' : 'ok';
  counts[outcome]++;
  const why = failure ?? skipped;
  console.log(`${outcome}: ${step}${why === undefined ? '' : `: ${why}`}`);
}

try {
  for (const [step, take] of Object.entries(preparation)) {
    report(await takeStep(step, take, INSTALL_MILLIS));
    if (counts.failed + counts.skipped > 0) break;
  }
  if (counts.failed + counts.skipped === 0) {
    for await (const step of predictSteps(app, models)) report(step);
  }
} finally {
  rmSync(models, { recursive: true, force: true });
}
console.log(`${counts.ok} steps ok, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;
