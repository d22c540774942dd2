import type { TableReference } from '@bqml-emulator/common';
import type { JobRecord } from '@bqml-emulator/catalog';
import type { Job, QueryConfiguration, QueryStatistics } from './job.ts';
import { decodeRecord, encodeRecord } from './job-codec.ts';

/** A job with what only the engine knows of it. */
export interface EngineJob extends Job {
  readonly resultId: string | undefined;
}

interface StoredStatistics {
  readonly query: QueryStatistics;
  readonly destinationTable: TableReference | undefined;
  readonly resultId: string | undefined;
}

export const NO_STATISTICS: QueryStatistics = {
  statementType: undefined,
  totalBytesProcessed: 0n,
  referencedTables: [],
  ddlOperationPerformed: undefined,
  ddlTargetTable: undefined,
  ddlTargetDataset: undefined,
  ddlTargetModel: undefined,
  dmlStats: undefined,
  childJobCount: 0,
  schema: undefined,
};

export function toRecord(job: EngineJob): JobRecord {
  const statistics: StoredStatistics = {
    query: job.statistics,
    destinationTable: job.destinationTable,
    resultId: job.resultId,
  };
  return {
    reference: job.reference,
    state: job.state,
    jobType: 'QUERY',
    configuration: encodeRecord(job.configuration),
    statistics: encodeRecord(statistics),
    error: job.error,
    creationMillis: job.creationMillis,
    startMillis: job.startMillis,
    endMillis: job.endMillis,
    userEmail: job.userEmail,
    parentJobId: job.parentJobId,
  };
}

/** The inverse of `toRecord`: only the engine writes these records. */
export function fromRecord(record: JobRecord): EngineJob {
  const statistics = decodeRecord(record.statistics) as StoredStatistics;
  return {
    reference: record.reference,
    state: record.state,
    configuration: decodeRecord(record.configuration) as QueryConfiguration,
    statistics: { ...NO_STATISTICS, ...statistics.query },
    error: record.error,
    creationMillis: record.creationMillis,
    startMillis: record.startMillis,
    endMillis: record.endMillis,
    userEmail: record.userEmail,
    parentJobId: record.parentJobId,
    destinationTable: statistics.destinationTable,
    resultId: statistics.resultId,
  };
}
