const WIDTH = 40;

/** One line that grows; on something that is no terminal it prints a line a step. */
export class ProgressBar {
  readonly #total: number;
  readonly #out: NodeJS.WriteStream;
  #done = 0;

  constructor(total: number, out: NodeJS.WriteStream) {
    this.#total = total;
    this.#out = out;
    this.#draw();
  }

  advance(count: number): void {
    this.#done += count;
    this.#draw();
  }

  finish(): void {
    if (this.#out.isTTY) this.#out.write('\n');
    this.#out.write('\n');
  }

  #draw(): void {
    const filled = Math.round((this.#done / this.#total) * WIDTH);
    const text = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${this.#done}/${this.#total} images`;
    this.#out.write(this.#out.isTTY ? `\r${text}` : `${text}\n`);
  }
}
