import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock, IdSource } from '@bqml-emulator/common';
import type {
  AssignmentStore,
  Catalog,
  ConnectionStore,
  ExternalFiles,
  JobStore,
  ObjectTableSource,
  RelationalStore,
  ReservationStore,
  ResultStore,
  TableStore,
  UrlSigner,
} from '@bqml-emulator/catalog';
import type { ObjectStore } from '@bqml-emulator/object-store';
import { openDatabase } from './duckdb/database.ts';
import { DuckDbRelationalStore } from './duckdb/duckdb-relational-store.ts';
import { CloudStorageFiles } from './external/cloud-storage-files.ts';
import { ListedObjectTables } from './object-table/listed-object-tables.ts';
import { MetadataCache } from './object-table/metadata-cache.ts';
import { HmacUrlSigner, openSigningKey } from './object-table/url-signing.ts';
import { PagedResultStore } from './results/paged-result-store.ts';
import { SegmentStore } from './segments/segment-store.ts';
import { openCatalogDatabase } from './sqlite/catalog-database.ts';
import { SqliteCatalog } from './sqlite/sqlite-catalog.ts';
import { SqliteJobStore } from './sqlite/sqlite-job-store.ts';
import { SqliteLocatedResources } from './sqlite/sqlite-located-resources.ts';
import { TableRows } from './sqlite/table-rows.ts';
import { DurableTableStore } from './tables/durable-table-store.ts';
import { createVersionTable } from './tables/physical-table.ts';
import { recoverTables } from './tables/recovery.ts';
import { RetiredRows } from './tables/retired-rows.ts';

export interface StorageOptions {
  /** Made when it does not exist. One process at a time may have it open. */
  readonly dataDirectory: string;
  readonly objectStore: ObjectStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** In `Catalog.listProjects` also when it owns no dataset. */
  readonly defaultProjectId?: string;
  /** Half of Node's thread pool is a good number: each running statement holds a thread of it. Default 2. */
  readonly maxSessions?: number;
  /** Threads of the relational engine. Default: one for each core. */
  readonly threads?: number;
  /** Memory of the relational engine, beyond which it spills into the data directory. Default: half of the machine's. */
  readonly memoryBytes?: number;
}

export interface Storage {
  readonly catalog: Catalog;
  readonly jobs: JobStore;
  readonly tables: TableStore;
  readonly relational: RelationalStore;
  readonly results: ResultStore;
  readonly objectTables: ObjectTableSource;
  readonly externalFiles: ExternalFiles;
  readonly connections: ConnectionStore;
  readonly reservations: ReservationStore;
  readonly assignments: AssignmentStore;
  readonly urlSigner: UrlSigner;
  /** Stops running queries, waits for writes to end one way or the other, and gives the data directory back. */
  close(): Promise<void>;
}

/**
 * Opens a data directory, after a crash too. Its layout:
 *
 *     catalog.sqlite   datasets, tables, models, connections, reservations, jobs, intents; its lock is the lock of the directory
 *     tables.duckdb    rows of tables `p_<hex>`, and `table_versions`
 *     segments/        `<id>.seg`: images and tensors of tables; `.tmp` while they are written
 *     results/         rows of finished queries; emptied at start
 *     spill/           what the relational engine has no memory for; emptied at start
 *     staging/         the only folder that the relational engine may read and write files in
 *     signing.key      the secret of signed URLs
 *     models/          imported models, which `ml` keeps
 *     buckets/         buckets, unless they are elsewhere
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { dataDirectory, clock, ids, defaultProjectId } = options;
  const folder = (name: string) => join(dataDirectory, name);
  await mkdir(dataDirectory, { recursive: true });
  const database = openCatalogDatabase(folder('catalog.sqlite'), dataDirectory);
  // Only the holder of the catalog's lock may touch the rest.
  for (const name of ['spill', 'staging']) {
    await rm(folder(name), { recursive: true, force: true });
    await mkdir(folder(name));
  }
  const segments = new SegmentStore(folder('segments'));
  let relational: DuckDbRelationalStore | undefined;
  try {
    const instance = await openDatabase({
      path: folder('tables.duckdb'),
      temporaryDirectory: folder('spill'),
      stagingDirectory: folder('staging'),
      threads: options.threads ?? availableParallelism(),
      memoryBytes: options.memoryBytes ?? totalmem() / 2,
    });
    relational = await DuckDbRelationalStore.open(instance, segments, options.maxSessions ?? 2);
    const rows = new TableRows(database);
    const connection = await relational.connect();
    await createVersionTable(connection);
    await recoverTables(connection, rows, segments);
    connection.disconnectSync();
    const retired = new RetiredRows(relational, segments, clock);
    const catalog = new SqliteCatalog({
      database,
      tables: rows,
      clock,
      defaultProjectId,
      retire: (table, ids) => retired.retire(table.kind === 'TABLE' ? table.physicalName : undefined, ids),
    });
    const jobs = new SqliteJobStore(database);
    jobs.endInterruptedJobs(clock);
    const objectTables = new ListedObjectTables(options.objectStore, new MetadataCache(database), clock);
    const opened = relational;
    const externalFiles = new CloudStorageFiles(options.objectStore, {
      connect: () => opened.connect(),
      stagingDirectory: folder('staging'),
      ids,
    });
    const tables = new DurableTableStore({
      catalog,
      rows,
      relational,
      segments,
      retired,
      objectTables,
      externalFiles,
      clock,
      ids,
    });
    tables.removeExpired();
    catalog.removeOldDeletedDatasets();
    const results = await PagedResultStore.open({ directory: folder('results'), clock, ids });
    const key = await openSigningKey(folder('signing.key'));
    const urlSigner = new HmacUrlSigner(key, clock);
    return {
      catalog,
      jobs,
      tables,
      relational: opened,
      results,
      objectTables,
      externalFiles,
      connections: new SqliteLocatedResources(database, 'connection'),
      reservations: new SqliteLocatedResources(database, 'reservation'),
      assignments: new SqliteLocatedResources(database, 'assignment'),
      urlSigner,
      close: async () => {
        await opened.stop();
        await tables.idle();
        await retired.close();
        await results.close();
        await opened.close();
        database.close();
      },
    };
  } catch (error) {
    await relational?.close();
    database.close();
    throw error;
  }
}
