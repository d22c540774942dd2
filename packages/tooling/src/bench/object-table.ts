/**
 * Object tables over many objects: the table made, counted by content type, filtered to a few images, and ML.PREDICT of
 * those, with the server's peak memory; then more images of the same table. The alternative is a bare walk of the same
 * folder in the same run, which reads each directory and the status of each file and keeps nothing.
 *
 *   npm run bench -- object-table
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { invariant } from '@bqml-emulator/common';
import { startEmulator } from 'bqml-emulator';
import { peakMemoryWhile } from '../measure/peak-memory.ts';

const OBJECT_COUNTS = [25_000, 50_000, 100_000];
const IMAGE_COUNTS = [10, 20, 40, 80];
const OBJECTS_IN_FOLDER = 1000;
const ROUNDS = 5;
const FIXTURES = path.join(import.meta.dirname, '../../fixtures');
const MODEL = 'shapes_dynamic.onnx';
/** What is no image: content types come from the extension. */
const OTHERS = ['json', 'txt', 'png', 'csv'];

export async function run(): Promise<void> {
  for (const objects of OBJECT_COUNTS) {
    const bucket = mkdtempSync(path.join(tmpdir(), 'bench-object-table-'));
    try {
      fillBucket(bucket, objects);
      await measure(bucket, objects);
    } finally {
      rmSync(bucket, { recursive: true, force: true });
    }
  }
}

const imageName = (index: number) => `image-${String(index).padStart(2, '0')}.jpg`;

/** As many objects as `objects`, of which the last of `IMAGE_COUNTS` are JPEG images, spread over the folders. */
function fillBucket(bucket: string, objects: number): void {
  const { images } = JSON.parse(readFileSync(path.join(FIXTURES, 'labels.json'), 'utf8')) as {
    images: readonly { readonly file: string }[];
  };
  const pictures = images.map(({ file }) => file).filter((file) => file.endsWith('.jpg'));
  const wanted = Math.max(...IMAGE_COUNTS);
  const folders = objects / OBJECTS_IN_FOLDER;
  for (let folder = 0; folder < folders; folder++) {
    const directory = path.join(bucket, 'data', `folder-${String(folder).padStart(4, '0')}`);
    mkdirSync(directory, { recursive: true });
    const chosen = Array.from({ length: wanted }, (_, i) => i).filter((i) => i % folders === folder);
    for (const i of chosen) {
      cpSync(path.join(FIXTURES, pictures[i % pictures.length] ?? ''), path.join(directory, imageName(i)));
    }
    for (let i = chosen.length; i < OBJECTS_IN_FOLDER; i++) {
      writeFileSync(path.join(directory, `object-${i}.${OTHERS[i % OTHERS.length]}`), `object ${i}`);
    }
  }
  cpSync(path.join(FIXTURES, 'models', MODEL), path.join(bucket, MODEL));
}

async function measure(bucket: string, objects: number): Promise<void> {
  const emulator = await startEmulator({ projectId: 'bench', buckets: { pictures: bucket } });
  try {
    const bigquery = new BigQuery({ projectId: emulator.projectId, apiEndpoint: emulator.url });
    await bigquery.query('CREATE SCHEMA bench');
    await bigquery.query(`CREATE MODEL bench.m OPTIONS (MODEL_TYPE = 'ONNX', MODEL_PATH = 'gs://pictures/${MODEL}')`);
    const { result, peakBytes } = await peakMemoryWhile(() => statements(bigquery, bucket, objects));
    const peak = peakBytes === undefined ? 'not measured on this system' : `${(peakBytes / 1e6).toFixed(0)} MB`;
    console.log(`${objects} objects, peak memory of the largest process ${peak}`);
    for (const [name, millis] of Object.entries(result)) {
      const [first = 0] = millis;
      const middle = median(millis);
      console.log(
        `  ${name.padEnd(34)} first ${first.toFixed(0).padStart(6)} ms, median ${middle.toFixed(0).padStart(6)} ms, ` +
          `${((middle * 1000) / objects).toFixed(2).padStart(6)} us an object`,
      );
    }
  } finally {
    await emulator.dispose();
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

type Times = Readonly<Record<string, readonly number[]>>;

/** Milliseconds of each step, in the order of the rounds. */
async function statements(bigquery: BigQuery, bucket: string, objects: number): Promise<Times> {
  const rows = async (query: string) =>
    (await bigquery.query({ query, useQueryCache: false }))[0] as readonly Record<string, unknown>[];
  const times: Record<string, number[]> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    (times[name] ??= []).push(performance.now() - start);
    return result;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const walked = await timed('bare walk', () => walk(path.join(bucket, 'data')));
    invariant(walked === objects, 'the walk finds every file');
    await timed('CREATE EXTERNAL TABLE', () =>
      rows(
        'CREATE OR REPLACE EXTERNAL TABLE bench.t WITH CONNECTION `us.c` ' +
          "OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://pictures/data/*'])",
      ),
    );
    const counts = await timed('count by content type', () =>
      rows('SELECT content_type, COUNT(*) AS n FROM bench.t GROUP BY content_type'),
    );
    const total = counts.reduce((sum, row) => sum + Number(row['n']), 0);
    invariant(total === objects && counts.length === OTHERS.length + 1, 'every object is counted');
    const [few = 0] = IMAGE_COUNTS;
    const chosen = await timed(`filter to ${few}`, () => rows(`SELECT uri FROM bench.t WHERE ${isImage(few)}`));
    invariant(chosen.length === few, 'the filter finds the images');
    for (const count of IMAGE_COUNTS) {
      const predicted = await timed(`ML.PREDICT on ${count}`, () => rows(prediction(count)));
      invariant(predicted.length === count, 'every image is predicted');
    }
  }
  return times;
}

const isImage = (count: number) =>
  `content_type = 'image/jpeg' AND REGEXP_EXTRACT(uri, '[^/]+$') < '${imageName(count)}'`;

const prediction = (count: number) =>
  'SELECT uri, class_label FROM ML.PREDICT(MODEL bench.m, ' +
  `(SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input FROM bench.t WHERE ${isImage(count)}))`;

/** Files below a folder: one `readdir` of each folder, and one `stat` of each file, of a folder at the same time. */
async function walk(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = await Promise.all(
    entries.filter((entry) => !entry.isDirectory()).map((entry) => stat(path.join(folder, entry.name))),
  );
  let files = below.filter((stats) => stats.isFile()).length;
  for (const entry of entries) if (entry.isDirectory()) files += await walk(path.join(folder, entry.name));
  return files;
}
