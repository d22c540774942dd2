import { modelNotFound, notImplemented } from '@bqml-emulator/common';
import type { AlterModelStatement } from '../logical/index.ts';
import { StatementOptions } from './options.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

/** They are about keys, the model registry and served models, none of which is here. */
const WITHOUT_MEANING = ['deploy_model', 'endpoint_idle_ttl', 'kms_key_name', 'vertex_ai_model_id'];

/**
 * A NULL clears; what is not named stays.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-alter-model
 */
export function alterModel(statement: AlterModelStatement, context: StatementContext): StatementOutcome {
  const { reference } = statement;
  const statistics = { statementType: 'ALTER_MODEL', ddlTargetModel: reference } as const;
  const before = context.catalog.getModel(reference);
  if (!before) {
    if (!statement.ifExists) throw modelNotFound(reference);
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  const options = new StatementOptions(statement.options);
  const refused = WITHOUT_MEANING.find((name) => options.has(name));
  if (refused !== undefined) throw notImplemented(`ALTER MODEL with the option ${refused}`);
  context.catalog.updateModel({
    ...before,
    description: options.has('description') ? options.text('description') : before.description,
    friendlyName: options.has('friendly_name') ? options.text('friendly_name') : before.friendlyName,
    labels: options.has('labels') ? options.labels() : before.labels,
    expirationMillis: options.has('expiration_timestamp')
      ? options.timestampMillis('expiration_timestamp')
      : before.expirationMillis,
    lastModifiedMillis: context.clock.nowMillis(),
  });
  return { statistics: { ...statistics, ddlOperationPerformed: 'ALTER' } };
}
