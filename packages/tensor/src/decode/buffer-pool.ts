const MIN_CLASS = 64 * 1024;

/** The size of a buffer that is made for a request: four classes to each power of two, so at most a quarter is unused. */
function sizeClass(bytes: number): number {
  const quarter = 2 ** Math.max(Math.ceil(Math.log2(Math.max(bytes, MIN_CLASS))) - 3, 0);
  return Math.ceil(bytes / quarter) * quarter;
}

/** Decoding buffers that are used again: a fresh one costs a page fault for every 4 KB. Threads can be lent them. */
export class BufferPool {
  readonly #limit: number;
  readonly #free: Buffer[] = [];
  #retained = 0;

  /** `limit` bytes are kept at most while nobody uses them, and no buffer over a quarter of that. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A buffer of at least that size, with arbitrary content. */
  take(bytes: number): Buffer {
    const size = sizeClass(bytes);
    const index = this.#free.findIndex((buffer) => buffer.length >= size && buffer.length <= 2 * size);
    if (index === -1) return Buffer.from(new SharedArrayBuffer(size));
    const [buffer] = this.#free.splice(index, 1);
    this.#retained -= buffer!.length;
    return buffer!;
  }

  give(buffer: Buffer): void {
    if (buffer.length > this.#limit / 4) return;
    this.#free.push(buffer);
    this.#retained += buffer.length;
    while (this.#retained > this.#limit) this.#retained -= this.#free.shift()!.length;
  }
}
