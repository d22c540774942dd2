import { invariant, jobCancelled } from '@bqml-emulator/common';
import type { RunResult, Slice } from './predict-protocol.ts';

/** A slice on its way. The first of `resolve` and `reject` counts. */
export interface SliceTask {
  /** Reads what the slice needs, when a child is there for it. */
  build(): Promise<Slice>;
  resolve(runs: readonly RunResult[]): void;
  reject(error: unknown): void;
}

/** The slices of one query for one model. */
export class PredictRun {
  readonly modelPath: string;
  readonly #pending: SliceTask[] = [];
  readonly #unsettled = new Set<SliceTask>();
  readonly #onSubmit: () => void;
  readonly #onClose: (run: PredictRun, kill: boolean) => void;
  readonly #signal: AbortSignal | undefined;
  #endedWith: Error | undefined;
  #nextSettled = Promise.withResolvers<void>();

  /** `onClose` is called once; `kill`: what is at work must end now. */
  constructor(
    modelPath: string,
    onSubmit: () => void,
    onClose: (run: PredictRun, kill: boolean) => void,
    signal: AbortSignal | undefined,
  ) {
    this.modelPath = modelPath;
    this.#onSubmit = onSubmit;
    this.#onClose = onClose;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
  }

  readonly #abort = () => this.fail(this.#signal?.reason ?? jobCancelled());

  /** Nobody waits for its slices any more. */
  get closed(): boolean {
    return this.#endedWith !== undefined;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Slices that are not answered yet. */
  get unsettled(): number {
    return this.#unsettled.size;
  }

  /** Resolves when the next slice is answered. */
  settled(): Promise<void> {
    return this.#nextSettled.promise;
  }

  takePending(): SliceTask {
    const task = this.#pending.shift();
    invariant(task, 'asked only when there is one');
    return task;
  }

  /** Rejects with the ServiceError of the slice, or with the reason why the run ended. */
  submit(build: () => Promise<Slice>): Promise<readonly RunResult[]> {
    if (this.#endedWith !== undefined) return Promise.reject(this.#endedWith);
    this.#signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<readonly RunResult[]>();
    const task: SliceTask = {
      build,
      resolve: (runs) => {
        this.#settle(task);
        resolve(runs);
      },
      reject: (error) => {
        this.#settle(task);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    };
    // It may be rejected before the caller gets to waiting for it.
    promise.catch(() => undefined);
    this.#unsettled.add(task);
    this.#pending.push(task);
    this.#onSubmit();
    return promise;
  }

  #settle(task: SliceTask): void {
    this.#unsettled.delete(task);
    this.#nextSettled.resolve();
    this.#nextSettled = Promise.withResolvers<void>();
  }

  /** Rejects every slice and kills the children at work. */
  fail(error: unknown): void {
    this.#end(error, true);
  }

  /** Nobody waits for the slices that are left; call it always. */
  close(): void {
    this.#end(jobCancelled(), false);
  }

  #end(error: unknown, kill: boolean): void {
    if (this.#endedWith !== undefined) return;
    this.#endedWith = error instanceof Error ? error : new Error(String(error));
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#pending.length = 0;
    for (const task of this.#unsettled) task.reject(this.#endedWith);
    this.#onClose(this, kill);
  }
}
