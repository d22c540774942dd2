import { copyOver, flipBit, mutate, remove, repeat, setByte, truncate } from '../measure/mutations.ts';
import type { Mutation } from '../measure/mutations.ts';
import type { Random } from '../measure/random.ts';

const INTEGERS = [0, -1, 1, 2, 255, 65_536, 2 ** 31 - 1, -(2 ** 31)];
const FLOATS = [0, -0, NaN, Infinity, -1, 1e-40, 3.4e38];

/** Where flatbuffers have sizes and offsets, and constants have elements. */
const setWord: Mutation = (file, random) => {
  if (file.length < 4) return file;
  const at = random(Math.floor(file.length / 4)) * 4;
  if (random(2) === 0) file.writeInt32LE(INTEGERS[random(INTEGERS.length)] ?? 0, at);
  else file.writeFloatLE(FLOATS[random(FLOATS.length)] ?? 0, at);
  return file;
};

const WORD = /[A-Za-z_][A-Za-z0-9_/]{2,30}/g;

/** One name of the file in the place of another of the same length: operators, attributes, tensors. */
const exchangeNames: Mutation = (file, random) => {
  const words = [...file.subarray(0, 200_000).toString('latin1').matchAll(WORD)];
  const word = words[random(Math.max(1, words.length))];
  const equal = words.filter(([text]) => text.length === word?.[0].length && text !== word[0]);
  const other = equal[random(Math.max(1, equal.length))];
  if (word !== undefined && other !== undefined) file.write(other[0], word.index, 'latin1');
  return file;
};

/** What keeps the length comes more often: the others rarely get past the reader. */
const KEEP_LENGTH = [flipBit, setByte, setWord, copyOver, exchangeNames];
const MUTATIONS: readonly Mutation[] = [...KEEP_LENGTH, ...KEEP_LENGTH, remove, repeat, truncate];

/** One to three changes of a copy. */
export const mutateModel = (original: Buffer<ArrayBuffer>, random: Random): Buffer<ArrayBuffer> =>
  mutate(original, MUTATIONS, random);
