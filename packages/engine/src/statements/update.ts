import { notImplemented } from '@bqml-emulator/common';
import type { UpdateStatement } from '../logical/index.ts';
import { changedRows } from './changed-rows.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#update_statement */
export async function update(statement: UpdateStatement, context: StatementContext): Promise<StatementOutcome> {
  const { table, tableColumns, assignments, condition } = statement;
  if (assignments.some((a) => table.schema[a.columnIndex]?.storage === 'segment')) {
    throw notImplemented('UPDATE of a column that holds images');
  }
  const updatedRowCount = await context.tables.mutate(
    table.reference,
    async (session, physicalName) => {
      const current = { ...table, physicalName };
      const values = assignments.map((a) => a.expression);
      const changed = await changedRows(current, tableColumns, condition, values, session, context);
      const sets = assignments.map((a, i) => `c${a.columnIndex} = changed.${changed.values[i]}`);
      const text = `UPDATE ${physicalName} SET ${sets.join(', ')} FROM (${changed.stage.text}) AS changed WHERE ${physicalName}.rowid = changed.${changed.identity}`;
      return session.execute({ ...changed.stage, text }, context.signal);
    },
    context.signal,
  );
  return {
    statistics: {
      statementType: 'UPDATE',
      dmlStats: { insertedRowCount: 0n, updatedRowCount, deletedRowCount: 0n },
      referencedTables: [table.reference],
      totalBytesProcessed: table.byteCount,
    },
    destinationTable: table.reference,
  };
}
