import { stat } from 'node:fs/promises';
import { InferenceSession } from 'onnxruntime-node';
import { SESSION_OPTIONS } from '../session-options.ts';

/** A loaded ResNet-50 of 102 MB holds about 350 MB. */
const MEMORY_PER_FILE_BYTE = 3.5;

interface CachedSession {
  readonly session: InferenceSession;
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

  async get(modelPath: string): Promise<InferenceSession> {
    const cached = this.#sessions.get(modelPath) ?? (await this.#load(modelPath));
    this.#sessions.delete(modelPath);
    this.#sessions.set(modelPath, cached);
    return cached.session;
  }

  async #load(modelPath: string): Promise<CachedSession> {
    const memoryBytes = (await stat(modelPath)).size * MEMORY_PER_FILE_BYTE;
    await this.#shrinkTo(this.#limitBytes - memoryBytes);
    const session = await InferenceSession.create(modelPath, SESSION_OPTIONS);
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
