import type { DuckDBConnection } from '@duckdb/node-api';

/** What a stage's function name means on a connection: the registered function, and the slot of the closure. */
export interface StageMacro {
  readonly target: string;
  readonly slot: number;
}

/** A connection and the macros that were made on it: making one takes longer than calling it. */
export class EngineConnection {
  readonly connection: DuckDBConnection;
  readonly macros = new Map<string, StageMacro>();

  constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }
}
