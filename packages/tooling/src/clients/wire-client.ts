/** The `bq` command's recorded requests against an emulator. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClientStep, ClientTarget } from './client-step.ts';
import { replayWire, wireFiles } from './wire-replay.ts';
import type { WireAnswer } from './wire-replay.ts';

/** Answers other than 2xx that are right, or known: the first pattern that fits the request decides. */
interface Refusal {
  /** A regular expression over `METHOD PATH STATUS MESSAGE`. */
  readonly answer: string;
  readonly reason: string;
}

const REFUSALS = path.join(import.meta.dirname, '../../clients/bq-refusals.json');

export async function* wireSteps({ url }: ClientTarget, place: string | undefined): AsyncGenerator<ClientStep> {
  if (place === undefined) {
    yield { step: 'recorded requests', skipped: 'no --wire' };
    return;
  }
  const refusals = JSON.parse(readFileSync(REFUSALS, 'utf8')) as readonly Refusal[];
  for (const file of wireFiles(place).filter((name) => /\bbq\b/.test(path.basename(name)))) {
    for await (const answer of replayWire(url, file)) yield judged(answer, refusals);
  }
}

function judged(answer: WireAnswer, refusals: readonly Refusal[]): ClientStep {
  const { command, method, path: requestPath, status, message } = answer;
  const request = `${method} ${requestPath.replace(/[?].*/, '')} ${status}`;
  if (status >= 200 && status < 300) return { step: `${command}: ${request}` };
  const known = refusals.find((refusal) => new RegExp(refusal.answer).test(`${request} ${message}`));
  return known === undefined
    ? { step: `${command}: ${request}`, failure: message }
    : { step: `${command}: ${request} ${message} (${known.reason})` };
}
