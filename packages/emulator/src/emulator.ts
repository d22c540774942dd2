import { mkdtempSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FunctionDefinition } from '@bqml-emulator/catalog';
import { randomIds, systemClock } from '@bqml-emulator/common';
import { builtinFunctions, createQueryEngine, externalObjectTransform } from '@bqml-emulator/engine';
import type { Job, QueryEngine } from '@bqml-emulator/engine';
import { createModelRuntime, mlFunctions } from '@bqml-emulator/ml';
import type { ObjectStore } from '@bqml-emulator/object-store';
import { createServer, RequestIds, ResumableSessions, routes } from '@bqml-emulator/server';
import type { Route } from '@bqml-emulator/server';
import { createImageHost, decodeCapabilities } from '@bqml-emulator/tensor';
import type { ImageHost } from '@bqml-emulator/tensor';
import { GrantedObjectTables, openStorage } from '@bqml-emulator/storage';
import type { Storage } from '@bqml-emulator/storage';
import packageJson from '../package.json' with { type: 'json' };
import { StartError, threadPoolSize } from './options.ts';
import { applySeed } from './seed/apply-seed.ts';
import { bucketsWith, loadSeed } from './seed/load-seed.ts';
import { serverUrl } from './commands/env.ts';
import { openObjectStore } from './object-stores.ts';
import type { EmulatorOptions, ListenOptions } from './options.ts';
import type { LoadedSeed } from './seed/load-seed.ts';
import { emulatorEmail } from './user-email.ts';

/** A longer timer fires at once. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/**
 * The whole emulator in one process: the stores of a data directory, the model runtime, the query engine and, after
 * `listen`, the HTTP server. One process owns a data directory at a time.
 */
export class Emulator {
  readonly engine: QueryEngine;
  readonly storage: Storage;
  readonly dataDirectory: string;
  /** Every function that SQL may call. */
  readonly functions: readonly FunctionDefinition[];
  /** Every method of the HTTP surface. */
  readonly routes: readonly Route[] = routes;
  readonly #options: EmulatorOptions;
  readonly #images: ImageHost;
  readonly #objects: ObjectStore;
  readonly #closers: Closers;

  private constructor(
    options: EmulatorOptions,
    dataDirectory: string,
    storage: Storage,
    engine: QueryEngine,
    functions: readonly FunctionDefinition[],
    images: ImageHost,
    objects: ObjectStore,
    closers: Closers,
  ) {
    this.#options = options;
    this.dataDirectory = dataDirectory;
    this.storage = storage;
    this.engine = engine;
    this.functions = functions;
    this.#images = images;
    this.#objects = objects;
    this.#closers = closers;
  }

  /** Opens the data directory, finishing or undoing what a crash left half done. */
  static async open(options: EmulatorOptions): Promise<Emulator> {
    const seed = options.seedFile === undefined ? undefined : await loadSeed(options.seedFile);
    const buckets = seed === undefined ? options.buckets : bucketsWith(seed, options.buckets);
    const closers = new Closers();
    try {
      const emulator = await Emulator.#compose({ ...options, buckets }, closers);
      if (seed) await emulator.#seed(seed);
      return emulator;
    } catch (error) {
      await closers.close();
      throw error;
    }
  }

  static async #compose(options: EmulatorOptions, closers: Closers): Promise<Emulator> {
    const dataDirectory = options.dataDirectory ?? temporaryDirectory(closers);
    await makeDirectory(dataDirectory, 'the data directory');
    const bucketsRoot = options.bucketsRoot ?? path.join(dataDirectory, 'buckets');
    await makeDirectory(bucketsRoot, 'the buckets root');
    for (const [name, directory] of options.buckets) await requireDirectory(directory, `bucket ${name}`);
    const { objectStore, directories } = await openObjectStore(options, bucketsRoot);
    const storage = await openStorage({
      dataDirectory,
      objectStore,
      clock: systemClock,
      ids: randomIds,
      defaultProjectId: options.projectId,
      maxSessions: Math.max(2, Math.floor(threadPoolSize / 2)),
    });
    closers.add(() => storage.close());
    const images = createImageHost(options.images);
    const { warning } = decodeCapabilities(images);
    if (warning !== undefined) console.error(`bqml-emulator: ${warning}`);
    const models = createModelRuntime({
      dataDirectory,
      objectStore,
      images,
      onnxCompatibility: options.onnxCompatibility,
      savedModelRuntime: options.savedModelRuntime,
      ...(options.predictProcesses === undefined ? {} : { pool: { size: options.predictProcesses } }),
    });
    closers.add(() => models.dispose());
    // What a crash or a DROP MODEL left besides is deleted.
    await models.collect(storage.catalog.modelContentIds());
    const functions = [...builtinFunctions, externalObjectTransform(storage.urlSigner), ...mlFunctions(models, images)];
    const engine = createQueryEngine({
      catalog: storage.catalog,
      tables: storage.tables,
      relational: storage.relational,
      results: storage.results,
      jobs: storage.jobs,
      objectTables:
        options.iam === 'strict'
          ? new GrantedObjectTables(storage.objectTables, storage.connections, directories)
          : storage.objectTables,
      externalFiles: storage.externalFiles,
      models,
      connections: storage.connections,
      reservations: storage.reservations,
      assignments: storage.assignments,
      functions,
      clock: systemClock,
      ids: randomIds,
      defaultProjectId: options.projectId,
      defaultLocation: options.location,
      options: { reservation: options.reservation, iam: options.iam },
    });
    closers.add(() => engine.dispose());
    return new Emulator(options, dataDirectory, storage, engine, functions, images, objectStore, closers);
  }

  #seed(seed: LoadedSeed): Promise<void> {
    const { storage, engine } = this;
    const { projectId, location } = this.#options;
    const context = { objects: this.#objects, clock: systemClock, ids: randomIds, projectId, location };
    return applySeed(seed, { storage, engine, ...context, runQuery: (sql) => this.runQuery(sql) });
  }

  /** Serves HTTP; returns the port. */
  async listen(listen: ListenOptions): Promise<number> {
    const uploads = await ResumableSessions.open(path.join(this.dataDirectory, 'uploads'), systemClock, randomIds);
    const server = createServer(
      {
        catalog: this.storage.catalog,
        tables: this.storage.tables,
        engine: this.engine,
        requestIds: new RequestIds(systemClock),
        connections: this.storage.connections,
        reservations: this.storage.reservations,
        assignments: this.storage.assignments,
        urlSigner: this.storage.urlSigner,
        objects: this.#objects,
        uploads,
        clock: systemClock,
        ids: randomIds,
        projectId: this.#options.projectId,
        userEmail: emulatorEmail(this.#options.projectId),
        location: this.#options.location,
        health: () => ({ version: packageJson.version, images: decodeCapabilities(this.#images) }),
      },
      {
        allowedHosts: new Set([listen.host.toLowerCase(), ...listen.allowedHosts]),
        onDefect: (error, request) => console.error(`${request}:`, error),
      },
    );
    await server.listen({ host: listen.host, port: listen.port }).catch((error: unknown) => {
      throw new StartError(`cannot listen on ${listen.host}:${listen.port}: ${reasonOf(error)}`);
    });
    this.#closers.add(() => server.close());
    const address = server.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : listen.port;
    this.storage.urlSigner.origin = serverUrl(listen.host, port);
    return port;
  }

  /** Runs a statement or script to its end; `signal` cancels it. */
  async runQuery(sql: string, signal?: AbortSignal): Promise<Job> {
    const { projectId } = this.#options;
    const { reference } = this.engine.startQuery({
      projectId,
      jobId: undefined,
      location: undefined,
      userEmail: emulatorEmail(projectId),
      configuration: {
        query: sql,
        defaultDataset: undefined,
        parameters: [],
        destinationTable: undefined,
        createDisposition: 'CREATE_IF_NEEDED',
        writeDisposition: 'WRITE_EMPTY',
        dryRun: false,
        labels: {},
        timeoutMillis: undefined,
      },
    });
    const cancel = () => void this.engine.cancelJob(projectId, reference.jobId);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      for (;;) {
        const job = await this.engine.waitForJob(projectId, reference.jobId, MAX_TIMER_MILLIS);
        if (job.state === 'DONE') return job;
      }
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async dispose(): Promise<void> {
    await this.#closers.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

/** The operating system's reason in words; anything else is a defect and is thrown on. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'the port is in use; --port picks another, --port 0 a free one',
    EACCES: 'permission denied',
    EADDRNOTAVAIL: 'this machine does not have that address',
    ENOTFOUND: 'the host name is unknown',
    ENOENT: 'there is no such directory',
    ENOTDIR: 'it is not a directory',
    EROFS: 'the file system is read-only',
  };
  return reasons[String(error.code)] ?? error.message;
}

async function makeDirectory(directory: string, what: string): Promise<void> {
  await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw new StartError(`cannot make ${what} ${directory}: ${reasonOf(error)}`);
  });
}

async function requireDirectory(directory: string, what: string): Promise<void> {
  await readdir(directory).catch((error: unknown) => {
    throw new StartError(`cannot read the directory of ${what}, ${directory}: ${reasonOf(error)}`);
  });
}

/** What was opened, to be closed in the opposite order. */
class Closers {
  readonly #closers: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) await close();
  }
}

function temporaryDirectory(closers: Closers): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'bqml-emulator-'));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
