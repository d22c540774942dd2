/** The golden files of object tables and of ML.PREDICT, which golden-files.test.ts runs over a folder, over services. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { randomIds } from '@bqml-emulator/common';
import { GcsClient } from '@bqml-emulator/object-store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BACKINGS } from '../support/backing.ts';
import type { Backing } from '../support/backing.ts';
import { FIXTURES } from '../support/running-emulator.ts';
import { printGoldenFile } from './golden-file.ts';
import { QueryHarness } from './query-harness.ts';

/** What the files name. */
const OBJECTS = [
  ...readdirSync(path.join(FIXTURES, 'images/car')).map((name) => `images/car/${name}`),
  'models/shapes_batch1.onnx',
];

describe.each(BACKINGS)('buckets of %s', (_, start) => {
  describe.skipIf(start === undefined)('', () => {
    let backing: Backing | undefined;
    let store: GcsClient;

    beforeAll(async () => {
      backing = await start?.();
      store = new GcsClient({ endpoint: backing?.endpoint ?? '', projectId: 'proj', ids: randomIds });
      await store.createBucket('fixtures');
      for (const name of OBJECTS) await store.put('fixtures', name, [readFileSync(path.join(FIXTURES, name))]);
    });

    afterAll(() => backing?.stop());

    test.each(['object-table.test', 'predict.test'])('%s', { timeout: 60_000 }, async (name) => {
      const harness = await QueryHarness.open(store);
      try {
        const { file, printed } = await printGoldenFile(harness, name);
        expect(printed).toBe(readFileSync(file, 'utf8'));
        expect(harness.defects).toEqual([]);
      } finally {
        await harness.close();
      }
    });
  });
});
