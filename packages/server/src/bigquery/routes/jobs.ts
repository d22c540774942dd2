import { jobNotFound, ServiceError } from '@bqml-emulator/common';
import type { JobState } from '@bqml-emulator/catalog';
import type { Job } from '@bqml-emulator/engine';
import type { ServerContext } from '../../context.ts';
import { baseUrl } from '../../http/base-url.ts';
import type { Route, RouteRequest } from '../../http/route.ts';
import { toJobListItem, toJobResource } from '../converters/job.ts';
import { toJobsInsert } from '../converters/query-request.ts';
import { etag } from '../wire/etag.ts';
import { pageToken, readPageToken } from '../wire/page-token.ts';

/** jobs.insert answers DONE for a job that ends within this time: it saves every client a jobs.get. */
const INSERT_WAIT_MILLIS = 1000;
const DEFAULT_LIST_LENGTH = 50;
const MAX_LIST_LENGTH = 1000;

export function existingJob(request: RouteRequest, context: ServerContext): Job {
  const { projectId = '', jobId = '' } = request.params;
  const job = context.engine.getJob(projectId, jobId);
  const location = request.query.text('location');
  if (!job || (location !== undefined && location.toLowerCase() !== job.reference.location.toLowerCase())) {
    throw jobNotFound({ projectId, jobId });
  }
  return job;
}

/**
 * What jobs.query, getQueryResults and a dry run answer for a job that failed. A query that ran is located at `query`,
 * one that was only checked at the request parameter `q`.
 */
export function throwJobError(job: Job): void {
  if (job.error === undefined) return;
  const { reason, message, location } = job.error;
  const checkedOnly = job.configuration.dryRun && location === 'query';
  throw new ServiceError(reason === 'internalError' ? 'invalid' : reason, message, checkedOnly ? 'q' : location);
}

function readStates(values: readonly string[]): readonly JobState[] | undefined {
  const states = values
    .map((v) => v.toUpperCase())
    .filter((v): v is JobState => v === 'PENDING' || v === 'RUNNING' || v === 'DONE');
  return states.length > 0 ? states : undefined;
}

export const jobRoutes: readonly Route[] = [
  {
    id: 'bigquery.jobs.insert',
    method: 'POST',
    path: '/projects/:projectId/jobs',
    upload: '/upload/bigquery/v2/projects/:projectId/jobs',
    request: 'Job',
    response: 'Job',
    async handle(request, context) {
      const query = toJobsInsert(request.body, request.params.projectId ?? '', context.userEmail);
      const started = context.engine.startQuery(query);
      if (query.configuration.dryRun) {
        throwJobError(started);
        return toJobResource(started, baseUrl(request.raw));
      }
      const { projectId, jobId } = started.reference;
      const job = await context.engine.waitForJob(projectId, jobId, INSERT_WAIT_MILLIS);
      return toJobResource(job, baseUrl(request.raw));
    },
  },
  {
    id: 'bigquery.jobs.list',
    method: 'GET',
    path: '/projects/:projectId/jobs',
    query: {
      allUsers: 'boolean',
      maxCreationTime: 'string',
      maxResults: 'integer',
      minCreationTime: 'string',
      pageToken: 'string',
      parentJobId: 'string',
      projection: 'string',
      stateFilter: 'repeated',
    },
    response: 'JobList',
    handle({ params, query }, context) {
      const limit = Math.min(query.count('maxResults') ?? DEFAULT_LIST_LENGTH, MAX_LIST_LENGTH);
      const jobs = context.engine.listJobs(params.projectId ?? '', {
        states: readStates(query.list('stateFilter')),
        minCreationMillis: query.count('minCreationTime'),
        maxCreationMillis: query.count('maxCreationTime'),
        parentJobId: query.text('parentJobId'),
        after: readPageToken(query.text('pageToken')),
        limit: limit + 1,
      });
      const page = jobs.slice(0, limit);
      const last = page.at(-1);
      const full = query.text('projection')?.toLowerCase() === 'full';
      return {
        kind: 'bigquery#jobList',
        etag: etag(page.map((j) => [j.reference, j.state])),
        ...(jobs.length > limit && last ? { nextPageToken: pageToken(last.reference.jobId) } : {}),
        jobs: page.map((job) => toJobListItem(job, full)),
      };
    },
  },
  {
    id: 'bigquery.jobs.get',
    method: 'GET',
    path: '/projects/:projectId/jobs/:jobId',
    query: { location: 'string' },
    response: 'Job',
    handle: (request, context) => toJobResource(existingJob(request, context), baseUrl(request.raw)),
  },
  {
    id: 'bigquery.jobs.cancel',
    method: 'POST',
    path: '/projects/:projectId/jobs/:jobId/cancel',
    query: { location: 'string' },
    response: 'JobCancelResponse',
    async handle(request, context) {
      const { projectId, jobId } = existingJob(request, context).reference;
      const job = await context.engine.cancelJob(projectId, jobId);
      return { kind: 'bigquery#jobCancelResponse', job: toJobResource(job, baseUrl(request.raw)) };
    },
  },
  {
    id: 'bigquery.jobs.delete',
    method: 'DELETE',
    path: '/projects/:projectId/jobs/:jobId/delete',
    query: { location: 'string' },
    handle(request, context) {
      const { projectId, jobId } = existingJob(request, context).reference;
      context.engine.deleteJob(projectId, jobId);
      return {};
    },
  },
];
