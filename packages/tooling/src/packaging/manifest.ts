import { readFileSync } from 'node:fs';
import path from 'node:path';

type Versions = Record<string, string>;

/** The parts of a package.json that are read or written. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: Versions;
  readonly bin?: Versions;
  readonly dependencies?: Versions;
  readonly optionalDependencies?: Versions;
  readonly peerDependencies?: Versions;
  readonly peerDependenciesMeta?: Record<string, unknown>;
}

const WORKSPACE = '@bqml-emulator/';

const isWorkspace = (name: string) => name.startsWith(WORKSPACE);

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The package and every workspace package that it is made of. */
function closure(packages: string, name: string, found = new Map<string, Manifest>()): readonly Manifest[] {
  if (!found.has(name)) {
    const manifest = readManifest(path.join(packages, name));
    found.set(name, manifest);
    for (const dependency of Object.keys(manifest.dependencies ?? {}).filter(isWorkspace)) {
      closure(packages, dependency.slice(WORKSPACE.length), found);
    }
  }
  return [...found.values()];
}

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** One list of all packages' dependencies outside the workspace; a name with two versions is an error. */
function union(manifests: readonly Manifest[], list: 'dependencies' | 'optionalDependencies' | 'peerDependencies') {
  const all: Versions = {};
  for (const [name, version] of manifests.flatMap((manifest) => Object.entries(manifest[list] ?? {}))) {
    if (isWorkspace(name)) continue;
    if ((all[name] ?? version) !== version) throw new Error(`${name} is ${all[name]} and ${version}`);
    all[name] = version;
  }
  return Object.keys(all).length === 0 ? {} : { [list]: sorted(all) };
}

/**
 * The package.json that is published: `packages/emulator`'s, with the bundled files as what it exports, and with the
 * dependencies of every workspace package that is bundled.
 */
export function publishedManifest(packages: string, description: string): Record<string, unknown> {
  const manifests = closure(packages, 'emulator');
  const { name, version, license, engines, bin } = readManifest(path.join(packages, 'emulator'));
  const peerMeta = Object.assign({}, ...manifests.map((manifest) => manifest.peerDependenciesMeta ?? {})) as object;
  return {
    name,
    version,
    description,
    keywords: ['bigquery', 'bigquery-ml', 'emulator', 'image-inference', 'onnx', 'testing'],
    license,
    type: 'module',
    engines,
    bin,
    exports: { '.': { types: './dist/start-emulator.d.ts', default: './dist/start-emulator.js' } },
    imports: { '#cli': './dist/cli.js' },
    files: ['bin', 'dist'],
    ...union(manifests, 'dependencies'),
    ...union(manifests, 'optionalDependencies'),
    ...union(manifests, 'peerDependencies'),
    ...(Object.keys(peerMeta).length === 0 ? {} : { peerDependenciesMeta: peerMeta }),
  };
}
