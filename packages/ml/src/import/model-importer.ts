import { join } from 'node:path';
import type { ImportedModel, ModelType } from '@bqml-emulator/catalog';
import type { ObjectStore } from '@bqml-emulator/object-store';
import { modelColumn } from '../model-columns.ts';
import type { OnnxCompatibility } from '../onnx/check-onnx-model.ts';
import { importInProcess } from './import-process.ts';
import type { SavedModelRuntime } from './import-protocol.ts';
import { copyModelFiles, findModelFiles } from './model-files.ts';
import type { ModelStore, StoredModel } from './model-store.ts';

export interface ImporterOptions {
  readonly onnxCompatibility: OnnxCompatibility;
  readonly savedModelRuntime: SavedModelRuntime;
  readonly importTimeoutMillis: number;
}

/** Changes when the same file converts to another model, so that what an older version converted is not taken. */
const CONVERSION = 2;

/** CREATE MODEL: copies, checks, converts and stores; a model that is refused leaves nothing behind. */
export class ModelImporter {
  readonly #objects: ObjectStore;
  readonly #models: ModelStore;
  readonly #options: ImporterOptions;

  constructor(objects: ObjectStore, models: ModelStore, options: ImporterOptions) {
    this.#objects = objects;
    this.#models = models;
    this.#options = options;
  }

  async importModel(modelType: ModelType, uri: string, signal?: AbortSignal): Promise<ImportedModel> {
    const files = await findModelFiles(this.#objects, modelType, uri, signal);
    const draft = await this.#models.createDraft();
    try {
      const { sha256, byteCount } = await copyModelFiles(this.#objects, files, join(draft, 'source'), signal);
      const { importTimeoutMillis, ...options } = this.#options;
      const converted = `${sha256}-${CONVERSION}`;
      // What a model was refused for may depend on options; what it converts to does not.
      const known = isConverted(modelType, options) ? await this.#models.claim(converted) : undefined;
      if (known !== undefined) return imported(converted, known);
      const request = { modelType, directory: draft, ...options };
      const stored = { spec: await importInProcess(request, importTimeoutMillis, signal), byteCount };
      const contentId = modelType === 'ONNX' ? sha256 : stored.spec.savedModel ? `${sha256}-tfjs-node` : converted;
      await this.#models.publish(draft, contentId, stored);
      return imported(contentId, stored);
    } finally {
      await this.#models.discardDraft(draft);
    }
  }
}

/** Whether ONNX Runtime is to run a conversion of the model. */
const isConverted = (modelType: ModelType, { savedModelRuntime }: Pick<ImporterOptions, 'savedModelRuntime'>) =>
  modelType === 'TENSORFLOW_LITE' || (modelType === 'TENSORFLOW' && savedModelRuntime !== 'tfjs-node');

const imported = (contentId: string, { spec, byteCount }: StoredModel): ImportedModel => ({
  contentId,
  featureColumns: spec.inputs.map(modelColumn),
  labelColumns: spec.outputs.map(modelColumn),
  byteCount,
  ...(spec.savedModel === undefined ? {} : { savedModelRuntime: 'tfjs-node' }),
});
