/** `npm run tutorials -- [--verbose] [DIR]`: runs the tutorials as transcripts and lists what is outside or waits. */
import { parseArgs } from 'node:util';
import { runTutorials } from './run-tutorials.ts';

const { values, positionals } = parseArgs({
  options: { verbose: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const counts = { ran: 0, failed: 0, waits: 0, outside: 0 };
for await (const { id, outcome, why } of runTutorials(positionals[0])) {
  counts[outcome]++;
  if (outcome !== 'ran' || values.verbose)
    console.log(`${outcome.padEnd(7)} ${id}${why === undefined ? '' : `: ${why}`}`);
}
console.log(`${counts.ran} ran, ${counts.failed} failed, ${counts.waits} wait, ${counts.outside} outside`);
process.exitCode = counts.failed === 0 && counts.ran > 0 ? 0 : 1;
