import type { DuckDBConnection } from '@duckdb/node-api';
import { invariant } from '@bqml-emulator/common';
import type { StageColumn } from '@bqml-emulator/catalog';
import { TABLES } from '../duckdb/database.ts';
import { rowBytesText } from './logical-bytes.ts';

/** Side table: which version of a physical table DuckDB has committed, written in the transaction of its rows. */
const VERSIONS = `${TABLES}.table_versions`;

const PREFIX = 'p_';

export const physicalNameOf = (unique: string): string => PREFIX + unique;

export interface PhysicalVersion {
  readonly version: number;
  readonly rowCount: bigint;
  /** Without the values in segments. */
  readonly byteCount: bigint;
}

export async function createVersionTable(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `CREATE TABLE IF NOT EXISTS ${VERSIONS}
     (physical_name VARCHAR, version BIGINT, row_count BIGINT, byte_count BIGINT)`,
  );
}

/** Counts the rows and records them as `version`, in the transaction that changes them. */
export async function recordVersion(
  connection: DuckDBConnection,
  physicalName: string,
  columns: readonly StageColumn[],
  version: number,
): Promise<PhysicalVersion> {
  const reader = await connection.runAndReadAll(
    `SELECT count(*), CAST(coalesce(sum(${rowBytesText(columns)}), 0) AS BIGINT) FROM ${TABLES}.${physicalName}`,
  );
  const [rowCount, byteCount] = reader.getRows()[0] ?? [];
  invariant(typeof rowCount === 'bigint' && typeof byteCount === 'bigint', 'counts are BIGINT');
  await connection.run(`DELETE FROM ${VERSIONS} WHERE physical_name = '${physicalName}'`);
  await connection.run(`INSERT INTO ${VERSIONS} VALUES ('${physicalName}', ${version}, ${rowCount}, ${byteCount})`);
  return { version, rowCount, byteCount };
}

export async function dropPhysicalTable(connection: DuckDBConnection, physicalName: string): Promise<void> {
  await connection.run(`DROP TABLE IF EXISTS ${TABLES}.${physicalName}`);
  await connection.run(`DELETE FROM ${VERSIONS} WHERE physical_name = '${physicalName}'`);
}

export async function readVersions(connection: DuckDBConnection): Promise<ReadonlyMap<string, PhysicalVersion>> {
  const reader = await connection.runAndReadAll(
    `SELECT physical_name, version, row_count, byte_count FROM ${VERSIONS}`,
  );
  return new Map(
    reader.getRows().map(([name, version, rowCount, byteCount]) => {
      invariant(typeof name === 'string' && typeof rowCount === 'bigint' && typeof byteCount === 'bigint', 'a version');
      return [name, { version: Number(version), rowCount, byteCount }];
    }),
  );
}

export async function readPhysicalNames(connection: DuckDBConnection): Promise<readonly string[]> {
  const reader = await connection.runAndReadAll(
    `SELECT table_name FROM duckdb_tables() WHERE database_name = '${TABLES}'`,
  );
  return reader
    .getRows()
    .map(([name]) => String(name))
    .filter((name) => name.startsWith(PREFIX));
}
