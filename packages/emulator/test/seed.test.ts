/** Seeds as users write them: files and objects, over ephemeral and kept data directories. */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Emulator, ephemeralOptions, startEmulator } from 'bqml-emulator';
import type { RunningEmulator, Seed, StartEmulatorOptions } from 'bqml-emulator';
import { afterAll, describe, expect, it } from 'vitest';
import { call, WorkDirectory } from './support/running-emulator.ts';

const work = new WorkDirectory();
afterAll(() => work.remove());
const bucket = work.copyFixtures('bucket', ['models/linear.onnx', 'models/shapes_savedmodel', 'odd']);

function writeSeed(name: string, text: string): string {
  const file = path.join(work.path, name);
  writeFileSync(file, text);
  return file;
}

async function withEmulator<T>(
  options: StartEmulatorOptions,
  use: (query: (sql: string) => Promise<unknown>, emulator: RunningEmulator) => Promise<T>,
): Promise<T> {
  const emulator = await startEmulator({ projectId: 'seeded', ...options });
  try {
    return await use(async (sql) => {
      const reply = await call(emulator.url, 'POST', '/bigquery/v2/projects/seeded/queries', {
        query: sql,
        useLegacySql: false,
      });
      expect(reply.status, JSON.stringify(reply.body)).toBe(200);
      return ((reply.body['rows'] ?? []) as { f: { v: unknown }[] }[]).map(({ f }) => f.map(({ v }) => v));
    }, emulator);
  } finally {
    await emulator.dispose();
  }
}

const get = async (emulator: RunningEmulator, resource: string) =>
  (await call(emulator.url, 'GET', `/bigquery/v2/projects/seeded/${resource}`)).body;

const SEED = `
buckets:
  fixtures: ./bucket
connections:
  - { connectionId: vertex, location: eu, friendlyName: Vertex }
datasets:
  - datasetId: d
    location: EU
    description: Seeded
    labels: { team: vision }
    tables:
      - tableId: t
        description: Rows
        schema:
          - { name: id, type: INT64, mode: REQUIRED }
          - { name: word, type: STRING, maxLength: 4 }
          - { name: price, type: NUMERIC, precision: 20, scale: 1 }
          - { name: tags, type: STRING, mode: REPEATED }
          - { name: box, type: RECORD, fields: [{ name: x, type: FLOAT64 }, { name: at, type: TIMESTAMP }] }
          - { name: extra, type: JSON }
          - { name: raw, type: BYTES }
          - { name: ok, type: BOOL }
        rows:
          - id: 9007199254740993
            word: 1.50
            price: 1234567890123456789.25
            tags: [a, b]
            box: { x: .inf, at: 2024-01-02T03:04:05Z }
            extra: { b: [1, 1.0, "x", null] }
            raw: aGk=
            OK: true
          - { id: 2 }
      - tableId: o
        externalDataConfiguration: { objectMetadata: SIMPLE, sourceUris: ['gs://fixtures/odd/*.png'], connectionId: eu.vertex }
    models:
      - { modelId: linear, modelType: ONNX, modelPath: ./bucket/models/linear.onnx }
      - { modelId: saved, modelType: TENSORFLOW, modelPath: gs://fixtures/models/shapes_savedmodel/* }
`;

const ROWS = `SELECT id, word, price, ARRAY_TO_STRING(tags, '+'), box.x, UNIX_SECONDS(box.at), IF(extra IS NULL, NULL, TO_JSON_STRING(extra)),
  CAST(raw AS STRING), ok FROM d.t ORDER BY id`;
const EXPECTED_ROWS = [
  ['2', null, null, '', null, null, null, null, null],
  [
    '9007199254740993',
    '1.50',
    '1234567890123456789.3',
    'a+b',
    'Infinity',
    '1704164645',
    '{"b":[1,1.0,"x",null]}',
    'hi',
    'true',
  ],
];

describe('a seed file', () => {
  it('makes everything it names, with exact values', { timeout: 60_000 }, async () => {
    await withEmulator({ seed: writeSeed('seed.yaml', SEED) }, async (query, emulator) => {
      expect(await query(ROWS)).toEqual(EXPECTED_ROWS);
      const images = readdirSync(path.join(bucket, 'odd')).filter((name) => name.endsWith('.png'));
      expect(await query('SELECT COUNT(*) FROM d.o')).toEqual([[String(images.length)]]);
      const predicted = await query(
        'SELECT label FROM ML.PREDICT(MODEL d.linear, (SELECT [1.0, 2.0, 3.0, 4.0] AS features))',
      );
      expect(predicted).toHaveLength(1);
      expect(await get(emulator, 'datasets/d')).toMatchObject({
        location: 'EU',
        description: 'Seeded',
        labels: { team: 'vision' },
      });
      expect(await get(emulator, 'datasets/d/tables/t')).toMatchObject({ description: 'Rows', numRows: '2' });
      expect(await get(emulator, 'datasets/d/tables/o')).toMatchObject({
        externalDataConfiguration: { sourceUris: ['gs://fixtures/odd/*.png'], connectionId: 'eu.vertex' },
      });
      expect(await get(emulator, 'datasets/d/models/saved')).toMatchObject({ modelType: 'TENSORFLOW' });
      const connection = await call(emulator.url, 'GET', '/v1/projects/seeded/locations/eu/connections/vertex');
      expect(connection.body).toMatchObject({ friendlyName: 'Vertex' });
      const objects = await call(emulator.url, 'GET', '/storage/v1/b/fixtures/o?prefix=models/linear');
      expect(objects.body).toMatchObject({ items: [{ name: 'models/linear.onnx' }] });
    });
  });

  it('keeps what a data directory has, and refuses what differs', { timeout: 60_000 }, async () => {
    const dataDirectory = path.join(work.path, 'kept');
    const seed = writeSeed('kept.yaml', SEED);
    await withEmulator({ seed, dataDirectory }, (query) => query('UPDATE d.t SET ok = FALSE WHERE id = 2'));
    await withEmulator({ seed, dataDirectory }, async (query) => {
      expect(await query('SELECT ok FROM d.t ORDER BY id')).toEqual([['false'], ['true']]);
    });
    for (const [from, to, complaint] of [
      ['location: EU', 'location: US', 'datasets[0].location: the dataset is there, in EU'],
      ['word, type: STRING', 'word, type: BYTES', 'datasets[0].tables[0].rows[0].word: "1.50" is no BYTES'],
      [
        'price, type: NUMERIC',
        'price, type: BIGNUMERIC',
        'datasets[0].tables[0]: the table is there with another schema',
      ],
      ['odd/*.png', 'odd/*', 'datasets[0].tables[1]: the object table is there with another sourceUris'],
      ['modelType: ONNX', 'modelType: TENSORFLOW_LITE', 'datasets[0].models[0]: the model is there, of type ONNX from'],
    ] as const) {
      const changed = writeSeed('changed.yaml', SEED.replace(from, to));
      await expect(startEmulator({ projectId: 'seeded', seed: changed, dataDirectory }), to).rejects.toThrow(complaint);
    }
  });

  it('says where it is wrong before anything is made', { timeout: 120_000 }, async () => {
    const dataDirectory = path.join(work.path, 'untouched');
    const options = { ...ephemeralOptions(), projectId: 'seeded', dataDirectory };
    for (const [from, to, complaint] of [
      [
        'word: 1.50',
        'word: hello',
        "datasets[0].tables[0].rows[0].word: the length is 5, and the column's is 4 at most",
      ],
      ['id: 2', 'id: 2.5', 'datasets[0].tables[0].rows[1].id: "2.5" is no INT64'],
      ['{ id: 2 }', '{ tags: [] }', 'datasets[0].tables[0].rows[1].id: the column is REQUIRED'],
      ['[a, b]', '[a, ~]', 'datasets[0].tables[0].rows[0].tags[1]: a list holds no null'],
      ['x: .inf', 'y: 1', 'datasets[0].tables[0].rows[0].box.y: there is no such column'],
      ['2024-01-02T', '2024-13-02T', 'datasets[0].tables[0].rows[0].box.at: "2024-13-02T03:04:05Z" is no TIMESTAMP'],
      ['raw: aGk=', 'raw: "?"', 'datasets[0].tables[0].rows[0].raw: "?" is no BYTES'],
      ['OK: true', 'OK: 7', 'datasets[0].tables[0].rows[0].OK: "7" is no BOOL'],
      ['name: word', 'name: ID', 'datasets[0].tables[0].schema[1].name: id is there twice'],
      ['mode: REPEATED', 'mode: MANY', 'datasets[0].tables[0].schema[3].mode: Invalid option'],
      ['type: BOOL', 'type: BOOLE', 'datasets[0].tables[0]: Invalid value for type: BOOLE is not a valid value'],
      ['datasetId: d', 'datasetID: d', 'datasets[0]: Unrecognized key: "datasetID"'],
      ['datasetId: d', 'datasetId: d-d', 'datasets[0]: Invalid dataset ID "d-d"'],
      ['./bucket\n', './nothing\n', 'buckets.fixtures: '],
      ['gs://fixtures/odd', 'gs://absent/odd', 'datasets[0].tables[1].externalDataConfiguration.sourceUris: Not found'],
      ['./bucket/models/linear', './linear', 'datasets[0].models[0].modelPath: '],
      ['tableId: o', 'tableId: t', 'datasets[0].tables[1].tableId: t is there twice'],
      ['labels: {', 'labels: [', 'changed.yaml: '],
    ] as const) {
      expect(SEED).toContain(from);
      const seedFile = writeSeed('changed.yaml', SEED.replace(from, to));
      await expect(Emulator.open({ ...options, seedFile }), to).rejects.toThrow(complaint);
    }
    const absent = path.join(work.path, 'absent.yaml');
    await expect(Emulator.open({ ...options, seedFile: absent })).rejects.toThrow('cannot read the seed');
    await withEmulator({ dataDirectory }, async (_query, emulator) => {
      expect(await get(emulator, 'datasets')).not.toHaveProperty('datasets');
    });
  });

  it('leaves nothing behind when a model is none', { timeout: 60_000 }, async () => {
    const dataDirectory = path.join(work.path, 'undone');
    const seed = writeSeed('undone.yaml', SEED.replace('models/linear.onnx', 'odd/rgba.png'));
    await expect(startEmulator({ projectId: 'seeded', seed, dataDirectory })).rejects.toThrow(
      'datasets[0].models[0]: ',
    );
    await withEmulator({ dataDirectory }, async (_query, emulator) => {
      expect(await get(emulator, 'datasets')).not.toHaveProperty('datasets');
      const connections = await call(emulator.url, 'GET', '/v1/projects/seeded/locations/eu/connections');
      expect(connections.body).not.toHaveProperty('connections');
    });
    await withEmulator({ dataDirectory, seed: writeSeed('undone.yaml', SEED) }, async (query) => {
      expect(await query(ROWS)).toEqual(EXPECTED_ROWS);
    });
  });
});

describe('a seed in code', () => {
  it('takes JavaScript values', { timeout: 60_000 }, async () => {
    const seed: Seed = {
      buckets: { fixtures: bucket },
      datasets: [
        {
          datasetId: 'd',
          tables: [
            {
              tableId: 't',
              schema: [
                { name: 'i', type: 'INT64' },
                { name: 'f', type: 'FLOAT64' },
                { name: 's', type: 'STRING' },
                { name: 'b', type: 'BYTES' },
                { name: 'j', type: 'JSON' },
                { name: 'a', type: 'INTEGER', mode: 'REPEATED' },
              ],
              rows: [
                {
                  i: 2n ** 63n - 1n,
                  f: 0.1,
                  s: 'yes: "no"\n# é',
                  b: Uint8Array.of(0, 255),
                  j: { k: 1n, l: '2' },
                  a: [1, 2],
                },
                { i: -1, f: NaN, s: '', b: new Uint8Array(0), j: [], a: [] },
                { i: null },
              ],
            },
          ],
        },
      ],
    };
    await withEmulator({ seed }, async (query) => {
      const sql =
        'SELECT i, f, s, TO_HEX(b), IF(j IS NULL, NULL, TO_JSON_STRING(j)), ARRAY_LENGTH(a) FROM d.t ORDER BY i DESC';
      expect(await query(sql)).toEqual([
        ['9223372036854775807', '0.1', 'yes: "no"\n# é', '00ff', '{"k":1,"l":"2"}', '2'],
        ['-1', 'NaN', '', '', '[]', '0'],
        [null, null, null, null, null, '0'],
      ]);
    });
  });

  it('names what is wrong', async () => {
    const seed: Seed = { datasets: [{ datasetId: 'd', tables: [{ tableId: 't', rows: [{ a: 1 }] }] }] };
    await expect(startEmulator({ seed })).rejects.toThrow(
      'seed: datasets[0].tables[0].rows[0].a: there is no such column',
    );
    const buckets = { fixtures: path.join(work.path, 'bucket/odd') };
    await expect(startEmulator({ buckets, seed: { buckets: { fixtures: bucket } } })).rejects.toThrow(
      'buckets.fixtures: ',
    );
  });
});
