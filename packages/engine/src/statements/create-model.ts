import { datasetNotFound, invalidQuery, modelAlreadyExists, notImplemented } from '@bqml-emulator/common';
import type { ModelType } from '@bqml-emulator/catalog';
import type { CreateModelStatement } from '../logical/index.ts';
import { StatementOptions } from './options.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

const MODEL_TYPES: Readonly<Record<string, ModelType>> = {
  ONNX: 'ONNX',
  TENSORFLOW: 'TENSORFLOW',
  TENSORFLOW_LITE: 'TENSORFLOW_LITE',
};

const KNOWN = [
  'model_type',
  'model_path',
  'description',
  'friendly_name',
  'labels',
  'expiration_timestamp',
  'kms_key_name',
];

/** Imported models. https://cloud.google.com/bigquery/docs/reference/standard-sql/bigqueryml-syntax-create-onnx */
export async function createModel(
  statement: CreateModelStatement,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { catalog, clock, models, signal } = context;
  const { reference } = statement;
  const dataset = catalog.getDataset(reference);
  if (!dataset) throw datasetNotFound(reference, context.location);
  const statistics = { statementType: 'CREATE_MODEL', ddlTargetModel: reference } as const;
  const existing = catalog.getModel(reference);
  if (existing && statement.ifExists === 'ignore') {
    return { statistics: { ...statistics, ddlOperationPerformed: 'SKIP' } };
  }
  if (existing && statement.ifExists === 'error') throw modelAlreadyExists(reference);
  const options = new StatementOptions(statement.options);
  const type = options.text('model_type');
  if (type === undefined) throw invalidQuery('Option MODEL_TYPE must be set in CREATE MODEL');
  const modelType = MODEL_TYPES[type.toUpperCase()];
  if (modelType === undefined) throw notImplemented(`CREATE MODEL with MODEL_TYPE '${type}'`);
  options.refuseOthers(KNOWN);
  // Nothing is encrypted here, as in ALTER MODEL.
  if (options.text('kms_key_name') !== undefined) throw notImplemented('CREATE MODEL with the option kms_key_name');
  const modelUri = options.text('model_path');
  if (modelUri === undefined) throw invalidQuery(`Option MODEL_PATH must be set for models of type ${modelType}`);
  const imported = await models.importModel(modelType, modelUri, signal);
  signal.throwIfAborted();
  const now = clock.nowMillis();
  catalog.createModel(
    {
      reference,
      location: dataset.location,
      modelType,
      modelUri,
      ...imported,
      description: options.text('description'),
      friendlyName: options.text('friendly_name'),
      labels: options.labels(),
      expirationMillis: options.timestampMillis('expiration_timestamp'),
      creationMillis: now,
      lastModifiedMillis: now,
    },
    statement.ifExists === 'replace',
  );
  return { statistics: { ...statistics, ddlOperationPerformed: existing ? 'REPLACE' : 'CREATE' } };
}
