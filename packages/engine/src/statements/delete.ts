import type { DeleteStatement } from '../logical/index.ts';
import { changedRows } from './changed-rows.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#delete_statement */
export async function deleteRows(statement: DeleteStatement, context: StatementContext): Promise<StatementOutcome> {
  const { table, tableColumns, condition } = statement;
  const deletedRowCount = await context.tables.mutate(
    table.reference,
    async (session, physicalName) => {
      const current = { ...table, physicalName };
      const changed = await changedRows(current, tableColumns, condition, [], session, context);
      const text = `DELETE FROM ${physicalName} WHERE rowid IN (SELECT ${changed.identity} FROM (${changed.stage.text}) AS changed)`;
      return session.execute({ ...changed.stage, text }, context.signal);
    },
    context.signal,
  );
  return {
    statistics: {
      statementType: 'DELETE',
      dmlStats: { insertedRowCount: 0n, updatedRowCount: 0n, deletedRowCount },
      referencedTables: [table.reference],
      totalBytesProcessed: table.byteCount,
    },
    destinationTable: table.reference,
  };
}
