import type { Database } from 'better-sqlite3';
import {
  datasetAlreadyExists,
  datasetInUse,
  datasetNotFound,
  modelAlreadyExists,
  modelNotFound,
  notImplemented,
  tableAlreadyExists,
  tableNotFound,
} from '@bqml-emulator/common';
import type { Clock, DatasetReference, ModelReference, TableReference } from '@bqml-emulator/common';
import type { Catalog, ColumnSchema, Dataset, ExternalTable, Model, ObjectTable, Table } from '@bqml-emulator/catalog';
import { typesEqual } from '@bqml-emulator/types';
import { DELETED_DATASET_MILLIS, DeletedDatasets, NOT_DELETED } from './deleted-datasets.ts';
import { fromRecordText, toRecordText } from './record-text.ts';
import type { TableRows } from './table-rows.ts';

export interface SqliteCatalogOptions {
  readonly database: Database;
  readonly tables: TableRows;
  readonly clock: Clock;
  /** In `listProjects` also when it owns nothing. */
  readonly defaultProjectId: string | undefined;
  /** Told of rows and segments that no resource names any more. */
  readonly retire: (table: Table, segments: readonly number[]) => void;
}

const modelKey = (r: ModelReference) => [r.projectId, r.datasetId, r.modelId] as const;

/** Resources as JSON text by name. */
export class SqliteCatalog implements Catalog {
  readonly #options: SqliteCatalogOptions;
  readonly #database: Database;
  readonly #tables: TableRows;
  readonly #deleted: DeletedDatasets;

  constructor(options: SqliteCatalogOptions) {
    this.#options = options;
    this.#database = options.database;
    this.#tables = options.tables;
    this.#deleted = new DeletedDatasets(options.database);
  }

  getDataset(reference: DatasetReference): Dataset | undefined {
    const body = this.#database
      .prepare<unknown[], string>('SELECT body FROM datasets WHERE project = ? AND dataset = ?')
      .pluck()
      .get(reference.projectId, reference.datasetId);
    return body === undefined ? undefined : fromRecordText<Dataset>(body);
  }

  listDatasets(projectId: string): readonly Dataset[] {
    return this.#database
      .prepare<unknown[], string>(`SELECT body FROM datasets WHERE project = ? AND ${NOT_DELETED} ORDER BY dataset`)
      .pluck()
      .all(projectId)
      .map((body) => fromRecordText<Dataset>(body));
  }

  createDataset(dataset: Dataset): void {
    const { projectId, datasetId } = dataset.reference;
    const { changes } = this.#database
      .prepare('INSERT OR IGNORE INTO datasets VALUES (?, ?, ?)')
      .run(projectId, datasetId, toRecordText(dataset));
    if (changes === 0) throw datasetAlreadyExists(dataset.reference);
  }

  updateDataset(dataset: Dataset): void {
    const { projectId, datasetId } = dataset.reference;
    const { changes } = this.#database
      .prepare('UPDATE datasets SET body = ? WHERE project = ? AND dataset = ?')
      .run(toRecordText(dataset), projectId, datasetId);
    if (changes === 0) throw datasetNotFound(dataset.reference);
  }

  deleteDataset(reference: DatasetReference, contents: 'refuse' | 'delete'): void {
    this.#database.transaction(() => {
      if (this.getDataset(reference) === undefined) throw datasetNotFound(reference);
      const holds = this.listTables(reference).length > 0 || this.listModels(reference).length > 0;
      if (holds && contents === 'refuse') throw datasetInUse(reference);
      this.#deleted.put(reference, this.#options.clock.nowMillis());
    })();
  }

  undeleteDataset(reference: DatasetReference, deletionMillis: number | undefined): Dataset | undefined {
    return this.#database.transaction(() => {
      if (this.getDataset(reference) !== undefined) throw datasetAlreadyExists(reference);
      return this.#deleted.restore(reference, deletionMillis) ? this.getDataset(reference) : undefined;
    })();
  }

  /** Forgets datasets that were deleted over seven days ago. */
  removeOldDeletedDatasets(): void {
    const { clock, retire } = this.#options;
    this.#database.transaction(() => {
      for (const deleted of this.#deleted.listBefore(clock.nowMillis() - DELETED_DATASET_MILLIS)) {
        for (const table of this.#tables.listDeleted(deleted))
          retire(table, this.#tables.removeDeleted(deleted, table));
        this.#deleted.forget(deleted);
      }
    })();
  }

  modelContentIds(): ReadonlySet<string> {
    const bodies = this.#database.prepare<unknown[], string>('SELECT body FROM models').pluck().all();
    return new Set(bodies.map((body) => fromRecordText<Model>(body).contentId));
  }

  getTable(reference: TableReference): Table | undefined {
    const table = this.#tables.get(reference)?.table;
    return table !== undefined && this.#isAlive(table) ? table : undefined;
  }

  listTables(dataset: DatasetReference): readonly Table[] {
    return this.#tables.list(dataset).filter((table) => this.#isAlive(table));
  }

  updateTable(table: Table): void {
    this.#database.transaction(() => {
      const current = this.#tables.get(table.reference);
      if (current === undefined || current.table.kind !== table.kind) throw tableNotFound(table.reference);
      if (!sameColumns(current.table.schema, table.schema)) throw notImplemented('changing the columns of a table');
      const merged = current.table.kind === 'TABLE' ? { ...table, ...pickRows(current.table) } : table;
      this.#tables.put(merged, current.version);
    })();
  }

  createExternalTable(table: ObjectTable | ExternalTable, replace: boolean): void {
    this.#database.transaction(() => {
      if (this.getDataset(table.reference) === undefined) throw datasetNotFound(table.reference);
      const current = this.#tables.get(table.reference)?.table;
      if (current !== undefined) {
        if (!replace && this.#isAlive(current)) throw tableAlreadyExists(table.reference);
        this.#options.retire(current, this.#tables.remove(current));
      }
      this.#tables.put(table, 0);
    })();
  }

  getModel(reference: ModelReference): Model | undefined {
    const body = this.#database
      .prepare<unknown[], string>('SELECT body FROM models WHERE project = ? AND dataset = ? AND name = ?')
      .pluck()
      .get(...modelKey(reference));
    const model = body === undefined ? undefined : fromRecordText<Model>(body);
    return model !== undefined && this.#isAlive(model) ? model : undefined;
  }

  listModels(dataset: DatasetReference): readonly Model[] {
    return this.#database
      .prepare<unknown[], string>('SELECT body FROM models WHERE project = ? AND dataset = ? ORDER BY name')
      .pluck()
      .all(dataset.projectId, dataset.datasetId)
      .map((body) => fromRecordText<Model>(body))
      .filter((model) => this.#isAlive(model));
  }

  createModel(model: Model, replace: boolean): void {
    this.#database.transaction(() => {
      if (this.getDataset(model.reference) === undefined) throw datasetNotFound(model.reference);
      if (!replace && this.getModel(model.reference) !== undefined) throw modelAlreadyExists(model.reference);
      this.#putModel(model);
    })();
  }

  updateModel(model: Model): void {
    this.#database.transaction(() => {
      if (this.getModel(model.reference) === undefined) throw modelNotFound(model.reference);
      this.#putModel(model);
    })();
  }

  deleteModel(reference: ModelReference): void {
    this.#database.transaction(() => {
      if (this.getModel(reference) === undefined) throw modelNotFound(reference);
      this.#database
        .prepare('DELETE FROM models WHERE project = ? AND dataset = ? AND name = ?')
        .run(...modelKey(reference));
    })();
  }

  listProjects(): readonly string[] {
    const owners = this.#database
      .prepare<unknown[], string>(
        `SELECT project FROM datasets WHERE ${NOT_DELETED} UNION SELECT project FROM located_resources`,
      )
      .pluck()
      .all();
    const { defaultProjectId } = this.#options;
    return [...new Set(defaultProjectId === undefined ? owners : [...owners, defaultProjectId])].sort();
  }

  #putModel(model: Model): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?, ?)')
      .run(...modelKey(model.reference), model.expirationMillis ?? null, toRecordText(model));
  }

  #isAlive(resource: { readonly expirationMillis: number | undefined }): boolean {
    return resource.expirationMillis === undefined || resource.expirationMillis > this.#options.clock.nowMillis();
  }
}

/** Equal but for what describes them. */
const sameColumns = (a: readonly ColumnSchema[], b: readonly ColumnSchema[]): boolean =>
  a.length === b.length &&
  a.every((column, index) => {
    const other = b[index];
    return column.name === other?.name && column.storage === other.storage && typesEqual(column.type, other.type);
  });

/** What only a change of the rows changes. */
const pickRows = ({ physicalName, rowCount, byteCount }: Extract<Table, { kind: 'TABLE' }>) => ({
  physicalName,
  rowCount,
  byteCount,
});
