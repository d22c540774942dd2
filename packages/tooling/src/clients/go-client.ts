/** Google's Go client against an emulator: `clients/go`. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { ClientStep, ClientTarget } from './client-step.ts';
import { reported } from './python-client.ts';
import { runTool } from './run-tool.ts';

const MODULE = path.join(import.meta.dirname, '../../clients/go');
const BUILD_MILLIS = 300_000;
const RUN_MILLIS = 120_000;

export async function* goSteps(target: ClientTarget, work: string): AsyncGenerator<ClientStep> {
  const binary = path.join(work, 'go-client');
  const missing =
    (await runTool('go', ['version'], { millis: 30_000 })) ??
    (await runTool('go', ['mod', 'download'], { millis: BUILD_MILLIS, cwd: MODULE }));
  if (missing !== undefined) {
    yield { step: 'cloud.google.com/go/bigquery', skipped: missing };
    return;
  }
  const failure = await runTool('go', ['build', '-o', binary, '.'], { millis: BUILD_MILLIS, cwd: MODULE });
  if (failure !== undefined) {
    yield { step: 'build', failure };
    return;
  }
  const child = spawn(binary, [target.url, target.projectId], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: RUN_MILLIS,
    env: { HOME: work },
  });
  yield* reported(child, 'go-client');
}
