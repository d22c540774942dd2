import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { rolldown } from 'rolldown';
import type { OutputChunk } from 'rolldown';
import { childModules } from './child-modules.ts';
import { writeDeclarations } from './declarations.ts';
import { publishedManifest, readManifest } from './manifest.ts';

/** Loaded by name at run time. */
const REQUIRED_AT_RUN_TIME = ['@julusian/jpeg-turbo', '@tensorflow/tfjs-node'];

const isExternal = (specifier: string) =>
  !specifier.startsWith('.') &&
  !path.isAbsolute(specifier) &&
  !specifier.startsWith('#') &&
  !specifier.startsWith('@bqml-emulator/');

const packageName = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Writes the folder that is published: bundles, declarations, package.json, README and licence. Returns its path. */
export async function stagePackage(root: string): Promise<string> {
  const packages = path.join(root, 'packages');
  const emulator = path.join(packages, 'emulator');
  const staging = path.join(emulator, 'dist/package');
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  const manifest = publishedManifest(packages, readDescription(root));
  const chunks = await bundle(emulator, path.join(staging, 'dist'));
  checkDependencies(chunks, manifest);
  writeDeclarations(root, path.join(emulator, 'src/start-emulator.ts'), path.join(staging, 'dist'));
  cpSync(path.join(emulator, 'bin'), path.join(staging, 'bin'), { recursive: true });
  for (const file of ['README.md', 'LICENSE']) cpSync(path.join(root, file), path.join(staging, file));
  writeFileSync(path.join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return staging;
}

const readDescription = (root: string) => (readManifest(root) as unknown as { description: string }).description;

async function bundle(emulator: string, folder: string): Promise<readonly OutputChunk[]> {
  const build = await rolldown({
    input: ['cli', 'start-emulator'].map((name) => path.join(emulator, 'src', `${name}.ts`)),
    cwd: emulator,
    platform: 'node',
    external: isExternal,
    plugins: [childModules()],
    onLog(level, log) {
      if (level !== 'debug' && level !== 'info') throw new Error(log.message);
    },
  });
  try {
    const { output } = await build.write({
      dir: folder,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    });
    return output.filter((file) => file.type === 'chunk');
  } finally {
    await build.close();
  }
}

/** Every package that the bundle names is declared, and every declared one is named. */
function checkDependencies(chunks: readonly OutputChunk[], manifest: Record<string, unknown>): void {
  const files = new Set(chunks.map((chunk) => chunk.fileName));
  const named = new Set(
    chunks
      .flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports])
      .filter((specifier) => !files.has(specifier) && !isBuiltin(specifier))
      .map(packageName),
  );
  const declared = new Set(
    ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((list) =>
      Object.keys((manifest[list] as object | undefined) ?? {}),
    ),
  );
  const problems = [
    ...[...named].filter((name) => !declared.has(name)).map((name) => `${name} is imported and not declared`),
    ...[...declared]
      .filter((name) => !named.has(name) && !REQUIRED_AT_RUN_TIME.includes(name))
      .map((name) => `${name} is declared and not imported`),
  ];
  if (problems.length > 0) throw new Error(problems.join('; '));
}
