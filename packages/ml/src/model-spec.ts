import type { ModelType } from '@bqml-emulator/catalog';
import type { TensorDtype } from './onnx/element-type.ts';

/** A tensor of a model's signature. Its name is at once the column's name and the ONNX value's name. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: TensorDtype;
  /** Dimensions with the batch first; null is dynamic; `[]` is one value for the whole batch. Absent: unknown rank. */
  readonly shape?: readonly (number | null)[];
}

/** A tensor of a signature in TensorFlow's words. */
export interface GraphTensor {
  readonly name: string;
  /** `node:output` */
  readonly value: string;
  /** TensorFlow's DataType. */
  readonly type: number;
}

/** What TensorFlow's own loader needs to run a signature. */
export interface SavedModelGraph {
  readonly tags: readonly string[];
  /** The signature's inputs and outputs. */
  readonly tensors: readonly GraphTensor[];
}

/** What is kept beside an imported model, in `meta.json`. */
export interface ModelSpec {
  readonly format: ModelType;
  /** In the order of the model's columns. */
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** `batch`: the first dimension of every tensor is the row. `row`: one run a row. */
  readonly batching: 'batch' | 'row';
  /** Present: there is no `model.onnx`; tfjs-node runs the SavedModel as it was imported. */
  readonly savedModel?: SavedModelGraph;
}
