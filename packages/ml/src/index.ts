export type { ConvertedModel } from './convert/index.ts';
export { mlFunctions } from './functions/ml-functions.ts';
export { createModelRuntime } from './model-runtime.ts';
export type { ModelRuntimeOptions, ProcessModelRuntime } from './model-runtime.ts';
export type { SavedModelRuntime } from './import/import-protocol.ts';
export type { OnnxCompatibility } from './onnx/check-onnx-model.ts';
export type { PredictPoolOptions } from './pool/predict-pool.ts';
export { SESSION_OPTIONS } from './session-options.ts';

/** The converters and readers by themselves, for tools; loaded when they are asked for, because they are many modules. */
export const modelConversion = () => import('./convert/index.ts');
