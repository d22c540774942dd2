/**
 * `npm run pack:verify`: builds and packs the package, installs the tarball with npm 10 and npm 11 into empty projects
 * with empty caches, type-checks and runs the README's vitest example there, and starts its command. One line a step.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  folderBytes,
  help,
  install,
  runTests,
  startOnce,
  typeCheck,
  writeProject,
} from './packaging/consumer-project.ts';
import { exampleCommands, exampleFiles, readmeSection } from './packaging/readme-example.ts';
import { stagePackage } from './packaging/stage-package.ts';

const NPM_VERSIONS = ['10', '11'];
/** Beside what the README installs. */
const TYPE_PACKAGES = 'npm install --save-dev typescript @types/node';

const root = path.resolve(import.meta.dirname, '../../..');
const fixtures = path.join(root, 'packages/tooling/fixtures');
const exampleFixtures = {
  'images/star.jpg': path.join(fixtures, 'images/star/0001.jpg'),
  'images/fish.png': path.join(fixtures, 'images/fish/0044.png'),
  'models/shapes.onnx': path.join(fixtures, 'models/shapes_dynamic.onnx'),
};

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const say = (step: string, result: string) => console.log(`${step.padEnd(9)} ${result}`);

const work = mkdtempSync(path.join(os.tmpdir(), 'bqml-pack-'));
try {
  const staging = await stagePackage(root);
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', work, staging], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as readonly [{ filename: string; unpackedSize: number; entryCount: number }];
  const tarball = path.join(work, packed.filename);
  const sizes = `${megabytes(statSync(tarball).size)} packed, ${megabytes(packed.unpackedSize)} unpacked`;
  say('pack', `${packed.filename}: ${packed.entryCount} files, ${sizes}`);
  for (const version of NPM_VERSIONS) await verify(version, tarball);
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function verify(npmVersion: string, tarball: string): Promise<void> {
  const section = readmeSection(readFileSync(path.join(root, 'README.md'), 'utf8'), 'In tests');
  const project = { folder: path.join(work, `npm-${npmVersion}`), npm: installNpm(npmVersion) };
  const label = `npm ${npmVersion}`;
  writeProject(project, exampleFiles(section), exampleFixtures);
  const started = performance.now();
  const commands = exampleCommands(section).filter((command) => command.includes('npm install'));
  for (const command of [...commands, TYPE_PACKAGES]) install(project, command, versions(tarball));
  const installed = `${((performance.now() - started) / 1000).toFixed(0)} s`;
  say(label, `installed in ${installed}, node_modules ${megabytes(folderBytes(project, 'node_modules'))}`);
  typeCheck(project);
  say(label, 'types: the example, and the package with strict, without skipLibCheck');
  say(label, `vitest: ${runTests(project)} test of the README passed`);
  say(label, `npx bqml-emulator --help: ${help(project)}`);
  say(label, `the command was ready after ${(await startOnce(project, ['--seed', 'seed.yaml'])).toFixed(1)} s`);
}

/** The tarball for the package, and for the others what this tree is tested with. */
function versions(tarball: string): Readonly<Record<string, string>> {
  const pinned: Record<string, string> = {};
  for (const folder of ['.', 'packages/emulator']) {
    const { devDependencies } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    for (const [name, version] of Object.entries(devDependencies)) pinned[name] = `${name}@${version}`;
  }
  return { ...pinned, 'bqml-emulator': tarball };
}

/** Brings an npm of its own from the registry; returns its command file. */
function installNpm(version: string): string {
  const folder = path.join(work, `npm-cli-${version}`);
  mkdirSync(folder);
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, `npm@${version}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return path.join(folder, 'node_modules/npm/bin/npm-cli.js');
}
