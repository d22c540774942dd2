/** `npm run conformance -- [--url URL] [--project P] [--verbose] [DIR]`; without a URL it starts an emulator of its own. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmulator } from 'bqml-emulator';
import { replay } from './replay.ts';

const { values, positionals } = parseArgs({
  options: {
    url: { type: 'string' },
    project: { type: 'string', default: 'conformance-project' },
    verbose: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const directory = positionals[0] ?? path.join(import.meta.dirname, '../recordings');
const own = values.url === undefined ? await startEmulator({ projectId: values.project }) : undefined;
let right = 0;
let total = 0;
try {
  for await (const { id, failure } of replay(values.url ?? own?.url ?? '', directory, values.project)) {
    total++;
    if (failure === undefined) right++;
    else console.log(`FAILED ${id}: ${failure}`);
    if (failure === undefined && values.verbose) console.log(`ok     ${id}`);
  }
} finally {
  await own?.dispose();
}
console.log(`${right}/${total}`);
process.exitCode = right === total && total > 0 ? 0 : 1;
