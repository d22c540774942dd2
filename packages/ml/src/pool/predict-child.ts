/** A predict child: decodes the images of a slice on this thread and its pool, and runs the model on another. */
import { flushCompileCache } from 'node:module';
import { Worker } from 'node:worker_threads';
import { invariant } from '@bqml-emulator/common';
import { createImageHost } from '@bqml-emulator/tensor';
import { endWithParent, reply } from './child-channel.ts';
import { toFailure } from './failure.ts';
import type { PredictChildOptions, PredictReply, PredictRequest, Slice } from './predict-protocol.ts';
import { InputBuffers } from './input-buffers.ts';
import { prepareSlice } from './prepare-slice.ts';
import type { SliceHost } from './prepare-slice.ts';
import { inputBuffers } from './prepared-run.ts';
import type { SessionThreadReply } from './prepared-run.ts';

interface Host extends SliceHost {
  readonly sessions: Worker;
}

let host: Host | undefined;

endWithParent();
process.on('message', (request: PredictRequest) => {
  if (request.kind === 'configure') host = start(request.options);
  else void predict(request.id, request.slice);
});

function start({ imageOptions, sessionMemoryBytes }: PredictChildOptions): Host {
  const sessions = new Worker(new URL('./session-thread.ts', import.meta.url), { workerData: { sessionMemoryBytes } });
  const buffers = new InputBuffers();
  sessions.on('message', ({ answer, free }: SessionThreadReply) => {
    buffers.give(free);
    reply<PredictReply>(answer);
  });
  // Nothing else writes it: a child ends by SIGKILL.
  sessions.once('message', () => flushCompileCache());
  return { images: createImageHost({ ...imageOptions, decodeLanes: 0 }), buffers, sessions };
}

async function predict(id: number, slice: Slice): Promise<void> {
  invariant(host, 'configured before the first slice');
  try {
    const prepared = await prepareSlice(id, slice, host);
    host.sessions.postMessage(prepared, inputBuffers(prepared));
  } catch (error) {
    reply<PredictReply>({ id, failure: toFailure(error) });
  }
}
