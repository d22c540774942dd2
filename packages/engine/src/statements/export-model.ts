import { invalidQuery, modelNotFound } from '@bqml-emulator/common';
import type { ExportModelStatement } from '../logical/index.ts';
import { StatementOptions } from './options.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/**
 * The files that were imported, which only TensorFlow models can give back.
 * https://cloud.google.com/bigquery/docs/exporting-models
 */
export async function exportModel(
  statement: ExportModelStatement,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { reference } = statement;
  const model = context.catalog.getModel(reference);
  if (!model) throw modelNotFound(reference);
  const options = new StatementOptions(statement.options);
  const uri = options.text('uri');
  if (uri === undefined) throw invalidQuery('Option URI must be set in EXPORT MODEL');
  if (options.value('trial_id') !== null) {
    throw invalidQuery('Option TRIAL_ID is only supported for models trained with hyperparameter tuning');
  }
  if (model.modelType !== 'TENSORFLOW') {
    throw invalidQuery(`Model type ${model.modelType} is not supported by EXPORT MODEL.`);
  }
  await context.models.exportModel(model, uri, context.signal);
  return { statistics: { statementType: 'EXPORT_MODEL', ddlTargetModel: reference } };
}
