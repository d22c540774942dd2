import type { ModelType } from '@bqml-emulator/catalog';
import type { ModelSpec } from '../model-spec.ts';
import type { OnnxCompatibility } from '../onnx/check-onnx-model.ts';
import type { Failure } from '../pool/failure.ts';

/**
 * What runs SavedModels. `onnx`: ONNX Runtime, after conversion. `tfjs-node`: TensorFlow, which the user has installed.
 * `auto`: `tfjs-node`, where it is installed, for what is not converted.
 */
export type SavedModelRuntime = 'auto' | 'onnx' | 'tfjs-node';

export interface ImportRequest {
  readonly modelType: ModelType;
  /** Holds the model's files under `source/`; `model.onnx` is written into it, unless tfjs-node runs the model. */
  readonly directory: string;
  readonly onnxCompatibility: OnnxCompatibility;
  readonly savedModelRuntime: SavedModelRuntime;
}

export type ImportReply = { readonly spec: ModelSpec } | { readonly failure: Failure };
