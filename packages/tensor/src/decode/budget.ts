interface Waiter {
  readonly amount: number;
  readonly proceed: () => void;
}

/** A bound on what is held at the same time. Waiters proceed in the order they came. */
export class Budget {
  readonly #limit: number;
  readonly #waiters: Waiter[] = [];
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get held(): number {
    return this.#held;
  }

  /** Resolves to what has to be released: never more than the limit, so that an oversized need runs alone. */
  async acquire(need: number, signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    const amount = Math.min(need, this.#limit);
    if (this.#waiters.length === 0 && this.#held + amount <= this.#limit) {
      this.#held += amount;
      return amount;
    }
    await new Promise<void>((resolve, reject) => {
      const abandon = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        this.#admit();
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        amount,
        proceed: () => {
          signal?.removeEventListener('abort', abandon);
          resolve();
        },
      };
      this.#waiters.push(waiter);
      signal?.addEventListener('abort', abandon, { once: true });
    });
    return amount;
  }

  release(amount: number): void {
    this.#held -= amount;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#waiters[0]; next && this.#held + next.amount <= this.#limit; next = this.#waiters[0]) {
      this.#waiters.shift();
      this.#held += next.amount;
      next.proceed();
    }
  }
}
