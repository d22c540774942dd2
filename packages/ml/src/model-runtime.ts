import { join } from 'node:path';
import type { ImportedModel, Model, ModelRuntime, ModelType } from '@bqml-emulator/catalog';
import type { ObjectStore } from '@bqml-emulator/object-store';
import type { ImageHost } from '@bqml-emulator/tensor';
import type { Batch } from '@bqml-emulator/types';
import { exportFiles } from './import/export-model.ts';
import type { SavedModelRuntime } from './import/import-protocol.ts';
import { ModelImporter } from './import/model-importer.ts';
import { ModelStore } from './import/model-store.ts';
import type { OnnxCompatibility } from './onnx/check-onnx-model.ts';
import { DEFAULT_POOL_OPTIONS, PredictPool } from './pool/predict-pool.ts';
import type { PredictPoolOptions } from './pool/predict-pool.ts';
import { predictBatches } from './predict/predict-batches.ts';

export interface ModelRuntimeOptions {
  /** Models are kept under `models/` in here; `spool/` holds large outputs while a query runs. */
  readonly dataDirectory: string;
  readonly objectStore: ObjectStore;
  /** Its options are those of the children as well. */
  readonly images: ImageHost;
  readonly pool?: Partial<Omit<PredictPoolOptions, 'imageOptions'>>;
  readonly onnxCompatibility?: OnnxCompatibility;
  /** Default `auto`. */
  readonly savedModelRuntime?: SavedModelRuntime;
  /** An import that takes longer is refused. */
  readonly importTimeoutMillis?: number;
}

const IMPORT_TIMEOUT_MILLIS = 600_000;

/** Imports models into the data directory and runs them in child processes. */
export class ProcessModelRuntime implements ModelRuntime {
  /** For the health page, and for tests that kill a child. */
  readonly pool: PredictPool;
  readonly #images: ImageHost;
  readonly #objects: ObjectStore;
  readonly #models: ModelStore;
  readonly #spoolDirectory: string;
  readonly #importer: ModelImporter;

  constructor(options: ModelRuntimeOptions) {
    this.#images = options.images;
    this.#objects = options.objectStore;
    this.#models = new ModelStore(join(options.dataDirectory, 'models'));
    this.#spoolDirectory = join(options.dataDirectory, 'spool');
    this.#importer = new ModelImporter(options.objectStore, this.#models, {
      onnxCompatibility: options.onnxCompatibility ?? 'installed',
      savedModelRuntime: options.savedModelRuntime ?? 'auto',
      importTimeoutMillis: options.importTimeoutMillis ?? IMPORT_TIMEOUT_MILLIS,
    });
    this.pool = new PredictPool({ ...DEFAULT_POOL_OPTIONS, ...options.pool, imageOptions: options.images.options });
  }

  importModel(modelType: ModelType, uri: string, signal?: AbortSignal): Promise<ImportedModel> {
    return this.#importer.importModel(modelType, uri, signal);
  }

  exportModel(model: Model, uri: string, signal?: AbortSignal): Promise<void> {
    return exportFiles(this.#objects, this.#models.sourceDirectory(model.contentId), uri, signal);
  }

  predict(model: Model, batches: AsyncIterable<Batch>, signal?: AbortSignal): AsyncIterable<Batch> {
    const { pool } = this;
    const context = { pool, models: this.#models, images: this.#images, spoolDirectory: this.#spoolDirectory };
    return predictBatches(context, model, batches, signal);
  }

  collect(inUse: ReadonlySet<string>): Promise<void> {
    return this.#models.collect(inUse);
  }

  dispose(): Promise<void> {
    return this.pool.dispose();
  }
}

export const createModelRuntime = (options: ModelRuntimeOptions): ProcessModelRuntime =>
  new ProcessModelRuntime(options);
