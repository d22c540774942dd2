/**
 * From nothing to classified images: starts an emulator over a temporary data directory, fills a bucket, runs the
 * statements of BigQuery's ONNX tutorial with `@google-cloud/bigquery`, then the same network as a SavedModel, and
 * compares every label with the one that the training framework gave the same file. Exit status 1 when one differs.
 * https://cloud.google.com/bigquery/docs/making-predictions-with-pytorch-models-in-onnx-format
 * https://cloud.google.com/bigquery/docs/inference-tutorial-resnet
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { startEmulator } from 'bqml-emulator';
import { clientVariables } from '../src/commands/env.ts';
import { processEnvironment } from '../src/options.ts';
import { ProgressBar } from './progress-bar.ts';
import { sample } from './sample.ts';

interface LabelledImage {
  readonly file: string;
  readonly trueClass: string;
  readonly frameworkClass: string;
}

interface Labels {
  readonly classes: readonly string[];
  readonly framework: string;
  readonly images: readonly LabelledImage[];
}

const SAMPLE_SIZE = 48;
const SAMPLE_SEED = 20260101;
/** Images in one query; the progress bar moves once a query. */
const QUERY_SIZE = 12;

const fixtures = path.join(import.meta.dirname, '../../tooling/fixtures');
const labels = JSON.parse(readFileSync(path.join(fixtures, 'labels.json'), 'utf8')) as Labels;
const images = sample(labels.images, SAMPLE_SIZE, SAMPLE_SEED);

const work = mkdtempSync(path.join(os.tmpdir(), 'bqml-quickstart-'));
const bucket = path.join(work, 'bqml_images');
const uriOf = (image: LabelledImage) => `gs://bqml_images/${image.file}`;

try {
  mkdirSync(bucket);
  for (const image of images) cpSync(path.join(fixtures, image.file), path.join(bucket, image.file));
  cpSync(path.join(fixtures, 'models/shapes_dynamic.onnx'), path.join(bucket, 'models/shapes.onnx'));
  cpSync(path.join(fixtures, 'models/shapes_savedmodel'), path.join(bucket, 'models/savedmodel'), { recursive: true });
  console.log(`A bucket with ${images.length} images, an ONNX model and a SavedModel: gs://bqml_images`);
  const emulator = await startEmulator({ projectId: 'quickstart', buckets: { bqml_images: bucket } });
  try {
    console.log(`An emulator of BigQuery: ${emulator.url}\n`);
    // Read by the client when it is made; `bqml-emulator env` prints the same for a shell.
    Object.assign(processEnvironment, clientVariables('127.0.0.1', emulator.port, emulator.projectId));
    await run(new BigQuery());
  } finally {
    await emulator.dispose();
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function run(bigquery: BigQuery): Promise<void> {
  for (const sql of [
    'CREATE SCHEMA bqml_tutorial',
    "CREATE OR REPLACE MODEL `bqml_tutorial.imported_onnx_model`\n OPTIONS (MODEL_TYPE='ONNX',\n  MODEL_PATH='gs://bqml_images/models/shapes.onnx')",
    "CREATE OR REPLACE MODEL `bqml_tutorial.imported_tensorflow_model`\n OPTIONS (MODEL_TYPE='TENSORFLOW',\n  MODEL_PATH='gs://bqml_images/models/savedmodel/*')",
    "CREATE EXTERNAL TABLE `bqml_tutorial.image_table`\nWITH CONNECTION `us.bqml_tutorial`\nOPTIONS(\nobject_metadata = 'SIMPLE',\nuris = ['gs://bqml_images/images/*'],\nmax_staleness = INTERVAL 1 DAY,\nmetadata_cache_mode = 'AUTOMATIC');",
  ]) {
    console.log(`${sql}\n`);
    await bigquery.query({ query: sql });
  }
  const onnx = await predict(bigquery, 'class_label', 'imported_onnx_model', 'input');
  const argMax =
    '(SELECT label FROM UNNEST(activation_49) AS p WITH OFFSET AS label ORDER BY p DESC LIMIT 1) AS class_label';
  const savedModel = await predict(bigquery, argMax, 'imported_tensorflow_model', 'input_1');
  report(onnx, savedModel);
}

interface Prediction {
  readonly classOfUri: ReadonlyMap<string, string>;
  readonly seconds: number;
}

async function predict(bigquery: BigQuery, label: string, model: string, input: string): Promise<Prediction> {
  const sql = `SELECT
  uri, ${label}
FROM
  ML.PREDICT(MODEL bqml_tutorial.${model},
    (
    SELECT
      uri,
      ML.RESIZE_IMAGE(ML.DECODE_IMAGE(DATA),
        224,
        224,
        FALSE) AS ${input}
    FROM
      bqml_tutorial.image_table
    WHERE
      uri IN UNNEST(@uris)))`;
  console.log(`${sql}\n`);
  const classOfUri = new Map<string, string>();
  const bar = new ProgressBar(images.length, process.stderr);
  const started = performance.now();
  for (let i = 0; i < images.length; i += QUERY_SIZE) {
    const uris = images.slice(i, i + QUERY_SIZE).map(uriOf);
    const [rows] = await bigquery.query({ query: sql, params: { uris } });
    for (const row of rows as readonly { uri: string; class_label: number }[]) {
      classOfUri.set(row.uri, labels.classes[row.class_label] ?? `class ${row.class_label}`);
    }
    bar.advance(uris.length);
  }
  bar.finish();
  return { classOfUri, seconds: (performance.now() - started) / 1000 };
}

function report(onnx: Prediction, savedModel: Prediction): void {
  const width = Math.max(...images.map((image) => uriOf(image).length));
  const line = (uri: string, ...cells: readonly string[]) =>
    console.log([uri.padEnd(width), ...cells.map((cell) => cell.padEnd(10))].join('  ').trimEnd());
  line('uri', 'ONNX', 'SavedModel', 'framework', 'true class');
  let differing = 0;
  let right = 0;
  for (const image of images) {
    const uri = uriOf(image);
    const predicted = [onnx, savedModel].map(({ classOfUri }) => classOfUri.get(uri) ?? 'no row');
    if (predicted.some((name) => name !== image.frameworkClass)) differing++;
    if (predicted.every((name) => name === image.trueClass)) right++;
    line(uri, ...predicted, image.frameworkClass, image.trueClass);
  }
  console.log();
  for (const [name, { seconds }] of [
    ['ONNX', onnx],
    ['SavedModel', savedModel],
  ] as const) {
    const rate = (images.length / seconds).toFixed(1);
    console.log(`${name}: ${images.length} images in ${seconds.toFixed(2)} s, ${rate} images per second`);
  }
  console.log(
    `${images.length - differing} of ${images.length} labels equal ${labels.framework}'s; ${right} are the true class`,
  );
  if (differing > 0) process.exitCode = 1;
}
