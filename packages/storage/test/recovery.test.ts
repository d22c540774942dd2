import { DuckDBInstance } from '@duckdb/node-api';
import Database from 'better-sqlite3';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BaseTable } from '@bqml-emulator/catalog';
import { INT64 } from '@bqml-emulator/types';
import type { Intent } from '../src/sqlite/table-rows.ts';
import { toRecordText } from '../src/sqlite/record-text.ts';
import { openCrashStorage } from './crash-writer.ts';
import { batchesOf, column, dataset, datasetReference, newTable, rowsOf } from './storage-rows.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const schema = [column('x', INT64)];

async function withTables<T>(directory: string, action: (run: (sql: string) => Promise<unknown[][]>) => Promise<T>) {
  const instance = await DuckDBInstance.create(join(directory, 'tables.duckdb'));
  const connection = await instance.connect();
  const result = await action(async (sql) => (await connection.runAndReadAll(sql)).getRows());
  connection.disconnectSync();
  instance.closeSync();
  return result;
}

function recordIntent(directory: string, intent: Intent): void {
  const database = new Database(join(directory, 'catalog.sqlite'));
  database
    .prepare('INSERT INTO intents VALUES (?, ?, ?)')
    .run(intent.table.physicalName, intent.version, toRecordText(intent));
  database.close();
}

/** A data directory with the table `t`, which holds 1 and 2. */
async function setUp(): Promise<{ directory: string; table: BaseTable }> {
  const directory = join(temporaryDirectory(), 'data');
  const storage = await openCrashStorage(directory);
  storage.catalog.createDataset(dataset());
  const table = await storage.tables.createTable(newTable('t', schema), batchesOf(schema, [[1n], [2n]]), 'error');
  await storage.close();
  return { directory, table };
}

test('a change that DuckDB committed is shown, one that it did not commit is forgotten', async () => {
  const { directory, table } = await setUp();
  const version = (name: string, number: number, rows: number) =>
    `DELETE FROM table_versions WHERE physical_name = '${name}';
     INSERT INTO table_versions VALUES ('${name}', ${number}, ${rows}, 0)`;
  await withTables(directory, async (run) => {
    await run(`INSERT INTO ${table.physicalName} VALUES (3)`);
    await run(version(table.physicalName, 2, 3));
    await run('CREATE TABLE p_new AS SELECT 7::BIGINT c0');
    await run(version('p_new', 1, 1));
    await run('CREATE TABLE p_half AS SELECT 8::BIGINT c0');
  });
  const created = (name: string, physicalName: string): BaseTable => ({
    ...table,
    ...newTable(name, schema),
    physicalName,
    rowCount: 1n,
  });
  recordIntent(directory, { kind: 'change', table: { ...table, rowCount: 3n }, version: 2, segments: [] });
  recordIntent(directory, { kind: 'create', table: created('new', 'p_new'), version: 1, segments: [] });
  recordIntent(directory, { kind: 'create', table: created('half', 'p_half'), version: 1, segments: [] });
  const elsewhere = {
    ...created('lost', 'p_lost'),
    reference: { projectId: 'local', datasetId: 'gone', tableId: 'lost' },
  };
  recordIntent(directory, { kind: 'create', table: elsewhere, version: 1, segments: [] });
  writeFileSync(join(directory, 'segments/99.seg'), 'of a write that never ended');

  const storage = await openCrashStorage(directory);
  const found = storage.catalog.listTables(datasetReference) as BaseTable[];
  expect(found.map((shown) => [shown.reference.tableId, shown.rowCount])).toEqual([
    ['new', 1n],
    ['t', 3n],
  ]);
  expect(await rowsOf(storage.tables.readTable(found[0] as BaseTable))).toEqual([[7n]]);
  expect(await rowsOf(storage.tables.readTable(found[1] as BaseTable))).toEqual([[1n], [2n], [3n]]);
  expect(await storage.tables.appendRows(table.reference, batchesOf(schema, [[4n]]))).toBe(1n);
  await storage.close();
  expect(readdirSync(join(directory, 'segments'))).toEqual([]);
  const left = await withTables(directory, (run) =>
    run("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'p_%' ORDER BY table_name = 'p_new'"),
  );
  expect(left).toEqual([[table.physicalName], ['p_new']]);
});

test('a directory whose tables are lost is not opened as if they were empty', async () => {
  const { directory } = await setUp();
  rmSync(join(directory, 'tables.duckdb'));
  await expect(openCrashStorage(directory)).rejects.toThrow('its tables file lacks the rows of 1 tables');
});

test('a directory of a newer version is left alone', async () => {
  const directory = join(temporaryDirectory(), 'data');
  mkdirSync(directory);
  const database = new Database(join(directory, 'catalog.sqlite'));
  database.pragma('user_version = 99');
  database.close();
  await expect(openCrashStorage(directory)).rejects.toThrow('was written by a newer version of the emulator');
});
