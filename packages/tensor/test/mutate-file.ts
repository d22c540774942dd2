import { crc32 } from 'node:zlib';

/** Numbers below `limit`, reproducible from the seed (mulberry32). */
export function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

type Mutation = (file: Buffer, next: (limit: number) => number) => Buffer;

const SIZES = [0, 1, 2, 255, 256, 4096, 7000, 16_000, 30_000, 65_000, 65_535];

const flipBits: Mutation = (file, next) => {
  for (let i = next(8) + 1; i > 0; i -= 1) {
    const at = next(file.length);
    file[at] = file[at]! ^ (1 << next(8));
  }
  return file;
};

const setBytes: Mutation = (file, next) => {
  for (let i = next(4) + 1; i > 0; i -= 1) file[next(file.length)] = [0, 1, 0x7f, 0x80, 0xff][next(5)]!;
  return file;
};

const truncate: Mutation = (file, next) => file.subarray(0, next(file.length));

const remove: Mutation = (file, next) => {
  const at = next(file.length);
  return Buffer.concat([file.subarray(0, at), file.subarray(at + next(200) + 1)]);
};

const repeat: Mutation = (file, next) => {
  const at = next(file.length);
  const end = at + next(Math.min(file.length - at, 2000)) + 1;
  return Buffer.concat([file.subarray(0, end), file.subarray(at)]);
};

/** Other dimensions, and whatever else the format's header says. */
const editHeader: Mutation = (file, next) => {
  if (file[0] === 0x89 && file.length > 33) {
    if (next(3) > 0) file.writeUInt32BE(SIZES[next(SIZES.length)]!, 16 + 4 * next(2));
    else file[24 + next(5)] = next(17);
    file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
    return file;
  }
  if (file[0] === 0x42 && file.length > 32) {
    if (next(2) === 0) file.writeInt32LE(SIZES[next(SIZES.length)]! * (next(2) === 0 ? 1 : -1), [10, 18, 22][next(3)]!);
    else file[28] = [1, 4, 8, 16, 24, 32][next(6)]!;
    return file;
  }
  for (const frame of [0xc0, 0xc2]) {
    const at = file.indexOf(Buffer.from([0xff, frame]));
    if (at === -1 || at + 10 > file.length) continue;
    if (next(3) > 0) file.writeUInt16BE(SIZES[next(SIZES.length)]!, at + 5 + 2 * next(2));
    else file[at + 4 + next(10)] = next(256);
  }
  return file;
};

const MUTATIONS = [flipBits, setBytes, truncate, remove, repeat, editHeader, editHeader];

/** One to three mutations of a copy. */
export function mutateFile(original: Buffer, seed: number): Buffer {
  const next = random(seed);
  let file: Buffer = Buffer.from(original);
  for (let i = next(3) + 1; i > 0 && file.length > 0; i -= 1) file = MUTATIONS[next(MUTATIONS.length)]!(file, next);
  return file;
}
