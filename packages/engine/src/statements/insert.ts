import type { InsertStatement } from '../logical/index.ts';
import { bytesProcessed } from './bytes-processed.ts';
import { readInlineColumns, withQueryRows } from './run-query.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#insert_statement */
export async function insert(statement: InsertStatement, context: StatementContext): Promise<StatementOutcome> {
  const { table, query } = statement;
  const insertedRowCount = await withQueryRows(readInlineColumns(query, table.schema), context, (rows) =>
    context.tables.appendRows(table.reference, rows, context.signal),
  );
  return {
    statistics: {
      statementType: 'INSERT',
      dmlStats: { insertedRowCount, updatedRowCount: 0n, deletedRowCount: 0n },
      referencedTables: query.referencedTables,
      totalBytesProcessed: bytesProcessed(query.scan),
    },
    destinationTable: table.reference,
  };
}
