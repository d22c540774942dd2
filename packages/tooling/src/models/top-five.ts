import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SESSION_OPTIONS, modelConversion } from '@bqml-emulator/ml';
import { createImageHost, decodePixels } from '@bqml-emulator/tensor';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { TOLERANCE } from './recorded-run.ts';
import type { Verdict } from './verdict.ts';

const { DirectoryFiles, convertSavedModel, convertTfLite } = await modelConversion();

interface RankedClass {
  readonly index: number;
  readonly score: number;
}

/** By picture, then by `<format> <model> <kind of input>`. */
type TopFive = Readonly<Record<string, Readonly<Record<string, readonly RankedClass[]>>>>;

/** The best five classes of pictures by one network in four formats. */
export async function verifyTopFive(directory: string): Promise<Verdict[]> {
  const path = join(directory, 'golden', 'images_top5.json');
  if (!existsSync(path)) return [];
  const recorded = JSON.parse(readFileSync(path, 'utf8')) as TopFive;
  const [first = {}] = Object.values(recorded);
  const verdicts: Verdict[] = [];
  for (const column of Object.keys(first)) {
    const session = await InferenceSession.create(readModel(directory, column), SESSION_OPTIONS);
    let largest = 0;
    let same = true;
    for (const [picture, columns] of Object.entries(recorded)) {
      const scores = await predict(session, column, join(directory, 'images224', `${picture}.png`));
      const expected = columns[column] ?? [];
      const best = expected[0];
      same &&= best !== undefined && scores.indexOf(Math.max(...scores)) === best.index;
      for (const { index, score } of expected) largest = Math.max(largest, Math.abs((scores[index] ?? NaN) - score));
    }
    await session.release();
    const within = same && largest <= (column.endsWith('uint8') ? 1 : TOLERANCE);
    const detail = `${Object.keys(recorded).length} pictures, max |a - b| ${largest.toExponential(1)}`;
    verdicts.push({ label: `top five, ${column.split(' ').slice(0, 2).join(' ')}`, within, detail });
  }
  return verdicts;
}

function readModel(directory: string, column: string): Uint8Array {
  const [format = '', name = ''] = column.split(' ');
  if (format === 'onnx') return readFileSync(join(directory, 'onnx', `${name}.onnx`));
  if (format === 'tflite') return convertTfLite(readFileSync(join(directory, 'tflite', `${name}.tflite`))).onnx;
  return convertSavedModel(new DirectoryFiles(join(directory, 'savedmodel_real', `${name}_tf2`))).onnx;
}

async function predict(session: InferenceSession, column: string, picture: string): Promise<number[]> {
  const { height, width, bytes } = await decodePixels(readFileSync(picture), createImageHost());
  const input = column.startsWith('onnx')
    ? new Tensor('float32', planes(scaled(bytes), height * width), [1, 3, height, width])
    : column.endsWith('uint8')
      ? new Tensor('uint8', bytes, [1, height, width, 3])
      : new Tensor('float32', scaled(bytes), [1, height, width, 3]);
  const results = await session.run({ [session.inputNames[0] ?? '']: input });
  return Array.from(results[session.outputNames[0] ?? '']?.data as Float32Array, Number);
}

/** Levels 0 to 255 as -1 to 1. */
const scaled = (bytes: Uint8Array) => Float32Array.from(bytes, (level) => (level - 127.5) / 127.5);

/** Interleaved channels one after the other. */
const planes = (values: Float32Array, size: number) =>
  Float32Array.from(values, (_, i) => values[(i % size) * 3 + Math.floor(i / size)] ?? 0);
