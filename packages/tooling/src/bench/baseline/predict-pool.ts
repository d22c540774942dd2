import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** What a baseline process is told first. */
export interface BaselineSetup {
  readonly modelPath: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly batch: number;
  /** Height and width of the model's input. */
  readonly side: number;
  readonly layout: 'NHWC' | 'NCHW';
}

/** A process asks for work: it has room for one batch more. The values of batches that are done come with it. */
export interface BaselineRequest {
  readonly done?: BaselineBatch;
}

/** `start`: the first file of a batch. */
export interface BaselineBatch {
  readonly start: number;
  /** The first value of each row of the last output, which is the label where that is the output. */
  readonly labels: readonly number[];
}

/** The first file of the next batch; undefined: there is none, in this run. */
export interface BaselineAnswer {
  readonly start: number | undefined;
}

export interface Labelled {
  readonly imagesPerSecond: number;
  /** In the order of the images. */
  readonly labels: readonly number[];
}

/**
 * The work of ML.PREDICT over files written by hand: processes that take the next batch of files each, decode and
 * resize with the emulator's kernel into buffers that change places, and run the model on a thread of their own. No
 * SQL, no queue, no cancellation.
 */
export class BaselinePool {
  readonly #setup: BaselineSetup;
  readonly #children: readonly ChildProcess[];

  private constructor(setup: BaselineSetup, children: readonly ChildProcess[]) {
    this.#setup = setup;
    this.#children = children;
  }

  /** Resolves when every process has loaded the model and run it once. */
  static async start(setup: BaselineSetup, processes: number): Promise<BaselinePool> {
    const children = Array.from({ length: processes }, () =>
      fork(new URL('./predict-child.ts', import.meta.url), {
        serialization: 'advanced',
        execArgv: ['--disable-warning=ExperimentalWarning'],
        env: { UV_THREADPOOL_SIZE: '4' },
      }),
    );
    const pool = new BaselinePool(setup, children);
    await Promise.all(
      children.map((child) => {
        const ready = Promise.withResolvers<void>();
        child.once('message', () => ready.resolve());
        child.once('exit', (code, signal) => ready.reject(new Error(`a baseline process ended: ${signal ?? code}`)));
        child.send(setup);
        return ready.promise;
      }),
    );
    return pool;
  }

  /** Every file once. */
  async run(): Promise<Labelled> {
    const { files, batch } = this.#setup;
    const labels = Array<number>(files.length).fill(NaN);
    let next = 0;
    let missing = files.length;
    const { promise, resolve } = Promise.withResolvers<void>();
    const start = performance.now();
    for (const child of this.#children) {
      child.removeAllListeners('message');
      child.on('message', ({ done }: BaselineRequest) => {
        done?.labels.forEach((label, row) => {
          labels[done.start + row] = label;
          missing--;
        });
        if (missing === 0) resolve();
        child.send({ start: next < files.length ? next : undefined } satisfies BaselineAnswer);
        next += batch;
      });
      child.send('go');
    }
    await promise;
    return { imagesPerSecond: files.length / ((performance.now() - start) / 1000), labels };
  }

  dispose(): void {
    for (const child of this.#children) {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    }
  }
}
