/**
 * The reasons that BigQuery puts into `error.errors[].reason`, with their HTTP status.
 * https://cloud.google.com/bigquery/docs/error-messages
 */
const HTTP_STATUS = {
  accessDenied: 403,
  badRequest: 400,
  conditionNotMet: 412,
  duplicate: 409,
  invalid: 400,
  invalidQuery: 400,
  notFound: 404,
  notImplemented: 501,
  parseError: 400,
  quotaExceeded: 403,
  required: 400,
  resourceInUse: 400,
  resourcesExceeded: 400,
  responseTooLarge: 403,
  stopped: 400,
  timeout: 400,
} as const;

export type ErrorReason = keyof typeof HTTP_STATUS;

/**
 * An error that the user is meant to read. `message` is BigQuery's text where it is known.
 * Everything else that is thrown is a defect of the emulator.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly reason: ErrorReason;
  /** BigQuery's `location` of the error: `query`, `q`, or the name of a request field. */
  readonly location: string | undefined;

  constructor(reason: ErrorReason, message: string, location?: string) {
    super(message);
    this.reason = reason;
    this.location = location;
  }

  get httpStatus(): number {
    return HTTP_STATUS[this.reason];
  }
}

/** References as they are printed in messages: `project:dataset.name`. */
export interface DatasetReference {
  readonly projectId: string;
  readonly datasetId: string;
}
export interface TableReference extends DatasetReference {
  readonly tableId: string;
}
export interface ModelReference extends DatasetReference {
  readonly modelId: string;
}
export interface JobReference {
  readonly projectId: string;
  readonly jobId: string;
  readonly location: string;
}

const datasetName = (r: DatasetReference) => `${r.projectId}:${r.datasetId}`;

/** `position` is the ` at [line:column]` that BigQuery ends its query errors with; see `sql`'s `locate`. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

export const invalidQuery = (message: string, position?: TextPosition) =>
  new ServiceError('invalidQuery', position ? `${message} at [${position.line}:${position.column}]` : message, 'query');

export const invalid = (message: string, location?: string) => new ServiceError('invalid', message, location);
export const badRequest = (message: string) => new ServiceError('badRequest', message);
export const required = (field: string) =>
  new ServiceError('required', `Required parameter is missing: ${field}`, field);

/** A feature that BigQuery has and the emulator has not. Answers 501, which no client retries. */
export const notImplemented = (feature: string, position?: TextPosition) =>
  new ServiceError(
    'notImplemented',
    `Not implemented: ${feature}${position ? ` at [${position.line}:${position.column}]` : ''}`,
  );

/** What a query says, with the location; datasets.get says the same without it. So for tables. */
export const datasetNotFound = (r: DatasetReference, location?: string) =>
  new ServiceError(
    'notFound',
    `Not found: Dataset ${datasetName(r)}${location ? ` was not found in location ${location}` : ''}`,
  );
export const tableNotFound = (r: TableReference, location?: string) =>
  new ServiceError(
    'notFound',
    `Not found: Table ${datasetName(r)}.${r.tableId}${location ? ` was not found in location ${location}` : ''}`,
  );
export const modelNotFound = (r: ModelReference) =>
  new ServiceError('notFound', `Not found: Model ${datasetName(r)}.${r.modelId}`);
export const jobNotFound = (r: { projectId: string; jobId: string }) =>
  new ServiceError('notFound', `Not found: Job ${r.projectId}:${r.jobId}`);
export const projectNotFound = (projectId: string) => new ServiceError('notFound', `Not found: Project ${projectId}`);

export const datasetAlreadyExists = (r: DatasetReference) =>
  new ServiceError('duplicate', `Already Exists: Dataset ${datasetName(r)}`);
export const tableAlreadyExists = (r: TableReference) =>
  new ServiceError('duplicate', `Already Exists: Table ${datasetName(r)}.${r.tableId}`);
export const modelAlreadyExists = (r: ModelReference) =>
  new ServiceError('duplicate', `Already Exists: Model ${datasetName(r)}.${r.modelId}`);
export const jobAlreadyExists = (r: JobReference) =>
  new ServiceError('duplicate', `Already Exists: Job ${r.projectId}:${r.location}.${r.jobId}`);

export const datasetInUse = (r: DatasetReference) =>
  new ServiceError('resourceInUse', `Dataset ${datasetName(r)} is still in use`);

export const jobCancelled = () =>
  new ServiceError('stopped', 'Job execution was cancelled: User requested cancellation');
export const jobTimedOut = (milliseconds: number) =>
  new ServiceError('timeout', `Job exceeded its time limit of ${milliseconds} ms`);
export const resourcesExceeded = (detail: string) =>
  new ServiceError('resourcesExceeded', `Resources exceeded during query execution: ${detail}`);

/** Cloud Storage names that a query reads. https://cloud.google.com/bigquery/docs/error-messages */
export const uriNotFound = (uri: string) => new ServiceError('notFound', `Not found: URI ${uri}`);
export const bucketNotFound = (bucket: string) =>
  new ServiceError('notFound', `Not found: Bucket ${bucket}: The specified bucket does not exist.`);
