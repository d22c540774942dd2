import path from 'node:path';
import { startEmulator } from 'bqml-emulator';
import { expect, it } from 'vitest';
import { replay } from './replay.ts';

it("answers as BigQuery's recordings", async () => {
  const emulator = await startEmulator({ projectId: 'conformance-project' });
  const failures: string[] = [];
  let total = 0;
  try {
    const recordings = path.join(import.meta.dirname, '../recordings');
    for await (const { id, failure } of replay(emulator.url, recordings, 'conformance-project')) {
      total++;
      if (failure !== undefined) failures.push(`${id}: ${failure}`);
    }
  } finally {
    await emulator.dispose();
  }
  expect(failures).toEqual([]);
  expect(total).toBeGreaterThanOrEqual(30);
});
