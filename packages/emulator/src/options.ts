import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import type { SavedModelRuntime } from '@bqml-emulator/ml';
import type { ImageOptions } from '@bqml-emulator/tensor';

/** A mistake on the command line; its message is all that the user sees. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the machine refuses at the start: a port in use, a directory that cannot be made. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export interface EmulatorOptions {
  readonly projectId: string;
  /** Where new datasets are made that name no location. */
  readonly location: string;
  /** Undefined: a temporary directory that is removed at the end. */
  readonly dataDirectory: string | undefined;
  /** A seed file, `-` for standard input; undefined: none. */
  readonly seedFile: string | undefined;
  /** Buckets that are single directories, by name. */
  readonly buckets: ReadonlyMap<string, string>;
  /** Each folder in it is a bucket; undefined: `buckets` in the data directory. */
  readonly bucketsRoot: string | undefined;
  /** A Cloud Storage service, real or emulated, whose buckets are used too; undefined: none. */
  readonly gcsEndpoint: string | undefined;
  /** Read public buckets of the real service, where no other one has the name. */
  readonly allowPublicGcs: boolean;
  /** Child processes that run models; undefined: cores minus one, at least two. */
  readonly predictProcesses: number | undefined;
  /** Refuse ONNX models that BigQuery's ONNX Runtime 1.12 cannot load. */
  readonly onnxCompatibility: '1.12' | 'installed';
  /** `auto`: converted to ONNX, or run by tfjs-node where that is installed and an operator is not converted. */
  readonly savedModelRuntime: SavedModelRuntime;
  /** `required`: image functions, and models over object tables, need an assigned reservation. */
  readonly reservation: 'off' | 'required';
  /** `strict`: a connection must exist, in the location of the dataset, and its service account may read the bucket. */
  readonly iam: 'off' | 'strict';
  readonly images: Partial<Pick<ImageOptions, 'jpegIdct' | 'bmp' | 'decodeDownscale' | 'imageType'>>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
}

export const DEFAULT_PORT = 9050;
export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PROJECT = 'bqml-project';
const DEFAULT_DATA_DIRECTORY = '.bqml-emulator';

export const storageFlags = {
  project: { type: 'string' },
  location: { type: 'string' },
  'data-dir': { type: 'string' },
  ephemeral: { type: 'boolean' },
  seed: { type: 'string' },
  bucket: { type: 'string', multiple: true },
  'buckets-root': { type: 'string' },
  'gcs-endpoint': { type: 'string' },
  'allow-public-gcs': { type: 'boolean' },
  'predict-processes': { type: 'string' },
  'onnx-compat': { type: 'string' },
  'savedmodel-runtime': { type: 'string' },
  'jpeg-idct': { type: 'string' },
  bmp: { type: 'string' },
  'decode-downscale': { type: 'string' },
  reservation: { type: 'string' },
  iam: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

const listenFlags = {
  host: { type: 'string' },
  port: { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
} as const satisfies ParseArgsConfig['options'];

type Flags = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** Strict: an unknown flag, a missing value or a stray word is a `UsageError`. */
export function parseFlags(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
  positionals: number,
): { readonly flags: Flags; readonly words: readonly string[] } {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? (error.message.split('. To specify')[0] ?? error.message) : String(error),
    );
  }
  if (parsed.positionals.length > positionals) {
    throw new UsageError(`Unexpected argument '${parsed.positionals[positionals]}'`);
  }
  return { flags: parsed.values, words: parsed.positionals };
}

const text = (flags: Flags, name: string): string | undefined => {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
};
const texts = (flags: Flags, name: string): readonly string[] => {
  const value = flags[name];
  return Array.isArray(value) ? value.map(String) : [];
};

function wholeNumber(flags: Flags, name: string, min: number, max: number): number | undefined {
  const value = text(flags, name);
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(number >= min && number <= max)) {
    throw new UsageError(`--${name} takes a whole number from ${min} to ${max}, not '${value}'`);
  }
  return number;
}

function oneOf<T extends string>(flags: Flags, name: string, allowed: readonly T[]): T | undefined {
  const value = text(flags, name);
  if (value === undefined) return undefined;
  const found = allowed.find((a) => a === value);
  if (found === undefined) throw new UsageError(`--${name} is one of ${allowed.join(', ')}, not '${value}'`);
  return found;
}

function readImageOptions(flags: Flags): EmulatorOptions['images'] {
  const jpegIdct = oneOf(flags, 'jpeg-idct', ['fast', 'accurate']);
  const bmp = oneOf(flags, 'bmp', ['strict', 'lenient']);
  const decodeDownscale = oneOf(flags, 'decode-downscale', ['on', 'off']);
  return {
    ...(jpegIdct === undefined ? {} : { jpegIdct }),
    ...(bmp === undefined ? {} : { bmp }),
    ...(decodeDownscale === undefined ? {} : { decodeDownscale }),
  };
}

/** https://cloud.google.com/storage/docs/buckets#naming */
const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

function readBuckets(values: readonly string[]): ReadonlyMap<string, string> {
  const buckets = new Map<string, string>();
  for (const value of values) {
    const at = value.indexOf('=');
    const name = value.slice(0, at);
    if (at < 1 || at === value.length - 1) throw new UsageError(`--bucket takes NAME=DIRECTORY, not '${value}'`);
    if (!BUCKET_NAME.test(name))
      throw new UsageError(`'${name}' is not a bucket name: 3 to 222 of a-z, 0-9, '-', '_' and '.'`);
    if (buckets.has(name)) throw new UsageError(`--bucket ${name} is given twice`);
    buckets.set(name, path.resolve(value.slice(at + 1)));
  }
  return buckets;
}

function readEndpoint(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new UsageError(`--gcs-endpoint takes a URL like http://localhost:4443, not '${value}'`);
  }
  return url.origin;
}

/** Environment variables stand in for flags that are not given: BQML_EMULATOR_PROJECT for --project, and so on. */
export function readEmulatorOptions(flags: Flags, environment: NodeJS.ProcessEnv): EmulatorOptions {
  const ephemeral = flags['ephemeral'] === true;
  const directory = text(flags, 'data-dir') ?? environment['BQML_EMULATOR_DATA_DIR'];
  if (ephemeral && text(flags, 'data-dir') !== undefined) {
    throw new UsageError('--ephemeral and --data-dir exclude each other');
  }
  const bucketsRoot = text(flags, 'buckets-root');
  return {
    projectId: text(flags, 'project') ?? environment['BQML_EMULATOR_PROJECT'] ?? DEFAULT_PROJECT,
    location: text(flags, 'location') ?? 'US',
    dataDirectory: ephemeral ? undefined : path.resolve(directory ?? DEFAULT_DATA_DIRECTORY),
    seedFile: text(flags, 'seed'),
    buckets: readBuckets(texts(flags, 'bucket')),
    bucketsRoot: bucketsRoot === undefined ? undefined : path.resolve(bucketsRoot),
    gcsEndpoint: readEndpoint(text(flags, 'gcs-endpoint')),
    allowPublicGcs: flags['allow-public-gcs'] === true,
    predictProcesses: wholeNumber(flags, 'predict-processes', 1, 256),
    onnxCompatibility: oneOf(flags, 'onnx-compat', ['installed', '1.12']) ?? 'installed',
    savedModelRuntime: oneOf(flags, 'savedmodel-runtime', ['auto', 'onnx', 'tfjs-node']) ?? 'auto',
    reservation: oneOf(flags, 'reservation', ['off', 'required']) ?? 'off',
    iam: oneOf(flags, 'iam', ['off', 'strict']) ?? 'off',
    images: readImageOptions(flags),
  };
}

function readListenOptions(flags: Flags, environment: NodeJS.ProcessEnv): ListenOptions {
  const fromEnvironment = environment['BQML_EMULATOR_PORT'];
  const port = wholeNumber(
    flags['port'] === undefined && fromEnvironment ? { port: fromEnvironment } : flags,
    'port',
    0,
    65535,
  );
  return {
    host: text(flags, 'host') ?? environment['BQML_EMULATOR_HOST'] ?? DEFAULT_HOST,
    port: port ?? DEFAULT_PORT,
    allowedHosts: texts(flags, 'allow-host').map((name) => name.toLowerCase()),
  };
}

/** The process's environment; nothing else in the product reads it. */
export const processEnvironment: NodeJS.ProcessEnv = process.env;

/** The flags of a command that is about a server: where it listens and what it works on. */
export function readServerFlags(args: readonly string[]): {
  readonly listen: ListenOptions;
  readonly options: EmulatorOptions;
} {
  const { flags } = parseFlags(args, { ...storageFlags, ...listenFlags }, 0);
  return {
    listen: readListenOptions(flags, processEnvironment),
    options: readEmulatorOptions(flags, processEnvironment),
  };
}

/** Threads of libuv's pool; the command sets it before Node starts. 4 is Node's own default. */
export const threadPoolSize = Number(processEnvironment['UV_THREADPOOL_SIZE'] ?? 4);
