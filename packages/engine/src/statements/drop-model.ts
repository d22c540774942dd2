import { modelNotFound } from '@bqml-emulator/common';
import type { DropModelStatement } from '../logical/index.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-drop-model */
export function dropModel(statement: DropModelStatement, context: StatementContext): StatementOutcome {
  const { reference } = statement;
  const statistics = { statementType: 'DROP_MODEL', ddlTargetModel: reference } as const;
  if (!context.catalog.getModel(reference)) {
    if (!statement.ifExists) throw modelNotFound(reference);
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  context.catalog.deleteModel(reference);
  return { statistics: { ...statistics, ddlOperationPerformed: 'DROP' } };
}
