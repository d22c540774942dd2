import type { JobError } from '@bqml-emulator/catalog';
import type { Job, QueryConfiguration } from '@bqml-emulator/engine';
import { etag } from '../wire/etag.ts';
import { toFieldResource } from './schema.ts';

function toErrorProto(error: JobError): Record<string, unknown> {
  return {
    reason: error.reason,
    ...(error.location === undefined ? {} : { location: error.location }),
    message: error.message,
  };
}

function toStatus(job: Job): Record<string, unknown> {
  return {
    ...(job.error === undefined ? {} : { errorResult: toErrorProto(job.error), errors: [toErrorProto(job.error)] }),
    state: job.state,
  };
}

function toQueryStatistics(job: Job): Record<string, unknown> {
  const s = job.statistics;
  return {
    ...(s.statementType === undefined ? {} : { statementType: s.statementType }),
    totalBytesProcessed: String(s.totalBytesProcessed),
    totalBytesBilled: '0',
    billingTier: 0,
    cacheHit: false,
    ...(job.configuration.dryRun
      ? { totalBytesProcessedAccuracy: 'PRECISE', ...toDryRunSchema(job) }
      : { totalSlotMs: elapsedMillis(job), queryPlan: [], timeline: [] }),
    ...(s.referencedTables.length > 0 ? { referencedTables: s.referencedTables } : {}),
    ...(s.ddlOperationPerformed === undefined ? {} : { ddlOperationPerformed: s.ddlOperationPerformed }),
    ...(s.ddlTargetTable === undefined ? {} : { ddlTargetTable: s.ddlTargetTable }),
    ...(s.ddlTargetDataset === undefined ? {} : { ddlTargetDataset: s.ddlTargetDataset }),
    // `bq` prints `Created p.d.m` from ddlTargetTable, for models too.
    ...(s.ddlTargetModel === undefined
      ? {}
      : {
          ddlTargetTable: {
            projectId: s.ddlTargetModel.projectId,
            datasetId: s.ddlTargetModel.datasetId,
            tableId: s.ddlTargetModel.modelId,
          },
        }),
    ...(s.dmlStats === undefined
      ? {}
      : {
          numDmlAffectedRows: String(affectedRows(job)),
          dmlStats: {
            ...(s.dmlStats.insertedRowCount > 0n ? { insertedRowCount: String(s.dmlStats.insertedRowCount) } : {}),
            ...(s.dmlStats.deletedRowCount > 0n ? { deletedRowCount: String(s.dmlStats.deletedRowCount) } : {}),
            ...(s.dmlStats.updatedRowCount > 0n ? { updatedRowCount: String(s.dmlStats.updatedRowCount) } : {}),
          },
        }),
  };
}

function toDryRunSchema(job: Job): Record<string, unknown> {
  const schema = job.statistics.schema;
  return schema === undefined ? {} : { schema: { fields: schema.map((column) => toFieldResource(column, true)) } };
}

export function affectedRows(job: Job): bigint | undefined {
  const dml = job.statistics.dmlStats;
  return dml === undefined ? undefined : dml.insertedRowCount + dml.updatedRowCount + dml.deletedRowCount;
}

const elapsedMillis = (job: Job) =>
  String(Math.max(0, (job.endMillis ?? job.creationMillis) - (job.startMillis ?? job.creationMillis)));

function toStatistics(job: Job): Record<string, unknown> {
  return {
    creationTime: String(job.creationMillis),
    ...(job.configuration.dryRun || job.startMillis === undefined ? {} : { startTime: String(job.startMillis) }),
    ...(job.endMillis === undefined ? {} : { endTime: String(job.endMillis) }),
    totalBytesProcessed: String(job.statistics.totalBytesProcessed),
    ...(job.configuration.dryRun ? {} : { totalSlotMs: elapsedMillis(job) }),
    ...(job.statistics.childJobCount > 0 ? { numChildJobs: String(job.statistics.childJobCount) } : {}),
    ...(job.parentJobId === undefined ? {} : { parentJobId: job.parentJobId }),
    query: toQueryStatistics(job),
  };
}

function toConfiguration(job: Job): Record<string, unknown> {
  const c: QueryConfiguration = job.configuration;
  return {
    query: {
      query: c.query,
      ...(job.destinationTable === undefined ? {} : { destinationTable: job.destinationTable }),
      ...(c.defaultDataset === undefined ? {} : { defaultDataset: c.defaultDataset }),
      createDisposition: c.createDisposition,
      writeDisposition: c.destinationTable === undefined ? 'WRITE_TRUNCATE' : c.writeDisposition,
      priority: 'INTERACTIVE',
      useLegacySql: false,
    },
    ...(Object.keys(c.labels).length > 0 ? { labels: c.labels } : {}),
    ...(c.timeoutMillis === undefined ? {} : { jobTimeoutMs: String(c.timeoutMillis) }),
    ...(c.dryRun ? { dryRun: true } : {}),
    jobType: 'QUERY',
  };
}

const jobName = (job: Job) => `${job.reference.projectId}:${job.reference.location}.${job.reference.jobId}`;

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/Job. A dry run has no job id. */
export function toJobResource(job: Job, baseUrl: string): Record<string, unknown> {
  const { projectId, jobId, location } = job.reference;
  const resource = {
    kind: 'bigquery#job',
    id: jobName(job),
    selfLink: `${baseUrl}/bigquery/v2/projects/${projectId}/jobs/${jobId}?location=${location}`,
    user_email: job.userEmail,
    principal_subject: `serviceAccount:${job.userEmail}`,
    ...(job.configuration.dryRun ? {} : { jobCreationReason: { code: 'REQUESTED' } }),
    configuration: toConfiguration(job),
    jobReference: job.configuration.dryRun ? { projectId, location } : job.reference,
    statistics: toStatistics(job),
    status: toStatus(job),
  };
  return { etag: etag(resource), ...resource };
}

export function toJobListItem(job: Job, full: boolean): Record<string, unknown> {
  return {
    kind: 'bigquery#job',
    id: jobName(job),
    jobReference: job.reference,
    state: job.state,
    statistics: toStatistics(job),
    ...(job.error === undefined ? {} : { errorResult: toErrorProto(job.error) }),
    status: toStatus(job),
    ...(full ? { configuration: toConfiguration(job), user_email: job.userEmail } : {}),
  };
}
