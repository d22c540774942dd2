import type { TruncateStatement } from '../logical/index.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#truncate_table_statement */
export async function truncate(statement: TruncateStatement, context: StatementContext): Promise<StatementOutcome> {
  const { table } = statement;
  const deletedRowCount = await context.tables.mutate(
    table.reference,
    (session, physicalName) =>
      session.execute({ text: `DELETE FROM ${physicalName}`, parameters: [], functions: [] }, context.signal),
    context.signal,
  );
  return {
    statistics: {
      statementType: 'TRUNCATE_TABLE',
      dmlStats: { insertedRowCount: 0n, updatedRowCount: 0n, deletedRowCount },
      referencedTables: [table.reference],
    },
    destinationTable: table.reference,
  };
}
