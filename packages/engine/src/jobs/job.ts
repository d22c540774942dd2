import type { DatasetReference, JobReference, ModelReference, TableReference } from '@bqml-emulator/common';
import type {
  ColumnSchema,
  ExternalTable,
  JobError,
  JobListFilter,
  JobState,
  ObjectTable,
  QueryResult,
} from '@bqml-emulator/catalog';
import type { SqlType, Value } from '@bqml-emulator/types';
import type { ExternalTableDefinition } from '../statements/external-table.ts';
import type { ObjectTableDefinition } from '../statements/object-table.ts';

export interface QueryParameter {
  /** Undefined for a positional parameter. Names compare without case. */
  readonly name: string | undefined;
  readonly type: SqlType;
  readonly value: Value;
}

export type CreateDisposition = 'CREATE_IF_NEEDED' | 'CREATE_NEVER';
export type WriteDisposition = 'WRITE_EMPTY' | 'WRITE_APPEND' | 'WRITE_TRUNCATE';

export interface QueryConfiguration {
  readonly query: string;
  readonly defaultDataset: DatasetReference | undefined;
  readonly parameters: readonly QueryParameter[];
  /** Where the rows of a SELECT go; undefined: an anonymous table. */
  readonly destinationTable: TableReference | undefined;
  readonly createDisposition: CreateDisposition;
  readonly writeDisposition: WriteDisposition;
  readonly dryRun: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds after which the job is stopped; undefined: never. */
  readonly timeoutMillis: number | undefined;
}

export interface QueryRequest {
  /** Undefined: the engine chooses an id. `explicitId` tells whether a clash is an error. */
  readonly projectId: string;
  readonly jobId: string | undefined;
  /** Undefined: from the datasets that the query names, else `US`. */
  readonly location: string | undefined;
  readonly configuration: QueryConfiguration;
  readonly userEmail: string;
}

export type StatementType =
  | 'SELECT'
  | 'INSERT'
  | 'UPDATE'
  | 'DELETE'
  | 'MERGE'
  | 'TRUNCATE_TABLE'
  | 'CREATE_SCHEMA'
  | 'DROP_SCHEMA'
  | 'UNDROP_SCHEMA'
  | 'CREATE_TABLE'
  | 'CREATE_TABLE_AS_SELECT'
  | 'CREATE_EXTERNAL_TABLE'
  | 'DROP_TABLE'
  | 'DROP_EXTERNAL_TABLE'
  | 'CREATE_VIEW'
  | 'DROP_VIEW'
  | 'CREATE_MODEL'
  | 'DROP_MODEL'
  | 'ALTER_MODEL'
  | 'EXPORT_MODEL'
  | 'CREATE_CONNECTION'
  | 'ALTER_CONNECTION'
  | 'DROP_CONNECTION'
  | 'CREATE_RESERVATION'
  | 'ALTER_RESERVATION'
  | 'DROP_RESERVATION'
  | 'CREATE_ASSIGNMENT'
  | 'DROP_ASSIGNMENT'
  | 'CALL'
  | 'SCRIPT';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#jobstatistics2 */
export interface QueryStatistics {
  readonly statementType: StatementType | undefined;
  readonly totalBytesProcessed: bigint;
  readonly referencedTables: readonly TableReference[];
  readonly ddlOperationPerformed: 'CREATE' | 'REPLACE' | 'SKIP' | 'ALTER' | 'DROP' | 'UNDROP' | undefined;
  readonly ddlTargetTable: TableReference | undefined;
  readonly ddlTargetDataset: DatasetReference | undefined;
  readonly ddlTargetModel: ModelReference | undefined;
  readonly dmlStats:
    | { readonly insertedRowCount: bigint; readonly updatedRowCount: bigint; readonly deletedRowCount: bigint }
    | undefined;
  readonly childJobCount: number;
  /** Schema of the result; in a dry run this is all there is. */
  readonly schema: readonly ColumnSchema[] | undefined;
}

export interface Job {
  /** A dry run has no job id and is not kept. */
  readonly reference: JobReference;
  readonly state: JobState;
  readonly configuration: QueryConfiguration;
  readonly statistics: QueryStatistics;
  readonly error: JobError | undefined;
  readonly creationMillis: number;
  readonly startMillis: number | undefined;
  readonly endMillis: number | undefined;
  readonly userEmail: string;
  readonly parentJobId: string | undefined;
  /** The named destination, or the anonymous table that holds a SELECT's rows. */
  readonly destinationTable: TableReference | undefined;
}

/** What the server and the CLI know of the engine. */
export interface QueryEngine {
  /**
   * Starts the job and returns at once. The job's own failure is in `Job.error`; only what prevents a job from
   * existing is thrown (`jobAlreadyExists`, a request that makes no sense). A dry run is analysed only and DONE.
   */
  startQuery(request: QueryRequest): Job;
  getJob(projectId: string, jobId: string): Job | undefined;
  listJobs(projectId: string, filter: JobListFilter): readonly Job[];
  /** Resolves when the job is DONE or `timeoutMillis` have passed, with the job as it is then. */
  waitForJob(projectId: string, jobId: string, timeoutMillis: number): Promise<Job>;
  /** Requests the end of a job; resolves when it has ended. A job that is DONE stays as it is. */
  cancelJob(projectId: string, jobId: string): Promise<Job>;
  /** Rows of a DONE job that succeeded; undefined for a statement without rows, or when they expired. */
  getResult(projectId: string, jobId: string): QueryResult | undefined;
  /** Rows of an anonymous result table (`Job.destinationTable`), for tables.get and tabledata.list. */
  getAnonymousResult(table: TableReference): QueryResult | undefined;
  /** Removes a DONE job and its children from the store; `jobNotFound` when there is none, `invalid` while it runs. */
  deleteJob(projectId: string, jobId: string): void;
  /** As CREATE EXTERNAL TABLE does, with its checks and its errors. */
  createObjectTable(definition: ObjectTableDefinition, signal: AbortSignal): Promise<ObjectTable>;
  /** Likewise, for a table over files. */
  createExternalTable(definition: ExternalTableDefinition, signal: AbortSignal): Promise<ExternalTable>;
  /** Stops every running job and releases what they hold. */
  dispose(): Promise<void>;
}
