import { readFile, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelSpec } from '../model-spec.ts';
import { WireFormatError } from '../protobuf/wire-reader.ts';
import { checkOnnxModel, invalidOnnxModel } from './check-onnx-model.ts';
import type { OnnxCompatibility } from './check-onnx-model.ts';
import { readOnnxModel } from './onnx-model.ts';
import type { OnnxModel } from './onnx-model.ts';
import { tryOnnxModel } from './try-onnx-model.ts';

/** Checks `source/model.onnx`, loads it once for trial, and moves it to `model.onnx`. */
export async function importOnnx(directory: string, compatibility: OnnxCompatibility): Promise<ModelSpec> {
  const source = join(directory, 'source', 'model.onnx');
  const spec = checkOnnxModel(parse(await readFile(source)), compatibility);
  const fault = await tryOnnxModel(source, spec);
  if (fault !== undefined) throw invalidOnnxModel(fault);
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
