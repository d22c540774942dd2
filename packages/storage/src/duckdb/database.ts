import { DuckDBInstance } from '@duckdb/node-api';
import { invalid } from '@bqml-emulator/common';
import { isDatabaseLocked } from './relational-error.ts';

/** In-memory database that holds the tables of sessions; visible to all connections, spills like any other. */
export const SCRATCH = 'scratch';

/** Name of the database file inside DuckDB: its file name without extension. */
export const TABLES = 'tables';

export interface DatabaseOptions {
  /** A file called `tables.duckdb`. */
  readonly path: string;
  /** Folder for what does not fit into memory. */
  readonly temporaryDirectory: string;
  /** The only folder that statements may read and write files in. */
  readonly stagingDirectory: string;
  readonly threads: number;
  readonly memoryBytes: number;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Opens the file and takes away everything that a statement could reach outside it. */
export async function openDatabase(options: DatabaseOptions): Promise<DuckDBInstance> {
  const instance = await create(options);
  const connection = await instance.connect();
  // The order matters: after `enable_external_access` no directory can be allowed, after the lock nothing changes.
  for (const statement of [
    `ATTACH ':memory:' AS ${SCRATCH}`,
    "SET GLOBAL TimeZone = 'UTC'",
    'SET GLOBAL autoinstall_known_extensions = false',
    'SET GLOBAL autoload_known_extensions = false',
    'SET GLOBAL allow_community_extensions = false',
    `SET GLOBAL allowed_directories = [${quoted(`${options.stagingDirectory}/`)}]`,
    'SET GLOBAL enable_external_access = false',
    'SET GLOBAL lock_configuration = true',
  ]) {
    await connection.run(statement);
  }
  connection.disconnectSync();
  return instance;
}

async function create(options: DatabaseOptions): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(options.path, {
      threads: String(options.threads),
      memory_limit: `${Math.floor(options.memoryBytes / 1e6)}MB`,
      temp_directory: options.temporaryDirectory,
    });
  } catch (error) {
    if (isDatabaseLocked(error)) throw invalid(`Another process holds the tables in ${options.path}.`);
    throw error;
  }
}
