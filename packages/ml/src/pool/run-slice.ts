import { invalidQuery } from '@bqml-emulator/common';
import { Tensor } from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import { fromHalf, toHalf } from './half-float.ts';
import type { OutputTensor, RunResult, TensorData } from './predict-protocol.ts';
import type { PreparedRun, PreparedSlice, PreparedTensor } from './prepared-run.ts';

/** Runs a slice in as few runs as the model's batching allows. */
export async function runSlice(session: InferenceSession, slice: PreparedSlice): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const run of slice.runs) {
    const whole = slice.batching === 'batch' && run.rowCount > 1 ? await runTogether(session, slice, run) : undefined;
    if (whole !== undefined) results.push(whole);
    else for (let row = 0; row < run.rowCount; row++) results.push(await runRow(session, slice, run, row));
  }
  return results;
}

/**
 * Undefined when the model, whatever it declares, takes or gives one row only: exporters bake a batch of one into
 * reshapes. What is wrong with the rows themselves shows when they are run one by one.
 */
async function runTogether(
  session: InferenceSession,
  slice: PreparedSlice,
  run: PreparedRun,
): Promise<RunResult | undefined> {
  let outputs: OutputTensor[];
  try {
    outputs = await runSession(session, slice, run.inputs);
  } catch {
    return undefined;
  }
  return outputs.every(({ dims }) => dims[0] === run.rowCount) ? { rowCount: run.rowCount, outputs } : undefined;
}

async function runRow(
  session: InferenceSession,
  slice: PreparedSlice,
  run: PreparedRun,
  row: number,
): Promise<RunResult> {
  const inputs = run.inputs.map((input) => rowOf(input, row, run.rowCount, slice.unbatched.includes(input.name)));
  try {
    return { rowCount: 1, outputs: await runSession(session, slice, inputs) };
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

async function runSession(
  session: InferenceSession,
  slice: PreparedSlice,
  inputs: readonly PreparedTensor[],
): Promise<OutputTensor[]> {
  const feeds: Record<string, Tensor> = {};
  for (const input of inputs) feeds[input.name] = createTensor(input);
  const results = await session.run(feeds, slice.outputs);
  return slice.outputs.map((name) => {
    const tensor = results[name];
    if (tensor === undefined) throw new Error(`output '${name}' is missing`);
    return { dims: tensor.dims, data: outputData(tensor) };
  });
}

function createTensor({ dtype, dims, data }: PreparedTensor): Tensor {
  if (dtype !== 'float16') return new Tensor(dtype, data as Tensor.DataTypeMap[typeof dtype], dims);
  // Where JavaScript has Float16Array the constructor makes one, which the native side reads as empty.
  const bits = new Tensor('uint16', toHalf(data as Float32Array), dims);
  return Object.defineProperty(bits, 'type', { value: 'float16' });
}

/** The runtime gives float16 as Float16Array where JavaScript has it, else as the raw 16 bits. */
function outputData(tensor: Tensor): TensorData {
  if (tensor.type !== 'float16') return tensor.data as TensorData;
  const halves: unknown = tensor.data;
  return halves instanceof Uint16Array ? fromHalf(halves) : Float32Array.from(halves as ArrayLike<number>);
}
