import { setTimeout } from 'node:timers/promises';
import { invalid } from '@bqml-emulator/common';

/** https://cloud.google.com/storage/docs/retry-strategy#retryable */
const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

const ATTEMPTS = 5;
const FIRST_DELAY_MILLIS = 250;
const LONGEST_DELAY_MILLIS = 8000;

export interface GcsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the endpoint, or a whole URL that the service gave. */
  readonly url: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GcsTransportOptions {
  /** `http://localhost:4443`, `https://storage.googleapis.com` */
  readonly endpoint: string;
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Milliseconds to wait after the failure of attempt n, from 1. */
  readonly delayMillis?: ((attempt: number) => number) | undefined;
}

/** Twice as long each time, and never the same for two clients. */
const backoff = (attempt: number): number =>
  Math.min(FIRST_DELAY_MILLIS * 2 ** (attempt - 1), LONGEST_DELAY_MILLIS) * (0.5 + Math.random() / 2);

/** Requests that are repeated while the service is busy or out of reach. */
export class GcsTransport {
  readonly endpoint: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #delayMillis: (attempt: number) => number;

  constructor(options: GcsTransportOptions) {
    this.endpoint = options.endpoint.replace(/\/+$/, '');
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#delayMillis = options.delayMillis ?? backoff;
  }

  /** The answer, whatever its status; `invalid` when there is none. Reading its body is the caller's. */
  async send(request: GcsRequest): Promise<Response> {
    const { method, headers, body, signal } = request;
    for (let attempt = 1; ; attempt++) {
      let problem: string;
      try {
        const response = await this.#fetch(this.#urlOf(request), {
          method,
          // Sessions of uploads answer 308, which is no redirection.
          redirect: 'manual',
          ...(headers === undefined ? {} : { headers }),
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Uint8Array.from(body) }),
          ...(signal === undefined ? {} : { signal }),
        });
        if (!RETRIED.has(response.status) || attempt === ATTEMPTS) return response;
        problem = `status ${response.status}`;
        await response.body?.cancel();
      } catch (error) {
        signal?.throwIfAborted();
        problem = reasonOf(error);
      }
      if (attempt === ATTEMPTS) throw invalid(`Cloud Storage at ${this.endpoint} did not answer: ${problem}`);
      await this.pause(attempt, signal);
    }
  }

  async pause(attempt: number, signal: AbortSignal | undefined): Promise<void> {
    await setTimeout(this.#delayMillis(attempt), undefined, signal === undefined ? {} : { signal });
  }

  /** True when a transfer that was cut may be tried again. */
  mayRetry(attempt: number): boolean {
    return attempt < ATTEMPTS;
  }

  #urlOf({ url, query = {} }: GcsRequest): URL {
    const whole = new URL(/^https?:/.test(url) ? url : this.endpoint + url);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) whole.searchParams.set(name, value);
    return whole;
  }
}

/** `fetch failed` says nothing; its cause does. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
