/** Models of the three formats over a running server. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import type { RunningEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES, WorkDirectory, startWithClient } from './support/running-emulator.ts';

const labels = JSON.parse(readFileSync(path.join(FIXTURES, 'labels.json'), 'utf8')) as {
  readonly images: readonly { readonly file: string; readonly frameworkLabel: number; readonly probability: number }[];
};
/** Two of each class. */
const images = labels.images.filter((_image, i) => i % 10 < 2);
const SAVED_MODEL = 'models/shapes_savedmodel';

const work = new WorkDirectory();
let emulator: RunningEmulator;
let bigquery: BigQuery;
let bucket: string;

beforeAll(async () => {
  bucket = work.copyFixtures('pictures', [
    ...images.map((image) => image.file),
    SAVED_MODEL,
    'models/shapes_dynamic.onnx',
  ]);
  ({ emulator, bigquery } = await startWithClient({ projectId: 'models', buckets: { pictures: bucket } }));
  for (const statement of [
    'CREATE SCHEMA d',
    "CREATE EXTERNAL TABLE d.pictures WITH CONNECTION `us.c` OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://pictures/images/*'])",
    `CREATE MODEL d.saved OPTIONS (MODEL_TYPE = 'TENSORFLOW', MODEL_PATH = 'gs://pictures/${SAVED_MODEL}/*')`,
    "CREATE MODEL d.onnx OPTIONS (MODEL_TYPE = 'ONNX', MODEL_PATH = 'gs://pictures/models/shapes_dynamic.onnx')",
  ]) {
    await bigquery.query(statement);
  }
}, 60_000);

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

/** Content by path. */
function contentsOf(directory: string): Map<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((file) => {
      const full = path.join(file.parentPath, file.name);
      return [path.relative(directory, full), createHash('sha256').update(readFileSync(full)).digest('hex')] as const;
    }),
  );
}

const expected = new Map(images.map((image) => [`gs://pictures/${image.file}`, image]));

describe('a SavedModel', { timeout: 60_000 }, () => {
  it('gives outputs, then the columns of the query', async () => {
    const [rows] = await bigquery.query(
      `SELECT * FROM ML.PREDICT(MODEL d.saved, (SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input_1 FROM d.pictures)) LIMIT 1`,
    );
    expect(Object.keys((rows as readonly object[])[0] ?? {})).toEqual(['activation_49', 'uri', 'input_1']);
    const [row] = rows as [
      { activation_49: number[]; uri: string; input_1: { dimensions: number[]; values: number[] } },
    ];
    expect(row.input_1.dimensions).toEqual([224, 224, 3]);
    expect(row.input_1.values.length).toBe(224 * 224 * 3);
    expect(row.activation_49.length).toBe(10);
  });

  it('gives the labels that TensorFlow and ONNX give', async () => {
    const [rows] = await bigquery.query(`
      WITH inputs AS (
        SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS image FROM d.pictures
      )
      SELECT s.uri, s.label, s.probability, o.class_label
      FROM (
        SELECT uri, (SELECT AS STRUCT label, p AS probability FROM UNNEST(activation_49) p WITH OFFSET label ORDER BY p DESC LIMIT 1).*
        FROM ML.PREDICT(MODEL d.saved, (SELECT uri, image AS input_1 FROM inputs))
      ) AS s
      JOIN ML.PREDICT(MODEL d.onnx, (SELECT uri, image AS input FROM inputs)) AS o ON o.uri = s.uri`);
    expect(rows.length).toBe(images.length);
    for (const row of rows as { uri: string; label: number; probability: number; class_label: number }[]) {
      const image = expected.get(row.uri);
      expect([row.label, row.class_label]).toEqual([image?.frameworkLabel, image?.frameworkLabel]);
      expect(row.probability).toBeCloseTo(image?.probability ?? 0, 4);
    }
  });

  it('reads images whose values SQL scaled', async () => {
    const [rows] = await bigquery.query(`
      SELECT uri, (SELECT MAX(p) FROM UNNEST(activation_49) p) AS probability
      FROM ML.PREDICT(MODEL d.saved, (
        SELECT uri, STRUCT(image.dimensions, ARRAY(SELECT (v * 2 - 1) / 2 + 0.5 FROM UNNEST(image.values) v WITH OFFSET o ORDER BY o)) AS input_1
        FROM (SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS image FROM d.pictures ORDER BY uri LIMIT 3)))`);
    expect(rows.length).toBe(3);
    for (const { uri, probability } of rows as { uri: string; probability: number }[]) {
      expect(probability).toBeCloseTo(expected.get(uri)?.probability ?? 0, 4);
    }
  });

  it('is exported as it was imported', async () => {
    const [job] = await bigquery.createQueryJob("EXPORT MODEL d.saved OPTIONS (URI = 'gs://pictures/exported/saved/')");
    await job.getQueryResults();
    const [metadata] = await job.getMetadata();
    expect(metadata.statistics.query.statementType).toBe('EXPORT_MODEL');
    expect(contentsOf(path.join(bucket, 'exported/saved'))).toEqual(contentsOf(path.join(FIXTURES, SAVED_MODEL)));
    await bigquery.query(
      "CREATE MODEL d.again OPTIONS (MODEL_TYPE = 'TENSORFLOW', MODEL_PATH = 'gs://pictures/exported/saved/*')",
    );
    await expect(bigquery.query("EXPORT MODEL d.onnx OPTIONS (URI = 'gs://pictures/exported/onnx')")).rejects.toThrow(
      'Model type ONNX is not supported by EXPORT MODEL.',
    );
  });
});

it('ALTER MODEL changes what the resource says', { timeout: 60_000 }, async () => {
  const [job] = await bigquery.createQueryJob(
    `ALTER MODEL d.onnx SET OPTIONS (description = 'ten shapes', friendly_name = 'Shapes', labels = [('team', 'vision')],
       expiration_timestamp = TIMESTAMP '2100-01-01 00:00:00 UTC')`,
  );
  await job.getQueryResults();
  const [metadata] = await job.getMetadata();
  expect(metadata.statistics.query).toMatchObject({ statementType: 'ALTER_MODEL', ddlOperationPerformed: 'ALTER' });
  const read = async () => (await bigquery.dataset('d').model('onnx').getMetadata())[0];
  expect(await read()).toMatchObject({
    description: 'ten shapes',
    friendlyName: 'Shapes',
    labels: { team: 'vision' },
    expirationTime: '4102444800000',
  });
  await bigquery.query('ALTER MODEL d.onnx SET OPTIONS (description = NULL, labels = [], expiration_timestamp = NULL)');
  const after = await read();
  expect(after).toMatchObject({ friendlyName: 'Shapes' });
  expect(after).not.toHaveProperty('description');
  expect(after).not.toHaveProperty('labels');
  expect(after).not.toHaveProperty('expirationTime');
});
