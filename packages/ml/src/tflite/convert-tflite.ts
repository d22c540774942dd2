import { notImplemented } from '@bqml-emulator/common';
import type { ConvertedModel } from '../convert/converted-model.ts';
export function convertTfLite(bytes: Uint8Array): ConvertedModel {
  throw notImplemented(`MODEL_TYPE TENSORFLOW_LITE (${bytes.length} bytes)`);
}
