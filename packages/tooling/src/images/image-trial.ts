import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

export interface ImageTrialResult {
  readonly outcome: 'image' | 'refused';
  readonly millis: number;
  /** What a server must not do. */
  readonly faults: readonly string[];
}

/** A statement that takes longer hangs. */
const HANG_MILLIS = 2000;
const SILENCE_MILLIS = 60_000;
/** ML.DECODE_IMAGE scales down what is larger as values of eight bytes. */
const MAX_IMAGE_BYTES = 60_000_000;

interface Answer {
  readonly status: number;
  readonly message: string;
  /** `dimensions` and the number of `values`. */
  readonly shape: readonly number[];
}

/** One of several that go on at the same time: its files are the only object of an object table of its own. */
export class ImageTrial {
  readonly #url: string;
  readonly #file: string;
  readonly #name: string;

  /** `url`: of the server's project; the dataset `mutants` is there, and the bucket `mutants` is the folder `bucket`. */
  constructor(url: string, bucket: string, name: string) {
    this.#url = url;
    this.#file = path.join(bucket, name);
    this.#name = name;
  }

  async open(): Promise<void> {
    writeFileSync(this.#file, '');
    const { status, message } = await this.#query(
      `CREATE EXTERNAL TABLE mutants.${this.#name} ` +
        `OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://mutants/${this.#name}'])`,
    );
    if (status !== 200) throw new Error(message);
  }

  async run(image: Buffer): Promise<ImageTrialResult> {
    writeFileSync(`${this.#file}.new`, image);
    renameSync(`${this.#file}.new`, this.#file);
    const start = performance.now();
    const answer = await this.#query(
      'SELECT image.dimensions, ARRAY_LENGTH(image.values) ' +
        `FROM (SELECT ML.DECODE_IMAGE(data) AS image FROM mutants.${this.#name})`,
    );
    const millis = performance.now() - start;
    const wrong = answer.status === 200 ? await shapeFault(answer.shape, image) : undefined;
    return {
      outcome: answer.status === 200 ? 'image' : 'refused',
      millis,
      faults: [...faultsOf(answer, millis), ...(wrong === undefined ? [] : [wrong])],
    };
  }

  async #query(query: string): Promise<Answer> {
    const response = await fetch(`${this.#url}/queries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, useLegacySql: false, useQueryCache: false, timeoutMs: SILENCE_MILLIS }),
      signal: AbortSignal.timeout(2 * SILENCE_MILLIS),
    });
    const body = (await response.json()) as {
      readonly jobComplete?: boolean;
      readonly error?: { readonly message: string };
      readonly rows?: readonly { readonly f: readonly [{ v: readonly { v: string }[] }, { v: string }] }[];
    };
    if (response.ok && body.jobComplete !== true) return { status: 0, message: 'the job goes on', shape: [] };
    const [dimensions, length] = body.rows?.[0]?.f ?? [{ v: [] }, { v: '' }];
    return {
      status: response.status,
      message: body.error?.message ?? '',
      shape: [...dimensions.v.map(({ v }) => Number(v)), Number(length.v)],
    };
  }
}

function faultsOf({ status, message }: Answer, millis: number): string[] {
  const faults: string[] = [];
  if (status < 200 || status >= 500) faults.push(`status ${status}: ${message}`);
  if (status !== 200 && message === '') faults.push(`status ${status} without a message`);
  if (millis > HANG_MILLIS) faults.push(`took ${(millis / 1000).toFixed(1)} s: ${message}`);
  return faults;
}

/** Against the sides that another reader finds in the header, where it can read it. */
async function shapeFault([height = 0, width = 0, channels, length]: readonly number[], image: Buffer) {
  const shown = `${height} x ${width} x ${channels} with ${length} values`;
  if (channels !== 3 || length !== height * width * 3) return `an image of ${shown}`;
  const sides = await sidesOf(image);
  if (sides === undefined) return undefined;
  const scale = Math.min(1, Math.sqrt(MAX_IMAGE_BYTES / (24 * sides.height * sides.width)));
  const expected = [sides.height, sides.width].map((side) => Math.floor(scale * side));
  return expected[0] === height && expected[1] === width
    ? undefined
    : `an image of ${shown}, not ${expected.join(' x ')}`;
}

async function sidesOf(image: Buffer): Promise<{ readonly height: number; readonly width: number } | undefined> {
  if (image.toString('latin1', 0, 2) === 'BM' && image.length >= 26 && image.readUInt32LE(14) >= 40) {
    return { width: Math.abs(image.readInt32LE(18)), height: Math.abs(image.readInt32LE(22)) };
  }
  try {
    const { height, width } = await sharp(image, { limitInputPixels: false, failOn: 'none' }).metadata();
    return { height, width };
  } catch {
    return undefined;
  }
}
