/** Replays recorded requests of clients: a JSON object with method, url, headers and body on each line. */
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

interface RecordedRequest {
  readonly m: string;
  readonly u: string;
  readonly h: Readonly<Record<string, string>>;
  readonly b: string;
}

export interface WireAnswer {
  /** What the client was doing, from the last line that separates steps. */
  readonly command: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly message: string;
}

/** Headers that describe the recorded connection, not the request. */
const CONNECTION_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']);

/** `bq.jsonl` before `bq-conn.jsonl`: one file may use what another made. */
const byStem = (a: string, b: string): number => (path.parse(a).name < path.parse(b).name ? -1 : 1);

export const wireFiles = (place: string): readonly string[] =>
  statSync(place).isDirectory() ? globSync('*.jsonl', { cwd: place }).toSorted(byStem).map((f) => path.join(place, f)) : [place]; // prettier-ignore

/**
 * Sends the requests of a file in order. Lines whose URL holds `MARK=` only separate steps. A resumable upload goes on
 * where this server's answer to its first request says.
 */
export async function* replayWire(url: string, file: string): AsyncGenerator<WireAnswer> {
  let command = '';
  let location: string | undefined;
  for (const line of readFileSync(file, 'utf8')
    .split('\n')
    .filter((text) => text !== '')) {
    const { m: method, u: recordedPath, h, b } = JSON.parse(line) as RecordedRequest;
    const mark = /[?&]MARK=([^&]*)/.exec(recordedPath)?.[1];
    if (mark !== undefined) {
      command = mark;
      continue;
    }
    const continues = recordedPath.includes('upload_id=') && location !== undefined;
    const headers = Object.fromEntries(Object.entries(h).filter(([name]) => !CONNECTION_HEADERS.has(name)));
    const response = await fetch(continues && location !== undefined ? location : url + recordedPath, {
      method,
      headers,
      ...(b === '' ? {} : { body: b }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    location = response.headers.get('location') ?? location;
    yield { command, method, path: recordedPath, status: response.status, message: messageOf(text) };
  }
}

function messageOf(text: string): string {
  if (!text.startsWith('{')) return text.slice(0, 200);
  const { error } = JSON.parse(text) as { error?: { message?: string } };
  return error?.message ?? '';
}
