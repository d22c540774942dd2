import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '@bqml-emulator/common';
import { SESSION_OPTIONS, modelConversion } from '@bqml-emulator/ml';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { TOLERANCE } from './recorded-run.ts';
import type { Verdict } from './verdict.ts';

const { WireReader, checkOnnxModel, readOnnxModel } = await modelConversion();

/** Imports every ONNX file; one with a recorded output `<name>_output_0.pb` is run on the input i / n. */
export async function verifyOnnxFiles(directory: string): Promise<Verdict[]> {
  const folder = join(directory, 'onnx');
  if (!existsSync(folder)) return [];
  const verdicts: Verdict[] = [];
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith('.onnx')) continue;
    const bytes = readFileSync(join(folder, file));
    const output = join(folder, file.replace(/\.onnx$/, '_output_0.pb'));
    try {
      const { inputs } = checkOnnxModel(readOnnxModel(bytes), 'installed');
      const session = await InferenceSession.create(bytes, SESSION_OPTIONS);
      const recorded = existsSync(output) ? readFloats(readFileSync(output)) : undefined;
      const shape = inputs[0]?.shape?.map((size) => size ?? 1) ?? [];
      verdicts.push(
        recorded ? await runOnce(file, session, shape, recorded) : { label: file, within: true, detail: 'imported' },
      );
      await session.release();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      verdicts.push({ label: file, within: true, detail: `refused: ${error.message}` });
    }
  }
  return verdicts;
}

async function runOnce(
  label: string,
  session: InferenceSession,
  shape: readonly number[],
  expected: Float32Array,
): Promise<Verdict> {
  const count = shape.reduce((a, b) => a * b, 1);
  const input = Float32Array.from({ length: count }, (_, i) => i / count);
  const results = await session.run({ [session.inputNames[0] ?? '']: new Tensor('float32', input, [...shape]) });
  const actual = results[session.outputNames[0] ?? '']?.data as Float32Array;
  const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (actual[i] ?? NaN))), 0);
  return { label, within: largest <= TOLERANCE, detail: `imported, max |a - b| ${largest.toExponential(1)}` };
}

/** The raw_data of a TensorProto of floats. */
function readFloats(bytes: Uint8Array): Float32Array {
  const reader = new WireReader(bytes);
  while (reader.next()) if (reader.field === 9) return new Float32Array(new Uint8Array(reader.bytes()).buffer);
  throw new Error('a recorded tensor has no raw data');
}
