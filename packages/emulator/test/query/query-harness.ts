import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { randomIds, systemClock } from '@bqml-emulator/common';
import type { FunctionDefinition, ModelRuntime } from '@bqml-emulator/catalog';
import { builtinFunctions, createQueryEngine } from '@bqml-emulator/engine';
import type { Job, QueryConfiguration, QueryEngine } from '@bqml-emulator/engine';
import { createModelRuntime, mlFunctions } from '@bqml-emulator/ml';
import { FilesystemObjectStore } from '@bqml-emulator/object-store';
import type { ObjectStore } from '@bqml-emulator/object-store';
import { openStorage } from '@bqml-emulator/storage';
import type { Storage } from '@bqml-emulator/storage';
import { createImageHost } from '@bqml-emulator/tensor';
import { formatLiteral, isLazyValue, typeName } from '@bqml-emulator/types';
import type { Value } from '@bqml-emulator/types';

const PROJECT = 'proj';

/** The engine over real stores in a temporary directory, with the fixtures as bucket `fixtures`. */
export class QueryHarness {
  readonly engine: QueryEngine;
  readonly storage: Storage;
  /** Errors that no user should see. */
  readonly defects: unknown[];
  readonly #models: ModelRuntime;
  readonly #directory: string;

  private constructor(directory: string, storage: Storage, models: ModelRuntime, functions: FunctionDefinition[]) {
    this.#directory = directory;
    this.#models = models;
    this.storage = storage;
    this.defects = [];
    this.engine = createQueryEngine({
      catalog: storage.catalog,
      tables: storage.tables,
      relational: storage.relational,
      results: storage.results,
      jobs: storage.jobs,
      objectTables: storage.objectTables,
      externalFiles: storage.externalFiles,
      models,
      connections: storage.connections,
      reservations: storage.reservations,
      assignments: storage.assignments,
      functions,
      clock: systemClock,
      ids: randomIds,
      defaultProjectId: PROJECT,
      options: { onDefect: (error) => this.defects.push(error) },
    });
  }

  /** `buckets` has a bucket `fixtures`; without it, that is the folder of fixtures. */
  static async open(buckets?: ObjectStore): Promise<QueryHarness> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'bqml-query-'));
    const fixtures = path.join(import.meta.dirname, '../../../tooling/fixtures');
    const objectStore =
      buckets ??
      new FilesystemObjectStore({ root: path.join(directory, 'buckets'), buckets: { fixtures }, ids: randomIds });
    const storage = await openStorage({
      dataDirectory: directory,
      objectStore,
      clock: systemClock,
      ids: randomIds,
      defaultProjectId: PROJECT,
    });
    const images = createImageHost({});
    const models = createModelRuntime({
      dataDirectory: directory,
      objectStore,
      images,
      onnxCompatibility: '1.12',
      pool: { size: 1 },
    });
    return new QueryHarness(directory, storage, models, [...builtinFunctions, ...mlFunctions(models, images)]);
  }

  start(query: string, configuration: Partial<QueryConfiguration> = {}): Job {
    return this.engine.startQuery({
      projectId: PROJECT,
      jobId: undefined,
      location: undefined,
      userEmail: 'user@example.com',
      configuration: {
        query,
        defaultDataset: undefined,
        parameters: [],
        destinationTable: undefined,
        createDisposition: 'CREATE_IF_NEEDED',
        writeDisposition: 'WRITE_EMPTY',
        dryRun: false,
        labels: {},
        timeoutMillis: undefined,
        ...configuration,
      },
    });
  }

  async run(query: string, configuration: Partial<QueryConfiguration> = {}): Promise<Job> {
    const { reference } = this.start(query, configuration);
    return this.engine.waitForJob(reference.projectId, reference.jobId, 60_000);
  }

  /** What a query gives, as golden files have it: a line of names and types, then one line a row; or its error. */
  async print(query: string, configuration: Partial<QueryConfiguration> = {}): Promise<string> {
    const job = await this.run(query, configuration);
    if (job.error) return `ERROR ${job.error.reason}: ${job.error.message}`;
    const result = this.engine.getResult(job.reference.projectId, job.reference.jobId);
    if (!result) return summary(job);
    const lines = [result.schema.map((c) => `${c.name} ${typeName(c.type)}`).join(' | ')];
    for (let row = 0n; row < result.rowCount;) {
      const batch = await result.read(row, 1000, 10_000_000);
      for (let i = 0; i < batch.rowCount; i++) {
        const cells = batch.columns.map(async (c) => formatLiteral(await valueOf(c.values[i] ?? null), c.type));
        lines.push((await Promise.all(cells)).join(' | '));
      }
      row += BigInt(batch.rowCount);
    }
    return lines.join('\n');
  }

  async close(): Promise<void> {
    await this.engine.dispose();
    await this.storage.close();
    await this.#models.dispose();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

const valueOf = async (value: Value): Promise<Value> => (isLazyValue(value) ? value.read() : value);

function summary({ statistics }: Job): string {
  const { dmlStats } = statistics;
  const rows = dmlStats && dmlStats.insertedRowCount + dmlStats.updatedRowCount + dmlStats.deletedRowCount;
  const detail = rows === undefined ? statistics.ddlOperationPerformed : `${rows} rows`;
  return [statistics.statementType, detail].filter((part) => part !== undefined).join(' ');
}
