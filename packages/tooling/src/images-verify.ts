/**
 * Compares the tensor core with TensorFlow's results over a folder of images: `golden/*.jsonl` name the files beside
 * them and hold hashes. Prints one line a suite and ends with 1 when anything differs.
 *
 *   node packages/tooling/src/images-verify.ts DIRECTORY
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '@bqml-emulator/common';
import {
  convertColorSpace,
  createImageHost,
  decodeCapabilities,
  decodeImage,
  decodePixels,
  imageDimensions,
  materializeImage,
  resizeImage,
} from '@bqml-emulator/tensor';
import type { ImageHost, ImageReference } from '@bqml-emulator/tensor';
import { emptyPng } from './empty-png.ts';

/**
 * Bounds on the accurate inverse DCT against the fast one, in levels of 255, for pictures. Damaged files and saturated
 * test patterns of a few blocks go beyond them in libjpeg itself and are only counted.
 */
const MAX_MEAN_DIFFERENCE = 1.6;
const MAX_DIFFERENCE = 49;
const MIN_PICTURE_SIDE = 64;
const DAMAGED_FILES = /corrupt/;
/** Of a float32 colour from a float64 one. */
const COLOR_TOLERANCE = 2e-7;
/** Taken by TensorFlow, refused by BigQuery. */
const OTHER_FORMATS = /\.(gif|webp)$/;

interface DecodeRow {
  file: string;
  u8c3: { shape: number[]; sha256: string } | { error: string };
}
interface ResizeRow {
  file: string;
  h: number;
  w: number;
  preserve: boolean;
  shape: number[];
  sha256_f32le: string;
}
interface ColorRow {
  file: string;
  space: string;
  resize_first: [number, number] | null;
  shape: number[];
  first6: number[];
}

class Suite {
  readonly #name: string;
  readonly #counts = { exact: 0, bySharp: 0, refused: 0, differs: 0 };
  readonly #differences: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  count(outcome: 'exact' | 'bySharp' | 'refused'): void {
    this.#counts[outcome] += 1;
  }

  differs(what: string): void {
    this.#counts.differs += 1;
    this.#differences.push(what);
  }

  /** Prints the suite and tells whether it is clean. */
  print(remark = ''): boolean {
    const { exact, bySharp, refused, differs } = this.#counts;
    console.log(
      `${this.#name}: exact ${exact}, by sharp ${bySharp}, refused as expected ${refused}, differs ${differs}${remark}`,
    );
    for (const difference of this.#differences) console.log(`  ${difference}`);
    return differs === 0;
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const byteView = (values: ArrayBufferView) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const readRows = <Row>(directory: string, name: string) =>
  readFileSync(join(directory, 'golden', name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

/** Without the fast decoder, what becomes of a JPEG's pixels is not TensorFlow's to the bit. */
const isInexact = (file: string, host: ImageHost) =>
  file.endsWith('.jpg') && decodeCapabilities(host).jpegDecoder === 'sharp';

/** The value, or the error that a user would see. */
const attempt = <Value>(work: Promise<Value>): Promise<Value | ServiceError> =>
  work.catch((error: unknown) => {
    if (error instanceof ServiceError) return error;
    throw error;
  });

function compare(a: Uint8Array, b: Uint8Array): { mean: number; max: number } {
  let sum = 0;
  let max = 0;
  for (let i = 0; i < a.length; i += 1) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    sum += difference;
    max = Math.max(max, difference);
  }
  return { mean: sum / a.length, max };
}

async function verifyDecode(directory: string): Promise<boolean> {
  const suites = { png: new Suite('decode png'), bmp: new Suite('decode bmp'), jpg: new Suite('decode jpeg') };
  const others = new Suite('decode other formats');
  const accurateSuite = new Suite('decode jpeg accurate');
  const host = createImageHost();
  const accurate = createImageHost({ jpegIdct: 'accurate' });
  const worst = { mean: 0, max: 0 };
  let notJudged = 0;
  for (const { file, u8c3: expected } of readRows<DecodeRow>(directory, 'decode.jsonl')) {
    const suite = suites[file.split('.').at(-1) as keyof typeof suites] ?? others;
    const bytes = readFileSync(join(directory, file));
    const actual = await attempt(decodePixels(bytes, host));
    if ('error' in expected || OTHER_FORMATS.test(file)) {
      if (actual instanceof ServiceError) suite.count('refused');
      else suite.differs(`${file}: decoded, should be refused`);
      continue;
    }
    if (actual instanceof ServiceError) {
      suite.differs(`${file}: refused, should decode to [${expected.shape.join(', ')}]`);
      continue;
    }
    const shape = [actual.height, actual.width, actual.channels];
    if (shape.join() !== expected.shape.join())
      suite.differs(`${file}: [${shape.join()}], not [${expected.shape.join()}]`);
    else if (suite === suites.jpg && actual.decoder === 'sharp') suite.count('bySharp');
    else if (sha256(actual.bytes) === expected.sha256) suite.count('exact');
    else suite.differs(`${file}: other pixels (${actual.decoder})`);
    if (actual.decoder !== 'turbo') continue;

    const other = await attempt(decodePixels(bytes, accurate));
    if (other instanceof ServiceError) {
      accurateSuite.differs(`${file}: refused`);
      continue;
    }
    if (Math.min(actual.height, actual.width) < MIN_PICTURE_SIDE || DAMAGED_FILES.test(file)) {
      notJudged += 1;
      continue;
    }
    const { mean, max } = compare(actual.bytes, other.bytes);
    worst.mean = Math.max(worst.mean, mean);
    worst.max = Math.max(worst.max, max);
    if (max === 0) accurateSuite.count('exact');
    else if (mean <= MAX_MEAN_DIFFERENCE && max <= MAX_DIFFERENCE) accurateSuite.count('bySharp');
    else accurateSuite.differs(`${file}: mean ${mean.toFixed(3)}, maximum ${max} of 255`);
  }
  const remark = ` (against fast: mean at most ${worst.mean.toFixed(3)}, maximum ${worst.max} of 255; ${notJudged} small or damaged)`;
  return [...Object.values(suites), others, accurateSuite]
    .map((suite) => suite.print(suite === accurateSuite ? remark : ''))
    .every(Boolean);
}

async function verifyResize(directory: string, host: ImageHost): Promise<boolean> {
  const suite = new Suite('resize');
  for (const row of readRows<ResizeRow>(directory, 'resize.jsonl')) {
    const bytes = readFileSync(join(directory, row.file));
    const image = resizeImage(decodeImage({ kind: 'bytes', bytes }), row.h, row.w, row.preserve);
    const { dimensions, values } = await materializeImage(image, host);
    const same = dimensions.join() === row.shape.join() && sha256(byteView(values)) === row.sha256_f32le;
    if (same) suite.count('exact');
    else if (isInexact(row.file, host)) suite.count('bySharp');
    else suite.differs(`${row.file} to ${row.h}x${row.w}: [${dimensions.join()}], expected [${row.shape.join()}]`);
  }
  return suite.print();
}

async function verifyPreserveAspect(directory: string, host: ImageHost): Promise<boolean> {
  const suite = new Suite('preserve_aspect');
  const text = readFileSync(join(directory, 'golden', 'preserve_aspect.json'), 'utf8');
  const { rows } = JSON.parse(text) as { rows: [number, number, number, number, number, number][] };
  for (const [height, width, boxHeight, boxWidth, outHeight, outWidth] of rows) {
    const picture = decodeImage({ kind: 'bytes', bytes: emptyPng(height, width) });
    const actual = await attempt(imageDimensions(resizeImage(picture, boxHeight, boxWidth, true), host));
    if (actual instanceof ServiceError) {
      if (outHeight === 0 || outWidth === 0) suite.count('refused');
      else suite.differs(`${height}x${width} into ${boxHeight}x${boxWidth}: refused`);
    } else if (actual[0] === outHeight && actual[1] === outWidth) suite.count('exact');
    else suite.differs(`${height}x${width} into ${boxHeight}x${boxWidth}: ${actual.join('x')}`);
  }
  return suite.print();
}

async function verifyColors(directory: string, host: ImageHost): Promise<boolean> {
  const suite = new Suite('color');
  for (const row of readRows<ColorRow>(directory, 'color.jsonl')) {
    const bytes = readFileSync(join(directory, row.file));
    let image: ImageReference = decodeImage({ kind: 'bytes', bytes });
    if (row.resize_first) image = resizeImage(image, ...row.resize_first, false);
    const { dimensions, values } = await materializeImage(convertColorSpace(image, row.space), host);
    const within = row.first6.every((expected, i) => Math.abs(Number(values[i]) - expected) <= COLOR_TOLERANCE);
    if (within && dimensions.join() === row.shape.join()) suite.count('exact');
    else if (isInexact(row.file, host)) suite.count('bySharp');
    else suite.differs(`${row.file} to ${row.space}: ${Array.from(values.subarray(0, 6), Number).join()}`);
  }
  return suite.print(` (within ${COLOR_TOLERANCE})`);
}

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: images-verify DIRECTORY');
const { warning } = decodeCapabilities(createImageHost());
if (warning !== undefined) console.log(warning);
const tensorFlow = createImageHost({ byteToFloat: 'multiply', channels: 'native', decodeDownscale: 'off' });
const clean = [
  await verifyDecode(directory),
  await verifyResize(directory, tensorFlow),
  await verifyPreserveAspect(directory, tensorFlow),
  await verifyColors(directory, tensorFlow),
];
process.exitCode = clean.every(Boolean) ? 0 : 1;
