/**
 * Images per second of ML.PREDICT over an object table, through the official client and HTTP, against the same work
 * written by hand in the same run: the same decoder, model file, number of processes and batch.
 *
 *   npm run bench -- ml-predict
 */
import { fork } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { invariant } from '@bqml-emulator/common';
import { startEmulator } from 'bqml-emulator';

/** Short rounds in pairs: whatever else runs on the machine hits both sides of a pair. */
const COPIES = 10;
const ROUNDS = 15;
const BATCH = 8;
/** What the emulator takes by itself. */
const PROCESSES = Math.max(2, availableParallelism() - 1);
const MODEL = 'shapes_dynamic.onnx';

/** Work for one baseline process. */
export interface BaselineRequest {
  readonly modelPath: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly batch: number;
  /** Height and width of the model's input. */
  readonly side: number;
}

/** The first value of each row of the last output, which is the label where that is the output; in the order of the files. */
export interface BaselineReply {
  readonly labels: readonly number[];
}

interface Labelled {
  readonly imagesPerSecond: number;
  /** In the order of the images. */
  readonly labels: readonly number[];
}

export async function run(): Promise<void> {
  const fixtures = path.join(import.meta.dirname, '../../fixtures');
  const bucket = mkdtempSync(path.join(tmpdir(), 'bench-ml-predict-'));
  try {
    const { images } = JSON.parse(readFileSync(path.join(fixtures, 'labels.json'), 'utf8')) as {
      images: readonly { readonly file: string }[];
    };
    const names = Array.from({ length: COPIES }, (_, copy) =>
      images.map(({ file }) => `images/${copy}/${file.replaceAll('/', '-')}`),
    ).flat();
    names.forEach((name, index) =>
      cpSync(path.join(fixtures, images[index % images.length]?.file ?? ''), path.join(bucket, name)),
    );
    cpSync(path.join(fixtures, 'models', MODEL), path.join(bucket, MODEL));
    await compare(bucket, names);
  } finally {
    rmSync(bucket, { recursive: true, force: true });
  }
}

async function compare(bucket: string, names: readonly string[]): Promise<void> {
  const files = names.map((name) => ({ path: path.join(bucket, name), size: statSync(path.join(bucket, name)).size }));
  console.log(`${names.length} images, ${PROCESSES} processes, batch ${BATCH}`);
  const emulator = await startEmulator({ projectId: 'bench', buckets: { pictures: bucket } });
  try {
    const bigquery = new BigQuery({ projectId: emulator.projectId, apiEndpoint: emulator.url });
    for (const statement of [
      'CREATE SCHEMA bench',
      `CREATE MODEL bench.m OPTIONS (MODEL_TYPE = 'ONNX', MODEL_PATH = 'gs://pictures/${MODEL}')`,
      "CREATE EXTERNAL TABLE bench.t WITH CONNECTION `us.c` OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://pictures/images/*'])",
    ]) {
      await bigquery.query(statement);
    }
    // The children start and load the model.
    await runSql(bigquery, names);
    const ratios: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const baseline = () => runBaseline(files, path.join(bucket, MODEL), PROCESSES, BATCH);
      const before = round % 2 === 0 ? await baseline() : undefined;
      const sql = await runSql(bigquery, names);
      const byHand = before ?? (await baseline());
      invariant(String(sql.labels) === String(byHand.labels), 'both sides give the same labels');
      ratios.push(sql.imagesPerSecond / byHand.imagesPerSecond);
      console.log(
        `round ${round}: SQL ${sql.imagesPerSecond.toFixed(0)} images/s, by hand ${byHand.imagesPerSecond.toFixed(0)} ` +
          `images/s, ratio ${ratios.at(-1)?.toFixed(3)}, load ${loadavg()[0]?.toFixed(1)}`,
      );
    }
    console.log(`median ratio ${ratios.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]?.toFixed(3)}`);
  } finally {
    await emulator.dispose();
  }
}

interface PredictedRow {
  readonly uri: string;
  readonly class_label: number;
}

async function runSql(bigquery: BigQuery, names: readonly string[]): Promise<Labelled> {
  const start = performance.now();
  const [rows] = await bigquery.query({
    query:
      'SELECT uri, class_label FROM ML.PREDICT(MODEL bench.m, ' +
      '(SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input FROM bench.t))',
    useQueryCache: false,
  });
  const seconds = (performance.now() - start) / 1000;
  const labels = new Map((rows as readonly PredictedRow[]).map((row) => [row.uri, row.class_label]));
  return {
    imagesPerSecond: rows.length / seconds,
    labels: names.map((name) => labels.get(`gs://pictures/${name}`) ?? -1),
  };
}

/**
 * Processes that each own every n-th file, decode and resize with the same kernel into two batches that change places,
 * and run the model on a thread of its own. No SQL, no queue, no cancellation. The clock runs from the moment at which
 * every process has loaded the model and run it once.
 */
export async function runBaseline(
  images: BaselineRequest['files'],
  modelPath: string,
  processes: number,
  batch: number,
  side = 224,
): Promise<Labelled> {
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
    for (const child of children) {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    }
  }
}
