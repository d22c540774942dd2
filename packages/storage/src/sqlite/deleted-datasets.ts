import type { Database } from 'better-sqlite3';
import type { DatasetReference } from '@bqml-emulator/common';

/** https://cloud.google.com/bigquery/docs/time-travel: a dataset can be restored for seven days. */
export const DELETED_DATASET_MILLIS = 7 * 24 * 60 * 60 * 1000;

/** Deleted datasets are kept as `dataset/millis`, which no dataset can be called. */
export const NOT_DELETED = "instr(dataset, '/') = 0";

export interface DeletedDataset {
  readonly projectId: string;
  /** The key under which its rows are kept. */
  readonly keptAs: string;
}

/** Deletes and restores datasets by the key of their rows and those of their tables and models. */
export class DeletedDatasets {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Its tables do not expire while they are away. */
  put({ projectId, datasetId }: DatasetReference, nowMillis: number): void {
    // Two deletions in one millisecond.
    let millis = nowMillis;
    while (this.#exists(projectId, `${datasetId}/${millis}`)) millis++;
    this.#rename(projectId, datasetId, `${datasetId}/${millis}`);
    this.#database
      .prepare('UPDATE tables SET expiration_millis = NULL WHERE project = ? AND dataset = ?')
      .run(projectId, `${datasetId}/${millis}`);
  }

  /** False when there is none. */
  restore({ projectId, datasetId }: DatasetReference, deletionMillis: number | undefined): boolean {
    const kept = this.#list(projectId).filter(
      ({ keptAs }) =>
        datasetOf(keptAs) === datasetId && (deletionMillis === undefined || millisOf(keptAs) === deletionMillis),
    );
    const last = kept.toSorted((a, b) => millisOf(b.keptAs) - millisOf(a.keptAs))[0];
    if (last === undefined) return false;
    this.#rename(projectId, last.keptAs, datasetId);
    this.#database
      .prepare(
        "UPDATE tables SET expiration_millis = json_extract(body, '$.expirationMillis') WHERE project = ? AND dataset = ?",
      )
      .run(projectId, datasetId);
    return true;
  }

  listBefore(millis: number): readonly DeletedDataset[] {
    return this.#list(undefined).filter(({ keptAs }) => millisOf(keptAs) < millis);
  }

  /** Forgets a dataset and its models; its tables have been removed before. */
  forget({ projectId, keptAs }: DeletedDataset): void {
    for (const table of ['models', 'datasets']) {
      this.#database.prepare(`DELETE FROM ${table} WHERE project = ? AND dataset = ?`).run(projectId, keptAs);
    }
  }

  #list(projectId: string | undefined): readonly DeletedDataset[] {
    return this.#database
      .prepare<unknown[], DeletedDataset>(
        `SELECT project AS projectId, dataset AS keptAs FROM datasets
         WHERE NOT (${NOT_DELETED}) AND (project = ? OR ? IS NULL)`,
      )
      .all(projectId ?? null, projectId ?? null);
  }

  #exists(projectId: string, name: string): boolean {
    return (
      this.#database.prepare('SELECT 1 FROM datasets WHERE project = ? AND dataset = ?').get(projectId, name) !==
      undefined
    );
  }

  #rename(projectId: string, from: string, to: string): void {
    for (const table of ['datasets', 'tables', 'models', 'metadata_caches']) {
      this.#database
        .prepare(`UPDATE ${table} SET dataset = ? WHERE project = ? AND dataset = ?`)
        .run(to, projectId, from);
    }
  }
}

const datasetOf = (keptAs: string) => keptAs.slice(0, keptAs.indexOf('/'));
const millisOf = (keptAs: string) => Number(keptAs.slice(keptAs.indexOf('/') + 1));
