import type { Database } from 'better-sqlite3';
import type { LocatedName, LocatedResources } from '@bqml-emulator/catalog';
import { fromRecordText, toRecordText } from './record-text.ts';

export type LocatedKind = 'connection' | 'reservation' | 'assignment';

/** Resources of one kind as JSON text by name. */
export class SqliteLocatedResources<T> implements LocatedResources<T> {
  readonly #database: Database;
  readonly #kind: LocatedKind;

  constructor(database: Database, kind: LocatedKind) {
    this.#database = database;
    this.#kind = kind;
  }

  get(name: LocatedName): T | undefined {
    const body = this.#database
      .prepare<unknown[], string>(`SELECT body FROM located_resources WHERE ${BY_NAME}`)
      .pluck()
      .get(...this.#key(name));
    return body === undefined ? undefined : fromRecordText<T>(body);
  }

  list(projectId: string, location: string | undefined): readonly T[] {
    return this.#database
      .prepare<unknown[], string>(
        `SELECT body FROM located_resources
         WHERE kind = ? AND project = ? AND (location = ? OR ? IS NULL) ORDER BY id, location`,
      )
      .pluck()
      .all(this.#kind, projectId, location?.toLowerCase() ?? null, location ?? null)
      .map((body) => fromRecordText<T>(body));
  }

  create(name: LocatedName, resource: T): boolean {
    return (
      this.#database
        .prepare('INSERT OR IGNORE INTO located_resources VALUES (?, ?, ?, ?, ?)')
        .run(...this.#key(name), toRecordText(resource)).changes > 0
    );
  }

  update(name: LocatedName, resource: T): boolean {
    return (
      this.#database
        .prepare(`UPDATE located_resources SET body = ? WHERE ${BY_NAME}`)
        .run(toRecordText(resource), ...this.#key(name)).changes > 0
    );
  }

  delete(name: LocatedName): boolean {
    return this.#database.prepare(`DELETE FROM located_resources WHERE ${BY_NAME}`).run(...this.#key(name)).changes > 0;
  }

  #key({ projectId, location, id }: LocatedName) {
    return [this.#kind, projectId, location.toLowerCase(), id] as const;
  }
}

const BY_NAME = 'kind = ? AND project = ? AND location = ? AND id = ?';
