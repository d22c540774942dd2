/**
 * Images per second of ML.PREDICT on imported SavedModels of the size that people use, against two ONNX files in a
 * hand-written pool: the one that the SavedModel was converted to, and the same weights with the channels second, as
 * another framework writes them; how long the import takes, and the memory that it needs.
 *
 *   [MODELS_DIR=DIRECTORY] npm run bench -- models
 *
 * DIRECTORY is what `fixtures/make_savedmodels.py --applications MobileNetV2 ResNet50` writes. Without it the script is
 * run, for which Python needs TensorFlow and onnx.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { invariant } from '@bqml-emulator/common';
import { startEmulator } from 'bqml-emulator';
import { median } from '../measure/median.ts';
import { peakMemoryWhile } from '../measure/peak-memory.ts';
import { FIXTURES, copyPictures } from '../measure/pictures.ts';
import { BaselinePool } from './baseline/predict-pool.ts';
import type { Labelled } from './baseline/predict-pool.ts';

const ROUNDS = 5;
const BATCH = 8;
/** What the emulator takes by itself. */
const PROCESSES = Math.max(2, availableParallelism() - 1);
/** `side` is the model's height and width, `copies` how often the 100 pictures are there. */
const NETWORKS = [
  { name: 'MobileNetV2', side: 128, copies: 10 },
  { name: 'ResNet50', side: 160, copies: 2 },
] as const;
type Network = (typeof NETWORKS)[number];

export async function run(): Promise<void> {
  const work = mkdtempSync(path.join(tmpdir(), 'bench-models-'));
  try {
    const models = process.env['MODELS_DIR'] ?? makeModels(work);
    if (models === undefined) {
      console.log('bench models skipped: no MODELS_DIR, and python3 has no TensorFlow to make the models with');
      return;
    }
    for (const network of NETWORKS) await compare(network, models, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Undefined where TensorFlow is not at hand. */
function makeModels(work: string): string | undefined {
  if (spawnSync('python3', ['-c', 'import tensorflow, keras, onnx'], { stdio: 'ignore' }).status !== 0)
    return undefined;
  const script = path.join(FIXTURES, 'make_savedmodels.py');
  const names = NETWORKS.map(({ name }) => name);
  const made = spawnSync('python3', [script, '--out', work, '--applications', ...names], { stdio: 'inherit' });
  invariant(made.status === 0, 'the script makes the models');
  return work;
}

async function compare(network: Network, models: string, work: string): Promise<void> {
  const bucket = path.join(work, `bucket-${network.name}`);
  const data = path.join(work, `data-${network.name}`);
  const names = copyPictures(bucket, network.copies);
  cpSync(path.join(models, 'savedmodel_applications', network.name), path.join(bucket, 'model'), { recursive: true });
  const emulator = await startEmulator({ projectId: 'bench', buckets: { pictures: bucket }, dataDirectory: data });
  const pools: BaselinePool[] = [];
  try {
    const bigquery = new BigQuery({ projectId: emulator.projectId, apiEndpoint: emulator.url });
    await bigquery.query('CREATE SCHEMA bench');
    await importModel(bigquery, network, path.join(bucket, 'model'));
    await bigquery.query(
      "CREATE EXTERNAL TABLE bench.t WITH CONNECTION `us.c` OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://pictures/images/*'])",
    );
    const predict = await predictionOf(bigquery, network, names);
    const files = names.map((name) => ({
      path: path.join(bucket, name),
      size: statSync(path.join(bucket, name)).size,
    }));
    const [onnx = ''] = globSync('models/*/model.onnx', { cwd: data });
    const startPool = async (modelPath: string, layout: 'NHWC' | 'NCHW') => {
      const pool = await BaselinePool.start({ modelPath, files, batch: BATCH, side: network.side, layout }, PROCESSES);
      pools.push(pool);
      return pool;
    };
    const converted = await startPool(path.join(data, onnx), 'NHWC');
    const twin = await startPool(path.join(models, 'onnx_applications', `${network.name}.onnx`), 'NCHW');
    // The children start and load the model.
    await predict();
    await report(network.name, [predict, () => converted.run(), () => twin.run()]);
  } finally {
    for (const pool of pools) pool.dispose();
    await emulator.dispose();
  }
}

/** The contestants take turns, each round in another order: whatever else runs on the machine hits all of them. */
async function report(name: string, contestants: readonly (() => Promise<Labelled>)[]): Promise<void> {
  const ratios: [converted: number, twin: number][] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const runs: Labelled[] = [];
    for (let turn = 0; turn < contestants.length; turn++) {
      const place = (round + turn) % contestants.length;
      const contestant = contestants[place];
      invariant(contestant, 'the place is one of them');
      runs[place] = await contestant();
    }
    const [sql, converted, twin] = runs;
    invariant(sql && converted && twin, 'all three ran');
    invariant(areEqual(sql, converted) && areEqual(sql, twin), 'all give the same values');
    ratios.push([sql.imagesPerSecond / converted.imagesPerSecond, sql.imagesPerSecond / twin.imagesPerSecond]);
    const speeds = runs.map(({ imagesPerSecond }) => imagesPerSecond.toFixed(1));
    console.log(
      `${name} round ${round}, images/s: SQL ${speeds[0]}, conversion by hand ${speeds[1]}, ` +
        `channels second by hand ${speeds[2]}; load ${loadavg()[0]?.toFixed(1)}`,
    );
  }
  console.log(
    `${name} median ratio of SQL to the conversion by hand ${median(ratios.map(([ratio]) => ratio)).toFixed(3)}, ` +
      `to channels second by hand ${median(ratios.map(([, ratio]) => ratio)).toFixed(3)}`,
  );
}

const areEqual = (a: Labelled, b: Labelled): boolean =>
  a.labels.every((value, i) => Math.abs(value - (b.labels[i] ?? NaN)) <= 1e-4 * Math.max(1, Math.abs(value)));

async function importModel(bigquery: BigQuery, { name }: Network, folder: string): Promise<void> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + statSync(path.join(file.parentPath, file.name)).size, 0);
  const start = performance.now();
  const { peakBytes } = await peakMemoryWhile(() =>
    bigquery.query("CREATE MODEL bench.m OPTIONS (MODEL_TYPE = 'TENSORFLOW', MODEL_PATH = 'gs://pictures/model/*')"),
  );
  const seconds = (performance.now() - start) / 1000;
  const peak = peakBytes === undefined ? 'not measured on this system' : `${(peakBytes / 1e6).toFixed(0)} MB`;
  console.log(
    `${name}: SavedModel of ${(bytes / 1e6).toFixed(0)} MB imported in ${seconds.toFixed(1)} s, ` +
      `peak memory of the largest process ${peak}`,
  );
}

/** Runs the model over all pictures; the values are each picture's first output. */
async function predictionOf(
  bigquery: BigQuery,
  { side }: Network,
  names: readonly string[],
): Promise<() => Promise<Labelled>> {
  const [model] = await bigquery.dataset('bench').model('m').getMetadata();
  const [input, output] = [model.featureColumns, model.labelColumns].map((columns) => columns[0].name as string);
  const query =
    `SELECT uri, \`${output}\`[OFFSET(0)] AS value FROM ML.PREDICT(MODEL bench.m, (SELECT uri, ` +
    `ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), ${side}, ${side}, FALSE) AS \`${input}\` FROM bench.t))`;
  return async () => {
    const start = performance.now();
    const [rows] = await bigquery.query({ query, useQueryCache: false });
    const seconds = (performance.now() - start) / 1000;
    const values = new Map((rows as { uri: string; value: number }[]).map((row) => [row.uri, row.value]));
    return {
      imagesPerSecond: rows.length / seconds,
      labels: names.map((name) => values.get(`gs://pictures/${name}`) ?? NaN),
    };
  };
}
