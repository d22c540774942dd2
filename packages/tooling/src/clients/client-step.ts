/** One step that a client library took. */
export interface ClientStep {
  readonly step: string;
  /** Why it failed. */
  readonly failure?: string;
  /** Why it was not taken. */
  readonly skipped?: string;
}

/** Where the steps of a client go. */
export interface ClientTarget {
  readonly url: string;
  readonly projectId: string;
  /** Files of `conformance/tutorials`. */
  readonly tutorials: readonly string[];
}

/** Thrown by a step that cannot be taken. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

/** A deterministic failure that a client retries takes minutes; nothing here should take this long. */
const PROMPT_MILLIS = 20_000;

export async function takeStep(
  step: string,
  take: () => Promise<void>,
  promptMillis = PROMPT_MILLIS,
): Promise<ClientStep> {
  const started = performance.now();
  try {
    await take();
  } catch (error) {
    if (error instanceof Skipped) return { step, skipped: error.message };
    return { step, failure: error instanceof Error ? error.message : String(error) };
  }
  const millis = performance.now() - started;
  return millis > promptMillis ? { step, failure: `took ${Math.round(millis / 1000)} s` } : { step };
}
