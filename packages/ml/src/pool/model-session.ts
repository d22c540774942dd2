import type { OutputTensor } from './predict-protocol.ts';
import type { PreparedTensor } from './prepared-run.ts';

/** A loaded model. */
export interface ModelSession {
  /** False once it failed with several rows together that it took one by one; it is not tried again then. */
  takesBatches: boolean;
  /** One run; gives `outputs` in that order. Throws the runtime's own error. */
  run(inputs: readonly PreparedTensor[], outputs: readonly string[]): Promise<readonly OutputTensor[]>;
  release(): Promise<void>;
}
