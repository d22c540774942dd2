import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BigQuery } from '@google-cloud/bigquery';
import { startEmulator } from 'bqml-emulator';
import type { RunningEmulator, StartEmulatorOptions } from 'bqml-emulator';

/** The committed images and models. */
export const FIXTURES = path.join(import.meta.dirname, '../../../tooling/fixtures');

/** A directory that the test removes. */
export class WorkDirectory {
  readonly path = mkdtempSync(path.join(os.tmpdir(), 'bqml-test-'));

  /** Copies fixtures into a folder of it, keeping their paths; returns the folder. */
  copyFixtures(folder: string, files: readonly string[]): string {
    const target = path.join(this.path, folder);
    mkdirSync(target, { recursive: true });
    for (const file of files) cpSync(path.join(FIXTURES, file), path.join(target, file), { recursive: true });
    return target;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A server in its own process and the official client pointed at it. */
export async function startWithClient(
  options: StartEmulatorOptions,
): Promise<{ readonly emulator: RunningEmulator; readonly bigquery: BigQuery }> {
  const emulator = await startEmulator(options);
  return { emulator, bigquery: new BigQuery({ projectId: emulator.projectId, apiEndpoint: emulator.url }) };
}

/** An answer of the HTTP surface, whatever its status. */
export async function call(
  url: string,
  method: string,
  requestPath: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(url + requestPath, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { 'content-type': 'application/json' },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
