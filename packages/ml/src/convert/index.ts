export type { ConvertedModel } from './converted-model.ts';
export { convertSavedModel } from '../savedmodel/convert-saved-model.ts';
export type { SavedModelOptions } from '../savedmodel/serving-signature.ts';
export { DirectoryFiles } from '../savedmodel/saved-model-files.ts';
export type { SavedModelFiles } from '../savedmodel/saved-model-files.ts';
export { convertTfLite } from '../tflite/convert-tflite.ts';
export { checkOnnxModel } from '../onnx/check-onnx-model.ts';
export { readOnnxModel } from '../onnx/onnx-model.ts';
export { WireReader } from '../protobuf/wire-reader.ts';
