import { InferenceSession, Tensor } from 'onnxruntime-node';
import { SESSION_OPTIONS } from '@bqml-emulator/ml';
import type { ConvertedModel } from '@bqml-emulator/ml';

/** Largest difference, times max(1, |expected|). */
export const TOLERANCE = 1e-4;

interface RecordedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly b64: string;
  /** Strings. */
  readonly vals?: readonly string[];
}

export interface RecordedRun {
  readonly skip?: string;
  readonly inputs: Readonly<Record<string, RecordedTensor>>;
  readonly outputs: Readonly<Record<string, RecordedTensor>>;
  /** Scale and zero point by tensor. */
  readonly quantization?: Readonly<Record<string, readonly [number, number]>>;
}

const ARRAYS: Readonly<Record<string, (bytes: ArrayBuffer) => ArrayLike<number> | BigInt64Array | BigUint64Array>> = {
  float32: (bytes) => new Float32Array(bytes),
  float64: (bytes) => new Float64Array(bytes),
  int8: (bytes) => new Int8Array(bytes),
  uint8: (bytes) => new Uint8Array(bytes),
  int16: (bytes) => new Int16Array(bytes),
  int32: (bytes) => new Int32Array(bytes),
  int64: (bytes) => new BigInt64Array(bytes),
  bool: (bytes) => new Uint8Array(bytes),
};

function recordedArray({ dtype, b64 }: RecordedTensor): ArrayLike<number> | BigInt64Array | BigUint64Array {
  const array = ARRAYS[dtype];
  if (array === undefined) throw new Error(`recorded type ${dtype}`);
  return array(Uint8Array.from(Buffer.from(b64, 'base64')).buffer);
}

const numbers = (values: ArrayLike<number> | BigInt64Array | BigUint64Array): number[] => Array.from(values, Number);

export interface Difference {
  readonly largest: number;
  readonly within: boolean;
}

/** Quantized outputs may lie one step apart; of floats the largest must stand at the same place in each row. */
function compare(actual: readonly number[], expected: readonly number[], recorded: RecordedTensor): Difference {
  const quantized = recorded.dtype === 'uint8' || recorded.dtype === 'int8';
  if (actual.length !== expected.length) return { largest: Infinity, within: false };
  let largest = 0;
  let within = true;
  expected.forEach((value, i) => {
    const difference = Math.abs((actual[i] ?? NaN) - value);
    largest = Math.max(largest, difference);
    within &&= difference <= (quantized ? 1 : TOLERANCE * Math.max(1, Math.abs(value)));
  });
  const width = recorded.shape.at(-1) ?? 1;
  for (let row = 0; !quantized && row + width <= expected.length; row += width) {
    within &&= top(actual, row, width) === top(expected, row, width);
  }
  return { largest, within };
}

const top = (values: readonly number[], start: number, width: number): number => {
  const row = values.slice(start, start + width);
  return row.indexOf(Math.max(...row));
};

/** Tensors of a signature have short names, of a TFLite interpreter the names in the file. */
function match<T>(recorded: Readonly<Record<string, T>>, names: readonly string[]): Map<string, T> {
  const entries = Object.entries(recorded);
  if (names.every((name) => Object.hasOwn(recorded, name))) return new Map(entries);
  return new Map(entries.map(([, value], i) => [names[i] ?? '', value]));
}

/** Runs a converted model on recorded inputs; prints what differs. */
export async function runRecorded(
  model: ConvertedModel,
  recorded: RecordedRun,
): Promise<{ difference: Difference; outputs: number }> {
  const session = await InferenceSession.create(model.onnx, SESSION_OPTIONS);
  const inputs = match(
    recorded.inputs,
    model.inputs.map(({ name }) => name),
  );
  const feeds = Object.fromEntries(
    Array.from(inputs, ([name, tensor]) => [
      name,
      new Tensor(tensor.dtype as 'float32', recordedArray(tensor) as Float32Array, [...tensor.shape]),
    ]),
  );
  const results = await session.run(feeds);
  await session.release();
  const expected = match(
    recorded.outputs,
    model.outputs.map(({ name }) => name),
  );
  let difference: Difference = { largest: 0, within: true };
  for (const [name, tensor] of expected) {
    const actual = results[name];
    const sameShape = actual?.dims.join() === tensor.shape.join();
    const sameType = actual?.type === tensor.dtype;
    if (tensor.vals !== undefined) {
      const equal = sameShape && tensor.vals.every((text, i) => actual.data[i] === text);
      difference = { ...difference, within: difference.within && equal };
      continue;
    }
    const one = compare(numbers((actual?.data ?? []) as Float32Array), numbers(recordedArray(tensor)), tensor);
    if (!(one.within && sameShape && sameType)) {
      const shape = `${actual?.type} [${actual?.dims.join()}], recorded ${tensor.dtype} [${tensor.shape.join()}]`;
      console.log(`  ${name}: ${shape}, max |a - b| ${one.largest.toExponential(1)}`);
    }
    difference = {
      largest: Math.max(difference.largest, one.largest),
      within: difference.within && one.within && sameShape && sameType,
    };
  }
  return { difference, outputs: expected.size };
}
