export type { ConvertedModel } from './converted-model.ts';
export { convertSavedModel } from '../savedmodel/convert-saved-model.ts';
export type { SavedModelOptions } from '../savedmodel/convert-saved-model.ts';
export { DirectoryFiles } from '../savedmodel/saved-model-files.ts';
export type { SavedModelFiles } from '../savedmodel/saved-model-files.ts';
export { convertTfLite } from '../tflite/convert-tflite.ts';
