/** CREATE MODEL and ML.PREDICT of SavedModels that tfjs-node runs, against TensorFlow's answers. */
import { deepStrictEqual as equal, ok, rejects } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { startEmulator } from 'bqml-emulator';
import { takeStep } from '../clients/client-step.ts';
import type { ClientStep } from '../clients/client-step.ts';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures');
const PICTURES = ['cup/0010.png', 'car/0040.jpg', 'tree/0002.bmp', 'cup/0011.jpg', 'mushroom/0005.png'];
const PICTURE_TABLE = `CREATE EXTERNAL TABLE d.pictures WITH CONNECTION \`us.c\`
  OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://fixtures/images/*'])`;
const ROWS = PICTURES.map((name, row) => `STRUCT(${row} AS row, 'gs://fixtures/images/${name}' AS uri)`);
const DECODED = `SELECT r.row, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(p.data), 224, 224, FALSE) AS image
  FROM d.pictures AS p JOIN UNNEST([${ROWS.join(', ')}]) AS r ON r.uri = p.uri`;
const TOLERANCE = 1e-4;
/** Loading TensorFlow takes seconds in every child. */
const PROMPT_MILLIS = 120_000;

/** Integers as text: those of 64 bits are no JavaScript numbers. */
type Cell = string | number | boolean;

/** What the Python script writes. Columns and answers by name, row by row. */
interface Expected {
  readonly probabilities: readonly (readonly number[])[];
  readonly columns: Readonly<Record<string, readonly (readonly Cell[])[]>>;
  readonly answers: Readonly<Record<string, readonly (readonly Cell[])[]>>;
}

/** Writes the models and TensorFlow's answers into `models`. */
export function makeModels(python: string, models: string): void {
  const pictures = PICTURES.map((name) => path.join(FIXTURES, 'images', name));
  const script = path.join(FIXTURES, 'make_tfjs_node_models.py');
  execFileSync(python, [script, '--images', ...pictures, '--out', models], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1' },
  });
}

/** `directory` is where the emulator is started, `models` what `makeModels` wrote. */
export async function* predictSteps(directory: string, models: string): AsyncGenerator<ClientStep> {
  const expected = JSON.parse(readFileSync(path.join(models, 'expected.json'), 'utf8')) as Expected;
  const before = process.cwd();
  process.chdir(directory);
  try {
    for (const runtime of ['auto', 'onnx', 'tfjs-node'] as const) {
      const emulator = await startEmulator({
        buckets: { models, fixtures: FIXTURES },
        flags: ['--savedmodel-runtime', runtime],
      });
      try {
        const bigquery = new BigQuery({ projectId: emulator.projectId, apiEndpoint: emulator.url });
        await bigquery.query('CREATE SCHEMA d');
        await bigquery.query(PICTURE_TABLE);
        for (const [step, take] of Object.entries(STEPS[runtime])) {
          yield await takeStep(`${runtime}: ${step}`, () => take(bigquery, expected), PROMPT_MILLIS);
        }
      } finally {
        await emulator.dispose();
      }
    }
  } finally {
    process.chdir(before);
  }
}

type Step = (bigquery: BigQuery, expected: Expected) => Promise<void>;

const STEPS: Readonly<Record<'auto' | 'onnx' | 'tfjs-node', Readonly<Record<string, Step>>>> = {
  auto: {
    async 'a model with Svd is imported for tfjs-node, and says so'(bigquery) {
      await createModel(bigquery, 'images', 'gs://models/images/*');
      equal(await runtimeOf(bigquery, 'images'), 'tfjs-node');
    },
    async 'pictures get the probabilities of TensorFlow'(bigquery, { probabilities }) {
      const rows = await rowsOf<{ probabilities: readonly number[] }>(
        bigquery,
        `SELECT probabilities FROM ML.PREDICT(MODEL d.images, (${DECODED})) ORDER BY row`,
      );
      equal(rows.length, probabilities.length);
      rows.forEach((row, index) => close(row.probabilities, probabilities[index] ?? []));
    },
    async 'every element type goes in and comes out'(bigquery, { columns, answers }) {
      await createModel(bigquery, 'types', 'gs://models/types/*');
      const rows = await rowsOf<Readonly<Record<string, Cell | readonly Cell[]>>>(
        bigquery,
        `SELECT ${selectAnswers(answers)} FROM ML.PREDICT(MODEL d.types, (${selectRows(columns)}))
           ORDER BY x_float32[OFFSET(0)] DESC`,
      );
      equal(rows.length, 2);
      for (const [name, cells] of Object.entries(answers)) {
        rows.forEach((row, index) => same(name, [row[name] ?? []].flat(), cells[index] ?? []));
      }
    },
    async 'what is converted stays with ONNX Runtime'(bigquery) {
      await createModel(bigquery, 'shapes', 'gs://fixtures/models/shapes_savedmodel/*');
      equal(await runtimeOf(bigquery, 'shapes'), undefined);
    },
    async 'a model that neither runs is refused with both reasons'(bigquery) {
      await rejects(
        createModel(bigquery, 'keras', 'gs://models/keras/*'),
        /operator Svd .*; nor does @tensorflow\/tfjs-node run it: .* finds no value for the variable /,
      );
      equal(await bigquery.dataset('d').model('keras').exists(), [false]);
    },
  },
  onnx: {
    async 'the operator is refused'(bigquery) {
      await rejects(createModel(bigquery, 'images', 'gs://models/images/*'), (error: Error) => {
        ok(
          /^Not implemented: TensorFlow operator Svd \(node '\S+', signature 'serving_default'\)$/.test(error.message),
        );
        return true;
      });
    },
  },
  'tfjs-node': {
    async 'the shape classifier gives the answers of ONNX Runtime'(bigquery) {
      await createModel(bigquery, 'saved', 'gs://fixtures/models/shapes_savedmodel/*');
      equal(await runtimeOf(bigquery, 'saved'), 'tfjs-node');
      await bigquery.query(
        `CREATE MODEL d.onnx OPTIONS (model_type = 'ONNX', model_path = 'gs://fixtures/models/shapes_probabilities.onnx')`,
      );
      const rows = await rowsOf<{ saved: readonly number[]; onnx: readonly number[] }>(
        bigquery,
        `WITH pictures AS (${DECODED})
         SELECT s.activation_49 AS saved, o.probabilities AS onnx
         FROM ML.PREDICT(MODEL d.saved, (SELECT row, image AS input_1 FROM pictures)) AS s
         JOIN ML.PREDICT(MODEL d.onnx, (SELECT row, image AS input FROM pictures)) AS o ON o.row = s.row`,
      );
      equal(rows.length, PICTURES.length);
      for (const { saved, onnx } of rows) close(saved, onnx);
    },
  },
};

async function createModel(bigquery: BigQuery, name: string, uri: string): Promise<void> {
  await bigquery.query(`CREATE MODEL d.${name} OPTIONS (model_type = 'TENSORFLOW', model_path = '${uri}')`);
}

async function runtimeOf(bigquery: BigQuery, name: string): Promise<unknown> {
  const [model] = await bigquery.dataset('d').model(name).getMetadata();
  return model.trainingRuns[0].trainingOptions.savedModelRuntime;
}

async function rowsOf<Row>(bigquery: BigQuery, query: string): Promise<readonly Row[]> {
  const [rows] = await bigquery.query(query);
  return rows as readonly Row[];
}

/** One SELECT a row, of array literals. */
function selectRows(columns: Expected['columns']): string {
  const select = (row: number) =>
    Object.entries(columns).map(([name, rows]) => `${arrayLiteral(name, rows[row] ?? [])} AS ${name}`);
  return [0, 1].map((row) => `SELECT ${select(row).join(', ')}`).join(' UNION ALL ');
}

const selectAnswers = (answers: Expected['answers']) =>
  Object.entries(answers)
    .map(([name, [cells]]) => (typeof cells?.[0] === 'string' ? `${texts(name)} AS ${name}` : name))
    .join(', ');

const texts = (name: string) =>
  `ARRAY(SELECT CAST(cell AS STRING) FROM UNNEST(${name}) AS cell WITH OFFSET place ORDER BY place)`;

const arrayLiteral = (name: string, cells: readonly Cell[]) =>
  `[${cells.map((cell) => (name === 'x_string' ? JSON.stringify(cell) : String(cell))).join(', ')}]`;

function close(actual: readonly number[], expected: readonly number[]): void {
  equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    const wanted = expected[index] ?? NaN;
    const allowed = TOLERANCE * Math.max(1, Math.abs(wanted));
    ok(Math.abs(value - wanted) <= allowed, `${value} instead of ${wanted}`);
  });
}

/** Of what arithmetic made, nearly. */
function same(name: string, actual: readonly Cell[], expected: readonly Cell[]): void {
  if (name === 'norm') close(actual.map(Number), expected.map(Number));
  else equal(actual, expected, name);
}
