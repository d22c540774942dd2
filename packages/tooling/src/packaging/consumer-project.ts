import { execFileSync, spawn } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A project of somebody who installs the package; it knows nothing of this tree. */
export interface ConsumerProject {
  readonly folder: string;
  /** npm's command file: which npm installs. */
  readonly npm: string;
}

/**
 * The environment of a user's shell: nothing that `npm run` adds here, above all no setting of this tree's .npmrc, and
 * the Node that runs this first in PATH.
 */
function userEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|onnxruntime_node|node_options|init_cwd)/i.test(name),
  );
  const PATH = [path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter);
  return { ...Object.fromEntries(inherited), PATH, ...extra };
}

function run(
  project: ConsumerProject,
  file: string,
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
) {
  return execFileSync(process.execPath, [file, ...args], {
    cwd: project.folder,
    env: userEnvironment(extra),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
  });
}

/** `VARIABLE=value npm install ...`, with an empty cache. */
export function install(project: ConsumerProject, command: string, versions: Readonly<Record<string, string>>): void {
  const words = command.split(' ');
  const at = words.indexOf('npm');
  if (at < 0 || words[at + 1] !== 'install') throw new Error(`no npm install: ${command}`);
  const extra = Object.fromEntries(words.slice(0, at).map((word) => word.split('=', 2) as [string, string]));
  const args = words.slice(at + 1).map((word) => versions[word] ?? word);
  const cache = path.join(path.dirname(project.folder), `${path.basename(project.folder)}-cache`);
  run(project, project.npm, [...args, '--cache', cache, '--no-audit', '--no-fund'], extra);
}

/** Files that TypeScript and the test need beside the README's own. */
export function writeProject(
  project: ConsumerProject,
  files: ReadonlyMap<string, string>,
  fixtures: Readonly<Record<string, string>>,
): void {
  mkdirSync(project.folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(path.join(project.folder, name), text);
  const compilerOptions = { target: 'es2023', module: 'nodenext', strict: true, noEmit: true };
  const test = [...files.keys()].filter((name) => name.endsWith('.ts'));
  write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: true, types: ['node'] }, files: test }),
  );
  const strictest = { exactOptionalPropertyTypes: true, skipLibCheck: false, lib: ['es2022'], types: [] };
  write(
    'tsconfig.package.json',
    JSON.stringify({ compilerOptions: { ...compilerOptions, ...strictest }, files: ['package-types.ts'] }),
  );
  write('package-types.ts', PACKAGE_TYPES);
  for (const [name, text] of files) write(name, text);
  for (const [name, file] of Object.entries(fixtures)) {
    cpSync(file, path.join(project.folder, name), { recursive: true });
  }
}

/** Compiles only when the declarations are whole and say what is wrong with a seed. */
const PACKAGE_TYPES = `import { startEmulator } from 'bqml-emulator';
import type { RunningEmulator, Seed } from 'bqml-emulator';

const seed: Seed = { datasets: [{ datasetId: 'd', tables: [{ tableId: 't', schema: [{ name: 'a', type: 'INT64' }], rows: [{ a: 1n }] }] }] };
// @ts-expect-error a dataset has an id
export const wrong: Seed = { datasets: [{ location: 'US' }] };
export async function address(): Promise<string> {
  const emulator: RunningEmulator = await startEmulator({ seed });
  await emulator[Symbol.asyncDispose]();
  return emulator.url;
}
`;

const tool = (project: ConsumerProject, file: string) => path.join(project.folder, 'node_modules', file);

export function typeCheck(project: ConsumerProject): void {
  for (const config of ['tsconfig.json', 'tsconfig.package.json']) {
    run(project, tool(project, 'typescript/bin/tsc'), ['-p', config]);
  }
}

/** The number of tests that passed. */
export function runTests(project: ConsumerProject): number {
  const file = path.join(project.folder, 'report.json');
  run(project, tool(project, 'vitest/vitest.mjs'), ['run', '--reporter', 'json', '--outputFile', file]);
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly success: boolean;
    readonly numPassedTests: number;
  };
  if (!report.success || report.numPassedTests === 0) throw new Error('no test of the README passed');
  return report.numPassedTests;
}

/** The first line of what `npx bqml-emulator --help` prints, by the npx of the project's npm. */
export function help(project: ConsumerProject): string {
  const npx = path.join(path.dirname(project.npm), 'npx-cli.js');
  const [line = ''] = run(project, npx, ['--no', '--', 'bqml-emulator', '--help']).split('\n');
  if (!line.startsWith('bqml-emulator ')) throw new Error(`--help prints: ${line}`);
  return line;
}

/** Starts the command, asks for its health and ends it; the seconds until it was ready. */
export async function startOnce(project: ConsumerProject, args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(tool(project, '.bin/bqml-emulator'), ['start', '--port', '0', '--ephemeral', ...args], {
    cwd: project.folder,
    env: userEnvironment({}),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /ready on (http:\S+)/.exec(line)?.[1];
    if (url !== undefined) break;
  }
  const seconds = (performance.now() - started) / 1000;
  if (url === undefined) throw new Error(`the command ended with status ${await exited}`);
  const { status } = await fetch(`${url}/healthz`);
  child.kill('SIGTERM');
  const exitStatus = await exited;
  if (status !== 200 || exitStatus !== 0)
    throw new Error(`/healthz answered ${status}, the command ended with ${exitStatus}`);
  return seconds;
}

/** Bytes of the files under a folder of the project. */
export function folderBytes(project: ConsumerProject, folder: string): number {
  const root = path.join(project.folder, folder);
  return globSync('**', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
