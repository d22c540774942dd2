import type { QueryResult } from '@bqml-emulator/catalog';
import { MAX_RESULT_PAGE_BYTES } from '@bqml-emulator/common';
import { Emulator } from '../emulator.ts';
import { jobFailure } from '../job-failure.ts';
import { RESULT_FORMATS, readFormat } from '../output/result-format.ts';
import type { RowWriter } from '../output/result-format.ts';
import { parseFlags, processEnvironment, readEmulatorOptions, storageFlags, UsageError } from '../options.ts';

/** Runs one statement or script in this process and prints the rows of its last query. */
export async function query(args: readonly string[]): Promise<void> {
  const { flags, words } = parseFlags(args, { ...storageFlags, format: { type: 'string' } }, 1);
  const sql = words[0];
  if (sql === undefined || sql.trim() === '') throw new UsageError("query takes the SQL text: query 'SELECT 1'");
  const format = readFormat(typeof flags['format'] === 'string' ? flags['format'] : 'pretty');
  const options = readEmulatorOptions(flags, processEnvironment);
  const emulator = await Emulator.open(options);
  try {
    const interrupted = new AbortController();
    process.once('SIGINT', () => interrupted.abort());
    const job = await emulator.runQuery(sql, interrupted.signal);
    if (job.error) throw jobFailure(job.error);
    const result = emulator.engine.getResult(job.reference.projectId, job.reference.jobId);
    if (result) await writeRows(result, RESULT_FORMATS[format](process.stdout));
    else process.stderr.write(`${job.statistics.statementType ?? 'Statement'} done.\n`);
  } finally {
    await emulator.dispose();
  }
}

async function writeRows(result: QueryResult, writer: RowWriter): Promise<void> {
  writer.begin(result.schema);
  for (let row = 0n; row < result.rowCount;) {
    const batch = await result.read(row, Number.MAX_SAFE_INTEGER, MAX_RESULT_PAGE_BYTES);
    for (let i = 0; i < batch.rowCount; i++) await writer.row(batch.columns.map((c) => c.values[i] ?? null));
    row += BigInt(batch.rowCount);
  }
  await writer.end();
}
