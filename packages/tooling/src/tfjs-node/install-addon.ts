/** tfjs-node with an addon built here: the package's install script downloads one, and TensorFlow, from a bucket. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Skipped } from '../clients/client-step.ts';
import { runTool } from '../clients/run-tool.ts';

const TFJS_NODE = '@tensorflow/tfjs-node';
const DEPENDENCIES = { [TFJS_NODE]: '4.22.0', 'node-gyp': '13.1.0' };
/** The highest version of Node-API that this version of the package knows. */
const NODE_API_VERSION = 8;
const REQUIREMENTS = path.join(import.meta.dirname, '../../fixtures/requirements.txt');

export const INSTALL_MILLIS = 900_000;
const BUILD_MILLIS = 300_000;
const CHECK_MILLIS = 120_000;

function skipWith(problem: string | undefined): void {
  if (problem !== undefined) throw new Skipped(problem);
}

export async function findTools(): Promise<void> {
  if (process.platform !== 'linux') throw new Skipped(`the build is for Linux, not for ${process.platform}`);
  for (const tool of ['python3', 'npm', 'make', 'c++']) {
    const problem = await runTool(tool, ['--version'], { millis: CHECK_MILLIS });
    skipWith(problem === undefined ? undefined : `${tool}: ${problem}`);
  }
}

/** In a virtual environment, unless `given` is an interpreter that has it; returns the interpreter. */
export async function installTensorFlow(directory: string, given: string | undefined): Promise<string> {
  const python = given ?? path.join(directory, 'bin/python');
  const check = () => runTool(python, ['-c', 'import tensorflow, keras'], { millis: CHECK_MILLIS });
  const problem = await check();
  if (problem === undefined) return python;
  if (given !== undefined) throw new Skipped(problem);
  const install = ['-m', 'pip', 'install', '-q', '-c', REQUIREMENTS, 'tensorflow-cpu', 'keras'];
  skipWith(
    (await runTool('python3', ['-m', 'venv', directory], { millis: INSTALL_MILLIS })) ??
      (await runTool(python, install, { millis: INSTALL_MILLIS })) ??
      (await check()),
  );
  return python;
}

/** Into `directory`, without running install scripts. */
export async function installPackage(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ private: true, dependencies: DEPENDENCIES }));
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
  skipWith(await runTool('npm', install, { millis: INSTALL_MILLIS, cwd: directory }));
}

/** Against the headers and libraries of the wheel, linked to where the package's own script unpacks TensorFlow's. */
export async function buildAddon(directory: string, python: string): Promise<void> {
  const module = path.join(directory, 'node_modules', TFJS_NODE);
  linkTensorFlow(path.join(module, 'deps'), wheelOf(python));
  const problem = await runTool(
    process.execPath,
    [
      path.join(directory, 'node_modules/node-gyp/bin/node-gyp.js'),
      'rebuild',
      ...nodeHeaders(),
      '--module_name=tfjs_binding',
      `--module_path=${path.join(module, `lib/napi-v${NODE_API_VERSION}`)}`,
      `--napi_build_version=${NODE_API_VERSION}`,
    ],
    { millis: BUILD_MILLIS, cwd: module },
  );
  if (problem !== undefined) throw new Error(problem);
}

const FIND_WHEEL = 'import importlib.util as u; print(u.find_spec("tensorflow").submodule_search_locations[0])';

const wheelOf = (python: string) => execFileSync(python, ['-c', FIND_WHEEL], { encoding: 'utf8' }).trim();

function linkTensorFlow(target: string, wheel: string): void {
  const libraries = path.join(target, 'lib');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(libraries, { recursive: true });
  symlinkSync(path.join(wheel, 'include'), path.join(target, 'include'));
  for (const file of readdirSync(wheel)) {
    const library = /^libtensorflow_(cc|framework)\.so\.\d+$/.exec(file)?.[1];
    if (library === undefined) continue;
    // The linker asks for the name without a version, the loader for the one with it.
    symlinkSync(path.join(wheel, file), path.join(libraries, file));
    const unversioned = library === 'cc' ? 'libtensorflow.so' : 'libtensorflow_framework.so';
    symlinkSync(path.join(wheel, file), path.join(libraries, unversioned));
  }
}

/** Those beside this Node; node-gyp downloads them where there are none. */
function nodeHeaders(): string[] {
  const prefix = path.dirname(path.dirname(process.execPath));
  return existsSync(path.join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
}
