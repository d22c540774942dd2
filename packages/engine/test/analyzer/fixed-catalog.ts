import type { DatasetReference, ModelReference, TableReference } from '@bqml-emulator/common';
import { OBJECT_TABLE_SCHEMA, plainSource } from '@bqml-emulator/catalog';
import type {
  BaseTable,
  Catalog,
  ColumnSchema,
  Dataset,
  ExternalTable,
  Model,
  ObjectTable,
  Table,
} from '@bqml-emulator/catalog';
import {
  BYTES,
  DATE,
  FLOAT64,
  INT64,
  JSON_TYPE,
  NUMERIC,
  STRING,
  TIMESTAMP,
  arrayOf,
  field,
  structOf,
} from '@bqml-emulator/types';
import type { SqlType } from '@bqml-emulator/types';
import { columnSchemaOf } from '../../src/analyzer/index.ts';

const named = { friendlyName: undefined, description: undefined, labels: {} };
const times = { expirationMillis: undefined, creationMillis: 0, lastModifiedMillis: 0 };

const IMAGE = structOf([field('dimensions', arrayOf(INT64)), field('values', arrayOf(FLOAT64))]);

function table(tableId: string, columns: readonly (readonly [string, SqlType])[], overrides: Partial<BaseTable> = {}) {
  const schema = columns.map(([name, type]) => columnSchemaOf(name, type));
  const base: BaseTable = {
    kind: 'TABLE',
    reference: { projectId: 'p', datasetId: 'd', tableId },
    location: 'US',
    schema,
    ...named,
    ...times,
    physicalName: tableId,
    rowCount: 0n,
    byteCount: 0n,
    ...overrides,
  };
  return base;
}

const segment = (column: ColumnSchema): ColumnSchema => ({ ...column, storage: 'segment' });

const TABLES: readonly Table[] = [
  table('t', [
    ['id', INT64],
    ['name', STRING],
    ['score', FLOAT64],
    ['day', DATE],
    ['seen', TIMESTAMP],
    ['amount', NUMERIC],
  ]),
  table('u', [
    ['id', INT64],
    ['label', STRING],
    ['payload', BYTES],
  ]),
  table('nested', [
    ['id', INT64],
    ['tags', arrayOf(STRING)],
    ['address', structOf([field('city', STRING), field('zip', INT64)])],
    ['items', arrayOf(structOf([field('sku', STRING), field('qty', INT64)]))],
    ['doc', JSON_TYPE],
  ]),
  table('decoded', [['uri', STRING]], {
    schema: [columnSchemaOf('uri', STRING), segment(columnSchemaOf('image', IMAGE))],
  }),
  {
    kind: 'OBJECT_TABLE',
    reference: { projectId: 'p', datasetId: 'd', tableId: 'images' },
    location: 'US',
    schema: OBJECT_TABLE_SCHEMA,
    ...named,
    ...times,
    uris: ['gs://bucket/*'],
    connectionId: 'us.connection',
    objectMetadata: 'SIMPLE',
    metadataCacheMode: undefined,
    maxStaleness: undefined,
  } satisfies ObjectTable,
  {
    kind: 'EXTERNAL_TABLE',
    reference: { projectId: 'p', datasetId: 'd', tableId: 'files' },
    location: 'US',
    schema: [columnSchemaOf('id', INT64), columnSchemaOf('name', STRING)],
    ...named,
    ...times,
    connectionId: undefined,
    source: plainSource('CSV', ['gs://bucket/*.csv']),
  } satisfies ExternalTable,
];

const MODEL: Model = {
  reference: { projectId: 'p', datasetId: 'd', modelId: 'vision' },
  location: 'US',
  modelType: 'ONNX',
  featureColumns: [{ name: 'input', type: IMAGE, dtype: 'float32', shape: [null, 224, 224, 3] }],
  labelColumns: [{ name: 'label', type: arrayOf(FLOAT64), dtype: 'float32', shape: [null, 8] }],
  modelUri: 'gs://bucket/model.onnx',
  contentId: 'c',
  byteCount: 1,
  ...named,
  ...times,
};

const DATASET: Dataset = {
  reference: { projectId: 'p', datasetId: 'd' },
  location: 'us',
  ...named,
  defaultTableExpirationMillis: undefined,
  creationMillis: 0,
  lastModifiedMillis: 0,
};

const refuse = (): never => {
  throw new Error('the analyzer changes nothing');
};

const sameDataset = (a: DatasetReference, b: DatasetReference) =>
  a.projectId === b.projectId && a.datasetId === b.datasetId;

/** Project `p`, dataset `d` with tables of many types, an object table and a model; read-only. */
export const fixedCatalog: Catalog = {
  getDataset: (reference) => (sameDataset(reference, DATASET.reference) ? DATASET : undefined),
  listDatasets: () => [DATASET],
  getTable: (reference: TableReference) =>
    TABLES.find((t) => sameDataset(t.reference, reference) && t.reference.tableId === reference.tableId),
  listTables: () => TABLES,
  getModel: (reference: ModelReference) =>
    sameDataset(reference, MODEL.reference) && reference.modelId === MODEL.reference.modelId ? MODEL : undefined,
  listModels: () => [MODEL],
  listProjects: () => ['p'],
  createDataset: refuse,
  updateDataset: refuse,
  deleteDataset: refuse,
  undeleteDataset: refuse,
  modelContentIds: refuse,
  updateTable: refuse,
  createExternalTable: refuse,
  createModel: refuse,
  updateModel: refuse,
  deleteModel: refuse,
};
