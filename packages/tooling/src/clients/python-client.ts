/** Google's own Python clients against an emulator: `clients/python/tutorial.py` in an environment of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { ClientStep, ClientTarget } from './client-step.ts';
import { runTool } from './run-tool.ts';

const SCRIPTS = path.join(import.meta.dirname, '../../clients/python');
const INSTALL_MILLIS = 300_000;
const RUN_MILLIS = 300_000;

/**
 * Without `python`, a virtual environment with the pinned packages is made in `work`. A Python or packages that are
 * missing skip the client.
 */
export async function* pythonSteps(
  target: ClientTarget,
  python: string | undefined,
  work: string,
): AsyncGenerator<ClientStep> {
  const interpreter = python ?? path.join(work, 'venv/bin/python');
  const problem = python === undefined ? await install(work, interpreter) : undefined;
  const missing = problem ?? (await runTool(interpreter, ['-c', 'import google.cloud.bigquery'], { millis: 60_000 }));
  if (missing !== undefined) {
    yield { step: 'google-cloud-bigquery', skipped: missing };
    return;
  }
  const host = new URL(target.url).host;
  const child = spawn(
    interpreter,
    [path.join(SCRIPTS, 'tutorial.py'), '--project', target.projectId, ...target.tutorials],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: RUN_MILLIS,
      // Nothing but this: a key file or another emulator that the environment names must not be used.
      env: {
        BIGQUERY_EMULATOR_HOST: target.url,
        GCE_METADATA_HOST: host,
        GCE_METADATA_IP: host,
        HOME: work,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    },
  );
  yield* reported(child, 'tutorial.py');
}

/** The steps that a script prints as JSON lines; an exit status other than 0 is a failed step. */
export async function* reported(child: ChildProcess, script: string): AsyncGenerator<ClientStep> {
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code === 0 ? '' : `ended with ${signal ?? `status ${code}`}`));
  });
  if (child.stdout) for await (const line of createInterface(child.stdout)) yield JSON.parse(line) as ClientStep;
  const failure = await ended;
  if (failure !== '') yield { step: script, failure };
}

async function install(work: string, interpreter: string): Promise<string | undefined> {
  const requirements = path.join(SCRIPTS, 'requirements.txt');
  return (
    (await runTool('python3', ['-m', 'venv', path.join(work, 'venv')], { millis: INSTALL_MILLIS })) ??
    (await runTool(interpreter, ['-m', 'pip', 'install', '-q', '-r', requirements], { millis: INSTALL_MILLIS }))
  );
}
