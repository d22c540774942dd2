import { invalidQuery } from '@bqml-emulator/common';
import type { ModelSession } from './model-session.ts';
import type { OutputTensor, RunResult, TensorData } from './predict-protocol.ts';
import type { PreparedRun, PreparedSlice, PreparedTensor } from './prepared-run.ts';

/** Runs a slice in as few runs as the model's batching allows. */
export async function runSlice(session: ModelSession, slice: PreparedSlice): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const run of slice.runs) {
    const together = slice.batching === 'batch' && run.rowCount > 1 && session.takesBatches;
    const whole = together ? await runTogether(session, slice, run) : undefined;
    if (whole !== undefined) {
      results.push(whole);
      continue;
    }
    for (let row = 0; row < run.rowCount; row++) results.push(await runRow(session, slice, run, row));
    if (together) session.takesBatches = false;
  }
  return results;
}

/**
 * Undefined when the model, whatever it declares, takes or gives one row only: exporters bake a batch of one into
 * reshapes. What is wrong with the rows themselves shows when they are run one by one.
 */
async function runTogether(
  session: ModelSession,
  slice: PreparedSlice,
  run: PreparedRun,
): Promise<RunResult | undefined> {
  let outputs: readonly OutputTensor[];
  try {
    outputs = await session.run(run.inputs, slice.outputs);
  } catch {
    return undefined;
  }
  return outputs.every(({ dims }) => dims[0] === run.rowCount) ? { rowCount: run.rowCount, outputs } : undefined;
}

async function runRow(session: ModelSession, slice: PreparedSlice, run: PreparedRun, row: number): Promise<RunResult> {
  const inputs = run.inputs.map((input) => rowOf(input, row, run.rowCount, slice.unbatched.includes(input.name)));
  try {
    return { rowCount: 1, outputs: await session.run(inputs, slice.outputs) };
  } catch (error) {
    throw invalidQuery(`The model failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function rowOf(input: PreparedTensor, row: number, rowCount: number, unbatched: boolean): PreparedTensor {
  const length = input.data.length / rowCount;
  const start = row * length;
  const data: TensorData = ArrayBuffer.isView(input.data)
    ? input.data.subarray(start, start + length)
    : input.data.slice(start, start + length);
  return { ...input, dims: unbatched ? [] : [1, ...input.dims.slice(1)], data };
}
