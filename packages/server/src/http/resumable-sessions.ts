import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { invariant } from '@bqml-emulator/common';
import type { Clock, IdSource } from '@bqml-emulator/common';

/** https://cloud.google.com/storage/docs/resumable-uploads#introduction: a session is good for a week. */
const LIFETIME_MILLIS = 7 * 24 * 60 * 60 * 1000;

const READ_BYTES = 1 << 20;

const ID = /^[0-9a-f]{32}$/;

export interface ResumableSession {
  /** What the upload is for, as its first request said; JSON. */
  readonly request: unknown;
  /** The answer to the last byte, once there is one; JSON. */
  readonly result?: unknown;
  /** The session was ended by its client. */
  readonly cancelled?: true;
}

/**
 * Uploads that arrive in several requests. What came is kept in files, so that a client can go on after the server
 * was started again. What was acknowledged survives a loss of power.
 */
export class ResumableSessions {
  readonly #directory: string;
  readonly #ids: IdSource;
  readonly #busy = new Map<string, Promise<unknown>>();

  private constructor(directory: string, ids: IdSource) {
    this.#directory = directory;
    this.#ids = ids;
  }

  /** Forgets sessions that are over a week old. */
  static async open(directory: string, clock: Clock, ids: IdSource): Promise<ResumableSessions> {
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(directory)) {
      const file = path.join(directory, name);
      if ((await stat(file)).mtimeMs < clock.nowMillis() - LIFETIME_MILLIS) await rm(file, { force: true });
    }
    return new ResumableSessions(directory, ids);
  }

  /** Returns the id of the new session. */
  async create(request: unknown): Promise<string> {
    const id = this.#ids.hex(16);
    await this.#write(id, { request });
    return id;
  }

  async find(id: string): Promise<ResumableSession | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      return JSON.parse(await readFile(this.#recordPath(id), 'utf8')) as ResumableSession;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** One request at a time works on a session; a later one waits until the earlier one is over. */
  async exclusively<T>(id: string, action: () => Promise<T>): Promise<T> {
    const before = this.#busy.get(id) ?? Promise.resolve();
    const result = before.then(action);
    const tail = result.catch(() => undefined);
    this.#busy.set(id, tail);
    try {
      return await result;
    } finally {
      if (this.#busy.get(id) === tail) this.#busy.delete(id);
    }
  }

  /** Bytes that are kept. */
  async receivedBytes(id: string): Promise<number> {
    try {
      return (await stat(this.#contentPath(id))).size;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  }

  /** Keeps `parts` behind what is there, except the first `skip` bytes of them; what came before an error is kept. */
  async append(id: string, parts: AsyncIterable<Uint8Array>, skip: number): Promise<void> {
    const file = await open(this.#contentPath(id), 'a');
    try {
      let toSkip = skip;
      for await (const part of parts) {
        const rest = part.subarray(Math.min(toSkip, part.length));
        toSkip -= part.length - rest.length;
        if (rest.length > 0) await file.writeFile(rest);
      }
    } finally {
      await syncAndClose(file);
    }
  }

  async *content(id: string): AsyncGenerator<Uint8Array, void, undefined> {
    if ((await this.receivedBytes(id)) === 0) return;
    const file = await open(this.#contentPath(id), 'r');
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(READ_BYTES), 0, READ_BYTES);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  /** Keeps the answer for a client that did not get it, and nothing of the content. */
  async finish(id: string, outcome: Pick<ResumableSession, 'result' | 'cancelled'>): Promise<void> {
    const session = await this.find(id);
    invariant(session, 'only a session that is there is finished');
    await this.#write(id, { ...session, ...outcome });
    await rm(this.#contentPath(id), { force: true });
  }

  async #write(id: string, session: ResumableSession): Promise<void> {
    const temporary = `${this.#recordPath(id)}.tmp`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(JSON.stringify(session));
    } finally {
      await syncAndClose(file);
    }
    await rename(temporary, this.#recordPath(id));
  }

  #recordPath(id: string): string {
    invariant(ID.test(id), 'a session id is hexadecimal');
    return path.join(this.#directory, `${id}.json`);
  }

  #contentPath(id: string): string {
    invariant(ID.test(id), 'a session id is hexadecimal');
    return path.join(this.#directory, `${id}.part`);
  }
}

async function syncAndClose(file: FileHandle): Promise<void> {
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
