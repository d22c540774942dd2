import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TfjsNodeSession } from '../tfjs-node/tfjs-node-session.ts';
import type { ModelSession } from './model-session.ts';
import { OnnxSession } from './onnx-session.ts';
import type { PreparedSlice } from './prepared-run.ts';

type SessionSource = Pick<PreparedSlice, 'modelPath' | 'savedModel'>;

/** A loaded ResNet-50 of 102 MB holds about 350 MB. */
const MEMORY_PER_FILE_BYTE = 3.5;
/** Of a model of a few hundred bytes; measured: 0.2 to 0.6 MB. */
const MEMORY_PER_SESSION = 600_000;

interface CachedSession {
  readonly session: ModelSession;
  readonly memoryBytes: number;
}

/** Sessions by model path, the least recently used released first when they exceed the memory limit. */
export class SessionCache {
  readonly #limitBytes: number;
  /** In order of use. */
  readonly #sessions = new Map<string, CachedSession>();
  #memoryBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  async get(source: SessionSource): Promise<ModelSession> {
    const { modelPath } = source;
    const cached = this.#sessions.get(modelPath) ?? (await this.#load(source));
    this.#sessions.delete(modelPath);
    this.#sessions.set(modelPath, cached);
    return cached.session;
  }

  async #load({ modelPath, savedModel }: SessionSource): Promise<CachedSession> {
    const memoryBytes = MEMORY_PER_SESSION + (await bytesIn(modelPath)) * MEMORY_PER_FILE_BYTE;
    await this.#shrinkTo(this.#limitBytes - memoryBytes);
    const session =
      savedModel === undefined ? await OnnxSession.open(modelPath) : TfjsNodeSession.open(modelPath, savedModel);
    this.#memoryBytes += memoryBytes;
    return { session, memoryBytes };
  }

  async #shrinkTo(limitBytes: number): Promise<void> {
    for (const [path, { session, memoryBytes }] of this.#sessions) {
      if (this.#memoryBytes <= limitBytes) return;
      this.#sessions.delete(path);
      this.#memoryBytes -= memoryBytes;
      await session.release();
    }
  }
}

/** Of a file, or of all files below a folder. */
async function bytesIn(path: string): Promise<number> {
  const status = await stat(path);
  if (status.isFile()) return status.size;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
