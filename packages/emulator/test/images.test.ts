/** Images as SQL values, over a running server. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import type { RunningEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { meanColorModel } from './support/mean-color-model.ts';
import { FIXTURES, startWithClient, WorkDirectory } from './support/running-emulator.ts';

interface LabelledImage {
  readonly file: string;
  readonly frameworkLabel: number;
}

const labels = JSON.parse(readFileSync(path.join(FIXTURES, 'labels.json'), 'utf8')) as { images: LabelledImage[] };
/** Six of each class, so that JPEG, PNG and BMP are among them. */
const images = labels.images.filter((_image, i) => i % 10 < 6);
const expected = new Map(images.map((image) => [`gs://pictures/${image.file}`, image.frameworkLabel]));
const jpegs = images.filter(({ file }) => file.endsWith('.jpg'));

const NOT_DECODED =
  'Input image bytes could not be decoded. Expected valid image of type PNG, JPEG, or BMP; error in ML.DECODE_IMAGE expression';

const work = new WorkDirectory();
let emulator: RunningEmulator;
let bigquery: BigQuery;

type Row = Readonly<Record<string, unknown>>;

async function query(sql: string): Promise<readonly Row[]> {
  const [rows] = await bigquery.query(sql);
  return rows as readonly Row[];
}

async function refusal(sql: string): Promise<string> {
  const answer = await fetch(`${emulator.url}/bigquery/v2/projects/pictures/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: sql, useLegacySql: false, timeoutMs: 60_000 }),
  });
  const body = (await answer.json()) as { error?: { code: number; message: string; errors: { reason: string }[] } };
  return `${body.error?.code} ${body.error?.errors[0]?.reason}: ${body.error?.message}`;
}

beforeAll(async () => {
  const directory = work.copyFixtures('pictures', [...images.map((image) => image.file), 'models']);
  writeFileSync(path.join(directory, 'models/mean_color.onnx'), meanColorModel());
  mkdirSync(path.join(directory, 'broken'));
  for (const { file } of images.slice(0, 3)) {
    writeFileSync(path.join(directory, 'broken', path.basename(file)), readFileSync(path.join(FIXTURES, file)));
  }
  writeFileSync(path.join(directory, 'broken/notes.jpg'), 'no picture');
  ({ emulator, bigquery } = await startWithClient({ projectId: 'pictures', buckets: { pictures: directory } }));
  for (const statement of [
    'CREATE SCHEMA my_dataset',
    "CREATE MODEL my_dataset.vision_model OPTIONS (model_type = 'ONNX', model_path = 'gs://pictures/models/mean_color.onnx')",
    "CREATE MODEL my_dataset.shapes OPTIONS (model_type = 'ONNX', model_path = 'gs://pictures/models/shapes_dynamic.onnx')",
    "CREATE EXTERNAL TABLE my_dataset.object_table WITH CONNECTION `us.c` OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://pictures/images/*'])",
    "CREATE EXTERNAL TABLE my_dataset.broken WITH CONNECTION `us.c` OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://pictures/broken/*'])",
  ]) {
    await query(statement);
  }
});

vi.setConfig({ testTimeout: 30_000 });

afterAll(async () => {
  await emulator?.dispose();
  work.remove();
});

/** The mean of each channel as SQL computes it from the image `input`. */
const MEANS = `ARRAY(SELECT AVG(v) FROM UNNEST(input.values) v WITH OFFSET o GROUP BY MOD(o, 3) ORDER BY MOD(o, 3))`;

/** Compares some of the predicted rows with what SQL computes from `images_`. */
async function expectMeans(predicted: readonly Row[], images_: string): Promise<void> {
  const some = predicted.filter((_, i) => i % 15 === 0).map((row) => `'${String(row['uri'])}'`);
  const means = await query(`SELECT uri, ${MEANS} AS means FROM (${images_}) WHERE uri IN (${some.join(', ')})`);
  expect(means).toHaveLength(some.length);
  for (const row of means) {
    const feature = predicted.find(({ uri }) => uri === row['uri'])?.['feature'] as number[];
    const mean = row['means'] as number[];
    for (const channel of [0, 1, 2]) {
      const wanted = mean[channel] ?? Infinity;
      const difference = Math.abs((feature[channel] ?? 0) - wanted) / Math.max(1, Math.abs(wanted));
      expect(difference, String(row['uri'])).toBeLessThan(1e-4);
    }
  }
}

/** https://cloud.google.com/bigquery/docs/object-table-inference#examples */
describe('the examples of inference on object tables', () => {
  it('1: decodes and resizes in ML.PREDICT', async () => {
    const rows = await query(`SELECT * FROM
ML.PREDICT(
  MODEL \`my_dataset.vision_model\`,
  (SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 480, 480, FALSE) AS input
  FROM \`my_dataset.object_table\` WHERE uri = 'gs://pictures/${images[0]?.file}')
);`);
    expect(Object.keys(rows[0] ?? {})).toEqual(['feature', 'uri', 'input']);
    const input = rows[0]?.['input'] as { dimensions: number[]; values: number[] };
    expect(input.dimensions).toEqual([480, 480, 3]);
    expect(input.values).toHaveLength(480 * 480 * 3);
  });

  it('2: converts the color space of the JPEG files', async () => {
    const input = `ML.CONVERT_COLOR_SPACE(ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 280, TRUE), 'YIQ') AS input
    FROM \`my_dataset.object_table\`
    WHERE content_type = 'image/jpeg'`;
    const rows = await query(`SELECT * EXCEPT (input) FROM
  ML.PREDICT(
    MODEL \`my_dataset.vision_model\`,
    (SELECT uri, ${input})
  );`);
    expect(rows).toHaveLength(jpegs.length);
    await expectMeans(rows, `SELECT uri, ${input}`);
  });

  it('3: refuses the column that the decoded images lack', async () => {
    await query(`CREATE OR REPLACE TABLE \`my_dataset.decoded_images\`
  AS (SELECT ML.DECODE_IMAGE(data) AS decoded_image
  FROM \`my_dataset.object_table\` LIMIT 5);`);
    expect(
      await refusal(`SELECT * FROM
ML.PREDICT(
  MODEL\`my_dataset.vision_model\`,
  (SELECT uri, ML.CONVERT_IMAGE_TYPE(ML.RESIZE_IMAGE(decoded_image, 480, 480, FALSE)) AS input
  FROM \`my_dataset.decoded_images\`)
);`),
    ).toBe('400 invalidQuery: Unrecognized name: uri at [4:11]');
  });

  it('3, with the column: resizes stored images', async () => {
    await query(`CREATE OR REPLACE TABLE \`my_dataset.decoded_images\`
  AS (SELECT uri, ML.DECODE_IMAGE(data) AS decoded_image
  FROM \`my_dataset.object_table\`);`);
    const input = `ML.CONVERT_IMAGE_TYPE(ML.RESIZE_IMAGE(decoded_image, 48, 48, FALSE)) AS input
  FROM \`my_dataset.decoded_images\``;
    const rows = await query(`SELECT * EXCEPT (input) FROM
ML.PREDICT(
  MODEL\`my_dataset.vision_model\`,
  (SELECT uri, ${input})
);`);
    expect(rows).toHaveLength(images.length);
    await expectMeans(rows, `SELECT uri, ${input}`);
  });

  it('4: refuses the missing comma', async () => {
    expect(
      await refusal(`CREATE OR REPLACE TABLE \`my_dataset.decoded_images\`
  AS (SELECT ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data) 480, 480, FALSE) AS decoded_image
  FROM \`my_dataset.object_table\`);`),
    ).toBe('400 invalidQuery: Syntax error: Expected ")" but got integer literal "480" at [2:52]');
  });

  it('4, with the comma and the column: predicts over stored, resized images', async () => {
    await query(`CREATE OR REPLACE TABLE \`my_dataset.resized_images\`
  AS (SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS decoded_image
  FROM \`my_dataset.object_table\`);`);
    const rows = await query(`SELECT uri, class_label FROM
ML.PREDICT(
  MODEL \`my_dataset.shapes\`,
  (SELECT uri, decoded_image AS input
  FROM \`my_dataset.resized_images\`)
);`);
    expect(new Map(rows.map((row) => [row['uri'], row['class_label']]))).toEqual(expected);
  });

  it('stored images are the images that were stored', async () => {
    const rows = await query(`SELECT
        LOGICAL_AND(s.decoded_image.dimensions[OFFSET(0)] = ML.DECODE_IMAGE(o.data).dimensions[OFFSET(0)]) AS heights,
        LOGICAL_AND(TO_JSON_STRING(ML.RESIZE_IMAGE(s.decoded_image, 8, 8, FALSE))
          = TO_JSON_STRING(ML.RESIZE_IMAGE(ML.DECODE_IMAGE(o.data), 8, 8, FALSE))) AS pixels
      FROM my_dataset.decoded_images AS s JOIN my_dataset.object_table AS o USING (uri)`);
    expect(rows).toEqual([{ heights: true, pixels: true }]);
  });
});

describe('images as ordinary values', () => {
  const RESIZED = `SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 2, 3, FALSE) AS img FROM my_dataset.object_table`;

  it('lengths and dimensions', async () => {
    const rows = await query(`SELECT ARRAY_LENGTH(img.values) AS n, img.dimensions[OFFSET(0)] AS h,
      img.dimensions[SAFE_OFFSET(3)] AS nothing, img.dimensions FROM (${RESIZED}) LIMIT 1`);
    expect(rows).toEqual([{ n: 18, h: 2, nothing: null, dimensions: [2, 3, 3] }]);
  });

  it.each(['lazy', 'stored'])('UNNEST with offset and subqueries over a %s column agree', async (kind) => {
    if (kind === 'stored') await query(`CREATE OR REPLACE TABLE my_dataset.small AS ${RESIZED}`);
    const from = kind === 'stored' ? 'my_dataset.small' : `(${RESIZED})`;
    const unnested = await query(`SELECT uri, MAX(v) AS most, COUNT(*) AS n, SUM(o) AS offsets
      FROM ${from}, UNNEST(img.values) v WITH OFFSET o GROUP BY uri ORDER BY uri LIMIT 3`);
    expect(unnested.map((row) => [row['n'], row['offsets']])).toEqual([1, 2, 3].map(() => [18, 153]));
    const subqueries = await query(`SELECT uri, (SELECT MAX(v) FROM UNNEST(img.values) v) AS most,
      ARRAY(SELECT 2 * v - 1 FROM UNNEST(img.values) v WITH OFFSET o ORDER BY o DESC) AS turned,
      EXISTS (SELECT 1 FROM UNNEST(img.values) v WHERE v > 1) AS bright,
      (SELECT SUM((SELECT COUNT(*) FROM UNNEST(img.dimensions) e WHERE e > d)) FROM UNNEST(img.dimensions) d) AS larger,
      img.values FROM ${from} ORDER BY uri LIMIT 3`);
    expect(subqueries.map((row) => row['most'])).toEqual(unnested.map((row) => row['most']));
    for (const row of subqueries) {
      expect(row).toMatchObject({ bright: false, larger: 2 });
      expect(row['turned']).toEqual((row['values'] as number[]).map((v) => 2 * v - 1).toReversed());
    }
  });

  it('a subquery in a branch that is not reached reads nothing', async () => {
    const rows = await query(`SELECT uri, IF(STARTS_WITH(uri, 'gs://pictures/broken/notes'), NULL,
        (SELECT MAX(v) FROM UNNEST(ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 1, 1, FALSE).values) v)) AS most
      FROM my_dataset.broken ORDER BY uri`);
    expect(rows.filter((row) => row['most'] === null)).toHaveLength(1);
    const filtered = await query(`SELECT uri FROM my_dataset.broken
      WHERE (SELECT MAX(v) FROM UNNEST(ML.DECODE_IMAGE(data).values) v) > 0 AND NOT ENDS_WITH(uri, 'notes.jpg')`);
    expect(filtered).toHaveLength(3);
  });

  it('a computed struct goes back into a model', async () => {
    const rows = await query(`SELECT uri, class_label FROM ML.PREDICT(MODEL my_dataset.shapes, (
      SELECT uri, STRUCT(img.dimensions, ARRAY(SELECT (2 * v - 1 + 1) / 2 FROM UNNEST(img.values) v WITH OFFSET o ORDER BY o)) AS input
      FROM (SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS img
        FROM my_dataset.object_table WHERE CONTAINS_SUBSTR(uri, '/car/'))))`);
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) expect(row['class_label']).toBe(expected.get(String(row['uri'])));
  });

  it('takes literal structs, named or positional', async () => {
    const [row] = await query(`SELECT
      ML.RESIZE_IMAGE(STRUCT([1, 1, 3] AS dimensions, [0.1, 0.2, 0.3] AS values), 1, 2, FALSE) AS named,
      ML.RESIZE_IMAGE(([1, 1, 3], [0.5, 0.25, 1.0]), 2, 1, FALSE) AS positional,
      ML.RESIZE_IMAGE(([1, 2, 3], [200, 100, 50, 0, 128, 255]), 1, 1, FALSE) AS integers,
      ML.CONVERT_IMAGE_TYPE(([1, 1, 3], [0.0, 0.4, 1.0])) AS converted,
      ML.CONVERT_COLOR_SPACE(([1, 1, 3], [255, 255, 255]), 'GRAYSCALE') AS gray`);
    expect(row).toEqual({
      named: { dimensions: [1, 2, 3], values: [0.1, 0.2, 0.3, 0.1, 0.2, 0.3].map(Math.fround) },
      positional: { dimensions: [2, 1, 3], values: [0.5, 0.25, 1, 0.5, 0.25, 1] },
      integers: { dimensions: [1, 1, 3], values: [100, 114, 152] },
      converted: { dimensions: [1, 1, 3], values: [0, 102, 255] },
      gray: { dimensions: [1, 1, 1], values: [expect.closeTo(0.9999, 12)] },
    });
  });

  it('NULL in, NULL out', async () => {
    const [row] = await query(`SELECT ML.DECODE_IMAGE(NULL) AS a, ML.RESIZE_IMAGE(NULL, 2, 1, FALSE) AS b,
      ML.CONVERT_COLOR_SPACE(ML.DECODE_IMAGE(NULL), 'HSV') AS c, ML.CONVERT_IMAGE_TYPE(ML.DECODE_IMAGE(NULL)) AS d,
      ML.RESIZE_IMAGE(([1, 1, 3], [0.1, 0.2, 0.3]), NULL, 1, FALSE) AS e,
      (SELECT MAX(v) FROM UNNEST(ML.DECODE_IMAGE(IF(RAND() < 2, NULL, b'')).values) v) AS f`);
    expect(row).toEqual({ a: null, b: null, c: null, d: null, e: null, f: null });
  });
});

describe('refusals', () => {
  it.each([
    ['SELECT ML.DECODE_IMAGE(data) AS img FROM my_dataset.broken', `400 invalidQuery: ${NOT_DECODED}`],
    [
      'SELECT * FROM ML.PREDICT(MODEL my_dataset.shapes, (SELECT ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input FROM my_dataset.broken))',
      `400 invalidQuery: ${NOT_DECODED}`,
    ],
    [
      'CREATE TABLE my_dataset.x AS SELECT ML.DECODE_IMAGE(data) AS img FROM my_dataset.broken',
      `400 invalidQuery: ${NOT_DECODED}`,
    ],
    [
      "SELECT ML.CONVERT_COLOR_SPACE(ML.DECODE_IMAGE(data), 'LAB') FROM my_dataset.object_table",
      '400 invalidQuery: Color space LAB is not supported; error in ML.CONVERT_COLOR_SPACE expression',
    ],
    [
      'SELECT uri FROM my_dataset.decoded_images ORDER BY decoded_image',
      '400 invalidQuery: ORDER BY does not support expressions of type STRUCT at [1:52]',
    ],
    [
      'SELECT decoded_image = decoded_image FROM my_dataset.decoded_images',
      '400 invalidQuery: Equality is not defined for arguments of type STRUCT<dimensions ARRAY<INT64>, values ARRAY<FLOAT64>> at [1:8]',
    ],
    [
      'SELECT decoded_image.shape FROM my_dataset.decoded_images',
      '400 invalidQuery: Field name shape does not exist in STRUCT<dimensions ARRAY<INT64>, values ARRAY<FLOAT64>> at [1:22]',
    ],
  ])('%s', async (sql, message) => {
    expect(await refusal(sql)).toBe(message);
  });

  it('a refused CREATE TABLE leaves no table', async () => {
    expect(await refusal('SELECT * FROM my_dataset.x')).toContain('404 notFound');
  });
});
