import { readFile, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { invariant } from '@bqml-emulator/common';
import type { ModelSpec } from '../model-spec.ts';
import { WireFormatError } from '../protobuf/wire-reader.ts';
import { checkOnnxModel, invalidOnnxModel } from './check-onnx-model.ts';
import type { OnnxCompatibility } from './check-onnx-model.ts';
import { readOnnxModel } from './onnx-model.ts';
import type { OnnxModel } from './onnx-model.ts';
import { tryOnnxModel } from './try-onnx-model.ts';

/** Checks the one file under `source/`, loads it once for trial, and moves it to `model.onnx`. */
export async function importOnnx(directory: string, compatibility: OnnxCompatibility): Promise<ModelSpec> {
  const [name, ...others] = await readdir(join(directory, 'source'));
  invariant(name !== undefined && others.length === 0, 'an ONNX model is one file');
  const source = join(directory, 'source', name);
  const spec = checkOnnxModel(parse(await readFile(source)), compatibility);
  await tryOnnxModel(source, spec);
  await rename(source, join(directory, 'model.onnx'));
  await rmdir(join(directory, 'source'));
  return spec;
}

function parse(bytes: Uint8Array): OnnxModel {
  try {
    return readOnnxModel(bytes);
  } catch (error) {
    if (error instanceof WireFormatError) throw invalidOnnxModel(`the file is no ONNX model: ${error.message}`);
    throw error;
  }
}
