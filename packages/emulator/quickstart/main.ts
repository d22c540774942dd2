/**
 * From nothing to classified images: starts an emulator over a temporary data directory, fills a bucket, runs the
 * statements of BigQuery's ONNX tutorial with `@google-cloud/bigquery`, and compares every label with the one that the
 * training framework gave the same file. Exit status 1 when one differs.
 * https://cloud.google.com/bigquery/docs/making-predictions-with-pytorch-models-in-onnx-format
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
  console.log(`A bucket with ${images.length} images and an ONNX model: gs://bqml_images`);
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
    "CREATE EXTERNAL TABLE `bqml_tutorial.image_table`\nWITH CONNECTION `us.bqml_tutorial`\nOPTIONS(\nobject_metadata = 'SIMPLE',\nuris = ['gs://bqml_images/images/*'],\nmax_staleness = INTERVAL 1 DAY,\nmetadata_cache_mode = 'AUTOMATIC');",
  ]) {
    console.log(`${sql}\n`);
    await bigquery.query({ query: sql });
  }
  const predict = `SELECT
  uri, class_label
FROM
  ML.PREDICT(MODEL bqml_tutorial.imported_onnx_model,
    (
    SELECT
      uri,
      ML.RESIZE_IMAGE(ML.DECODE_IMAGE(DATA),
        224,
        224,
        FALSE) AS input
    FROM
      bqml_tutorial.image_table
    WHERE
      uri IN UNNEST(@uris)))`;
  console.log(`${predict}\n`);

  const predicted = new Map<string, string>();
  const bar = new ProgressBar(images.length, process.stderr);
  const started = performance.now();
  for (let i = 0; i < images.length; i += QUERY_SIZE) {
    const uris = images.slice(i, i + QUERY_SIZE).map(uriOf);
    const [rows] = await bigquery.query({ query: predict, params: { uris } });
    for (const row of rows as readonly { uri: string; class_label: number }[]) {
      predicted.set(row.uri, labels.classes[row.class_label] ?? `class ${row.class_label}`);
    }
    bar.advance(uris.length);
  }
  const seconds = (performance.now() - started) / 1000;
  bar.finish();
  report(predicted, seconds);
}

function report(predicted: ReadonlyMap<string, string>, seconds: number): void {
  const width = Math.max(...images.map((image) => uriOf(image).length));
  const line = (...cells: readonly [string, string, string, string]) =>
    console.log(`${cells[0].padEnd(width)}  ${cells[1].padEnd(11)}  ${cells[2].padEnd(11)}  ${cells[3]}`);
  line('uri', 'predicted', 'framework', 'true class');
  let differing = 0;
  let right = 0;
  for (const image of images) {
    const label = predicted.get(uriOf(image)) ?? 'no row';
    if (label !== image.frameworkClass) differing++;
    if (label === image.trueClass) right++;
    line(uriOf(image), label, image.frameworkClass, image.trueClass);
  }
  const rate = (images.length / seconds).toFixed(1);
  console.log(`\n${images.length} images in ${seconds.toFixed(2)} s, ${rate} images per second`);
  console.log(
    `${images.length - differing} of ${images.length} labels equal ${labels.framework}'s; ${right} are the true class`,
  );
  if (differing > 0) process.exitCode = 1;
}
