import type { Clock } from '@bqml-emulator/common';
import type { Job } from '@bqml-emulator/engine';

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query: a request id is good for 15 minutes. */
const LIFETIME_MILLIS = 15 * 60 * 1000;

/** Jobs by the `requestId` of jobs.query: a client that repeats a request gets its first job and runs nothing twice. */
export class RequestIds {
  readonly #jobs = new Map<string, { readonly job: Job; readonly expiresMillis: number }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(projectId: string, requestId: string | undefined): Job | undefined {
    if (requestId === undefined) return undefined;
    const entry = this.#jobs.get(`${projectId}/${requestId}`);
    return entry && entry.expiresMillis > this.#clock.nowMillis() ? entry.job : undefined;
  }

  remember(projectId: string, requestId: string | undefined, job: Job): Job {
    if (requestId === undefined || job.configuration.dryRun) return job;
    const now = this.#clock.nowMillis();
    for (const [key, entry] of this.#jobs) {
      if (entry.expiresMillis > now) break;
      this.#jobs.delete(key);
    }
    this.#jobs.set(`${projectId}/${requestId}`, { job, expiresMillis: now + LIFETIME_MILLIS });
    return job;
  }
}
