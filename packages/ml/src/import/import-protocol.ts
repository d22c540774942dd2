import type { ModelType } from '@bqml-emulator/catalog';
import type { ModelSpec } from '../model-spec.ts';
import type { OnnxCompatibility } from '../onnx/check-onnx-model.ts';
import type { Failure } from '../pool/failure.ts';

export interface ImportRequest {
  readonly modelType: ModelType;
  /** Holds the model's files under `source/`; `model.onnx` is written into it. */
  readonly directory: string;
  readonly onnxCompatibility: OnnxCompatibility;
}

export type ImportReply = { readonly spec: ModelSpec } | { readonly failure: Failure };
