import type { QueryResult } from '@bqml-emulator/catalog';
import { MAX_RESULT_PAGE_BYTES } from '@bqml-emulator/common';
import type { Job } from '@bqml-emulator/engine';
import type { ServerContext } from '../../context.ts';
import { baseUrl } from '../../http/base-url.ts';
import type { Route, RouteRequest } from '../../http/route.ts';
import { affectedRows, toJobResource } from '../converters/job.ts';
import { toJobsQuery, waitMillis } from '../converters/query-request.ts';
import { toWireRows } from '../converters/row.ts';
import { toFieldResource } from '../converters/schema.ts';
import { etag } from '../wire/etag.ts';
import { pageToken, readRowPageToken } from '../wire/page-token.ts';
import { existingJob, throwJobError } from './jobs.ts';

export interface PageRequest {
  readonly startRow: bigint;
  /** Undefined: as many as fit into the page's bytes. */
  readonly maxResults: number | undefined;
  readonly useInt64Timestamp: boolean;
}

/** `totalRows`, `rows` (absent when there are none) and `pageToken` of one page. */
export async function readPage(result: QueryResult, page: PageRequest): Promise<Record<string, unknown>> {
  const maxRows = page.maxResults ?? Number.MAX_SAFE_INTEGER;
  const batch =
    maxRows === 0 || page.startRow >= result.rowCount
      ? undefined
      : await result.read(page.startRow, maxRows, MAX_RESULT_PAGE_BYTES);
  const next = page.startRow + BigInt(batch?.rowCount ?? 0);
  return {
    totalRows: String(result.rowCount),
    ...(next < result.rowCount ? { pageToken: pageToken(next) } : {}),
    ...(batch && batch.rowCount > 0 ? { rows: await toWireRows(batch, page.useInt64Timestamp) } : {}),
  };
}

/** The part that jobs.query and getQueryResults share, for a job that is DONE and did not fail. */
async function doneFields(job: Job, context: ServerContext, page: PageRequest): Promise<Record<string, unknown>> {
  const result = context.engine.getResult(job.reference.projectId, job.reference.jobId);
  const affected = affectedRows(job);
  return {
    ...(result ? { schema: { fields: result.schema.map((column) => toFieldResource(column, true)) } } : {}),
    jobReference: job.reference,
    ...(result ? await readPage(result, page) : {}),
    totalBytesProcessed: String(job.statistics.totalBytesProcessed),
    jobComplete: true,
    cacheHit: false,
    ...(affected === undefined ? {} : { numDmlAffectedRows: String(affected) }),
  };
}

const runningFields = (job: Job) => ({ jobReference: job.reference, jobComplete: false });

/**
 * Python's client asks for no rows while it waits and would then fetch them over gRPC from the real service; rows in
 * the answer to that wait count for it as the whole result.
 */
function wantsRowsWhileWaiting(request: RouteRequest): boolean {
  const client = request.raw.headers['x-goog-api-client'];
  return typeof client === 'string' && /\bgl-python\/.*\bgccl\//.test(client);
}

async function runQuery(request: RouteRequest, context: ServerContext): Promise<unknown> {
  const projectId = request.params.projectId ?? '';
  const query = toJobsQuery(request.body, projectId, context.userEmail);
  const started =
    context.requestIds.find(projectId, query.requestId) ??
    context.requestIds.remember(projectId, query.requestId, context.engine.startQuery(query.request));
  if (query.request.configuration.dryRun) {
    throwJobError(started);
    return dryRunResponse(started, request);
  }
  const job = await context.engine.waitForJob(projectId, started.reference.jobId, query.timeoutMillis);
  throwJobError(job);
  const page = { startRow: 0n, maxResults: query.maxResults, useInt64Timestamp: query.useInt64Timestamp };
  return {
    kind: 'bigquery#queryResponse',
    ...(job.state === 'DONE' ? await doneFields(job, context, page) : runningFields(job)),
    queryId: job.reference.jobId,
    jobCreationReason: { code: 'REQUESTED' },
    totalBytesBilled: '0',
    location: job.reference.location,
    creationTime: String(job.creationMillis),
    ...(job.startMillis === undefined ? {} : { startTime: String(job.startMillis) }),
    ...(job.endMillis === undefined ? {} : { endTime: String(job.endMillis) }),
  };
}

function dryRunResponse(job: Job, request: RouteRequest): unknown {
  const resource = toJobResource(job, baseUrl(request.raw));
  const schema = job.statistics.schema;
  return {
    kind: 'bigquery#queryResponse',
    ...(schema ? { schema: { fields: schema.map((column) => toFieldResource(column, true)) } } : {}),
    jobReference: resource['jobReference'],
    totalBytesProcessed: String(job.statistics.totalBytesProcessed),
    jobComplete: true,
    cacheHit: false,
  };
}

async function getQueryResults(request: RouteRequest, context: ServerContext): Promise<unknown> {
  const { query } = request;
  const { projectId, jobId } = existingJob(request, context).reference;
  const job = await context.engine.waitForJob(projectId, jobId, waitMillis(query.count('timeoutMs')));
  throwJobError(job);
  const waiting = query.count('maxResults') === 0 && wantsRowsWhileWaiting(request);
  const startIndex = query.count('startIndex');
  const page = {
    startRow: readRowPageToken(query.text('pageToken')) ?? BigInt(startIndex ?? 0),
    maxResults: waiting ? undefined : query.count('maxResults'),
    useInt64Timestamp: waiting || query.flag('formatOptions.useInt64Timestamp'),
  };
  const fields = job.state === 'DONE' ? await doneFields(job, context, page) : runningFields(job);
  return { kind: 'bigquery#getQueryResultsResponse', etag: etag([job.reference, job.state, page]), ...fields };
}

export const queryRoutes: readonly Route[] = [
  {
    id: 'bigquery.jobs.query',
    method: 'POST',
    path: '/projects/:projectId/queries',
    request: 'QueryRequest',
    response: 'QueryResponse',
    handle: runQuery,
  },
  {
    id: 'bigquery.jobs.getQueryResults',
    method: 'GET',
    path: '/projects/:projectId/queries/:jobId',
    query: {
      'formatOptions.timestampOutputFormat': 'string',
      'formatOptions.useInt64Timestamp': 'boolean',
      location: 'string',
      maxResults: 'integer',
      pageToken: 'string',
      startIndex: 'string',
      timeoutMs: 'integer',
    },
    response: 'GetQueryResultsResponse',
    handle: getQueryResults,
  },
];
