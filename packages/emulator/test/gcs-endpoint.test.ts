/** Object tables and ML.PREDICT over each backing of buckets: directories are tutorial.test.ts. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { randomIds } from '@bqml-emulator/common';
import { GcsClient } from '@bqml-emulator/object-store';
import { startEmulator } from 'bqml-emulator';
import type { RunningEmulator } from 'bqml-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES, WorkDirectory } from './support/running-emulator.ts';

interface LabelledImage {
  readonly file: string;
  readonly frameworkLabel: number;
}

const labels = JSON.parse(readFileSync(path.join(FIXTURES, 'labels.json'), 'utf8')) as { images: LabelledImage[] };
const images = labels.images.filter((_image, i) => i % 10 === 0);
const model = 'models/shapes_batch1.onnx';

/** A binary of https://github.com/fsouza/fake-gcs-server */
const fakeGcsServer = process.env['FAKE_GCS_SERVER'];

interface Backing {
  readonly endpoint: string;
  stop(): Promise<void>;
}

async function ownServer(): Promise<Backing> {
  const emulator = await startEmulator();
  return { endpoint: emulator.url, stop: () => emulator.dispose() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function fakeServer(binary: string): Promise<Backing> {
  const port = String(await freePort());
  const arguments_ = ['-scheme', 'http', '-host', '127.0.0.1', '-port', port, '-backend', 'memory'];
  const child: ChildProcess = spawn(binary, [...arguments_, '-public-host', `127.0.0.1:${port}`], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

describe.each<[string, (() => Promise<Backing>) | undefined]>([
  ["the emulator's own JSON API", ownServer],
  ['fake-gcs-server (FAKE_GCS_SERVER names its binary)', fakeGcsServer ? () => fakeServer(fakeGcsServer) : undefined],
])('buckets of %s', (_, start) => {
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
