export type * from './jobs/job.ts';
export type * from './logical/index.ts';
