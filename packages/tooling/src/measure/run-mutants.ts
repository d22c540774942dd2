import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmulator } from 'bqml-emulator';

/** A running server with an empty dataset `mutants`. */
export interface MutantsServer {
  /** Of the project. */
  readonly url: string;
  /** The folder that is its bucket `mutants`. */
  readonly bucket: string;
}

const PROJECT = 'mutants';

/** Runs `work`, prints the number of faults that it gives, and makes any of them the process's failure. */
export async function runMutants(work: (server: MutantsServer) => Promise<number>): Promise<void> {
  const bucket = path.join(mkdtempSync(path.join(tmpdir(), 'mutants-')), 'bucket');
  mkdirSync(bucket);
  const emulator = await startEmulator({ projectId: PROJECT, buckets: { mutants: bucket } });
  try {
    const url = `${emulator.url}/projects/${PROJECT}`;
    const made = await fetch(`${url}/datasets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ datasetReference: { projectId: PROJECT, datasetId: 'mutants' } }),
    });
    if (!made.ok) throw new Error(await made.text());
    const faults = await work({ url, bucket });
    console.log(faults === 0 ? 'no fault' : `${faults} faults`);
    process.exitCode = faults === 0 ? 0 : 1;
  } finally {
    await emulator.dispose();
    rmSync(path.dirname(bucket), { recursive: true, force: true });
  }
}
