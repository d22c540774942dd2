import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import { expect } from 'vitest';
import type { ConvertedModel } from '../src/convert/index.ts';
import { SESSION_OPTIONS } from '../src/session-options.ts';

env.logLevel = 'error';

const FOLDER = new URL('../../tooling/fixtures/models/converter/', import.meta.url);

export const recordedPath = (path: string): URL => new URL(path, FOLDER);

interface RecordedTensor {
  readonly dtype: 'float32' | 'float64' | 'int8' | 'uint8' | 'int32' | 'int64' | 'bool' | 'string';
  readonly shape: readonly number[];
  /** Little-endian values. */
  readonly b64: string;
  readonly vals?: readonly string[];
}

interface RecordedRun {
  readonly inputs: Readonly<Record<string, RecordedTensor>>;
  readonly outputs: Readonly<Record<string, RecordedTensor>>;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

function values({ dtype, b64, vals }: RecordedTensor) {
  if (dtype === 'string') return [...(vals ?? [])];
  return new ARRAYS[dtype](Uint8Array.from(Buffer.from(b64, 'base64')).buffer);
}

/** Runs a converted model on recorded inputs and compares with what TensorFlow gave: see make_savedmodels.py. */
export async function expectRecorded(model: ConvertedModel, golden: string): Promise<void> {
  const runs = JSON.parse(readFileSync(recordedPath(`golden/${golden}.json`), 'utf8')) as Record<string, RecordedRun>;
  const session = await InferenceSession.create(model.onnx, SESSION_OPTIONS);
  for (const { inputs, outputs } of Object.values(runs)) {
    const feeds = Object.entries(inputs).map(([name, tensor]) => [
      name,
      new Tensor(tensor.dtype as 'float32', values(tensor) as Float32Array, [...tensor.shape]),
    ]);
    const actual = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
    expect(Object.keys(actual).toSorted()).toEqual(Object.keys(outputs).toSorted());
    for (const [name, expected] of Object.entries(outputs)) expectTensor(name, actual[name], expected);
  }
  await session.release();
}

/** Real numbers to 1e-4; quantized ones to one step. */
function expectTensor(name: string, actual: Tensor | undefined, expected: RecordedTensor): void {
  expect(actual?.type, name).toBe(expected.dtype);
  expect(actual?.dims, name).toEqual(expected.shape);
  if (expected.dtype === 'string') {
    expect(actual?.data, name).toEqual(expected.vals);
    return;
  }
  const wanted = Array.from(values(expected) as Float32Array, Number);
  const given = Array.from(actual?.data as Float32Array, Number);
  const quantized = expected.dtype === 'int8' || expected.dtype === 'uint8';
  wanted.forEach((value, i) => {
    const difference = Math.abs((given[i] ?? NaN) - value);
    expect(difference, `${name}[${i}]`).toBeLessThanOrEqual(quantized ? 1 : 1e-4 * Math.max(1, Math.abs(value)));
  });
}
