import { open, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ModelSpec } from '../model-spec.ts';

/** What `meta.json` holds. */
export interface StoredModel {
  readonly spec: ModelSpec;
  readonly byteCount: number;
}

const sessionSource = ({ savedModel }: ModelSpec) => (savedModel === undefined ? 'model.onnx' : 'source');

const TEMPORARY = 'import-';
const META = 'meta.json';

/** Imported models, each in a folder named by its content hash. A folder is there as a whole or not at all. */
export class ModelStore {
  readonly #directory: string;
  /** Imported since the process started, and not yet seen in use. */
  readonly #unclaimed = new Set<string>();
  /** Folders in which an import is at work. */
  readonly #drafts = new Set<string>();
  /** Publishing and collecting take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The file or folder that sessions are loaded from. */
  modelPath(contentId: string, spec: ModelSpec): string {
    return join(this.#directory, contentId, sessionSource(spec));
  }

  /** The files that a TensorFlow model was imported from. */
  sourceDirectory(contentId: string): string {
    return join(this.#directory, contentId, 'source');
  }

  /** Undefined when there is no such content. */
  async read(contentId: string): Promise<StoredModel | undefined> {
    const path = join(this.#directory, contentId, META);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (isAbsence(error)) return undefined;
      throw error;
    });
    return text === undefined ? undefined : (JSON.parse(text) as StoredModel);
  }

  /** As `read`; what is there stays at least until the catalog can name it. */
  async claim(contentId: string): Promise<StoredModel | undefined> {
    await this.#inTurn(async () => void this.#unclaimed.add(contentId));
    return this.read(contentId);
  }

  /** A new folder in which a model is prepared. */
  async createDraft(): Promise<string> {
    await mkdir(this.#directory, { recursive: true });
    const draft = await mkdtemp(join(this.#directory, TEMPORARY));
    this.#drafts.add(basename(draft));
    return draft;
  }

  async discardDraft(draft: string): Promise<void> {
    await rm(draft, { recursive: true, force: true });
    this.#drafts.delete(basename(draft));
  }

  /** Makes a draft, which holds `model.onnx` or `source/`, the content `contentId`; one that is there already stays. */
  publish(draft: string, contentId: string, model: StoredModel): Promise<void> {
    return this.#inTurn(() => this.#publish(draft, contentId, model));
  }

  /** Deletes what no model names; content imported since the last call stays until the next one. */
  collect(inUse: ReadonlySet<string>): Promise<void> {
    return this.#inTurn(() => this.#collect(inUse));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #publish(draft: string, contentId: string, model: StoredModel): Promise<void> {
    this.#unclaimed.add(contentId);
    await writeDurably(join(draft, META), `${JSON.stringify(model, undefined, 2)}\n`);
    await syncPath(join(draft, sessionSource(model.spec)));
    await syncPath(draft);
    try {
      await rename(draft, join(this.#directory, contentId));
    } catch (error) {
      if (!isOccupied(error)) throw error;
    }
    await this.discardDraft(draft);
    await syncPath(this.#directory);
  }

  async #collect(inUse: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#directory).catch((error: unknown) => {
      if (isAbsence(error)) return [];
      throw error;
    });
    for (const name of names) {
      if (inUse.has(name) || this.#unclaimed.has(name) || this.#drafts.has(name)) continue;
      await rm(join(this.#directory, name), { recursive: true, force: true });
    }
    this.#unclaimed.clear();
  }
}

const hasCode = (error: unknown, ...codes: readonly string[]) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
const isAbsence = (error: unknown) => hasCode(error, 'ENOENT');
/** Windows says EPERM when the target folder exists. */
const isOccupied = (error: unknown) => hasCode(error, 'ENOTEMPTY', 'EEXIST', 'EPERM');

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes a file, or the entries of a folder; Windows has no such call for folders. */
async function syncPath(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
