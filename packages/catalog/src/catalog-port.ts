import type { DatasetReference, ModelReference, TableReference } from '@bqml-emulator/common';
import type { Dataset, ExternalTable, Model, ObjectTable, Table } from './resource.ts';

/**
 * The resources of one data directory. Reads and writes are synchronous and atomic, each its own durable
 * transaction. Names of datasets and tables are case-sensitive, as in BigQuery; lists are in byte order of the name.
 * Absence is `undefined`; a clash is `datasetAlreadyExists` and its siblings.
 */
export interface Catalog {
  getDataset(reference: DatasetReference): Dataset | undefined;
  listDatasets(projectId: string): readonly Dataset[];
  createDataset(dataset: Dataset): void;
  updateDataset(dataset: Dataset): void;
  /**
   * Deletes a dataset. When it holds tables or models, `refuse` throws `datasetInUse`, and `delete` takes them along.
   * All of it is kept for seven days.
   */
  deleteDataset(reference: DatasetReference, contents: 'refuse' | 'delete'): void;
  /**
   * Brings back, with its contents, the dataset of this name that was deleted last, or at `deletionMillis`.
   * Undefined when there is none; `datasetAlreadyExists` when the name is taken.
   */
  undeleteDataset(reference: DatasetReference, deletionMillis: number | undefined): Dataset | undefined;

  /** Expired tables are absent. */
  getTable(reference: TableReference): Table | undefined;
  listTables(dataset: DatasetReference): readonly Table[];
  /** Descriptive fields only; rows and schema change through `TableStore`. */
  updateTable(table: Table): void;
  /** Tables without rows of their own are created here; `replace` swaps any table for it. */
  createExternalTable(table: ObjectTable | ExternalTable, replace: boolean): void;

  getModel(reference: ModelReference): Model | undefined;
  listModels(dataset: DatasetReference): readonly Model[];
  createModel(model: Model, replace: boolean): void;
  updateModel(model: Model): void;
  deleteModel(reference: ModelReference): void;

  /** Content that a model needs, models of deleted datasets included. */
  modelContentIds(): ReadonlySet<string>;

  /** Every project that owns a dataset, a connection or a reservation, and the default project. */
  listProjects(): readonly string[];
}
