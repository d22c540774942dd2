import { datasetInUse, datasetNotFound } from '@bqml-emulator/common';
import type { DropSchemaStatement } from '../logical/index.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#drop_schema_statement */
export async function dropSchema(statement: DropSchemaStatement, context: StatementContext): Promise<StatementOutcome> {
  const { catalog, tables } = context;
  const { reference } = statement;
  const statistics = { statementType: 'DROP_SCHEMA', ddlTargetDataset: reference } as const;
  if (!catalog.getDataset(reference)) {
    if (!statement.ifExists) throw datasetNotFound(reference, context.location);
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  const held = catalog.listTables(reference);
  const models = catalog.listModels(reference);
  if (!statement.cascade && held.length + models.length > 0) throw datasetInUse(reference);
  for (const table of held) await tables.dropTable(table.reference);
  for (const model of models) catalog.deleteModel(model.reference);
  catalog.deleteDataset(reference);
  return { statistics: { ...statistics, ddlOperationPerformed: 'DROP' } };
}
