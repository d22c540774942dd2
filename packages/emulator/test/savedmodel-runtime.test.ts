/** A SavedModel whose operator is not converted, where tfjs-node is not installed or not built. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { WorkDirectory } from './support/running-emulator.ts';

const COMMAND = path.join(import.meta.dirname, '../bin/bqml-emulator.cjs');
const CREATE_MODEL = `CREATE SCHEMA IF NOT EXISTS d;
  CREATE MODEL d.m OPTIONS (model_type = 'TENSORFLOW', model_path = 'gs://models/models/svd_savedmodel/*')`;
const REFUSAL = "Not implemented: TensorFlow operator Svd (node 'Svd', signature 'serving_default')";
const MISSING =
  '@tensorflow/tfjs-node is not installed; `npm install @tensorflow/tfjs-node` in the directory that the emulator is ' +
  'started in makes it available';

const work = new WorkDirectory();
const bucket = work.copyFixtures('bucket', ['models/svd_savedmodel', 'models/shapes_savedmodel']);
afterAll(() => work.remove());

/** Runs the statement in `directory` and gives what it complained about. */
function complaint(sql: string, directory: string, ...flags: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const args = ['query', sql, '--bucket', `models=${bucket}`, '--data-dir', path.join(work.path, 'data'), ...flags];
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd: directory, timeout: 30_000 });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('close', () => resolve(stderr.trim()));
  });
}

it.each([
  ['auto', [], REFUSAL],
  ['onnx', ['--savedmodel-runtime', 'onnx'], REFUSAL],
  ['tfjs-node', ['--savedmodel-runtime', 'tfjs-node'], MISSING],
])('%s without tfjs-node', { timeout: 60_000 }, async (_, flags, message) => {
  expect(await complaint(CREATE_MODEL, work.path, ...flags)).toBe(message);
  expect(await complaint('DROP MODEL d.m', work.path)).toBe('Not found: Model bqml-project:d.m');
});

it('tfjs-node runs every SavedModel when it is asked for, also what is converted', { timeout: 60_000 }, async () => {
  const shapes = CREATE_MODEL.replace('svd_savedmodel', 'shapes_savedmodel');
  expect(await complaint(shapes, work.path)).toBe('SCRIPT done.');
  expect(await complaint(shapes.replace('d.m', 'd.n'), work.path, '--savedmodel-runtime', 'tfjs-node')).toBe(MISSING);
});

it('a tfjs-node without its addon is named', { timeout: 60_000 }, async () => {
  const installed = path.join(work.path, 'app/node_modules/@tensorflow/tfjs-node');
  mkdirSync(installed, { recursive: true });
  writeFileSync(path.join(installed, 'package.json'), '{ "name": "@tensorflow/tfjs-node" }');
  const below = path.join(work.path, 'app/below');
  mkdirSync(below);
  const problem = `@tensorflow/tfjs-node in ${installed} holds no tfjs_binding.node: its install script did not run or failed`;
  const other = CREATE_MODEL.replace('d.m', 'd.o');
  expect(await complaint(other, below, '--savedmodel-runtime', 'tfjs-node')).toBe(problem);
  expect(await complaint(other, below)).toBe(`${REFUSAL}; nor does @tensorflow/tfjs-node run it: ${problem}`);
});
