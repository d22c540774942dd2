import type { Batch } from '@bqml-emulator/types';
import type { Model, ModelColumn, ModelType } from './resource.ts';

export interface ImportedModel {
  readonly contentId: string;
  readonly featureColumns: readonly ModelColumn[];
  readonly labelColumns: readonly ModelColumn[];
  readonly byteCount: number;
  /** See `Model`. */
  readonly savedModelRuntime?: 'tfjs-node';
}

/** Imports and runs models. Implemented by `ml` over a pool of child processes. */
export interface ModelRuntime {
  /**
   * Reads the model at `uri` (`gs://bucket/file`, `gs://bucket/dir/*`, `gs://bucket/dir/`), checks it, converts it
   * and stores it under its content hash. Nothing is left behind when it is refused.
   */
  importModel(modelType: ModelType, uri: string, signal?: AbortSignal): Promise<ImportedModel>;
  /**
   * Runs the model over `batches`, whose columns are the model's feature columns in order (possibly lazy); yields
   * one batch per input batch with the label columns in order, rows in the same order.
   */
  predict(model: Model, batches: AsyncIterable<Batch>, signal?: AbortSignal): AsyncIterable<Batch>;
  /**
   * Writes the files that a TensorFlow model was imported from below `uri` (`gs://bucket/dir`), byte for byte; files of
   * the same names are replaced.
   */
  exportModel(model: Model, uri: string, signal?: AbortSignal): Promise<void>;
  /** Drops stored content that no model in `inUse` names. */
  collect(inUse: ReadonlySet<string>): Promise<void>;
  dispose(): Promise<void>;
}
