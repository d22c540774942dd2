import { datasetNotFound } from '@bqml-emulator/common';
import type { DropSchemaStatement, UndropSchemaStatement } from '../logical/index.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#drop_schema_statement */
export function dropSchema(statement: DropSchemaStatement, context: StatementContext): StatementOutcome {
  const { catalog } = context;
  const { reference } = statement;
  const statistics = { statementType: 'DROP_SCHEMA', ddlTargetDataset: reference } as const;
  if (!catalog.getDataset(reference)) {
    if (!statement.ifExists) throw datasetNotFound(reference, context.location);
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  catalog.deleteDataset(reference, statement.cascade ? 'delete' : 'refuse');
  return { statistics: { ...statistics, ddlOperationPerformed: 'DROP' } };
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#undrop_schema_statement */
export function undropSchema(statement: UndropSchemaStatement, context: StatementContext): StatementOutcome {
  const { catalog } = context;
  const { reference } = statement;
  const statistics = { statementType: 'UNDROP_SCHEMA', ddlTargetDataset: reference } as const;
  if (statement.ifNotExists && catalog.getDataset(reference)) {
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  if (!catalog.undeleteDataset(reference, undefined)) throw datasetNotFound(reference, context.location);
  return { statistics: { ...statistics, ddlOperationPerformed: 'UNDROP' } };
}
