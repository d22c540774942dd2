/** One process of `BaselinePool`. */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createImageHost, decodeImage, renderInto, resizeImage } from '@bqml-emulator/tensor';
import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import type { BaselineAnswer, BaselineRequest, BaselineSetup } from './predict-pool.ts';

interface PreparedBatch {
  readonly start: number;
  readonly rows: number;
  readonly input: Float32Array<ArrayBuffer>;
}

/** The labels, and the buffer to use again. */
interface AnsweredBatch {
  readonly start: number;
  readonly labels: readonly number[];
  readonly input: Float32Array<ArrayBuffer>;
}

/** One runs, the next is ready, another is decoded. */
const BATCHES = 3;

if (isMainThread) {
  process.once('message', (setup: BaselineSetup) => serve(setup));
} else {
  await runModel(workerData as BaselineSetup);
}

function serve({ batch, side, files, layout, ...setup }: BaselineSetup): void {
  const size = side * side * 3;
  const worker = new Worker(new URL(import.meta.url), { workerData: { batch, side, files, layout, ...setup } });
  const host = createImageHost({ maxConcurrentDecodes: 8, decodeLanes: 0 });
  const post = (prepared: PreparedBatch) => worker.postMessage(prepared, [prepared.input.buffer]);
  const ask = (request: BaselineRequest) => process.send?.(request);
  const buffers = Array.from({ length: BATCHES - 1 }, () => new Float32Array(batch * size));

  worker.once('message', ({ input }: AnsweredBatch) => {
    buffers.push(input);
    worker.on('message', ({ start, labels, input: free }: AnsweredBatch) => {
      buffers.push(free);
      ask({ done: { start, labels } });
    });
    process.on('message', (message: BaselineAnswer | 'go') => {
      if (message === 'go') for (let i = 0; i < BATCHES; i++) ask({});
      else if (message.start !== undefined) void prepare(message.start);
    });
    ask({});
  });
  post({ start: -1, rows: batch, input: new Float32Array(batch * size) });

  async function prepare(start: number): Promise<void> {
    const taken = files.slice(start, start + batch);
    const array = buffers.pop() ?? new Float32Array(batch * size);
    const slot = { array, layout: 'NHWC', height: side, width: side, channels: 3 } as const;
    await Promise.all(
      taken.map(({ path, size: bytes }, row) => {
        const image = resizeImage(decodeImage({ kind: 'file', path, size: bytes }), side, side, false);
        return renderInto(image, host, { ...slot, offset: row * size });
      }),
    );
    post({ start, rows: taken.length, input: layout === 'NHWC' ? array : planes(array, side * side) });
  }
}

/** Pixels of three channels as three planes, image by image. */
function planes(pixels: Float32Array<ArrayBuffer>, area: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(pixels.length);
  for (let from = 0, image = 0; image < pixels.length; image += 3 * area) {
    for (let to = image; to < image + area; to++, from += 3) {
      result[to] = pixels[from] ?? 0;
      result[to + area] = pixels[from + 1] ?? 0;
      result[to + 2 * area] = pixels[from + 2] ?? 0;
    }
  }
  return result;
}

async function runModel({ modelPath, side, layout }: BaselineSetup): Promise<void> {
  env.logLevel = 'error';
  const session = await InferenceSession.create(modelPath, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const [inputName = '', outputName = ''] = [session.inputNames[0], session.outputNames.at(-1)];
  const [declared] = session.inputMetadata;
  const fixed = declared?.isTensor === true && declared.shape[0] === 1;
  const size = side * side * 3;
  const image = layout === 'NHWC' ? [side, side, 3] : [3, side, side];
  let last = Promise.resolve();
  parentPort?.on('message', ({ start, input, rows }: PreparedBatch) => {
    last = last.then(async () => {
      const labels: number[] = [];
      const step = fixed ? 1 : rows;
      for (let row = 0; row < rows; row += step) {
        const tensor = new Tensor('float32', input.subarray(row * size, (row + step) * size), [step, ...image]);
        const output = (await session.run({ [inputName]: tensor }, [outputName]))[outputName];
        const values = (output?.data ?? []) as BigInt64Array | Float32Array;
        for (let i = 0; i < step; i++) labels.push(Number(values[(i * values.length) / step]));
      }
      parentPort?.postMessage({ start, input, labels } satisfies AnsweredBatch, [input.buffer]);
    });
  });
}
