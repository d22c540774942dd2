import type { Random } from './random.ts';

/** A change of a file: in place where the length stays, or another buffer. */
export type Mutation = (file: Buffer<ArrayBuffer>, random: Random) => Buffer<ArrayBuffer>;

export const flipBit: Mutation = (file, random) => {
  const at = random(file.length);
  file[at] = (file[at] ?? 0) ^ (1 << random(8));
  return file;
};

const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff];

export const setByte: Mutation = (file, random) => {
  file[random(file.length)] = EDGES[random(EDGES.length)] ?? 0;
  return file;
};

/** Keeps the length, so that what is around stays whole. */
export const copyOver: Mutation = (file, random) => {
  const length = 1 + random(Math.min(32, file.length));
  const from = random(file.length - length + 1);
  file.copyWithin(random(file.length - length + 1), from, from + length);
  return file;
};

export const remove: Mutation = (file, random) => {
  const at = random(file.length);
  return Buffer.concat([file.subarray(0, at), file.subarray(at + 1 + random(64))]);
};

export const repeat: Mutation = (file, random) => {
  const at = random(file.length);
  return Buffer.concat([file.subarray(0, at + 1 + random(64)), file.subarray(at)]);
};

export const truncate: Mutation = (file, random) => file.subarray(0, random(file.length));

/** One to three changes of a copy. */
export function mutate(
  original: Buffer<ArrayBuffer>,
  mutations: readonly Mutation[],
  random: Random,
): Buffer<ArrayBuffer> {
  let file = Buffer.from(original);
  for (let changes = 1 + random(3); changes > 0 && file.length > 0; changes--) {
    const mutation = mutations[random(mutations.length)];
    if (mutation !== undefined) file = mutation(file, random);
  }
  return file;
}
