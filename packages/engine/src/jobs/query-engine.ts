import {
  ServiceError,
  datasetNotFound,
  invalid,
  jobCancelled,
  jobNotFound,
  jobTimedOut,
  required,
} from '@bqml-emulator/common';
import type { TableReference } from '@bqml-emulator/common';
import type {
  Dataset,
  EvaluationContext,
  ExternalTable,
  JobListFilter,
  ObjectTable,
  QueryResult,
} from '@bqml-emulator/catalog';
import { parseScript } from '@bqml-emulator/sql';
import type { Script, Statement } from '@bqml-emulator/sql';
import { analyzeStatement } from '../analyzer/index.ts';
import { FunctionRegistry } from '../functions/index.ts';
import type { ResolvedStatement } from '../logical/index.ts';
import { chooseLocation } from '../script/choose-location.ts';
import { dryRunStatistics } from '../script/dry-run.ts';
import { statementType } from '../script/statement-type.ts';
import { createExternalTable } from '../statements/external-table.ts';
import type { ExternalTableDefinition } from '../statements/external-table.ts';
import { createObjectTable } from '../statements/object-table.ts';
import type { ObjectTableDefinition } from '../statements/object-table.ts';
import { runStatement } from '../statements/run-statement.ts';
import type { StatementOutcome } from '../statements/statement-context.ts';
import { anonymousResultId, anonymousTable } from './anonymous-table.ts';
import { checkAccess, requireConnection } from './check-access.ts';
import type { QueryEngineDependencies } from './dependencies.ts';
import type { Job, QueryEngine, QueryRequest, QueryStatistics } from './job.ts';
import { jobError } from './job-error.ts';
import { NO_STATISTICS, fromRecord, toRecord } from './job-record.ts';
import type { EngineJob } from './job-record.ts';
import { Scheduler } from './scheduler.ts';

const DEFAULT_CONCURRENT_QUERIES = 8;
const JOB_ID_BYTES = 14;
/** BigQuery lets a job with a limit of 1 ms run for as long as a short query takes. */
const MIN_TIMEOUT_MILLIS = 1000;

const EVERY_JOB: Omit<JobListFilter, 'limit' | 'parentJobId'> = {
  states: undefined,
  minCreationMillis: undefined,
  maxCreationMillis: undefined,
  after: undefined,
};

export function createQueryEngine(dependencies: QueryEngineDependencies): QueryEngine {
  return new LocalQueryEngine(dependencies);
}

/** A job that has not ended. */
interface ActiveJob {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Parsed before the job exists, because its location depends on it. */
type ParsedText = { readonly script: Script } | { readonly error: unknown };

class LocalQueryEngine implements QueryEngine {
  private readonly dependencies: QueryEngineDependencies;
  private readonly functions: FunctionRegistry;
  private readonly scheduler: Scheduler;
  private readonly active = new Map<string, ActiveJob>();
  private readonly onDefect: (error: unknown, job: string) => void;

  constructor(dependencies: QueryEngineDependencies) {
    this.dependencies = dependencies;
    this.functions = new FunctionRegistry(dependencies.functions);
    this.scheduler = new Scheduler(dependencies.options?.concurrentQueries ?? DEFAULT_CONCURRENT_QUERIES);
    this.onDefect = dependencies.options?.onDefect ?? ((error, job) => console.error(`${job}:`, error));
  }

  startQuery(request: QueryRequest): Job {
    if (request.configuration.query.trim() === '') throw required('query');
    const parsed = parse(request.configuration.query);
    const { ids, jobs } = this.dependencies;
    const jobId = request.jobId ?? (request.configuration.dryRun ? '' : `job_${ids.hex(JOB_ID_BYTES)}`);
    const job = this.newJob(request, jobId, this.locationOf(request, parsed), undefined);
    if (request.configuration.dryRun) return this.dryRun(job, parsed);
    jobs.insert(toRecord(job));
    const controller = new AbortController();
    const ended = this.run(job, parsed, controller).finally(() => this.active.delete(keyOf(job.reference)));
    this.active.set(keyOf(job.reference), { controller, ended });
    return job;
  }

  getJob(projectId: string, jobId: string): Job | undefined {
    return this.find(projectId, jobId);
  }

  listJobs(projectId: string, filter: JobListFilter): readonly Job[] {
    return this.dependencies.jobs.list(projectId, filter).map(fromRecord);
  }

  async waitForJob(projectId: string, jobId: string, timeoutMillis: number): Promise<Job> {
    const active = this.active.get(keyOf({ projectId, jobId }));
    if (active) await withTimeout(active.ended, timeoutMillis);
    return this.require(projectId, jobId);
  }

  async cancelJob(projectId: string, jobId: string): Promise<Job> {
    const active = this.active.get(keyOf({ projectId, jobId }));
    active?.controller.abort(jobCancelled());
    await active?.ended;
    return this.require(projectId, jobId);
  }

  getResult(projectId: string, jobId: string): QueryResult | undefined {
    const job = this.find(projectId, jobId);
    return job?.resultId === undefined || job.error ? undefined : this.dependencies.results.open(job.resultId);
  }

  getAnonymousResult(table: TableReference): QueryResult | undefined {
    const id = anonymousResultId(table);
    return id === undefined ? undefined : this.dependencies.results.open(id);
  }

  deleteJob(projectId: string, jobId: string): void {
    const { jobs } = this.dependencies;
    this.require(projectId, jobId);
    if (this.active.has(keyOf({ projectId, jobId }))) {
      throw invalid(`Job ${projectId}:${jobId} is still running and cannot be deleted`);
    }
    const children = { parentJobId: jobId, limit: Number.MAX_SAFE_INTEGER };
    for (const child of jobs.list(projectId, { ...EVERY_JOB, ...children })) {
      jobs.delete(projectId, child.reference.jobId);
    }
    jobs.delete(projectId, jobId);
  }

  async createObjectTable(definition: ObjectTableDefinition, signal: AbortSignal): Promise<ObjectTable> {
    return createObjectTable(definition, this.datasetOf(definition), false, { ...this.dependencies, signal });
  }

  async createExternalTable(definition: ExternalTableDefinition, signal: AbortSignal): Promise<ExternalTable> {
    const dataset = this.datasetOf(definition);
    return createExternalTable(definition, dataset, false, { ...this.dependencies, signal });
  }

  /** The dataset of a new table whose connection may be used. */
  private datasetOf(definition: Pick<ExternalTableDefinition, 'reference' | 'connectionId'>): Dataset {
    const { catalog, connections, options } = this.dependencies;
    const dataset = catalog.getDataset(definition.reference);
    if (!dataset) throw datasetNotFound(definition.reference);
    if (options?.iam === 'strict') requireConnection({ ...definition, location: dataset.location }, connections);
    return dataset;
  }

  async dispose(): Promise<void> {
    const active = [...this.active.values()];
    for (const { controller } of active) controller.abort(jobCancelled());
    await Promise.all(active.map((job) => job.ended));
  }

  private find(projectId: string, jobId: string): EngineJob | undefined {
    const record = this.dependencies.jobs.get(projectId, jobId);
    return record && fromRecord(record);
  }

  private require(projectId: string, jobId: string): Job {
    const job = this.find(projectId, jobId);
    if (!job) throw jobNotFound({ projectId, jobId });
    return job;
  }

  private newJob(request: QueryRequest, jobId: string, location: string, parentJobId: string | undefined): EngineJob {
    return {
      reference: { projectId: request.projectId, jobId, location },
      state: 'PENDING',
      configuration: request.configuration,
      statistics: NO_STATISTICS,
      error: undefined,
      creationMillis: this.dependencies.clock.nowMillis(),
      startMillis: undefined,
      endMillis: undefined,
      userEmail: request.userEmail,
      parentJobId,
      destinationTable: undefined,
      resultId: undefined,
    };
  }

  private locationOf(request: QueryRequest, parsed: ParsedText): string {
    const { catalog, defaultLocation = 'US' } = this.dependencies;
    if (request.location !== undefined) return request.location;
    if ('error' in parsed) return defaultLocation;
    return (
      chooseLocation(parsed.script, catalog, request.projectId, request.configuration.defaultDataset) ?? defaultLocation
    );
  }

  private dryRun(job: EngineJob, parsed: ParsedText): Job {
    const now = this.dependencies.clock.nowMillis();
    const done = { ...job, state: 'DONE', startMillis: now, endMillis: now } as const;
    try {
      const [first, second] = statementsOf(parsed);
      if (first && !second) {
        const resolved = this.analyze(first, job, this.evaluationContext(job));
        const statistics = dryRunStatistics(resolved, this.dependencies.catalog);
        return { ...done, statistics: { ...NO_STATISTICS, ...statistics } };
      }
      return { ...done, statistics: { ...NO_STATISTICS, statementType: 'SCRIPT' } };
    } catch (error) {
      return { ...done, error: this.report(error, job) };
    }
  }

  /** Runs a job to its end; never rejects. */
  private async run(pending: EngineJob, parsed: ParsedText, controller: AbortController): Promise<void> {
    const { timeoutMillis } = pending.configuration;
    const timer =
      timeoutMillis === undefined
        ? undefined
        : setTimeout(
            () => {
              controller.abort(jobTimedOut(timeoutMillis));
            },
            Math.max(timeoutMillis, MIN_TIMEOUT_MILLIS),
          );
    // Whoever started the job gets it as PENDING before anything runs.
    await Promise.resolve();
    let job = pending;
    try {
      await this.scheduler.run(async () => {
        job = this.update({ ...job, state: 'RUNNING', startMillis: this.dependencies.clock.nowMillis() });
        const statements = statementsOf(parsed);
        const [first, second] = statements;
        if (first && !second) {
          job = await this.runSingle(first, job, controller.signal);
        } else {
          job = await this.runScript(statements, job, controller.signal);
        }
      }, controller.signal);
    } catch (error) {
      job = { ...job, error: this.report(controller.signal.aborted ? controller.signal.reason : error, job) };
    } finally {
      clearTimeout(timer);
    }
    const endMillis = this.dependencies.clock.nowMillis();
    this.update({ ...job, state: 'DONE', startMillis: job.startMillis ?? endMillis, endMillis });
  }

  /** Analyses and runs one statement; gives the job with what it reports, or throws. */
  private async runSingle(statement: Statement, job: EngineJob, signal: AbortSignal): Promise<EngineJob> {
    const evaluation = this.evaluationContext(job);
    const resolved = this.analyze(statement, job, evaluation);
    const started = this.update({ ...job, statistics: { ...job.statistics, statementType: statementType(resolved) } });
    checkAccess(resolved, job, (name) => this.functions.find(name), this.dependencies);
    const outcome = await runStatement(resolved, {
      ...this.dependencies,
      configuration: job.configuration,
      projectId: job.reference.projectId,
      location: job.reference.location,
      userEmail: job.userEmail,
      evaluation,
      signal,
    });
    return withOutcome(started, outcome);
  }

  /** Statements in order, each a child job; the first that fails ends the script. */
  private async runScript(
    statements: readonly Statement[],
    parent: EngineJob,
    signal: AbortSignal,
  ): Promise<EngineJob> {
    const { jobs, clock } = this.dependencies;
    const statistics: QueryStatistics = { ...NO_STATISTICS, statementType: 'SCRIPT' };
    let script = this.update({ ...parent, statistics });
    for (const [index, statement] of statements.entries()) {
      signal.throwIfAborted();
      const now = clock.nowMillis();
      let child: EngineJob = {
        ...parent,
        reference: { ...parent.reference, jobId: `script_${parent.reference.jobId}_${index}` },
        parentJobId: parent.reference.jobId,
        creationMillis: now,
        startMillis: now,
        state: 'RUNNING',
      };
      jobs.insert(toRecord(child));
      script = this.update({ ...script, statistics: { ...script.statistics, childJobCount: index + 1 } });
      try {
        child = await this.runSingle(statement, child, signal);
      } catch (error) {
        child = { ...child, error: jobError(signal.aborted ? signal.reason : error) };
        throw error;
      } finally {
        child = this.update({ ...child, state: 'DONE', endMillis: clock.nowMillis() });
      }
      const total = script.statistics.totalBytesProcessed + child.statistics.totalBytesProcessed;
      script = { ...script, statistics: { ...script.statistics, totalBytesProcessed: total } };
      // The script's result is that of its last statement, when that is a query.
      const isQuery = child.statistics.statementType === 'SELECT';
      script = {
        ...script,
        resultId: isQuery ? child.resultId : undefined,
        destinationTable: isQuery ? child.destinationTable : undefined,
        statistics: { ...script.statistics, schema: isQuery ? child.statistics.schema : undefined },
      };
    }
    return script;
  }

  private analyze(statement: Statement, job: EngineJob, evaluationContext: EvaluationContext): ResolvedStatement {
    const { configuration, reference } = job;
    return analyzeStatement(statement, {
      sql: configuration.query,
      catalog: this.dependencies.catalog,
      functions: (name) => this.functions.find(name),
      functionNames: () => this.functions.all().map(({ name }) => name),
      projectId: reference.projectId,
      defaultDataset: configuration.defaultDataset,
      location: reference.location,
      hasDestination: configuration.destinationTable !== undefined,
      parameters: configuration.parameters,
      evaluationContext,
    });
  }

  private evaluationContext(job: EngineJob): EvaluationContext {
    return {
      queryMicros: this.dependencies.clock.nowMicros(),
      random: Math.random,
      timeZone: 'UTC',
      projectId: job.reference.projectId,
      userEmail: job.userEmail,
    };
  }

  private update(job: EngineJob): EngineJob {
    this.dependencies.jobs.update(toRecord(job));
    return job;
  }

  private report(error: unknown, job: EngineJob): ReturnType<typeof jobError> {
    if (!(error instanceof ServiceError)) this.onDefect(error, job.reference.jobId);
    return jobError(error);
  }
}

const keyOf = ({ projectId, jobId }: { projectId: string; jobId: string }) => `${projectId}:${jobId}`;

function parse(text: string): ParsedText {
  try {
    return { script: parseScript(text) };
  } catch (error) {
    // The job exists all the same, and fails with this.
    return { error };
  }
}

function statementsOf(parsed: ParsedText): readonly Statement[] {
  if ('error' in parsed) throw parsed.error;
  return parsed.script.statements.statements;
}

function withOutcome(job: EngineJob, outcome: StatementOutcome): EngineJob {
  const { result } = outcome;
  return {
    ...job,
    statistics: { ...NO_STATISTICS, ...outcome.statistics },
    resultId: result?.id,
    destinationTable:
      outcome.destinationTable ?? (result && anonymousTable(job.reference.projectId, job.userEmail, result.id)),
  };
}

async function withTimeout(ended: Promise<void>, millis: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, millis);
  });
  await Promise.race([ended, timeout]);
  clearTimeout(timer);
}
