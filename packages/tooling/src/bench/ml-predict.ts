import { fork } from 'node:child_process';

/** Work for one baseline process. */
export interface BaselineRequest {
  readonly modelPath: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly batch: number;
  /** Height and width of the model's input. */
  readonly side: number;
}

/** The labels in the order of the files, and the time from the first file to the last label. */
export interface BaselineReply {
  readonly labels: readonly number[];
}

export interface BaselineResult {
  readonly imagesPerSecond: number;
  /** In the order of the images. */
  readonly labels: readonly number[];
}

/**
 * The work of `SELECT class_label FROM ML.PREDICT(MODEL m, (SELECT ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), side, side,
 * FALSE) AS input FROM t))` written by hand: processes that each own every n-th file, decode and resize with the same
 * kernel into two batches that change places, and run the model on a thread of its own. No SQL, no queue, no
 * cancellation, no order to keep. The clock runs from the moment at which every process has loaded the model and run it
 * once.
 */
export async function runBaseline(
  images: BaselineRequest['files'],
  modelPath: string,
  processes: number,
  batch: number,
  side = 224,
): Promise<BaselineResult> {
  const children = Array.from({ length: processes }, () =>
    fork(new URL('./baseline/predict-child.ts', import.meta.url), {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { UV_THREADPOOL_SIZE: '4' },
    }),
  );
  try {
    const answer = (child: (typeof children)[number]) =>
      new Promise<unknown>((resolve, reject) => {
        child.once('message', resolve);
        child.once('exit', (code, signal) => reject(new Error(`a baseline process ended: ${signal ?? code}`)));
      });
    const ready = children.map(answer);
    children.forEach((child, index) => {
      const files = images.filter((_, i) => i % processes === index);
      child.send({ modelPath, files, batch, side } satisfies BaselineRequest);
    });
    await Promise.all(ready);
    const start = performance.now();
    const replies = children.map(answer);
    for (const child of children) child.send('go');
    const parts = (await Promise.all(replies)) as BaselineReply[];
    const seconds = (performance.now() - start) / 1000;
    const labels = images.map((_, i) => parts[i % processes]?.labels[Math.floor(i / processes)] ?? -1);
    return { imagesPerSecond: images.length / seconds, labels };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}
