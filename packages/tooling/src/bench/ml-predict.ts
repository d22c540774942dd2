/**
 * Images per second of ML.PREDICT over an object table, through the official client and HTTP, against the same work
 * written by hand in the same run: the same decoder, model file, number of processes and batch.
 *
 *   npm run bench -- ml-predict
 */
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { invariant } from '@bqml-emulator/common';
import { startEmulator } from 'bqml-emulator';
import { median } from '../measure/median.ts';
import { FIXTURES, copyPictures } from '../measure/pictures.ts';
import { BaselinePool } from './baseline/predict-pool.ts';
import type { Labelled } from './baseline/predict-pool.ts';

/** Short rounds in pairs: whatever else runs on the machine hits both sides of a pair. */
const COPIES = 10;
const ROUNDS = 15;
const BATCH = 8;
/** What the emulator takes by itself. */
const PROCESSES = Math.max(2, availableParallelism() - 1);
const MODEL = 'shapes_dynamic.onnx';

export async function run(): Promise<void> {
  const bucket = mkdtempSync(path.join(tmpdir(), 'bench-ml-predict-'));
  try {
    const names = copyPictures(bucket, COPIES);
    cpSync(path.join(FIXTURES, 'models', MODEL), path.join(bucket, MODEL));
    await compare(bucket, names);
  } finally {
    rmSync(bucket, { recursive: true, force: true });
  }
}

async function compare(bucket: string, names: readonly string[]): Promise<void> {
  const files = names.map((name) => ({ path: path.join(bucket, name), size: statSync(path.join(bucket, name)).size }));
  console.log(`${names.length} images, ${PROCESSES} processes, batch ${BATCH}`);
  const emulator = await startEmulator({ projectId: 'bench', buckets: { pictures: bucket } });
  const setup = { modelPath: path.join(bucket, MODEL), files, batch: BATCH, side: 224, layout: 'NHWC' } as const;
  const baseline = await BaselinePool.start(setup, PROCESSES);
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
      const before = round % 2 === 0 ? await baseline.run() : undefined;
      const sql = await runSql(bigquery, names);
      const byHand = before ?? (await baseline.run());
      invariant(String(sql.labels) === String(byHand.labels), 'both sides give the same labels');
      ratios.push(sql.imagesPerSecond / byHand.imagesPerSecond);
      console.log(
        `round ${round}: SQL ${sql.imagesPerSecond.toFixed(0)} images/s, by hand ${byHand.imagesPerSecond.toFixed(0)} ` +
          `images/s, ratio ${ratios.at(-1)?.toFixed(3)}, load ${loadavg()[0]?.toFixed(1)}`,
      );
    }
    console.log(`median ratio ${median(ratios).toFixed(3)}`);
  } finally {
    baseline.dispose();
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
