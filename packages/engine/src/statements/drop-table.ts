import { invalidQuery, notImplemented, tableNotFound } from '@bqml-emulator/common';
import type { TableReference } from '@bqml-emulator/common';
import type { DropTableStatement } from '../logical/index.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#drop_external_table_statement */
export async function dropTable(statement: DropTableStatement, context: StatementContext): Promise<StatementOutcome> {
  const { reference, objectKind } = statement;
  if (objectKind === 'VIEW') throw notImplemented('DROP VIEW');
  const statistics = {
    statementType: objectKind === 'TABLE' ? 'DROP_TABLE' : 'DROP_EXTERNAL_TABLE',
    ddlTargetTable: reference,
  } as const;
  const table = context.catalog.getTable(reference);
  if (!table) {
    if (!statement.ifExists) throw tableNotFound(reference, context.location);
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  if (objectKind === 'EXTERNAL TABLE' && table.kind === 'TABLE') {
    throw wrongKind(reference, 'TABLE', 'An external table was expected');
  }
  if (objectKind === 'TABLE' && table.kind !== 'TABLE') {
    throw wrongKind(reference, 'EXTERNAL', 'A table was expected');
  }
  await context.tables.dropTable(reference);
  return { statistics: { ...statistics, ddlOperationPerformed: 'DROP' } };
}

const wrongKind = (t: TableReference, type: string, expected: string) =>
  invalidQuery(`Cannot drop ${t.projectId}:${t.datasetId}.${t.tableId} which has type ${type}. ${expected}.`);
