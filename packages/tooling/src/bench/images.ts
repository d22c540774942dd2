/**
 * The image pipeline against its own parts: the same decoder and the same kernel run bare, on the main thread or in
 * threads, whichever is faster, and the decoder alone.
 *
 *   node packages/tooling/src/bench/images.ts [DIRECTORY]
 *
 * DIRECTORY may hold `perf/12mp_420.jpg`, `perf/1mp.jpg` and `perf/small.jpg`; pictures are drawn otherwise.
 * Ends with 1 when a ratio or the peak memory misses its bar.
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  axisTaps,
  createImageHost,
  createWasmResize,
  decodeCapabilities,
  decodeImage,
  renderInto,
  resizeImage,
} from '@bqml-emulator/tensor';
import type { ImageHost } from '@bqml-emulator/tensor';
import sharp from 'sharp';
import type { BareLane } from './baseline/image-lane.ts';
import { peakMemoryWhile } from '../measure/peak-memory.ts';

const SIDE = 224;
const SLOT = SIDE * SIDE * 3;
/** Many and short, each with every contestant in it: a machine's speed changes from second to second. */
const ROUNDS = 25;
const SLICE_MILLIS = 120;
/** At least, for each that is under way at a time. */
const SLICE_IMAGES = 2;
const CONCURRENCIES = [1, 4];
const BAR_BARE = 0.9;
const MEMORY_IMAGES = 1000;
const MEMORY_BAR_MB = 500;

interface Picture {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly format: 'jpeg' | 'png';
  readonly file: Buffer;
  /** The least ratio to decoding alone. */
  readonly decodeBar: number;
}

const SIZES = [
  { name: '12 MP', file: '12mp_420.jpg', height: 3024, width: 4032, decodeBar: 0.8 },
  { name: '1 MP', file: '1mp.jpg', height: 864, width: 1152, decodeBar: 0.8 },
  { name: '400x300', file: 'small.jpg', height: 300, width: 400, decodeBar: 0.55 },
];

/** Soft shapes under fine grain, so that the coded size is near a photograph's. */
async function drawJpeg(height: number, width: number): Promise<Buffer> {
  const noise = (side: number, sigma: number) => ({
    create: {
      width: side,
      height: side,
      channels: 3 as const,
      background: 'gray',
      noise: { type: 'gaussian' as const, mean: 128, sigma },
    },
  });
  const shapes = await sharp(noise(24, 60)).resize(width, height, { fit: 'fill', kernel: 'cubic' }).png().toBuffer();
  const grain = await sharp(noise(256, 12)).png().toBuffer();
  return sharp(shapes)
    .composite([{ input: grain, tile: true, blend: 'soft-light' }])
    .jpeg({ quality: 85 })
    .toBuffer();
}

async function pictures(directory: string | undefined): Promise<Picture[]> {
  const drawn = SIZES.map(async ({ file, ...size }) => {
    const jpeg =
      directory === undefined ? await drawJpeg(size.height, size.width) : readFileSync(join(directory, 'perf', file));
    const png = await sharp(jpeg).png({ compressionLevel: 6 }).toBuffer();
    return [
      { ...size, format: 'jpeg' as const, file: jpeg },
      { ...size, format: 'png' as const, file: png },
    ];
  });
  return (await Promise.all(drawn)).flat();
}

type Work = (lane: number) => Promise<void>;

const createHost = (concurrency: number) =>
  createImageHost({ decodeDownscale: 'off', maxEncodedBytes: 2 ** 30, maxConcurrentDecodes: concurrency });

/** Shared, so that threads write into it. */
const allocateBatch = (lanes: number) => new Float32Array(new SharedArrayBuffer(lanes * SLOT * 4));

/** The pipeline under test: a reference rendered into a slot of a batch. */
function pipeline(picture: Picture, host: ImageHost, batch: Float32Array): Work {
  const image = resizeImage(decodeImage({ kind: 'bytes', bytes: picture.file }), SIDE, SIDE, false);
  return (lane) =>
    renderInto(image, host, {
      array: batch,
      offset: lane * SLOT,
      layout: 'NHWC',
      height: SIDE,
      width: SIDE,
      channels: 3,
    });
}

interface Turbo {
  readonly FORMAT_RGB: number;
  decompress(file: Buffer, out: Buffer, options: { format: number }): Promise<unknown>;
}

/** The decoder that the pipeline uses, with one buffer a lane where it takes one. */
function bareDecoder(picture: Picture, turbo: Turbo | undefined, lanes: number): (lane: number) => Promise<Uint8Array> {
  const { file, height, width } = picture;
  if (picture.format === 'jpeg' && turbo) {
    const buffers = Array.from({ length: lanes }, () => Buffer.allocUnsafeSlow(height * width * 3));
    return async (lane) => {
      const out = buffers[lane]!;
      await turbo.decompress(file, out, { format: turbo.FORMAT_RGB });
      return out;
    };
  }
  const options = { failOn: 'error', ignoreIcc: true, limitInputPixels: height * width } as const;
  return () => sharp(file, options).removeAlpha().raw().toBuffer();
}

/** Images a second over one slice of a round: long enough that its end, where lanes run out, weighs little. */
async function throughput(work: Work, lanes: number): Promise<number> {
  const start = performance.now();
  let begun = 0;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      do {
        begun += 1;
        await work(lane);
      } while (begun < SLICE_IMAGES * lanes || performance.now() - start < SLICE_MILLIS);
    }),
  );
  return (begun * 1000) / (performance.now() - start);
}

/** The decoder and the kernel on the main thread and libuv's, with one buffer a lane. */
function bareMain(picture: Picture, decode: (lane: number) => Promise<Uint8Array>, batch: Float32Array): Work {
  const kernel = createWasmResize().resize;
  const rows = axisTaps(picture.height, SIDE);
  const columns = axisTaps(picture.width, SIDE);
  return async (lane) => {
    const pixels = await decode(lane);
    kernel(pixels, 'divide', picture.width, 3, rows, columns, batch.subarray(lane * SLOT, (lane + 1) * SLOT));
  };
}

/** The same in one thread a lane. */
async function bareThreads(picture: Picture, lanes: number, batch: Float32Array): Promise<[Work, Worker[]]> {
  const workers = Array.from({ length: lanes }, (_, lane) => {
    const { height, width } = picture;
    const slot = batch.subarray(lane * SLOT, (lane + 1) * SLOT);
    const workerData: BareLane = { height, width, side: SIDE, slot };
    return new Worker(new URL('./baseline/image-lane.ts', import.meta.url), { workerData });
  });
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const work = async (lane: number) => {
    const worker = workers[lane]!;
    worker.postMessage(picture.file);
    await once(worker, 'message');
  };
  return [work, workers];
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function compare(picture: Picture, turbo: Turbo | undefined, lanes: number): Promise<boolean> {
  const decode = bareDecoder(picture, turbo, lanes);
  const works = [
    pipeline(picture, createHost(lanes), allocateBatch(lanes)),
    async (lane: number) => {
      await decode(lane);
    },
    bareMain(picture, decode, allocateBatch(lanes)),
  ];
  const threads: Worker[] = [];
  if (picture.format === 'jpeg' && turbo) {
    const [work, workers] = await bareThreads(picture, lanes, allocateBatch(lanes));
    works.push(work);
    threads.push(...workers);
  }
  const rates: number[][] = works.map(() => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (let turn = 0; turn < works.length; turn += 1) {
      const i = (round + turn) % works.length;
      const rate = await throughput(works[i]!, lanes);
      // The first round warms up.
      if (round > 0) rates[i]?.push(rate);
    }
  }
  await Promise.all(threads.map((worker) => worker.terminate()));
  const [ours = [], alone = [], ...bares] = rates;
  const bare = bares.toSorted((a, b) => median(b) - median(a))[0] ?? [];
  const toBare = median(ours.map((rate, i) => rate / (bare[i] ?? Number.NaN)));
  const toDecode = median(ours.map((rate, i) => rate / (alone[i] ?? Number.NaN)));
  const good = toBare >= BAR_BARE && toDecode >= picture.decodeBar;
  console.log(
    [
      picture.name.padEnd(8),
      picture.format.padEnd(5),
      String(lanes).padStart(2),
      ...[ours, bare, alone].map((values) => median(values).toFixed(1).padStart(9)),
      `${toBare.toFixed(2)} (${BAR_BARE})`.padStart(13),
      `${toDecode.toFixed(2)} (${picture.decodeBar})`.padStart(13),
      good ? '' : '  MISSED',
    ].join(' '),
  );
  return good;
}

/** Runs in a process of its own; gives the seconds that it took. */
async function renderMany(file: Buffer): Promise<number> {
  const host = createHost(4);
  const batch = allocateBatch(4);
  const image = resizeImage(decodeImage({ kind: 'bytes', bytes: file }), SIDE, SIDE, false);
  const start = performance.now();
  let next = 0;
  await Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      while (next < MEMORY_IMAGES) {
        next += 1;
        await renderInto(image, host, {
          array: batch,
          offset: lane * SLOT,
          layout: 'NHWC',
          height: SIDE,
          width: SIDE,
          channels: 3,
        });
      }
    }),
  );
  return (performance.now() - start) / 1000;
}

/** Gives the file to the process that is measured, so that drawing it does not count. */
async function runMemory(directory: string | undefined): Promise<boolean> {
  const [size] = SIZES;
  const file = directory === undefined ? await drawJpeg(3024, 4032) : readFileSync(join(directory, 'perf', size!.file));
  const child = fork(import.meta.filename, ['--memory'], { serialization: 'advanced' });
  child.send(file);
  const ended = once(child, 'exit');
  const { result, peakBytes } = await peakMemoryWhile(async () => (await once(child, 'message')) as [number]);
  await ended;
  const peak = (peakBytes ?? Number.NaN) / 2 ** 20;
  const good = peak < MEMORY_BAR_MB;
  console.log(
    `${MEMORY_IMAGES} JPEG of 12 MP, four at a time: ${result[0].toFixed(1)} s, peak memory ${peak.toFixed(0)} MB (${MEMORY_BAR_MB})${good ? '' : '  MISSED'}`,
  );
  return good;
}

/** `directory` as above. Tells whether every bar was reached. */
async function benchImages(directory?: string): Promise<boolean> {
  const { jpegDecoder, warning } = decodeCapabilities(createHost(1));
  if (warning !== undefined) console.log(warning);
  const turbo = jpegDecoder === 'sharp' ? undefined : (createRequire(import.meta.url)(jpegDecoder) as Turbo);
  const [load = 0] = loadavg();
  console.log(`${availableParallelism()} cores, load ${load.toFixed(1)} before the start`);
  console.log(`images a second to ${SIDE}x${SIDE}x3; JPEG by ${jpegDecoder}, PNG by sharp; ratios with their bars`);
  console.log('size     form. at once  pipeline      bare    decode       to bare     to decode');
  let good = true;
  for (const picture of await pictures(directory)) {
    for (const lanes of CONCURRENCIES) good = (await compare(picture, turbo, lanes)) && good;
  }
  return (await runMemory(directory)) && good;
}

/** For `npm run bench -- images`; ends the process with 1 when a bar is missed. */
export async function run(): Promise<void> {
  if (!(await benchImages())) process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) {
  const [, , argument] = process.argv;
  if (argument === '--memory') {
    const [file] = (await once(process, 'message')) as [Buffer];
    process.send?.(await renderMany(file));
  } else {
    process.exitCode = (await benchImages(argument)) ? 0 : 1;
  }
}
