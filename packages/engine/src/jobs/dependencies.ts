import type { Clock, IdSource } from '@bqml-emulator/common';
import type {
  AssignmentStore,
  Catalog,
  ConnectionStore,
  ExternalFiles,
  FunctionDefinition,
  JobStore,
  ModelRuntime,
  ObjectTableSource,
  RelationalStore,
  ReservationStore,
  ResultStore,
  TableStore,
} from '@bqml-emulator/catalog';

export interface QueryEngineOptions {
  /** `required`: image functions, and models over object tables, need an assigned reservation. Default `off`. */
  readonly reservation?: 'off' | 'required';
  /** `strict`: a connection must exist, in the location of the dataset. Default `off`: any name will do. */
  readonly iam?: 'off' | 'strict';
  /** Queries that run at the same time; others wait. Each may hold a thread of Node's pool. */
  readonly concurrentQueries?: number;
  /** Is told of errors that are no fault of the user. */
  readonly onDefect?: (error: unknown, job: string) => void;
}

export interface QueryEngineDependencies {
  readonly catalog: Catalog;
  readonly tables: TableStore;
  readonly relational: RelationalStore;
  readonly results: ResultStore;
  readonly jobs: JobStore;
  readonly objectTables: ObjectTableSource;
  readonly externalFiles: ExternalFiles;
  readonly models: ModelRuntime;
  readonly connections: ConnectionStore;
  readonly reservations: ReservationStore;
  readonly assignments: AssignmentStore;
  readonly functions: readonly FunctionDefinition[];
  readonly clock: Clock;
  readonly ids: IdSource;
  /** The project of names that name none, when the job's own project is not given. */
  readonly defaultProjectId: string;
  /** Where a query runs that names no dataset; default `US`. */
  readonly defaultLocation?: string;
  readonly options?: QueryEngineOptions;
}
