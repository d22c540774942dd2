/** One process of the hand-written baseline; see `runBaseline`. */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createImageHost, decodeImage, renderInto, resizeImage } from '@bqml-emulator/tensor';
import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import type { BaselineReply, BaselineRequest } from '../ml-predict.ts';

interface PreparedBatch {
  readonly input: Float32Array<ArrayBuffer>;
  readonly rows: number;
}

/** The labels, and the buffer to use again. */
interface AnsweredBatch extends PreparedBatch {
  readonly labels: readonly number[];
}

if (isMainThread) {
  process.once('message', (request: BaselineRequest) => void serve(request));
} else {
  await runModel(workerData as BaselineRequest);
}

async function serve(request: BaselineRequest): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: request });
  const size = request.side * request.side * 3;
  const next = () => new Promise<AnsweredBatch>((resolve) => worker.once('message', resolve));
  const post = (batch: PreparedBatch) => worker.postMessage(batch, [batch.input.buffer]);
  const warm = next();
  post({ input: new Float32Array(request.batch * size), rows: request.batch });
  let spare = (await warm).input;
  process.once('message', () => void go());
  process.send?.('ready');

  async function go(): Promise<void> {
    const host = createImageHost({ maxConcurrentDecodes: 8 });
    const labels: number[] = [];
    let running: Promise<AnsweredBatch> | undefined;
    let input = new Float32Array(request.batch * size);
    for (let start = 0; start < request.files.length; start += request.batch) {
      const files = request.files.slice(start, start + request.batch);
      await Promise.all(
        files.map(({ path, size: bytes }, row) =>
          renderInto(
            resizeImage(decodeImage({ kind: 'file', path, size: bytes }), request.side, request.side, false),
            host,
            {
              array: input,
              offset: row * size,
              layout: 'NHWC',
              height: request.side,
              width: request.side,
              channels: 3,
            },
          ),
        ),
      );
      const answered = running === undefined ? undefined : await running;
      if (answered !== undefined) {
        labels.push(...answered.labels);
        spare = answered.input;
      }
      running = next();
      post({ input, rows: files.length });
      input = spare;
    }
    if (running !== undefined) labels.push(...(await running).labels);
    process.send?.({ labels } satisfies BaselineReply);
  }
}

async function runModel({ modelPath, side }: BaselineRequest): Promise<void> {
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
  parentPort?.on('message', ({ input, rows }: PreparedBatch) => {
    void (async () => {
      const labels: number[] = [];
      const step = fixed ? 1 : rows;
      for (let row = 0; row < rows; row += step) {
        const tensor = new Tensor('float32', input.subarray(row * size, (row + step) * size), [step, side, side, 3]);
        const output = (await session.run({ [inputName]: tensor }, [outputName]))[outputName];
        const values = (output?.data ?? []) as BigInt64Array | Float32Array;
        for (let i = 0; i < step; i++) labels.push(Number(values[(i * values.length) / step]));
      }
      parentPort?.postMessage({ input, rows, labels } satisfies AnsweredBatch, [input.buffer]);
    })();
  });
}
