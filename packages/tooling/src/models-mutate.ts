/**
 * `npm run models:mutate -- [--count N] [--seed S] [--start I] [--format ONNX|TENSORFLOW|TENSORFLOW_LITE] [--keep DIRECTORY]`:
 * damages model files of each format at random, gives each to CREATE MODEL of a running server, and those that it
 * imports one row for ML.PREDICT. Every one must be imported or refused with a message. Exit status 1: the server
 * ended, answered 5xx other than 501, or took longer than ten seconds. What did so is written to DIRECTORY.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runMutants } from './measure/run-mutants.ts';
import type { MutantsServer } from './measure/run-mutants.ts';
import { wholeNumber } from './measure/whole-number.ts';
import { MODEL_FORMATS, modelMutant } from './models/model-mutants.ts';
import type { ModelFormat, ModelMutant } from './models/model-mutants.ts';
import { MutantTrial } from './models/mutant-trial.ts';
import type { Outcome, TrialResult } from './models/mutant-trial.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    start: { type: 'string', default: '0' },
    format: { type: 'string', multiple: true, default: [...MODEL_FORMATS] },
    keep: { type: 'string' },
  },
});
const count = wholeNumber('count', values.count, 1);
const seed = wholeNumber('seed', values.seed);
const first = wholeNumber('start', values.start);
const formats = MODEL_FORMATS.filter((format) => values.format.includes(format));

function keep(format: ModelFormat, index: number, { files }: ModelMutant): void {
  if (values.keep === undefined) return;
  for (const [name, content] of files) {
    const file = path.join(values.keep, `${format}-${seed}-${index}`, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

async function mutate({ url, bucket }: MutantsServer, format: ModelFormat): Promise<number> {
  const results: TrialResult[] = [];
  let faults = 0;
  let next = first;
  const lane = async (name: string) => {
    const trial = new MutantTrial(url, bucket, name);
    while (next < first + count) {
      const index = next++;
      const mutant = modelMutant(format, seed, index);
      const result = await trial.run(format, mutant);
      results.push(result);
      if (result.faults.length === 0) continue;
      faults += result.faults.length;
      for (const fault of result.faults) console.error(`${format} ${index} (${mutant.fixture}): ${fault}`);
      keep(format, index, mutant);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, (_, i) => lane(`m${i}`)));
  print(format, results);
  return faults;
}

function print(format: ModelFormat, results: readonly TrialResult[]): void {
  const created = counts(results.map(({ outcome }) => outcome));
  const predicted = counts(results.flatMap(({ predicted: outcome }) => outcome ?? []));
  const slowest = Math.max(...results.map(({ millis }) => millis)) / 1000;
  console.log(
    `${format}: ${results.length} files: ${created.done} imported, ${created.refused} refused, ` +
      `${created.childDied} ended the import's process; of the imported ${predicted.done} predicted, ` +
      `${predicted.refused} refused the row, ${predicted.stopped} ran until they were stopped, ` +
      `${predicted.childDied} ended a predict process; slowest ${slowest.toFixed(1)} s`,
  );
}

function counts(outcomes: readonly Outcome[]): Readonly<Record<Outcome, number>> {
  const result = { done: 0, refused: 0, childDied: 0, stopped: 0 };
  for (const outcome of outcomes) result[outcome]++;
  return result;
}

await runMutants(async (server) => {
  let faults = 0;
  for (const format of formats) faults += await mutate(server, format);
  return faults;
});
