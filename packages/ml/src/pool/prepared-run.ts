import type { SavedModelGraph } from '../model-spec.ts';
import type { TensorDtype } from '../onnx/element-type.ts';
import type { Failure } from './failure.ts';
import type { RunResult, TensorData } from './predict-protocol.ts';

/** One tensor with all its dimensions, ready for the session. */
export interface PreparedTensor {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** Consecutive rows of equal dimensions. */
export interface PreparedRun {
  readonly rowCount: number;
  /** Dimensions start with the row count, except those of `unbatched` inputs. */
  readonly inputs: readonly PreparedTensor[];
}

export interface PreparedSlice {
  readonly id: number;
  readonly modelPath: string;
  readonly savedModel: SavedModelGraph | undefined;
  readonly batching: 'batch' | 'row';
  readonly unbatched: readonly string[];
  readonly outputs: readonly string[];
  readonly runs: readonly PreparedRun[];
}

export interface SessionThreadReply {
  readonly answer:
    { readonly id: number; readonly runs: readonly RunResult[] } | { readonly id: number; readonly failure: Failure };
  /** The buffers of the slice's inputs, to be used again. */
  readonly free: readonly ArrayBuffer[];
}

/** What can change threads without a copy. */
export const inputBuffers = ({ runs }: PreparedSlice): ArrayBuffer[] => [
  ...new Set(
    runs
      .flatMap((run) => run.inputs)
      .map(({ data }) => (ArrayBuffer.isView(data) ? data.buffer : undefined))
      .filter((buffer) => buffer !== undefined),
  ),
];
