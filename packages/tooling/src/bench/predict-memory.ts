/**
 * Resident memory of the server and of its predict children while many images go through ML.PREDICT, a thousand a
 * query, and afterwards all of them in one query.
 *
 *   [IMAGES=30000] npm run bench -- predict-memory
 *
 * Linux only. Exit status 1: the memory of the second half lies above that of the first.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { invariant } from '@bqml-emulator/common';
import { startEmulator } from 'bqml-emulator';
import { median } from '../measure/median.ts';
import { FIXTURES, copyPictures } from '../measure/pictures.ts';
import { descendants } from '../measure/peak-memory.ts';

const MODEL = 'shapes_dynamic.onnx';
/** Of the 100 pictures: a query reads a thousand. */
const COPIES = 10;
const QUERY_IMAGES = 100 * COPIES;
/** Of one process: what garbage that is not collected yet, and free space between allocations, add at times. */
const TOLERANCE_BYTES = 16e6;
/**
 * For the server. Left alone, V8 doubles its space for young objects now and then, up to a hundred megabytes, which
 * looks like a leak and is none.
 */
const V8_OPTIONS = '--max-semi-space-size=16';

interface Sample {
  readonly server: number;
  /** All predict children together. */
  readonly children: number;
  readonly childCount: number;
}

export async function run(): Promise<void> {
  if (process.platform !== 'linux') {
    console.log('bench predict-memory skipped: it reads /proc');
    return;
  }
  const queries = Number(process.env['IMAGES'] ?? 30_000) / QUERY_IMAGES;
  invariant(
    Number.isInteger(queries) && queries >= 20,
    `IMAGES is a multiple of ${QUERY_IMAGES}, twenty times at least`,
  );
  process.env['NODE_OPTIONS'] = V8_OPTIONS;
  const bucket = mkdtempSync(path.join(tmpdir(), 'bench-predict-memory-'));
  try {
    copyPictures(bucket, COPIES);
    cpSync(path.join(FIXTURES, 'models', MODEL), path.join(bucket, MODEL));
    await measure(bucket, queries);
  } finally {
    rmSync(bucket, { recursive: true, force: true });
  }
}

async function measure(bucket: string, queries: number): Promise<void> {
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
    const samples: Sample[] = [];
    for (let query = 1; query <= queries; query++) {
      await predict(bigquery, 'bench.t', QUERY_IMAGES);
      samples.push(sample());
      print(`${query * QUERY_IMAGES} images`, samples.at(-1));
    }
    const many = `bench.t, UNNEST(GENERATE_ARRAY(1, ${queries}))`;
    await predict(bigquery, many, queries * QUERY_IMAGES);
    print('all again in one query', sample());
    judge(samples);
  } finally {
    await emulator.dispose();
  }
}

async function predict(bigquery: BigQuery, source: string, count: number): Promise<void> {
  const [rows] = await bigquery.query({
    query:
      'SELECT COUNT(*) AS images, COUNT(class_label) AS labels FROM ML.PREDICT(MODEL bench.m, ' +
      `(SELECT ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input FROM ${source}))`,
    useQueryCache: false,
  });
  const [row] = rows as { images: number; labels: number }[];
  invariant(row?.images === count && row.labels === count, 'every image has a label');
}

/** The server is this process's child, and the predict children are its children. */
function sample(): Sample {
  const processes = descendants();
  const [servers, children] = [
    processes.filter(({ parent }) => parent === process.pid),
    processes.filter(({ parent }) => parent !== process.pid),
  ];
  const sum = (some: typeof processes) => some.reduce((bytes, { residentBytes }) => bytes + residentBytes, 0);
  return { server: sum(servers), children: sum(children), childCount: children.length };
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

const print = (when: string, memory: Sample | undefined) =>
  console.log(`${when}: server ${megabytes(memory?.server ?? 0)}, children ${megabytes(memory?.children ?? 0)}`);

/** Without the first thousand, in which caches fill and processes start. */
function judge([, ...samples]: readonly Sample[]): void {
  const processes = { server: 1, children: samples.at(-1)?.childCount ?? 0 };
  const half = Math.floor(samples.length / 2);
  for (const part of ['server', 'children'] as const) {
    const before = median(samples.slice(0, half).map((memory) => memory[part]));
    const after = median(samples.slice(half).map((memory) => memory[part]));
    const flat = after <= before + TOLERANCE_BYTES * processes[part];
    console.log(
      `${part}: median ${megabytes(before)} in the first half, ${megabytes(after)} in the second: ` +
        (flat ? 'flat' : 'it grows'),
    );
    if (!flat) process.exitCode = 1;
  }
}
