import { isMainThread, Worker } from 'node:worker_threads';
import { invariant } from '@bqml-emulator/common';
import type { BufferPool } from '../decode/buffer-pool.ts';
import type { ImageOptions } from '../image-options.ts';
import type { Pixels } from '../image-reference.ts';
import { drainState } from './drain.ts';
import {
  CALL_LENGTH,
  CALLS,
  FILE_BYTES,
  FLOATS_LENGTH,
  FLOATS_OFFSET,
  MAILBOX_BYTES,
  pixelBytesOutside,
} from './lane-protocol.ts';
import type { LaneCall, LaneData, LanePlan, LaneReply, LaneTerms, LaneWork } from './lane-protocol.ts';

/** Starting a thread takes about as long as this many small images. */
const IMAGES_BEFORE_START = 32;
const IDLE_MILLIS = 10_000;

/**
 * Worker threads that decode JPEG files and compute images from them: decoded pixels stay in the cache of the core that
 * made them, and the main thread stays free. They start when many images come and end when none do. They do not keep
 * the process alive, and its end waits for the decodes that run.
 */
export class ImageLanes {
  readonly #options: ImageOptions;
  readonly #buffers: BufferPool;
  readonly #idle = new Set<Lane>();
  #threads = 0;
  #asked = 0;
  #busy = 0;
  #rendered = 0;
  #refused = 0;

  /** The pool lends the threads their memory. */
  constructor(options: ImageOptions, buffers: BufferPool) {
    this.#options = options;
    this.#buffers = buffers;
  }

  /** Threads that wait, threads that render, and what became of the images that threads were given so far. */
  get counts(): Readonly<Record<'idle' | 'busy' | 'rendered' | 'refused', number>> {
    return { idle: this.#idle.size, busy: this.#busy, rendered: this.#rendered, refused: this.#refused };
  }

  /** Renders a file in a thread; `undefined` when none is free, the file is not whole, or the decoder refuses it. */
  async tryRender(file: Uint8Array, work: LaneWork): Promise<Pixels | undefined> {
    this.#asked += 1;
    const [lane] = this.#idle;
    if (!lane) {
      if (this.#asked > IMAGES_BEFORE_START && this.#threads < this.#options.decodeLanes && isMainThread) this.#start();
      return undefined;
    }
    this.#idle.delete(lane);
    this.#busy += 1;
    const bytes = pixelBytesOutside(work.frame, this.#options.channels) + file.length;
    const buffer = bytes > MAILBOX_BYTES ? this.#buffers.take(bytes) : undefined;
    try {
      const pixels = pixelsOf(await lane.render(file, work, buffer), work);
      if (pixels) this.#rendered += 1;
      else this.#refused += 1;
      return pixels;
    } finally {
      if (buffer) this.#buffers.give(buffer);
      this.#busy -= 1;
    }
  }

  #start(): void {
    this.#threads += 1;
    void new Lane(this.#options, this.#idle).ended.then(() => {
      this.#threads -= 1;
    });
  }
}

type LaneOutcome = Exclude<LaneReply, 'ready' | { readonly error: unknown }>;

/** One thread. It stands in the set of idle ones while it waits for an image. */
class Lane {
  readonly ended: Promise<void>;
  readonly #options: ImageOptions;
  readonly #call: LaneCall = new Int32Array(new SharedArrayBuffer(CALL_LENGTH * Int32Array.BYTES_PER_ELEMENT));
  readonly #mailbox = Buffer.from(new SharedArrayBuffer(MAILBOX_BYTES));
  readonly #worker: Worker;
  readonly #idle: Set<Lane>;
  readonly #idleTimer: NodeJS.Timeout;
  /** What the thread knows. */
  #terms: LaneTerms | undefined;
  #pending: PromiseWithResolvers<LaneOutcome> | undefined;

  constructor(options: ImageOptions, idle: Set<Lane>) {
    this.#options = options;
    this.#idle = idle;
    const workerData: LaneData = { options, drain: drainState(), call: this.#call, mailbox: this.#mailbox };
    this.#worker = new Worker(new URL('./lane-worker.ts', import.meta.url), { workerData });
    this.#worker.unref();
    this.#idleTimer = setTimeout(() => {
      // An idle thread decodes nothing, so that it may be ended.
      if (idle.delete(this)) void this.#worker.terminate();
    }, IDLE_MILLIS).unref();
    this.#worker.on('message', (reply: LaneReply) => this.#answered(reply));
    this.#worker.once('error', (error) => this.#pending?.reject(error));
    this.ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        clearTimeout(this.#idleTimer);
        idle.delete(this);
        this.#pending?.reject(new Error('the decoding thread ended'));
        resolve();
      });
    });
  }

  /** The buffer is lent until the promise settles: memory for pixels that need some, and the file. */
  render(file: Uint8Array, work: LaneWork, buffer: Buffer | undefined): Promise<LaneOutcome> {
    invariant(!this.#pending, 'a lane renders one image at a time');
    const pending = Promise.withResolvers<LaneOutcome>();
    this.#pending = pending;
    this.#worker.ref();
    const { frame, stages, form, floats } = work;
    const outside = pixelBytesOutside(frame, this.#options.channels);
    Buffer.from(file.buffer, file.byteOffset, file.length).copy(buffer ?? this.#mailbox, outside);
    this.#call[FILE_BYTES] = file.length;
    if (floats) {
      this.#call[FLOATS_OFFSET] = floats.byteOffset / Float32Array.BYTES_PER_ELEMENT;
      this.#call[FLOATS_LENGTH] = floats.length;
    }
    const plan = JSON.stringify({ frame, stages, form } satisfies LanePlan);
    this.#agree({ plan, floats: floats?.buffer, buffer });
    Atomics.add(this.#call, CALLS, 1);
    Atomics.notify(this.#call, CALLS);
    return pending.promise;
  }

  #agree(terms: LaneTerms): void {
    const last = this.#terms;
    if (last?.plan === terms.plan && last.floats === terms.floats && !terms.buffer) return;
    this.#terms = terms.buffer ? undefined : terms;
    this.#worker.postMessage(terms);
  }

  #answered(reply: LaneReply): void {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#worker.unref();
    this.#idle.add(this);
    this.#idleTimer.refresh();
    if (reply === 'ready') return;
    invariant(pending, 'an answer has a request');
    if (typeof reply === 'object' && 'error' in reply) pending.reject(reply.error);
    else pending.resolve(reply);
  }
}

function pixelsOf(reply: LaneOutcome, { stages, floats }: LaneWork): Pixels | undefined {
  if (reply === 'refused') return undefined;
  if (reply !== 'written') return reply.pixels;
  const stage = stages.at(-1);
  invariant(stage && floats, 'a closing resize was written to the given floats');
  return { dimensions: stage.output, values: floats };
}
