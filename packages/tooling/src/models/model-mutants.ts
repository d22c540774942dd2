import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FIXTURES } from '../measure/pictures.ts';
import { createRandom } from '../measure/random.ts';
import type { Random } from '../measure/random.ts';
import { mutateModel } from './mutate-model.ts';

export const MODEL_FORMATS = ['ONNX', 'TENSORFLOW', 'TENSORFLOW_LITE'] as const;
export type ModelFormat = (typeof MODEL_FORMATS)[number];

/** The files of one model, by path, and the fixture that they were. */
export interface ModelMutant {
  readonly fixture: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

const MODELS = path.join(FIXTURES, 'models');

/** Folders for SavedModels, files for the others. */
const SOURCES: Readonly<Record<ModelFormat, readonly string[]>> = {
  ONNX: globSync('*.onnx', { cwd: MODELS }).toSorted(),
  TENSORFLOW: globSync('**/saved_model.pb', { cwd: MODELS })
    .map((file) => path.dirname(file))
    .toSorted(),
  TENSORFLOW_LITE: globSync('converter/tflite/*.tflite', { cwd: MODELS }).toSorted(),
};

/** The same for the same arguments. */
export function modelMutant(format: ModelFormat, seed: number, index: number): ModelMutant {
  const random = createRandom(seed * 1_000_003 + index * 8 + MODEL_FORMATS.indexOf(format));
  const sources = SOURCES[format];
  const fixture = sources[random(sources.length)] ?? '';
  const source = path.join(MODELS, fixture);
  if (format !== 'TENSORFLOW') {
    return { fixture, files: new Map([[path.basename(fixture), mutateModel(readFileSync(source), random)]]) };
  }
  const names = globSync('{saved_model.pb,variables/*,assets/*}', { cwd: source }).toSorted();
  const files = new Map(names.map((name) => [name, readFileSync(path.join(source, name))]));
  const name = chooseFile(names, random);
  files.set(name, mutateModel(files.get(name) ?? Buffer.alloc(0), random));
  return { fixture, files };
}

/** The graph half of the time, else any other file. */
function chooseFile(names: readonly string[], random: Random): string {
  const others = names.filter((name) => name !== 'saved_model.pb');
  if (others.length === 0 || random(2) === 0) return 'saved_model.pb';
  return others[random(others.length)] ?? 'saved_model.pb';
}
