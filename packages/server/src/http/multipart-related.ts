import { badRequest } from '@bqml-emulator/common';

/** The JSON part is a resource; Cloud Storage's largest has 8 KiB of custom metadata. */
const MAX_METADATA_BYTES = 1 << 20;

const MAX_HEADER_BYTES = 16 << 10;

const LINE_FEED = Buffer.from('\n');

export interface RelatedParts {
  /** The first part, which is JSON. */
  readonly metadata: Uint8Array;
  /** The content type that the second part's own header gives. */
  readonly mediaType: string | undefined;
  /** The second part; `badRequest` when the body ends before its closing boundary. */
  readonly media: AsyncIterable<Uint8Array>;
}

/**
 * Splits an upload of two parts. Clients end lines with CRLF, LF or a mixture; exactly one line end before a boundary
 * belongs to the boundary. https://www.rfc-editor.org/rfc/rfc2387
 */
export async function readMultipartRelated(
  contentType: string | undefined,
  body: AsyncIterable<Uint8Array>,
): Promise<RelatedParts> {
  const boundary = boundaryOf(contentType);
  const delimiter = Buffer.from(`\n--${boundary}`);
  // A line end in front, so that the first boundary looks like the others.
  const reader = new PartReader(body, LINE_FEED);
  await reader.take(delimiter, MAX_HEADER_BYTES);
  await reader.readHeaders();
  const metadata = withoutReturn(await reader.take(delimiter, MAX_METADATA_BYTES));
  const headers = await reader.readHeaders();
  return { metadata, mediaType: headers.get('content-type'), media: reader.stream(delimiter) };
}

/** `gcloud storage` writes single quotes around it, which are not part of it. */
function boundaryOf(contentType: string | undefined): string {
  const match = /;\s*boundary=(?:"([^"]+)"|'([^']+)'|([^;\s]+))/i.exec(contentType ?? '');
  const boundary = match?.[1] ?? match?.[2] ?? match?.[3];
  if (boundary === undefined) throw badRequest('Missing multipart boundary');
  return boundary;
}

const malformed = () => badRequest('Malformed multipart body.');

const withoutReturn = (bytes: Buffer): Buffer => (bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes);

class PartReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer: Buffer;

  constructor(source: AsyncIterable<Uint8Array>, start: Buffer) {
    this.#source = source[Symbol.asyncIterator]();
    this.#buffer = start;
  }

  /** What comes before `marker`, which is skipped. */
  async take(marker: Buffer, maxBytes: number): Promise<Buffer> {
    for (let from = 0; ;) {
      const at = this.#buffer.indexOf(marker, from);
      if (at >= 0) {
        const taken = this.#buffer.subarray(0, at);
        this.#buffer = this.#buffer.subarray(at + marker.length);
        return taken;
      }
      if (this.#buffer.length > maxBytes) throw malformed();
      from = Math.max(0, this.#buffer.length - marker.length + 1);
      await this.#more();
    }
  }

  /** From the end of a boundary to the empty line; a closing boundary has no part after it. */
  async readHeaders(): Promise<ReadonlyMap<string, string>> {
    const rest = withoutReturn(await this.take(LINE_FEED, MAX_HEADER_BYTES)).toString('latin1');
    if (rest.startsWith('--')) throw malformed();
    const headers = new Map<string, string>();
    for (;;) {
      const line = withoutReturn(await this.take(LINE_FEED, MAX_HEADER_BYTES)).toString('latin1');
      if (line === '') return headers;
      const colon = line.indexOf(':');
      if (colon < 1) throw malformed();
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  }

  /** The same as `take`, of any length. */
  async *stream(marker: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const at = this.#buffer.indexOf(marker);
      if (at >= 0) {
        const last = withoutReturn(this.#buffer.subarray(0, at));
        this.#buffer = this.#buffer.subarray(at + marker.length);
        if (last.length > 0) yield last;
        return;
      }
      // The marker may begin at the end, with a carriage return before it.
      const sure = this.#buffer.length - marker.length - 1;
      if (sure > 0) {
        yield this.#buffer.subarray(0, sure);
        this.#buffer = this.#buffer.subarray(sure);
      }
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) throw malformed();
    this.#buffer = Buffer.concat([this.#buffer, next.value]);
  }
}
