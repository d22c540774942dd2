import type { Database, RunResult } from 'better-sqlite3';
import { invalid, jobAlreadyExists, jobNotFound } from '@bqml-emulator/common';
import type { Clock } from '@bqml-emulator/common';
import type { JobListFilter, JobRecord, JobStore } from '@bqml-emulator/catalog';
import { fromRecordText, toRecordText } from './record-text.ts';

/**
 * Jobs as JSON text, with the columns that lists ask for. Only the end of a job waits for the disk: what happened to
 * it before survives the process and not the machine, after which the job has failed anyway.
 */
export class SqliteJobStore implements JobStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Ends the jobs that an earlier process left running. */
  endInterruptedJobs(clock: Clock): void {
    this.#database.transaction(() => {
      const bodies = this.#database
        .prepare<unknown[], string>("SELECT body FROM jobs WHERE state <> 'DONE'")
        .pluck()
        .all();
      for (const body of bodies) {
        this.update({
          ...fromRecordText<JobRecord>(body),
          state: 'DONE',
          endMillis: clock.nowMillis(),
          error: {
            reason: 'stopped',
            location: undefined,
            message: 'Job execution was cancelled: The emulator stopped while the job was running',
          },
        });
      }
    })();
  }

  insert(job: JobRecord): void {
    const { projectId, jobId } = job.reference;
    const { changes } = this.#write(
      job,
      'INSERT OR IGNORE INTO jobs (project, job, state, creation_millis, parent, body) VALUES (?, ?, ?, ?, ?, ?)',
      [projectId, jobId, job.state, job.creationMillis, job.parentJobId ?? null, toRecordText(job)],
    );
    if (changes === 0) throw jobAlreadyExists(job.reference);
  }

  update(job: JobRecord): void {
    const { projectId, jobId } = job.reference;
    const text = 'UPDATE jobs SET state = ?, body = ? WHERE project = ? AND job = ?';
    const { changes } = this.#write(job, text, [job.state, toRecordText(job), projectId, jobId]);
    if (changes === 0) throw jobNotFound(job.reference);
  }

  get(projectId: string, jobId: string): JobRecord | undefined {
    const body = this.#database
      .prepare<unknown[], string>('SELECT body FROM jobs WHERE project = ? AND job = ?')
      .pluck()
      .get(projectId, jobId);
    return body === undefined ? undefined : fromRecordText<JobRecord>(body);
  }

  /** Newest first. Without `parentJobId`, jobs that have no parent. */
  list(projectId: string, filter: JobListFilter): readonly JobRecord[] {
    const { states, minCreationMillis, maxCreationMillis, parentJobId, after, limit } = filter;
    const conditions = ['project = ?', parentJobId === undefined ? 'parent IS NULL' : 'parent = ?'];
    const parameters: (string | number)[] = [projectId, ...(parentJobId === undefined ? [] : [parentJobId])];
    if (states !== undefined) {
      conditions.push(`state IN (${states.map(() => '?').join(', ')})`);
      parameters.push(...states);
    }
    if (minCreationMillis !== undefined) {
      conditions.push('creation_millis >= ?');
      parameters.push(minCreationMillis);
    }
    if (maxCreationMillis !== undefined) {
      conditions.push('creation_millis <= ?');
      parameters.push(maxCreationMillis);
    }
    if (after !== undefined) {
      const place = this.#place(projectId, after);
      conditions.push('(creation_millis, sequence) < (?, ?)');
      parameters.push(place.creation_millis, place.sequence);
    }
    return this.#database
      .prepare<unknown[], string>(
        `SELECT body FROM jobs WHERE ${conditions.join(' AND ')} ORDER BY creation_millis DESC, sequence DESC LIMIT ?`,
      )
      .pluck()
      .all(...parameters, limit)
      .map((body) => fromRecordText<JobRecord>(body));
  }

  delete(projectId: string, jobId: string): void {
    const { changes } = this.#database.prepare('DELETE FROM jobs WHERE project = ? AND job = ?').run(projectId, jobId);
    if (changes === 0) throw jobNotFound({ projectId, jobId });
  }

  #write(job: JobRecord, text: string, parameters: readonly unknown[]): RunResult {
    const statement = this.#database.prepare(text);
    // Inside a transaction the setting cannot change, and the transaction decides.
    if (job.state === 'DONE' || this.#database.inTransaction) return statement.run(...parameters);
    this.#database.pragma('synchronous = NORMAL');
    try {
      return statement.run(...parameters);
    } finally {
      this.#database.pragma('synchronous = FULL');
    }
  }

  #place(projectId: string, jobId: string): { creation_millis: number; sequence: number } {
    const place = this.#database
      .prepare<unknown[], { creation_millis: number; sequence: number }>(
        'SELECT creation_millis, sequence FROM jobs WHERE project = ? AND job = ?',
      )
      .get(projectId, jobId);
    if (place === undefined) throw invalid(`Invalid page token: ${jobId}`, 'pageToken');
    return place;
  }
}
