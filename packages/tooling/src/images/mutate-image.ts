import { copyOver, flipBit, mutate, remove, repeat, setByte, truncate } from '../measure/mutations.ts';
import type { Mutation } from '../measure/mutations.ts';
import type { Random } from '../measure/random.ts';

/** Sides, lengths and depths that a header may claim. */
const NUMBERS = [0, 1, 3, 4, 16, 255, 256, 10_000, 32_767, 65_535, 2 ** 24, 2 ** 31 - 1, 2 ** 32 - 1];

/** Headers are at the front. JPEG and PNG have their numbers big-endian, BMP little-endian. */
const setHeaderNumber: Mutation = (file, random) => {
  if (file.length < 4) return file;
  const at = random(Math.min(file.length - 3, 256));
  const number = NUMBERS[random(NUMBERS.length)] ?? 0;
  switch (random(4)) {
    case 0:
      file.writeUInt16BE(number & 0xffff, at);
      break;
    case 1:
      file.writeUInt16LE(number & 0xffff, at);
      break;
    case 2:
      file.writeUInt32BE(number, at);
      break;
    default:
      file.writeUInt32LE(number, at);
  }
  return file;
};

/** JPEG's markers: two bytes, of which the first is 0xff. */
const setMarker: Mutation = (file, random) => {
  if (file.length < 2) return file;
  const markers: number[] = [];
  for (let at = file.indexOf(0xff); at >= 0 && at < file.length - 1; at = file.indexOf(0xff, at + 1)) {
    if (file[at + 1] !== 0) markers.push(at + 1);
  }
  const at = markers[random(Math.max(1, markers.length))] ?? random(file.length);
  file[at] = 0xc0 + random(0x40);
  return file;
};

/** A part of the file in noise. */
const noise: Mutation = (file, random) => {
  const start = random(file.length);
  const end = Math.min(file.length, start + 1 + random(256));
  for (let at = start; at < end; at++) file[at] = random(256);
  return file;
};

const KEEP_LENGTH = [flipBit, setByte, copyOver, setHeaderNumber, setMarker, noise];
const MUTATIONS: readonly Mutation[] = [...KEEP_LENGTH, ...KEEP_LENGTH, remove, repeat, truncate];

/** One to three changes of a copy. */
export const mutateImage = (original: Buffer<ArrayBuffer>, random: Random): Buffer<ArrayBuffer> =>
  mutate(original, MUTATIONS, random);
