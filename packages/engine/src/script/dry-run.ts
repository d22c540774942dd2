import type { Catalog } from '@bqml-emulator/catalog';
import type { ResolvedStatement } from '../logical/index.ts';
import type { QueryStatistics } from '../jobs/job.ts';
import { bytesProcessed } from '../statements/bytes-processed.ts';
import { resultSchema } from '../statements/result-schema.ts';
import { statementType } from './statement-type.ts';

/** What a dry run tells of a statement that was analysed and not run. */
export function dryRunStatistics(statement: ResolvedStatement, catalog: Catalog): Partial<QueryStatistics> {
  const query = 'query' in statement ? statement.query : undefined;
  return {
    statementType: statementType(statement),
    referencedTables: query?.referencedTables ?? [],
    totalBytesProcessed: query ? bytesProcessed(query.scan) : 0n,
    ...schemaOf(statement),
    ...ddlOf(statement, catalog),
  };
}

/** A SELECT's rows; the table that CREATE TABLE would make and INSERT would fill. */
function schemaOf(statement: ResolvedStatement): Pick<Partial<QueryStatistics>, 'schema'> {
  switch (statement.kind) {
    case 'QueryStatement':
      return { schema: resultSchema(statement.query) };
    case 'CreateTableStatement':
      return { schema: statement.schema };
    case 'InsertStatement':
      return { schema: statement.table.schema };
    default:
      return {};
  }
}

function ddlOf(statement: ResolvedStatement, catalog: Catalog): Partial<QueryStatistics> {
  if (statement.kind !== 'CreateTableStatement') return {};
  const exists = catalog.getTable(statement.reference) !== undefined;
  const whenItExists = statement.ifExists === 'ignore' ? 'SKIP' : 'REPLACE';
  return { ddlTargetTable: statement.reference, ddlOperationPerformed: exists ? whenItExists : 'CREATE' };
}
