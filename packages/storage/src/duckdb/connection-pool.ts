import type { DuckDBInstance } from '@duckdb/node-api';
import { EngineConnection } from './engine-connection.ts';

/** More idle connections than this are closed. */
const MAX_IDLE = 16;

/** Connections that sessions use one after the other. An idle one runs no statement and is in no transaction. */
export class ConnectionPool {
  readonly #instance: DuckDBInstance;
  readonly #idle: EngineConnection[] = [];

  constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  async take(): Promise<EngineConnection> {
    return this.#idle.pop() ?? new EngineConnection(await this.#instance.connect());
  }

  give(connection: EngineConnection): void {
    if (this.#idle.length < MAX_IDLE) this.#idle.push(connection);
    else connection.connection.disconnectSync();
  }

  close(): void {
    for (const { connection } of this.#idle.splice(0)) connection.disconnectSync();
  }
}
