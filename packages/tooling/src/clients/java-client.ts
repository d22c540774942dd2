/** Google's Java client against an emulator: `clients/java`. */
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import type { ClientStep, ClientTarget } from './client-step.ts';
import { reported } from './python-client.ts';
import { runTool } from './run-tool.ts';

const PROJECT = path.join(import.meta.dirname, '../../clients/java');
const BUILD_MILLIS = 300_000;
const RUN_MILLIS = 120_000;

export async function* javaSteps(target: ClientTarget, work: string): AsyncGenerator<ClientStep> {
  const project = path.join(work, 'java');
  cpSync(PROJECT, project, { recursive: true });
  const missing =
    (await runTool('javac', ['-version'], { millis: 30_000 })) ??
    (await runTool('mvn', ['-q', '-B', 'dependency:copy-dependencies'], { millis: BUILD_MILLIS, cwd: project }));
  if (missing !== undefined) {
    yield { step: 'google-cloud-bigquery', skipped: missing };
    return;
  }
  const classes = path.join(project, 'target/classes');
  const classPath = [classes, path.join(project, 'target/dependency/*')].join(path.delimiter);
  const source = path.join(project, 'src/main/java/Smoke.java');
  const failure = await runTool('javac', ['-cp', classPath, '-d', classes, source], { millis: BUILD_MILLIS });
  if (failure !== undefined) {
    yield { step: 'build', failure };
    return;
  }
  const child = spawn('java', ['-cp', classPath, 'Smoke', target.url, target.projectId], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: RUN_MILLIS,
  });
  yield* reported(child, 'Smoke');
}
