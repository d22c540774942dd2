import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '@bqml-emulator/common';
import type { ModelSpec } from '../model-spec.ts';
import { TFJS_NODE, findTfjsNode } from '../tfjs-node/addon.ts';
import { importForTfjsNode } from '../tfjs-node/import-for-tfjs-node.ts';
import { importConverted } from './import-converted.ts';
import type { SavedModelRuntime } from './import-protocol.ts';

/** Imports the SavedModel under `source/`, for ONNX Runtime or as it is for tfjs-node. */
export async function importSavedModel(directory: string, runtime: SavedModelRuntime): Promise<ModelSpec> {
  const source = join(directory, 'source');
  if (runtime === 'tfjs-node') return importForTfjsNode(source);
  try {
    return await importConverted(directory, 'TENSORFLOW');
  } catch (error) {
    const refused = error instanceof ServiceError && error.reason === 'notImplemented';
    if (!refused || runtime === 'onnx' || findTfjsNode() === undefined) throw error;
    await rm(join(directory, 'model.onnx'), { force: true });
    return importRefused(source, error);
  }
}

async function importRefused(source: string, refusal: ServiceError): Promise<ModelSpec> {
  try {
    return await importForTfjsNode(source);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ServiceError(refusal.reason, `${refusal.message}; nor does ${TFJS_NODE} run it: ${error.message}`);
  }
}
