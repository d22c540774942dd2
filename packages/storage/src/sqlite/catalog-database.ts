import Database from 'better-sqlite3';
import { invalid, invariant } from '@bqml-emulator/common';

/** Each entry brings a database from the version that is its index to the next one. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE datasets (
    project TEXT NOT NULL, dataset TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (project, dataset)
  ) WITHOUT ROWID;

  -- physical_name is NULL for a table without rows of its own.
  CREATE TABLE tables (
    project TEXT NOT NULL, dataset TEXT NOT NULL, name TEXT NOT NULL,
    physical_name TEXT UNIQUE, version INTEGER NOT NULL, expiration_millis INTEGER, body TEXT NOT NULL,
    PRIMARY KEY (project, dataset, name)
  ) WITHOUT ROWID;
  CREATE INDEX tables_expiration ON tables (expiration_millis) WHERE expiration_millis IS NOT NULL;

  CREATE TABLE models (
    project TEXT NOT NULL, dataset TEXT NOT NULL, name TEXT NOT NULL,
    expiration_millis INTEGER, body TEXT NOT NULL,
    PRIMARY KEY (project, dataset, name)
  ) WITHOUT ROWID;

  CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY, project TEXT NOT NULL, job TEXT NOT NULL,
    state TEXT NOT NULL, creation_millis INTEGER NOT NULL, parent TEXT, body TEXT NOT NULL,
    UNIQUE (project, job)
  );
  CREATE INDEX jobs_by_age ON jobs (project, creation_millis, sequence);

  -- Segments of tables that the catalog names; a file that is not in here belongs to nobody.
  CREATE TABLE segments (
    id INTEGER PRIMARY KEY, physical_name TEXT NOT NULL, bytes INTEGER NOT NULL, type TEXT NOT NULL
  );
  CREATE INDEX segments_by_table ON segments (physical_name);

  -- A change of rows that DuckDB is about to commit and the catalog does not show yet.
  CREATE TABLE intents (physical_name TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
  `,
  `
  -- Connections, reservations and assignments; the location is in lower case.
  CREATE TABLE located_resources (
    kind TEXT NOT NULL, project TEXT NOT NULL, location TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (kind, project, location, id)
  ) WITHOUT ROWID;

  -- The listing of an object table, and when it was made; rows in the order of the URI.
  CREATE TABLE metadata_caches (
    id INTEGER PRIMARY KEY, project TEXT NOT NULL, dataset TEXT NOT NULL, name TEXT NOT NULL,
    table_creation_millis INTEGER NOT NULL, refreshed_millis INTEGER NOT NULL,
    UNIQUE (project, dataset, name)
  );
  CREATE TABLE cached_objects (
    cache INTEGER NOT NULL, position INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (cache, position)
  ) WITHOUT ROWID;
  `,
];

/**
 * Opens the catalog's database for this process alone: the lock lasts until it is closed or the process ends,
 * however it ends. `directory` is for the message only.
 */
export function openCatalogDatabase(path: string, directory: string): Database.Database {
  const database = new Database(path, { timeout: 0 });
  try {
    // Exclusive locking before WAL: the lock is taken by the first write and kept.
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec('BEGIN IMMEDIATE; COMMIT');
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw invalid(
        `The data directory ${directory} is in use by another emulator. Stop it, or choose another directory with --data-dir.`,
      );
    }
    throw error;
  }
  migrate(database);
  return database;
}

function migrate(database: Database.Database): void {
  const version = database.pragma('user_version', { simple: true });
  invariant(typeof version === 'number', 'user_version is a number');
  if (version > MIGRATIONS.length) {
    database.close();
    throw invalid('The data directory was written by a newer version of the emulator.');
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(migration);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}
