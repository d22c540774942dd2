/** Object tables and ML.PREDICT over each backing of buckets: directories are tutorial.test.ts. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { randomIds } from '@bqml-emulator/common';
import { GcsClient } from '@bqml-emulator/object-store';
import { startEmulator } from 'bqml-emulator';
import type { RunningEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKINGS } from './support/backing.ts';
import type { Backing } from './support/backing.ts';
import { FIXTURES, WorkDirectory } from './support/running-emulator.ts';

interface LabelledImage {
  readonly file: string;
  readonly frameworkLabel: number;
}

const labels = JSON.parse(readFileSync(path.join(FIXTURES, 'labels.json'), 'utf8')) as { images: LabelledImage[] };
const images = labels.images.filter((_image, i) => i % 10 === 0);
const model = 'models/shapes_batch1.onnx';

describe.each(BACKINGS)('buckets of %s', (_, start) => {
  describe.skipIf(start === undefined)('', () => {
    const work = new WorkDirectory();
    let backing: Backing | undefined;
    let emulator: RunningEmulator | undefined;
    let bigquery: BigQuery;
    let store: GcsClient;

    beforeAll(async () => {
      backing = await start?.();
      store = new GcsClient({ endpoint: backing?.endpoint ?? '', projectId: 'gcs', ids: randomIds });
      emulator = await startEmulator({ projectId: 'gcs', gcsEndpoint: backing?.endpoint ?? '' });
      bigquery = new BigQuery({ projectId: 'gcs', apiEndpoint: emulator.url });
    });

    afterAll(async () => {
      await emulator?.dispose();
      await backing?.stop();
      work.remove();
    });

    it('take objects', async () => {
      expect(await store.createBucket('remote-images')).toBe(true);
      for (const file of [...images.map((image) => image.file), model]) {
        const put = await store.put('remote-images', file, [readFileSync(path.join(FIXTURES, file))], {
          metadata: { from: 'test' },
        });
        expect(await store.getMetadata('remote-images', file)).toMatchObject({
          generation: put.generation,
          size: put.size,
          metadata: { from: 'test' },
        });
      }
    });

    it('hold models and images that are predicted', { timeout: 60_000 }, async () => {
      await bigquery.createDataset('d');
      await bigquery.query(`CREATE MODEL d.m
        OPTIONS (model_type = 'ONNX', model_path = 'gs://remote-images/${model}')`);
      await bigquery.query(`CREATE EXTERNAL TABLE d.images WITH CONNECTION us.c
        OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://remote-images/images/*'])`);
      const [listed] = await bigquery.query('SELECT uri, size, md5_hash FROM d.images ORDER BY uri');
      expect(listed.map((row: { uri: string }) => row.uri)).toEqual(
        images.map((image) => `gs://remote-images/${image.file}`).toSorted(),
      );
      const [rows] = await bigquery.query(`SELECT uri, class_label FROM ML.PREDICT(MODEL d.m,
        (SELECT uri, ML.RESIZE_IMAGE(ML.DECODE_IMAGE(data), 224, 224, FALSE) AS input FROM d.images))`);
      const expected = new Map(images.map((image) => [`gs://remote-images/${image.file}`, image.frameworkLabel]));
      expect(rows).toHaveLength(images.length);
      for (const row of rows as { uri: string; class_label: number }[]) {
        expect(row.class_label, row.uri).toBe(expected.get(row.uri));
      }
    });

    it('are not found when they are not there', async () => {
      await expect(
        bigquery.query(`CREATE EXTERNAL TABLE d.nothing WITH CONNECTION us.c
          OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://nobodys-bucket/*'])`),
      ).rejects.toThrow('The specified bucket does not exist.');
    });
  });
});
