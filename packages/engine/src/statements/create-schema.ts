import { datasetAlreadyExists } from '@bqml-emulator/common';
import type { CreateSchemaStatement } from '../logical/index.ts';
import { StatementOptions } from './options.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

const DAY_MILLIS = 86_400_000;
const KNOWN = [
  'location',
  'description',
  'friendly_name',
  'labels',
  'default_table_expiration_days',
  'default_partition_expiration_days',
  'default_rounding_mode',
  'default_kms_key_name',
  'is_case_insensitive',
  'is_primary',
  'max_time_travel_hours',
  'primary_replica',
  'storage_billing_model',
];

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_schema_statement */
export function createSchema(statement: CreateSchemaStatement, context: StatementContext): StatementOutcome {
  const { catalog, clock } = context;
  const { reference } = statement;
  const statistics = { statementType: 'CREATE_SCHEMA', ddlTargetDataset: reference } as const;
  if (catalog.getDataset(reference)) {
    if (statement.ifExists === 'error') throw datasetAlreadyExists(reference);
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  const options = new StatementOptions(statement.options);
  options.refuseOthers(KNOWN);
  const days = options.number('default_table_expiration_days');
  const now = clock.nowMillis();
  catalog.createDataset({
    reference,
    location: options.text('location') ?? context.location,
    friendlyName: options.text('friendly_name'),
    description: options.text('description'),
    labels: options.labels(),
    defaultTableExpirationMillis: days === undefined ? undefined : Math.round(days * DAY_MILLIS),
    creationMillis: now,
    lastModifiedMillis: now,
  });
  return { statistics: { ...statistics, ddlOperationPerformed: 'CREATE' } };
}
