import { availableParallelism } from 'node:os';
import { resourcesExceeded } from '@bqml-emulator/common';
import type { ImageOptions } from '@bqml-emulator/tensor';
import { ForkedChild } from './forked-child.ts';
import type { ChildExit } from './forked-child.ts';
import { fromFailure } from './failure.ts';
import { PredictRun } from './predict-run.ts';
import type { SliceTask } from './predict-run.ts';
import type { PredictReply, PredictRequest } from './predict-protocol.ts';

export interface PredictPoolOptions {
  /** Child processes; by default one less than the processors, but at least two. */
  readonly size: number;
  /** Threads that decode images, in each child. */
  readonly decodeThreads: number;
  /** A child without work ends after this time. */
  readonly idleMillis: number;
  /** A slice that takes longer fails its query. */
  readonly sliceTimeoutMillis: number;
  /** Estimated memory of loaded sessions, in each child. */
  readonly sessionMemoryBytes: number;
  readonly imageOptions: Partial<ImageOptions>;
}

export const DEFAULT_POOL_OPTIONS: PredictPoolOptions = {
  size: Math.max(2, availableParallelism() - 1),
  decodeThreads: 4,
  idleMillis: 60_000,
  sliceTimeoutMillis: 600_000,
  sessionMemoryBytes: 1_600_000_000,
  imageOptions: {},
};

/** One slice runs, the next is ready, another is decoded, and one is on its way. */
const SLICES_PER_CHILD = 4;

/** In each child: four images of 12 megapixels. */
const MAX_DECODED_BYTES = 160_000_000;

/** While another run waits for its first child, a run gives one up after as many slices. */
const SLICES_BEFORE_YIELD = 16;

/** Slices of a run that nobody waits for any more may take this long before their child is killed. */
const ABANDONED_MILLIS = 2000;

interface Work {
  readonly task: SliceTask;
  timer: NodeJS.Timeout | undefined;
}

interface PoolChild {
  readonly process: ForkedChild<PredictRequest, PredictReply>;
  /** Slices by request id. A child works for one run at a time, so that its end fails no other. */
  readonly tasks: Map<number, Work>;
  owner: PredictRun | undefined;
  slicesForOwner: number;
  /** Of the last slice: its session is loaded here. */
  modelPath: string | undefined;
  idleTimer: NodeJS.Timeout | undefined;
}

const runtimeClosed = () => new Error('the model runtime is closed');

/** Child processes in which models run, started when they are needed. */
export class PredictPool {
  readonly #options: PredictPoolOptions;
  readonly #children = new Set<PoolChild>();
  /** Open runs; the first is served first and then goes to the end. */
  #runs: PredictRun[] = [];
  #nextId = 1;
  #disposed = false;

  constructor(options: PredictPoolOptions) {
    this.#options = options;
  }

  /** Slices that one run can have at work at the same time. */
  get capacity(): number {
    return this.#options.size * SLICES_PER_CHILD;
  }

  get childCount(): number {
    return this.#children.size;
  }

  /** Process ids of the children, for tests that kill one. */
  get childIds(): readonly number[] {
    return Array.from(this.#children, (child) => child.process.pid).filter((pid) => pid !== undefined);
  }

  /** A run of `modelPath` over many slices. `signal` kills the children that work for it. */
  openRun(modelPath: string, signal?: AbortSignal): PredictRun {
    const run = new PredictRun(
      modelPath,
      () => this.#schedule(),
      (closed, kill) => this.#closeRun(closed, kill),
      signal,
    );
    if (this.#disposed) run.fail(runtimeClosed());
    else this.#runs.push(run);
    return run;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const run of this.#runs) run.fail(runtimeClosed());
    const ended = Array.from(this.#children, (child) => child.process.ended);
    for (const child of this.#children) {
      // Their end is waited for.
      child.process.hold(true);
      child.process.kill();
    }
    await Promise.all(ended);
  }

  #schedule(): void {
    while (!this.#disposed) {
      const run = this.#runs.find((candidate) => candidate.hasPending && this.#hasRoomFor(candidate));
      if (run === undefined) return;
      this.#runs = [...this.#runs.filter((other) => other !== run), run];
      void this.#dispatch(this.#childFor(run) ?? this.#spawn(), run, run.takePending());
    }
  }

  #hasRoomFor(run: PredictRun): boolean {
    return this.#children.size < this.#options.size || this.#childFor(run) !== undefined;
  }

  /** Undefined: none has room, or a new one is better than a second slice for one at work. */
  #childFor(run: PredictRun): PoolChild | undefined {
    const children = [...this.#children];
    const idle = children.filter((child) => child.owner === undefined);
    if (idle.length > 0) return idle.find((child) => child.modelPath === run.modelPath) ?? idle[0];
    if (this.#children.size < this.#options.size) return undefined;
    const own = children.filter((child) => child.owner === run);
    const starving = this.#runs.some((other) => other.hasPending && children.every((child) => child.owner !== other));
    return own
      .filter((child) => child.tasks.size < SLICES_PER_CHILD)
      .filter((child) => !starving || (own.length === 1 && child.slicesForOwner < SLICES_BEFORE_YIELD))
      .sort((a, b) => a.tasks.size - b.tasks.size)[0];
  }

  #spawn(): PoolChild {
    const child: PoolChild = {
      process: new ForkedChild<PredictRequest, PredictReply>(
        new URL('./predict-child.ts', import.meta.url),
        { threadPoolSize: this.#options.decodeThreads },
        (reply) => this.#settle(child, reply),
        (exit) => this.#bury(child, exit),
      ),
      tasks: new Map(),
      owner: undefined,
      slicesForOwner: 0,
      modelPath: undefined,
      idleTimer: undefined,
    };
    const { sessionMemoryBytes, decodeThreads } = this.#options;
    const imageOptions = {
      ...this.#options.imageOptions,
      // While one file is read another is decoded.
      maxConcurrentDecodes: 2 * decodeThreads,
      maxDecodedBytes: MAX_DECODED_BYTES,
    };
    child.process.send({ kind: 'configure', options: { imageOptions, sessionMemoryBytes } });
    this.#children.add(child);
    return child;
  }

  async #dispatch(child: PoolChild, run: PredictRun, task: SliceTask): Promise<void> {
    const id = this.#nextId++;
    clearTimeout(child.idleTimer);
    child.process.hold(true);
    child.owner = run;
    child.slicesForOwner++;
    child.modelPath = run.modelPath;
    const work: Work = { task, timer: undefined };
    child.tasks.set(id, work);
    try {
      const slice = await task.build();
      // Meanwhile the run may have failed, or the child ended.
      if (child.tasks.get(id) !== work) return;
      if (run.closed) {
        this.#release(child, id);
        return;
      }
      work.timer = setTimeout(() => this.#timeOut(child, work), this.#options.sliceTimeoutMillis);
      child.process.send({ kind: 'predict', id, slice });
    } catch (error) {
      task.reject(error);
      this.#release(child, id);
    }
  }

  #timeOut(child: PoolChild, { task }: Work): void {
    task.reject(resourcesExceeded(`the model ran longer than ${this.#options.sliceTimeoutMillis / 1000} seconds`));
    this.#kill(child);
  }

  #settle(child: PoolChild, reply: PredictReply): void {
    const work = child.tasks.get(reply.id);
    if (work === undefined) return;
    if ('failure' in reply) work.task.reject(fromFailure(reply.failure));
    else work.task.resolve(reply.runs);
    this.#release(child, reply.id);
  }

  #release(child: PoolChild, id: number): void {
    clearTimeout(child.tasks.get(id)?.timer);
    child.tasks.delete(id);
    if (child.tasks.size === 0) {
      child.owner = undefined;
      child.slicesForOwner = 0;
      child.process.hold(false);
      child.idleTimer = setTimeout(() => this.#kill(child), this.#options.idleMillis).unref();
    }
    this.#schedule();
  }

  #kill(child: PoolChild): void {
    child.process.kill();
    this.#bury(child, { description: 'was stopped' });
  }

  #bury(child: PoolChild, exit: ChildExit): void {
    if (!this.#children.delete(child)) return;
    clearTimeout(child.idleTimer);
    for (const { task, timer } of child.tasks.values()) {
      clearTimeout(timer);
      task.reject(resourcesExceeded(`the process that runs the model ${exit.description}`));
    }
    child.tasks.clear();
    this.#schedule();
  }

  #closeRun(run: PredictRun, kill: boolean): void {
    this.#runs = this.#runs.filter((other) => other !== run);
    const own = () => Array.from(this.#children).filter((child) => child.owner === run);
    if (kill) for (const child of own()) this.#kill(child);
    else if (own().length > 0) {
      setTimeout(() => {
        for (const child of own()) this.#kill(child);
      }, ABANDONED_MILLIS).unref();
    }
    this.#schedule();
  }
}
