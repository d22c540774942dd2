import type { DuckDBConnection } from '@duckdb/node-api';
import { invalid } from '@bqml-emulator/common';
import type { SegmentStore } from '../segments/segment-store.ts';
import type { TableRows } from '../sqlite/table-rows.ts';
import { dropPhysicalTable, readPhysicalNames, readVersions } from './physical-table.ts';

/**
 * Brings catalog, rows and segments together after a process that ended in the middle. What DuckDB committed under an
 * intent is shown, any other intent is forgotten; then everything that the catalog does not name is dropped.
 * Whatever was acknowledged had its intent ended before.
 */
export async function recoverTables(
  connection: DuckDBConnection,
  rows: TableRows,
  segments: SegmentStore,
): Promise<void> {
  const versions = await readVersions(connection);
  const physical = new Set(await readPhysicalNames(connection));
  for (const intent of rows.intents()) {
    const { physicalName } = intent.table;
    const committed = physical.has(physicalName) && versions.get(physicalName)?.version === intent.version;
    if (committed) rows.applyIntent(intent);
    else rows.dropIntent(physicalName);
  }
  const named = rows.physicalNames();
  const lost = [...named].filter((name) => !physical.has(name));
  if (lost.length > 0) {
    throw invalid(`The data directory is incomplete: its tables file lacks the rows of ${lost.length} tables.`);
  }
  for (const name of new Set([...physical, ...versions.keys()])) {
    if (!named.has(name)) await dropPhysicalTable(connection, name);
  }
  rows.forgetOrphanedSegments();
  await segments.recover(rows.allSegments());
}
