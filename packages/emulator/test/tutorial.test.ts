/** https://cloud.google.com/bigquery/docs/making-predictions-with-pytorch-models-in-onnx-format, placeholders filled. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import type { RunningEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES, startWithClient, WorkDirectory } from './support/running-emulator.ts';

interface LabelledImage {
  readonly file: string;
  readonly frameworkLabel: number;
  readonly frameworkClass: string;
  readonly probability: number;
}

const labels = JSON.parse(readFileSync(path.join(FIXTURES, 'labels.json'), 'utf8')) as { images: LabelledImage[] };
/** Three of each class, so that JPEG, PNG and BMP are among them. */
const images = labels.images.filter((_image, i) => i % 10 < 3);
const expected = new Map(images.map((image) => [`gs://bqml_images/${image.file}`, image]));

const work = new WorkDirectory();
let emulator: RunningEmulator;
let bigquery: BigQuery;

beforeAll(async () => {
  const directory = work.copyFixtures('bqml_images', [...images.map((image) => image.file), 'models']);
  ({ emulator, bigquery } = await startWithClient({ projectId: 'tutorial', buckets: { bqml_images: directory } }));
});

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

describe('the ONNX tutorial', () => {
  it('makes a dataset', async () => {
    const [dataset] = await bigquery.createDataset('bqml_tutorial', { location: 'US' });
    expect(dataset.id).toBe('bqml_tutorial');
    const [datasets] = await bigquery.getDatasets();
    expect(datasets.map((d) => d.id)).toEqual(['bqml_tutorial']);
  });

  it('imports the model', async () => {
    const [job] = await bigquery.createQueryJob(`CREATE OR REPLACE MODEL \`bqml_tutorial.imported_onnx_model\`
 OPTIONS (MODEL_TYPE='ONNX',
  MODEL_PATH='gs://bqml_images/models/shapes_batch1.onnx')`);
    await job.getQueryResults();
    const [metadata] = await job.getMetadata();
    expect(metadata.statistics.query.statementType).toBe('CREATE_MODEL');
    const [model] = await bigquery.dataset('bqml_tutorial').model('imported_onnx_model').get();
    expect(model.metadata).toMatchObject({
      modelType: 'ONNX',
      featureColumns: [{ name: 'input', type: { typeKind: 'ARRAY', arrayElementType: { typeKind: 'FLOAT64' } } }],
      labelColumns: [{ name: 'class_label', type: { typeKind: 'INT64' } }],
    });
    const [models] = await bigquery.dataset('bqml_tutorial').getModels();
    expect(models.map((m) => m.id)).toEqual(['imported_onnx_model']);
  });

  it('makes an object table', async () => {
    await bigquery.query(`CREATE EXTERNAL TABLE \`bqml_tutorial.goldfish_image_table\`
WITH CONNECTION \`us.bqml_tutorial\`
OPTIONS(
object_metadata = 'SIMPLE',
uris = ['gs://bqml_images/images/*'],
max_staleness = INTERVAL 1 DAY,
metadata_cache_mode = 'AUTOMATIC');`);
    const [tables] = await bigquery.dataset('bqml_tutorial').getTables();
    expect(tables.map((t) => [t.id, t.metadata.type])).toEqual([['goldfish_image_table', 'EXTERNAL']]);
    const [table] = await bigquery.dataset('bqml_tutorial').table('goldfish_image_table').getMetadata();
    expect(table.schema.fields.map((f: { name: string }) => f.name)).toEqual([
      'uri',
      'generation',
      'content_type',
      'size',
      'md5_hash',
      'updated',
      'metadata',
      'ref',
    ]);
  });

  it('predicts as printed', async () => {
    const [rows] = await bigquery.query(`SELECT
  class_label
FROM
  ML.PREDICT(MODEL bqml_tutorial.imported_onnx_model,
    (
    SELECT
      ML.RESIZE_IMAGE(ML.DECODE_IMAGE(DATA),
        224,
        224,
        FALSE) AS input
    FROM
      bqml_tutorial.goldfish_image_table))`);
    const counts = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
    expect(counts(rows.map((row: { class_label: number }) => row.class_label))).toEqual(
      counts(images.map((image) => image.frameworkLabel)),
    );
  });

  it.each(['shapes_batch1', 'shapes_dynamic', 'shapes_uint8'])('%s gives the labels of the framework', async (file) => {
    await bigquery.query(`CREATE OR REPLACE MODEL bqml_tutorial.m
      OPTIONS (model_type = 'onnx', model_path = 'gs://bqml_images/models/${file}.onnx')`);
    const image = 'ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE)';
    const input = file === 'shapes_uint8' ? `ML.CONVERT_IMAGE_TYPE(${image})` : image;
    const [rows] = await bigquery.query(`SELECT uri, class_label FROM ML.PREDICT(MODEL bqml_tutorial.m,
      (SELECT uri, ${input} AS input FROM bqml_tutorial.goldfish_image_table))`);
    expect(rows).toHaveLength(images.length);
    for (const row of rows) expect(row.class_label, row.uri).toBe(expected.get(row.uri)?.frameworkLabel);
  });

  it('gives the probabilities of the framework', async () => {
    await bigquery.query(`CREATE OR REPLACE MODEL bqml_tutorial.p
      OPTIONS (model_type = 'onnx', model_path = 'gs://bqml_images/models/shapes_probabilities.onnx')`);
    const [rows] = await bigquery.query(`SELECT uri, probabilities[OFFSET(class_label)] AS probability
      FROM ML.PREDICT(MODEL bqml_tutorial.p,
        (SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input
         FROM bqml_tutorial.goldfish_image_table))`);
    // labels.json rounds to six digits; a JPEG decoder that is not the fast one moves a probability by up to 0.006.
    for (const row of rows) {
      const tolerance = row.uri.endsWith('.jpg') ? 0.01 : 1e-5;
      expect(Math.abs(row.probability - (expected.get(row.uri)?.probability ?? 0)), row.uri).toBeLessThan(tolerance);
    }
  });

  it('joins an object table with an ordinary one', async () => {
    await bigquery.query(`CREATE TABLE bqml_tutorial.names AS
      SELECT uri, SPLIT(uri, '/')[OFFSET(4)] AS name FROM bqml_tutorial.goldfish_image_table`);
    const [rows] = await bigquery.query(`SELECT name, class_label, COUNT(*) AS images
      FROM ML.PREDICT(MODEL bqml_tutorial.imported_onnx_model,
        (SELECT n.name, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(o.data), 224, 224, FALSE) AS input
         FROM bqml_tutorial.goldfish_image_table AS o JOIN bqml_tutorial.names AS n ON o.uri = n.uri))
      GROUP BY name, class_label ORDER BY class_label`);
    expect(rows).toEqual(
      [...new Set(images.map((image) => image.frameworkLabel))]
        .toSorted((a, b) => a - b)
        .map((label) => ({
          name: images.find((image) => image.frameworkLabel === label)?.frameworkClass,
          class_label: label,
          images: images.filter((image) => image.frameworkLabel === label).length,
        })),
    );
  });

  it('cleans up', async () => {
    await bigquery.query('DROP EXTERNAL TABLE bqml_tutorial.goldfish_image_table');
    await bigquery.query('DROP MODEL bqml_tutorial.imported_onnx_model');
    await bigquery.query('DROP SCHEMA bqml_tutorial CASCADE');
    const [datasets] = await bigquery.getDatasets();
    expect(datasets).toEqual([]);
  });
});
