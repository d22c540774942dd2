/**
 * The thread of a predict child in which models run. A run blocks its thread, so that it has one of its own: the
 * child's main thread goes on decoding the next slice meanwhile, and sees the end of its parent.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '@bqml-emulator/common';
import { toFailure } from './failure.ts';
import { inputBuffers } from './prepared-run.ts';
import type { PreparedSlice, SessionThreadReply } from './prepared-run.ts';
import { runSlice } from './run-slice.ts';
import { SessionCache } from './session-cache.ts';

const port = parentPort;
invariant(port, 'runs as a worker thread');
const { sessionMemoryBytes } = workerData as { readonly sessionMemoryBytes: number };
const sessions = new SessionCache(sessionMemoryBytes);

let last = Promise.resolve();
port.on('message', (slice: PreparedSlice) => {
  last = last.then(async () => {
    const free = inputBuffers(slice);
    // Outputs are copied: their buffers may belong to the runtime, which lives in this thread.
    port.postMessage({ answer: await answer(slice), free } satisfies SessionThreadReply, free);
  });
});

async function answer(slice: PreparedSlice): Promise<SessionThreadReply['answer']> {
  try {
    return { id: slice.id, runs: await runSlice(await sessions.get(slice), slice) };
  } catch (error) {
    return { id: slice.id, failure: toFailure(error) };
  }
}
