import { invalidQuery, tableNotFound } from '@bqml-emulator/common';
import type { RefreshMetadataCacheStatement } from '../logical/index.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/system-procedures#bqrefresh_external_metadata_cache */
export async function refreshMetadataCache(
  statement: RefreshMetadataCacheStatement,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { reference, uris } = statement;
  const table = context.catalog.getTable(reference);
  if (!table) throw tableNotFound(reference, context.location);
  const name = `${reference.projectId}:${reference.datasetId}.${reference.tableId}`;
  if (table.kind !== 'OBJECT_TABLE' || table.metadataCacheMode === undefined) {
    throw invalidQuery(`Metadata caching is not enabled for table ${name}`);
  }
  if (table.metadataCacheMode === 'AUTOMATIC') {
    throw invalidQuery(
      `Metadata cache of table ${name} cannot be refreshed manually because its metadata_cache_mode is AUTOMATIC`,
    );
  }
  await context.objectTables.refreshMetadataCache(table, uris, context.signal);
  return { statistics: { statementType: 'CALL' } };
}
