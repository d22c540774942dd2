/**
 * `npm run images:mutate -- [--count N] [--seed S] [--start I] [--keep DIRECTORY] [DIRECTORY ...]`: damages JPEG, PNG
 * and BMP files of the directories at random, by default those of the fixtures, and has a running server decode each
 * through an object table. The files of a directory called `bombs` are given as they are too. Every one must be an
 * image of the shape that its header tells, or refused with a message. Exit status 1: the server ended, answered 5xx,
 * took longer than two seconds, or a process of it more than a gigabyte. What did so is written to DIRECTORY of --keep.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { peakMemoryWhile } from './measure/peak-memory.ts';
import { ImageTrial } from './images/image-trial.ts';
import type { ImageTrialResult } from './images/image-trial.ts';
import { mutateImage } from './images/mutate-image.ts';
import { FIXTURES } from './measure/pictures.ts';
import { createRandom } from './measure/random.ts';
import { runMutants } from './measure/run-mutants.ts';
import type { MutantsServer } from './measure/run-mutants.ts';
import { wholeNumber } from './measure/whole-number.ts';

const MAX_BYTES = 2 ** 30;
/** Larger originals only make the run longer: what is read of a file first is small. */
const MAX_ORIGINAL_BYTES = 2 ** 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    start: { type: 'string', default: '0' },
    keep: { type: 'string' },
  },
});
const count = wholeNumber('count', values.count, 1);
const seed = wholeNumber('seed', values.seed);
const first = wholeNumber('start', values.start);

const directories = positionals.length > 0 ? positionals : [FIXTURES];
const files = directories
  .flatMap((cwd) => globSync('**/*.{jpg,jpeg,png,bmp}', { cwd }).map((name) => path.join(cwd, name)))
  .toSorted();
const isBomb = (file: string) => path.basename(path.dirname(file)) === 'bombs';
const bombs = files.filter(isBomb);
const originals = files.map((file) => readFileSync(file)).filter((file) => file.length <= MAX_ORIGINAL_BYTES);
if (originals.length === 0) throw new Error(`${directories.join(', ')}: no images`);

/** The same for the same seed, index and files. */
function mutant(index: number): Buffer {
  const random = createRandom(seed * 1_000_003 + index);
  return mutateImage(originals[random(originals.length)] ?? Buffer.alloc(0), random);
}

const cases: readonly { readonly name: string; readonly image: () => Buffer }[] = [
  ...bombs.map((file) => ({ name: path.basename(file), image: () => readFileSync(file) })),
  ...Array.from({ length: count }, (_, i) => ({ name: `mutant ${first + i}`, image: () => mutant(first + i) })),
];

async function runAll({ url, bucket }: MutantsServer): Promise<readonly ImageTrialResult[]> {
  const results: ImageTrialResult[] = [];
  let next = 0;
  const lane = async (name: string) => {
    const trial = new ImageTrial(url, bucket, name);
    await trial.open();
    while (next < cases.length) {
      const current = cases[next++];
      const image = current?.image() ?? Buffer.alloc(0);
      const result = await trial.run(image);
      results.push(result);
      if (result.faults.length === 0) continue;
      for (const fault of result.faults) console.error(`${current?.name}: ${fault}`);
      if (values.keep === undefined) continue;
      mkdirSync(values.keep, { recursive: true });
      writeFileSync(path.join(values.keep, `${seed}-${current?.name.replace(' ', '-')}`), image);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, (_, i) => lane(`m${i}`)));
  return results;
}

await runMutants(async (server) => {
  const start = performance.now();
  const { result: results, peakBytes } = await peakMemoryWhile(() => runAll(server));
  const seconds = (performance.now() - start) / 1000;
  const images = results.filter(({ outcome }) => outcome === 'image').length;
  const slowest = Math.max(...results.map(({ millis }) => millis)) / 1000;
  console.log(
    `${results.length} files (${bombs.length} bombs, ${count} mutants of ${originals.length}, seed ${seed}): ` +
      `${images} images, ${results.length - images} refused; slowest ${slowest.toFixed(2)} s, ` +
      `peak memory ${peakBytes === undefined ? 'unknown' : `${(peakBytes / 2 ** 20).toFixed(0)} MB`}, ${seconds.toFixed(0)} s`,
  );
  const tooMuchMemory = peakBytes !== undefined && peakBytes > MAX_BYTES;
  return results.reduce((n, result) => n + result.faults.length, tooMuchMemory ? 1 : 0);
});
