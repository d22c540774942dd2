import { badRequest, invalid, notImplemented } from '@bqml-emulator/common';
import type { DatasetReference } from '@bqml-emulator/common';
import type { CreateDisposition, QueryRequest, WriteDisposition } from '@bqml-emulator/engine';
import { z } from 'zod';
import {
  datasetReference,
  readBody,
  tableReference,
  wireBoolean,
  wireInteger,
  wireLabels,
  wireText,
} from '../wire/json.ts';
import { definedLabels } from './description.ts';
import { queryParameter, toQueryParameters } from './parameter.ts';

/** What jobs.query and jobs.insert have in common. */
const queryFields = {
  query: z.string(),
  useLegacySql: wireBoolean,
  defaultDataset: datasetReference.nullish(),
  queryParameters: z.array(queryParameter).nullish(),
  parameterMode: wireText,
};

const jobsQueryRequest = z.object({
  ...queryFields,
  maxResults: wireInteger,
  timeoutMs: wireInteger,
  jobTimeoutMs: wireInteger,
  dryRun: wireBoolean,
  location: wireText,
  labels: wireLabels,
  requestId: wireText,
  createSession: wireBoolean,
  formatOptions: z.object({ useInt64Timestamp: wireBoolean }).nullish(),
});

const jobsInsertRequest = z.object({
  jobReference: z.object({ projectId: wireText, jobId: wireText, location: wireText }).nullish(),
  configuration: z.object({
    query: z
      .object({
        ...queryFields,
        destinationTable: tableReference.nullish(),
        createDisposition: wireText,
        writeDisposition: wireText,
        schemaUpdateOptions: z.array(z.string()).nullish(),
        createSession: wireBoolean,
      })
      .nullish(),
    load: z.unknown().optional(),
    extract: z.object({ sourceModel: z.unknown().optional() }).nullish(),
    copy: z.unknown().optional(),
    dryRun: wireBoolean,
    labels: wireLabels,
    jobTimeoutMs: wireInteger,
  }),
});

/** GoogleSQL unless legacy SQL is asked for by name; a client that sends nothing gets GoogleSQL. */
function refuseLegacySql(useLegacySql: boolean | undefined): void {
  if (useLegacySql === true) throw notImplemented('legacy SQL; set useLegacySql to false');
}

function refuseSession(createSession: boolean | undefined): void {
  if (createSession === true) throw notImplemented('sessions');
}

function readDefaultDataset(
  value: { projectId?: string | undefined; datasetId: string } | null | undefined,
  projectId: string,
): DatasetReference | undefined {
  return value ? { projectId: value.projectId ?? projectId, datasetId: value.datasetId } : undefined;
}

function readDisposition<T extends string>(
  value: string | undefined,
  allowed: readonly T[],
  byDefault: T,
  name: string,
): T {
  if (value === undefined || value === '') return byDefault;
  const found = allowed.find((d) => d === value.toUpperCase());
  if (found === undefined) throw invalid(`Invalid value for ${name}: ${value} is not a valid value`, name);
  return found;
}

const CREATE_DISPOSITIONS: readonly CreateDisposition[] = ['CREATE_IF_NEEDED', 'CREATE_NEVER'];
const WRITE_DISPOSITIONS: readonly WriteDisposition[] = ['WRITE_EMPTY', 'WRITE_APPEND', 'WRITE_TRUNCATE'];

export interface JobsQuery {
  readonly request: QueryRequest;
  readonly maxResults: number | undefined;
  readonly timeoutMillis: number;
  readonly useInt64Timestamp: boolean;
  readonly requestId: string | undefined;
}

/** jobs.query waits this long when the request does not say. https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query */
const DEFAULT_TIMEOUT_MILLIS = 10_000;
const MAX_TIMEOUT_MILLIS = 200_000;

export function waitMillis(timeoutMs: number | undefined): number {
  return Math.min(timeoutMs ?? DEFAULT_TIMEOUT_MILLIS, MAX_TIMEOUT_MILLIS);
}

/** The body of jobs.query. https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query */
export function toJobsQuery(body: unknown, projectId: string, userEmail: string): JobsQuery {
  const r = readBody(jobsQueryRequest, body);
  refuseLegacySql(r.useLegacySql);
  refuseSession(r.createSession);
  return {
    request: {
      projectId,
      jobId: undefined,
      location: r.location,
      userEmail,
      configuration: {
        query: r.query,
        defaultDataset: readDefaultDataset(r.defaultDataset, projectId),
        parameters: toQueryParameters(r.queryParameters ?? [], r.parameterMode),
        destinationTable: undefined,
        createDisposition: 'CREATE_IF_NEEDED',
        writeDisposition: 'WRITE_EMPTY',
        dryRun: r.dryRun ?? false,
        labels: definedLabels(r.labels ?? {}),
        timeoutMillis: r.jobTimeoutMs,
      },
    },
    maxResults: r.maxResults,
    timeoutMillis: waitMillis(r.timeoutMs),
    useInt64Timestamp: r.formatOptions?.useInt64Timestamp ?? false,
    requestId: r.requestId,
  };
}

/** The body of jobs.insert. https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/insert */
export function toJobsInsert(body: unknown, projectId: string, userEmail: string): QueryRequest {
  const r = readBody(jobsInsertRequest, body);
  const { configuration: c } = r;
  if (!c.query) {
    const kind = (['load', 'extract', 'copy'] as const).find((k) => c[k] !== undefined && c[k] !== null);
    if (kind === 'extract' && (c.extract?.sourceModel ?? null) !== null) {
      throw notImplemented('extract jobs of models; EXPORT MODEL writes the same files');
    }
    if (kind !== undefined) throw notImplemented(`${kind} jobs`);
    throw badRequest(
      'Job configuration must contain exactly one job-specific configuration object (e.g., query, load, extract, spark), but there were 0: ',
    );
  }
  const q = c.query;
  refuseLegacySql(q.useLegacySql);
  refuseSession(q.createSession);
  const writeDisposition = readDisposition(q.writeDisposition, WRITE_DISPOSITIONS, 'WRITE_EMPTY', 'writeDisposition');
  checkSchemaUpdate(q.schemaUpdateOptions ?? [], writeDisposition);
  return {
    projectId,
    jobId: readJobId(r.jobReference?.jobId),
    location: r.jobReference?.location,
    userEmail,
    configuration: {
      query: q.query,
      defaultDataset: readDefaultDataset(q.defaultDataset, projectId),
      parameters: toQueryParameters(q.queryParameters ?? [], q.parameterMode),
      destinationTable: q.destinationTable
        ? { ...q.destinationTable, projectId: q.destinationTable.projectId ?? projectId }
        : undefined,
      createDisposition: readDisposition(
        q.createDisposition,
        CREATE_DISPOSITIONS,
        'CREATE_IF_NEEDED',
        'createDisposition',
      ),
      writeDisposition,
      dryRun: c.dryRun ?? false,
      labels: definedLabels(c.labels ?? {}),
      timeoutMillis: c.jobTimeoutMs,
    },
  };
}

/** The fields that a query adds are refused where they would be added, by the schemas that do not match. */
function checkSchemaUpdate(options: readonly string[], disposition: WriteDisposition): void {
  if (options.length === 0 || disposition === 'WRITE_APPEND') return;
  throw invalid(
    'Schema update options should only be specified with WRITE_APPEND disposition, or with WRITE_TRUNCATE disposition on a table partition.',
  );
}

/** https://cloud.google.com/bigquery/docs/running-jobs#generate-jobid */
function readJobId(jobId: string | undefined): string | undefined {
  if (jobId === undefined || /^[A-Za-z0-9_-]{1,1024}$/.test(jobId)) return jobId;
  throw invalid(
    `Invalid job ID "${jobId}". Job IDs must be alphanumeric (plus underscores and dashes) and must be at most 1024 characters long.`,
  );
}
