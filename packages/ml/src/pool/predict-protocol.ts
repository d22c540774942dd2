import type { ImageOptions, ImageReference } from '@bqml-emulator/tensor';
import type { SavedModelGraph } from '../model-spec.ts';
import type { TensorDtype } from '../onnx/element-type.ts';
import type { TensorElements } from '../onnx/tensor-elements.ts';
import type { Failure } from './failure.ts';

/** Elements of a tensor; float16 travels as float32, bool as 0 and 1. */
export type TensorData = TensorElements<ArrayBuffer>;

/** Rows of one input of the model. `dims` are the dimensions of one row; `data` holds the rows one after the other. */
export interface TensorInput {
  readonly kind: 'tensor';
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** Rows that are images still to be decoded. `shape` is the model's: height, width, channels; null is any. */
export interface ImageInput {
  readonly kind: 'images';
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly [number | null, number | null, number | null];
  readonly images: readonly ImageReference[];
}

export type SliceInput = TensorInput | ImageInput;

/** Some consecutive rows for one model. Plain data. */
export interface Slice {
  /** An ONNX file; with `savedModel` the folder of a SavedModel. */
  readonly modelPath: string;
  /** Present: tfjs-node runs the model. */
  readonly savedModel?: SavedModelGraph | undefined;
  /** `row`: one run a row. */
  readonly batching: 'batch' | 'row';
  readonly rowCount: number;
  readonly inputs: readonly SliceInput[];
  /** Inputs without a batch dimension; their runs have exactly one row. */
  readonly unbatched: readonly string[];
  /** Names of the outputs, in the order of the answer. */
  readonly outputs: readonly string[];
}

export interface OutputTensor {
  /** All dimensions, as the runtime gave them. */
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** The outputs of one run. With one row the whole tensor is that row's; else its first dimension is the row. */
export interface RunResult {
  readonly rowCount: number;
  readonly outputs: readonly OutputTensor[];
}

export interface PredictChildOptions {
  readonly imageOptions: Partial<ImageOptions>;
  /** Estimated memory that loaded sessions may hold together; the one in use always stays. */
  readonly sessionMemoryBytes: number;
}

export type PredictRequest =
  | { readonly kind: 'configure'; readonly options: PredictChildOptions }
  | { readonly kind: 'predict'; readonly id: number; readonly slice: Slice };

/** Runs in row order. */
export type PredictReply =
  { readonly id: number; readonly runs: readonly RunResult[] } | { readonly id: number; readonly failure: Failure };
