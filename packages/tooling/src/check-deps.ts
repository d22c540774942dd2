/**
 * Holds the arrows between packages: an import of a workspace package must be in docs/architecture.md's table, in the
 * importing package's package.json and in its tsconfig references; and no import reaches into another package's files.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Who may import whom. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  common: [],
  types: ['common'],
  sql: ['common'],
  tensor: ['common'],
  'object-store': ['common'],
  catalog: ['common', 'types'],
  engine: ['common', 'types', 'sql', 'catalog'],
  storage: ['common', 'types', 'catalog', 'object-store'],
  ml: ['common', 'types', 'catalog', 'object-store', 'tensor'],
  server: ['common', 'types', 'catalog', 'engine', 'object-store'],
  emulator: ['common', 'types', 'sql', 'tensor', 'object-store', 'catalog', 'engine', 'storage', 'ml', 'server'],
};

/** Modules that only one package may load. */
const OWNED: Readonly<Record<string, string>> = {
  '@duckdb/node-api': 'storage',
  'better-sqlite3': 'storage',
  'onnxruntime-node': 'ml',
  sharp: 'tensor',
  '@julusian/jpeg-turbo': 'tensor',
  fastify: 'server',
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const root = path.resolve(import.meta.dirname, '../../..');
const problems: string[] = [];

function workspaceOf(specifier: string): string | undefined {
  if (specifier === 'bqml-emulator') return 'emulator';
  return /^@bqml-emulator\/([^/]+)/.exec(specifier)?.[1];
}

function check(name: string, allowed: readonly string[]): void {
  const folder = path.join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >;
  const declared = { ...manifest['dependencies'], ...manifest['optionalDependencies'] };
  for (const file of globSync('src/**/*.ts', { cwd: folder })) {
    const source = readFileSync(path.join(folder, file), 'utf8');
    for (const [, fromImport, dynamicImport] of source.matchAll(IMPORT)) {
      const specifier = fromImport ?? dynamicImport ?? '';
      const where = `packages/${name}/${file}`;
      const workspace = workspaceOf(specifier);
      if (workspace !== undefined) {
        if (workspace !== name && !allowed.includes(workspace))
          problems.push(`${where}: ${name} may not import ${workspace}`);
        if (specifier.split('/').length > 2) problems.push(`${where}: ${specifier} reaches behind index.ts`);
      } else if (specifier.startsWith('.')) {
        const target = path.resolve(path.dirname(path.join(folder, file)), specifier);
        if (!target.startsWith(folder + path.sep)) problems.push(`${where}: ${specifier} leaves its package`);
      }
      const owner = OWNED[specifier];
      if (owner !== undefined && owner !== name) problems.push(`${where}: only ${owner} loads ${specifier}`);
      const dependency = workspace === undefined ? undefined : specifier.split('/').slice(0, 2).join('/');
      if (dependency !== undefined && workspace !== name && !(dependency in declared)) {
        problems.push(`${where}: ${dependency} is not in package.json`);
      }
    }
  }
}

/** Tools may import any package, but only its index. */
function checkTooling(): void {
  const folder = path.join(root, 'packages/tooling');
  for (const file of globSync('src/**/*.ts', { cwd: folder })) {
    for (const [, fromImport, dynamicImport] of readFileSync(path.join(folder, file), 'utf8').matchAll(IMPORT)) {
      const specifier = fromImport ?? dynamicImport ?? '';
      const target = path.resolve(path.dirname(path.join(folder, file)), specifier);
      const behind =
        workspaceOf(specifier) !== undefined && specifier.split('/').length > (specifier.startsWith('@') ? 2 : 1);
      if (behind || (specifier.startsWith('.') && !target.startsWith(folder + path.sep))) {
        problems.push(`packages/tooling/${file}: ${specifier} reaches behind index.ts`);
      }
    }
  }
}

for (const [name, allowed] of Object.entries(ALLOWED)) check(name, allowed);
checkTooling();
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? 'check-deps: every import follows the arrows' : `check-deps: ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
