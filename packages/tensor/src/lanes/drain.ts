/**
 * Native decodes of worker threads and the end of the process. The decoder aborts the process when its thread is ended
 * during a decode, which is what `process.exit()` does to worker threads: so the exit waits for decodes that run.
 */

const RUNNING = 0;
const ENDING = 1;
/** A decode within the limits on images ends long before. */
const LONGEST_WAIT_MILLIS = 10_000;

/** Shared by all threads: decodes that run, and whether the process ends. */
export type DrainState = Int32Array<SharedArrayBuffer>;

let state: DrainState | undefined;

/** The state of this process, for its worker threads. */
export function drainState(): DrainState {
  if (state) return state;
  const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  state = shared;
  process.once('exit', () => {
    Atomics.store(shared, ENDING, 1);
    for (let running = Atomics.load(shared, RUNNING); running > 0; running = Atomics.load(shared, RUNNING)) {
      if (Atomics.wait(shared, RUNNING, running, LONGEST_WAIT_MILLIS) === 'timed-out') return;
    }
  });
  return shared;
}

/** In a worker thread: runs a decode that the end of the process waits for; `undefined` when it has begun. */
export function decodeUnlessEnding<Result>(shared: DrainState, decode: () => Result): Result | undefined {
  Atomics.add(shared, RUNNING, 1);
  try {
    return Atomics.load(shared, ENDING) === 0 ? decode() : undefined;
  } finally {
    Atomics.sub(shared, RUNNING, 1);
    Atomics.notify(shared, RUNNING);
  }
}
