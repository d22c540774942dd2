export { mlFunctions } from './functions/ml-functions.ts';
export { createModelRuntime } from './model-runtime.ts';
export type { ModelRuntimeOptions, ProcessModelRuntime } from './model-runtime.ts';
export type { OnnxCompatibility } from './onnx/check-onnx-model.ts';
export type { PredictPoolOptions } from './pool/predict-pool.ts';
