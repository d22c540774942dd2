import { jobCancelled, resourcesExceeded } from '@bqml-emulator/common';
import type { ModelSpec } from '../model-spec.ts';
import { ForkedChild } from '../pool/forked-child.ts';
import { fromFailure } from '../pool/failure.ts';
import type { ImportReply, ImportRequest } from './import-protocol.ts';

/** Imports in a process of its own, which is killed when `signal` fires or the time is over. */
export async function importInProcess(
  request: ImportRequest,
  timeoutMillis: number,
  signal?: AbortSignal,
): Promise<ModelSpec> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ModelSpec>();
  const child = new ForkedChild<ImportRequest, ImportReply>(
    new URL('./import-child.ts', import.meta.url),
    { threadPoolSize: 1 },
    (reply) => {
      if ('spec' in reply) resolve(reply.spec);
      else reject(fromFailure(reply.failure));
    },
    (exit) => reject(resourcesExceeded(`the process that imports the model ${exit.description}`)),
  );
  const abort = () => reject(signal?.reason ?? jobCancelled());
  signal?.addEventListener('abort', abort);
  const timer = setTimeout(
    () => reject(resourcesExceeded(`the import took longer than ${timeoutMillis / 1000} seconds`)),
    timeoutMillis,
  );
  try {
    child.send(request);
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    child.kill();
    await child.ended;
  }
}
