import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { invalidQuery } from '@bqml-emulator/common';

/** A tensor that the addon holds until it is deleted. */
export interface TensorHandle {
  readonly id: number;
  readonly shape: readonly number[];
  /** TensorFlow's DataType. */
  readonly dtype: number;
}

/** float32, int32 and bool as their arrays, int64 as BigInt64Array, strings as their bytes; no other type. */
export type AddonData = Float32Array | Int32Array | BigInt64Array | Uint8Array | readonly Uint8Array[];

/**
 * The native functions of tfjs-node that run a SavedModel. The TypeScript above them knows fewer element types.
 * https://github.com/tensorflow/tfjs/blob/master/tfjs-node/binding/tfjs_binding.cc
 */
export interface TfjsNodeAddon {
  readonly TF_ATTR_TYPE: number;
  /** The tensor reads `data` in place. int64 as Int32Array, two elements each. */
  createTensor(shape: readonly number[], type: number, data: AddonData): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): AddonData;
  executeOp(
    operator: string,
    attributes: readonly { readonly name: string; readonly type: number; readonly value: number }[],
    inputs: readonly number[],
    outputCount: number,
  ): readonly TensorHandle[];
  /** Tags separated by commas, and so the names of values in `runSavedModel`. */
  loadSavedModel(directory: string, tags: string): number;
  deleteSavedModel(model: number): void;
  runSavedModel(model: number, inputs: readonly number[], from: string, to: string): readonly TensorHandle[];
}

export const TFJS_NODE = '@tensorflow/tfjs-node';

/**
 * Where the user installed tfjs-node: as seen from the working directory, then from the emulator's own installation.
 * Undefined when it is not installed.
 */
export function findTfjsNode(workingDirectory = process.cwd()): string | undefined {
  for (const from of [join(workingDirectory, 'package.json'), import.meta.url]) {
    const paths = createRequire(from).resolve.paths(TFJS_NODE) ?? [];
    const found = paths.map((path) => join(path, TFJS_NODE)).find((path) => existsSync(join(path, 'package.json')));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Loads the addon into this process, which it may bring down. */
export function loadTfjsNode(): TfjsNodeAddon {
  const directory = findTfjsNode();
  if (directory === undefined) throw tfjsNodeMissing();
  const file = addonFile(directory);
  if (file === undefined) {
    throw invalidQuery(
      `${TFJS_NODE} in ${directory} holds no tfjs_binding.node: its install script did not run or failed`,
    );
  }
  try {
    return createRequire(import.meta.url)(file) as TfjsNodeAddon;
  } catch (error) {
    throw invalidQuery(`${TFJS_NODE} in ${directory} cannot be loaded: ${String(error)}`);
  }
}

export const tfjsNodeMissing = () =>
  invalidQuery(
    `${TFJS_NODE} is not installed; \`npm install ${TFJS_NODE}\` in the directory that the emulator is started in ` +
      `makes it available`,
  );

/** That of the highest Node-API version which this Node has. */
function addonFile(directory: string): string | undefined {
  const lib = join(directory, 'lib');
  const builds = (existsSync(lib) ? readdirSync(lib) : [])
    .map((name) => ({ version: Number(/^napi-v(\d+)$/.exec(name)?.[1]), file: join(lib, name, 'tfjs_binding.node') }))
    .filter(({ version, file }) => version <= Number(process.versions.napi) && existsSync(file));
  return builds.toSorted((a, b) => b.version - a.version)[0]?.file;
}
