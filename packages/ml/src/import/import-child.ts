/** A process that imports one model: a hostile file harms nothing else, and a long conversion blocks nobody. */
import { flushCompileCache } from 'node:module';
import { endWithParent, reply } from '../pool/child-channel.ts';
import { toFailure } from '../pool/failure.ts';
import { importOnnx } from '../onnx/import-onnx.ts';
import type { ModelSpec } from '../model-spec.ts';
import { importConverted } from './import-converted.ts';
import { importSavedModel } from './import-saved-model.ts';
import type { ImportReply, ImportRequest } from './import-protocol.ts';

endWithParent();
process.once('message', (request: ImportRequest) => {
  void answer(request).then((message) => {
    // The answer is followed by SIGKILL.
    flushCompileCache();
    reply<ImportReply>(message);
  });
});

async function answer(request: ImportRequest): Promise<ImportReply> {
  try {
    return { spec: await importModel(request) };
  } catch (error) {
    return { failure: toFailure(error) };
  }
}

async function importModel(request: ImportRequest): Promise<ModelSpec> {
  const { modelType, directory } = request;
  if (modelType === 'ONNX') return importOnnx(directory, request.onnxCompatibility);
  if (modelType === 'TENSORFLOW') return importSavedModel(directory, request.savedModelRuntime);
  return importConverted(directory, modelType);
}
