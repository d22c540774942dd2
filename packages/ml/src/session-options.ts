import type { InferenceSession } from 'onnxruntime-node';

/**
 * One thread, because children are the parallelism: a pool of spinning threads collapses when cores are shared.
 * The optimizer Pad_Fusion is off because it gives wrong results for negative values: it fuses Pad with zeros into
 * MaxPool, which pads with minus infinity (onnxruntime pull request 18136). Products of 8 bit numbers are summed
 * exactly also on processors whose fast instruction saturates at 16 bits.
 */
export const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  extra: {
    optimization: { disable_specified_optimizers: 'Pad_Fusion' },
    session: { x64quantprecision: '1' },
  },
};
