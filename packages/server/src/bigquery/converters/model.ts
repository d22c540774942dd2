import type { Model, ModelColumn } from '@bqml-emulator/catalog';
import type { SqlType } from '@bqml-emulator/types';
import { etag } from '../wire/etag.ts';
import { changedDescription, changedInteger } from './description.ts';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/StandardSqlDataType */
export interface StandardSqlDataType {
  readonly typeKind: string;
  readonly arrayElementType?: StandardSqlDataType;
  readonly rangeElementType?: StandardSqlDataType;
  readonly structType?: { readonly fields: readonly { readonly name?: string; readonly type: StandardSqlDataType }[] };
}

export function toStandardSqlDataType(type: SqlType): StandardSqlDataType {
  switch (type.kind) {
    case 'ARRAY':
      return { typeKind: 'ARRAY', arrayElementType: toStandardSqlDataType(type.element) };
    case 'RANGE':
      return { typeKind: 'RANGE', rangeElementType: toStandardSqlDataType(type.element) };
    case 'STRUCT':
      return {
        typeKind: 'STRUCT',
        structType: {
          fields: type.fields.map((f) => ({
            ...(f.name === undefined ? {} : { name: f.name }),
            type: toStandardSqlDataType(f.type),
          })),
        },
      };
    default:
      return { typeKind: type.kind };
  }
}

/** The body of models.patch. */
export function changedModel(before: Model, body: unknown, nowMillis: number): Model {
  return {
    ...before,
    ...changedDescription(before, body, 'patch'),
    expirationMillis: changedInteger(before.expirationMillis, body, 'expirationTime', 'patch'),
    lastModifiedMillis: nowMillis,
  };
}

const toField = (column: ModelColumn) => ({ name: column.name, type: toStandardSqlDataType(column.type) });

export function toModelListItem(model: Model): Record<string, unknown> {
  return { etag: etag(model), ...listItem(model) };
}

function listItem(model: Model): Record<string, unknown> {
  return {
    modelReference: model.reference,
    creationTime: String(model.creationMillis),
    lastModifiedTime: String(model.lastModifiedMillis),
    modelType: model.modelType,
    ...(Object.keys(model.labels).length > 0 ? { labels: model.labels } : {}),
  };
}

/** `savedModelRuntime` is the emulator's own: the package that runs the model, where it is not ONNX Runtime. */
const trainingOptions = ({ modelUri, savedModelRuntime }: Model) =>
  savedModelRuntime === undefined ? { modelUri } : { modelUri, savedModelRuntime };

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/models */
export function toModelResource(model: Model): Record<string, unknown> {
  const created = new Date(model.creationMillis).toISOString();
  return {
    ...toModelListItem(model),
    ...(model.description === undefined ? {} : { description: model.description }),
    ...(model.friendlyName === undefined ? {} : { friendlyName: model.friendlyName }),
    ...(model.expirationMillis === undefined ? {} : { expirationTime: String(model.expirationMillis) }),
    location: model.location,
    trainingRuns: [{ trainingOptions: trainingOptions(model), startTime: created, results: [] }],
    featureColumns: model.featureColumns.map(toField),
    labelColumns: model.labelColumns.map(toField),
  };
}
