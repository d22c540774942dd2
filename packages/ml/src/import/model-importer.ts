import { join } from 'node:path';
import { notImplemented } from '@bqml-emulator/common';
import type { ImportedModel, ModelType } from '@bqml-emulator/catalog';
import type { ObjectStore } from '@bqml-emulator/object-store';
import { modelColumn } from '../model-columns.ts';
import type { OnnxCompatibility } from '../onnx/check-onnx-model.ts';
import { importInProcess } from './import-process.ts';
import { copyModelFiles, findModelFiles } from './model-files.ts';
import type { ModelStore, StoredModel } from './model-store.ts';

export interface ImporterOptions {
  readonly onnxCompatibility: OnnxCompatibility;
  readonly importTimeoutMillis: number;
}

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
    if (modelType !== 'ONNX') throw notImplemented(`MODEL_TYPE ${modelType}`);
    const files = await findModelFiles(this.#objects, modelType, uri, signal);
    const draft = await this.#models.createDraft();
    try {
      const { sha256, byteCount } = await copyModelFiles(this.#objects, files, join(draft, 'source'), signal);
      const { onnxCompatibility, importTimeoutMillis } = this.#options;
      const spec = await importInProcess(
        { modelType, directory: draft, onnxCompatibility },
        importTimeoutMillis,
        signal,
      );
      await this.#models.publish(draft, sha256, { spec, byteCount });
      return imported(sha256, { spec, byteCount });
    } finally {
      await this.#models.discardDraft(draft);
    }
  }
}

const imported = (contentId: string, { spec, byteCount }: StoredModel): ImportedModel => ({
  contentId,
  featureColumns: spec.inputs.map(modelColumn),
  labelColumns: spec.outputs.map(modelColumn),
  byteCount,
});
