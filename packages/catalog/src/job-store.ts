import type { JobReference, ErrorReason } from '@bqml-emulator/common';

export type JobState = 'PENDING' | 'RUNNING' | 'DONE';

export interface JobError {
  readonly reason: ErrorReason | 'internalError';
  readonly location: string | undefined;
  readonly message: string;
}

/** A job as it is kept. `configuration` and `statistics` are the engine's own records, stored as JSON. */
export interface JobRecord {
  readonly reference: JobReference;
  readonly state: JobState;
  readonly jobType: 'QUERY' | 'LOAD' | 'EXTRACT' | 'COPY';
  readonly configuration: unknown;
  readonly statistics: unknown;
  readonly error: JobError | undefined;
  readonly creationMillis: number;
  readonly startMillis: number | undefined;
  readonly endMillis: number | undefined;
  readonly userEmail: string;
  readonly parentJobId: string | undefined;
}

export interface JobListFilter {
  readonly states: readonly JobState[] | undefined;
  readonly minCreationMillis: number | undefined;
  readonly maxCreationMillis: number | undefined;
  readonly parentJobId: string | undefined;
  /** Jobs created before this one, newest first; undefined starts at the newest. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Jobs outlive the process; a job that was not DONE when the process died is DONE with an error at the next start. */
export interface JobStore {
  /** `jobAlreadyExists` when the id is taken in this project. */
  insert(job: JobRecord): void;
  update(job: JobRecord): void;
  get(projectId: string, jobId: string): JobRecord | undefined;
  list(projectId: string, filter: JobListFilter): readonly JobRecord[];
  delete(projectId: string, jobId: string): void;
}
