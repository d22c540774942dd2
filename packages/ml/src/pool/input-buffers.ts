/** One slice runs, the next is ready, another is decoded. */
const MAX_BUFFERS = 3;
const MAX_RETAINED_BYTES = 64_000_000;

/** Buffers of image tensors that are used again: a fresh one costs a page fault for every 4 KB. */
export class InputBuffers {
  readonly #free: ArrayBuffer[] = [];

  /** A buffer of exactly that size, with arbitrary content. */
  take(byteLength: number): ArrayBuffer {
    const index = this.#free.findLastIndex((buffer) => buffer.byteLength === byteLength);
    const [buffer] = index === -1 ? [] : this.#free.splice(index, 1);
    return buffer ?? new ArrayBuffer(byteLength);
  }

  /** Of those that nobody takes again the oldest go first. */
  give(buffers: readonly ArrayBuffer[]): void {
    this.#free.push(...buffers);
    const retained = () => this.#free.reduce((sum, { byteLength }) => sum + byteLength, 0);
    while (this.#free.length > MAX_BUFFERS || retained() > MAX_RETAINED_BYTES) this.#free.shift();
  }
}
