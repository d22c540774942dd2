/** The published package as it is built here; `npm run pack:verify` installs it from the registry. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exampleCommands, exampleFiles, readmeSection } from '../src/packaging/readme-example.ts';
import { stagePackage } from '../src/packaging/stage-package.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const fixtures = path.join(root, 'packages/tooling/fixtures');
const work = mkdtempSync(path.join(os.tmpdir(), 'bqml-package-'));
let staging: string;

beforeAll(async () => {
  staging = await stagePackage(root);
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

it('declares exact dependencies, and none of the workspace', () => {
  const manifest = JSON.parse(readFileSync(path.join(staging, 'package.json'), 'utf8')) as Record<string, object>;
  expect(manifest).not.toHaveProperty('private');
  const versions = Object.entries({ ...manifest['dependencies'], ...manifest['optionalDependencies'] });
  expect(versions.length).toBeGreaterThan(5);
  for (const [name, version] of versions) {
    expect(name).not.toMatch(/^@bqml-emulator\//);
    expect(version, name).toMatch(/^\d+\.\d+\.\d+/);
  }
});

it('imports and runs a model from its bundle, with the seed of the README', { timeout: 60_000 }, () => {
  const section = readmeSection(readFileSync(path.join(root, 'README.md'), 'utf8'), 'In tests');
  const files = exampleFiles(section);
  expect([...files.keys()]).toEqual(['seed.yaml', 'images.test.ts']);
  expect(exampleCommands(section)).toHaveLength(1);
  const fixture = (from: string, to: string) => cpSync(path.join(fixtures, from), path.join(work, to));
  for (const folder of ['images', 'models']) mkdirSync(path.join(work, folder));
  fixture('images/fish/0044.png', 'images/fish.png');
  fixture('models/shapes_dynamic.onnx', 'models/shapes.onnx');
  writeFileSync(path.join(work, 'seed.yaml'), files.get('seed.yaml') ?? '');
  const sql = `SELECT name FROM tutorial.names JOIN ML.PREDICT(MODEL tutorial.classifier,
    (SELECT ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input FROM tutorial.images)) USING (class_label)`;
  const command = path.join(staging, 'bin/bqml-emulator.cjs');
  const args = [command, 'query', sql, '--ephemeral', '--seed', path.join(work, 'seed.yaml'), '--format', 'csv'];
  expect(execFileSync(process.execPath, args, { cwd: work, encoding: 'utf8' })).toBe('name\nfish\n');
});
