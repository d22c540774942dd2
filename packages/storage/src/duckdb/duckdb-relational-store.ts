import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { jobCancelled } from '@bqml-emulator/common';
import type { RelationalSession, RelationalStore } from '@bqml-emulator/catalog';
import { ConnectionPool } from './connection-pool.ts';
import { DuckDbSession } from './duckdb-session.ts';
import { EngineConnection } from './engine-connection.ts';
import { QueryHandles } from './query-handles.ts';
import type { StoredValues } from './query-handles.ts';
import { Semaphore } from './semaphore.ts';
import { StageFunctions } from './stage-functions.ts';

/**
 * Sessions over one database. A statement that runs holds a thread of Node's pool, so that no more sessions are open
 * than leave threads for files and images.
 */
export class DuckDbRelationalStore implements RelationalStore {
  readonly #instance: DuckDBInstance;
  readonly #stored: StoredValues;
  readonly #places: Semaphore;
  readonly #connections: ConnectionPool;
  readonly #functions: StageFunctions;
  readonly #sessions = new Set<DuckDbSession>();
  #lastId = 0;
  #stopped = false;

  private constructor(instance: DuckDBInstance, functions: StageFunctions, stored: StoredValues, maxSessions: number) {
    this.#instance = instance;
    this.#connections = new ConnectionPool(instance);
    this.#functions = functions;
    this.#stored = stored;
    this.#places = new Semaphore(maxSessions);
  }

  /** Takes the instance over: closing the store closes it. */
  static async open(
    instance: DuckDBInstance,
    stored: StoredValues,
    maxSessions: number,
  ): Promise<DuckDbRelationalStore> {
    return new DuckDbRelationalStore(instance, new StageFunctions(await instance.connect()), stored, maxSessions);
  }

  /** Number of the session that was opened last; sessions are numbered from 1. */
  get lastSessionId(): number {
    return this.#lastId;
  }

  /** Number of the session that has been open the longest. */
  get oldestSessionId(): number | undefined {
    let oldest: number | undefined;
    for (const { id } of this.#sessions) oldest = oldest === undefined ? id : Math.min(oldest, id);
    return oldest;
  }

  async openSession(signal?: AbortSignal): Promise<RelationalSession> {
    const release = await this.#places.acquire(signal);
    if (this.#stopped) {
      release();
      throw jobCancelled();
    }
    return this.#session(undefined, release);
  }

  /** A session whose statements are part of the transaction of `connection`; takes no place. */
  openTransactionSession(connection: DuckDBConnection): RelationalSession {
    return this.#session(new EngineConnection(connection), () => undefined);
  }

  /** For the store's own statements. */
  async connect(): Promise<DuckDBConnection> {
    return this.#instance.connect();
  }

  newHandles(): QueryHandles {
    return new QueryHandles(this.#stored);
  }

  /** Ends all sessions and opens no new one. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#sessions].map((session) => session.close()));
  }

  async close(): Promise<void> {
    await this.stop();
    this.#connections.close();
    this.#functions.close();
    this.#instance.closeSync();
  }

  #session(transaction: EngineConnection | undefined, release: () => void): DuckDbSession {
    const session: DuckDbSession = new DuckDbSession({
      connections: this.#connections,
      functions: this.#functions,
      handles: this.newHandles(),
      id: ++this.#lastId,
      transaction,
      onClose: () => {
        this.#sessions.delete(session);
        release();
      },
    });
    this.#sessions.add(session);
    return session;
  }
}
