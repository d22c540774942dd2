import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { isBucketName } from '@bqml-emulator/object-store';
import { StartError } from '../options.ts';
import { readSeedDocument } from './seed-schema.ts';
import type { SeedDocument } from './seed-schema.ts';
import { parseSeedText } from './seed-text.ts';

/** A seed is read as a whole; more rows than this belong in a data directory. */
const MAX_SEED_BYTES = 64 * 1024 * 1024;

/** Stands for standard input. */
export const STANDARD_INPUT = '-';

export interface LoadedSeed {
  /** Names the seed in errors. */
  readonly source: string;
  /** Relative paths start here. */
  readonly directory: string;
  readonly document: SeedDocument;
  /** Directories that are there, by bucket. */
  readonly buckets: ReadonlyMap<string, string>;
}

/** Reads a file, or standard input for `-`; what is no seed is a `StartError` that says where. */
export async function loadSeed(file: string): Promise<LoadedSeed> {
  const isInput = file === STANDARD_INPUT;
  const source = isInput ? 'seed' : file;
  const text = isInput ? await readText(process.stdin) : await readSeedFile(file);
  const document = readSeedDocument(parseSeedText(text, source), source);
  const directory = isInput ? process.cwd() : path.dirname(path.resolve(file));
  const buckets = new Map<string, string>();
  for (const [name, folder] of Object.entries(document.buckets ?? {})) {
    const complaint = (message: string) => new StartError(`${source}: buckets.${name}: ${message}`);
    if (!isBucketName(name)) throw complaint('that is no bucket name');
    const target = path.resolve(directory, folder);
    if (!(await isDirectory(target))) throw complaint(`${target} is not a directory`);
    buckets.set(name, target);
  }
  return { source, directory, document, buckets };
}

/** The buckets of flags and those of the seed; one that both name is the same directory. */
export function bucketsWith(seed: LoadedSeed, flags: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  for (const [name, directory] of seed.buckets) {
    const other = flags.get(name);
    if (other !== undefined && other !== directory) {
      throw new StartError(`${seed.source}: buckets.${name}: --bucket says ${other}, and the seed ${directory}`);
    }
  }
  return new Map([...flags, ...seed.buckets]);
}

async function readSeedFile(file: string): Promise<string> {
  const refuse = (error: unknown): never => {
    if (error instanceof Error && 'code' in error)
      throw new StartError(`cannot read the seed ${file}: ${error.message}`);
    throw error;
  };
  const { size } = await stat(file).catch(refuse);
  if (size > MAX_SEED_BYTES) throw new StartError(`the seed ${file} is larger than ${MAX_SEED_BYTES} bytes`);
  return readFile(file, 'utf8').catch(refuse);
}

async function isDirectory(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
