import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidQuery, notImplemented } from '@bqml-emulator/common';
import type { ModelType } from '@bqml-emulator/catalog';
import { batchFault } from '../batch-dimension.ts';
import type { ConvertedModel } from '../convert/converted-model.ts';
import type { ModelSpec } from '../model-spec.ts';
import { tryOnnxModel } from '../onnx/try-onnx-model.ts';
import { DirectoryFiles } from '../savedmodel/saved-model-files.ts';

/** Converts what lies under `source/` to `model.onnx` and loads it once for trial. */
export async function importConverted(directory: string, modelType: Exclude<ModelType, 'ONNX'>): Promise<ModelSpec> {
  const { onnx, inputs, outputs, batching } = await convert(join(directory, 'source'), modelType);
  const fault = batchFault(inputs);
  if (fault !== undefined) throw invalidQuery(`Invalid ${MODEL_NAMES[modelType]} model: ${fault}.`);
  const spec: ModelSpec = { format: modelType, inputs, outputs, batching };
  const path = join(directory, 'model.onnx');
  await writeDurably(path, onnx);
  const refusal = await tryOnnxModel(path, spec);
  if (refusal !== undefined) {
    throw notImplemented(`this ${MODEL_NAMES[modelType]} model: ONNX Runtime refuses its conversion: ${refusal}`);
  }
  // EXPORT MODEL gives the files of a SavedModel back.
  if (modelType !== 'TENSORFLOW') await rm(join(directory, 'source'), { recursive: true });
  return spec;
}

const MODEL_NAMES = { TENSORFLOW: 'TensorFlow', TENSORFLOW_LITE: 'TensorFlow Lite' } as const;

/** The converters are many modules; only those of the format are loaded. */
async function convert(source: string, modelType: Exclude<ModelType, 'ONNX'>): Promise<ConvertedModel> {
  if (modelType === 'TENSORFLOW') {
    const { convertSavedModel } = await import('../savedmodel/convert-saved-model.ts');
    return convertSavedModel(new DirectoryFiles(source));
  }
  const { convertTfLite } = await import('../tflite/convert-tflite.ts');
  return convertTfLite(await readFile(join(source, 'model.tflite')));
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
