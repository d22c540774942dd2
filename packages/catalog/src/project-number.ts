import { createHash } from 'node:crypto';

const FIRST = 100_000_000_000n;
const COUNT = 900_000_000_000n;

/** Google's project numbers have 12 digits; here a stable one from the id. */
export function projectNumber(projectId: string): string {
  return String(FIRST + (createHash('sha256').update(projectId).digest().readBigUInt64BE() % COUNT));
}
