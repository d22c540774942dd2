import { isAscii } from 'node:buffer';
import { MAX_ROW_BYTES } from '@bqml-emulator/common';
import { UnreadableFileError } from '../bad-record.ts';
import type { DecodedText } from '../text-encoding.ts';

const LF = 0x0a;
const CR = 0x0d;

export interface CsvDialect {
  /** A byte. */
  readonly delimiter: number;
  /** A byte; undefined: nothing is quoted. */
  readonly quote: number | undefined;
  readonly allowQuotedNewlines: boolean;
  /** Otherwise a record with a zero byte is bad. */
  readonly allowZeroBytes: boolean;
}

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Indices of the fields that were quoted, ascending. */
  readonly quoted: readonly number[];
  /** Counts from 1. */
  readonly line: number;
  /** Of the line's first byte in the unpacked file. */
  readonly offset: number;
  /** Why the record cannot be read; `fields` ends with the field where that was found. */
  readonly problem: string | undefined;
}

/**
 * The records of a file, some at a time. Lines end with LF, CR LF or CR; an empty line is a record with one empty
 * field. After a bad record the next line is read.
 */
export async function* csvRecords(
  { bytes, charset }: DecodedText,
  dialect: CsvDialect,
): AsyncGenerator<readonly CsvRecord[]> {
  const scanner = new CsvScanner(dialect, charset);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  for await (const chunk of bytes) {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    // What is left of a long record is scanned again only when it has doubled.
    if (waitingBytes < scanner.pendingBytes) continue;
    if (scanner.pendingBytes > MAX_ROW_BYTES) throw rowTooLarge();
    const records = scanner.read(waiting, false);
    if (records.length > 0) yield records;
    waiting = [];
    waitingBytes = 0;
  }
  const records = scanner.read(waiting, true);
  if (records.length > 0) yield records;
}

export const rowTooLarge = () => new UnreadableFileError(`Row size is larger than: ${MAX_ROW_BYTES}.`);

class CsvScanner {
  readonly #dialect: CsvDialect;
  readonly #charset: DecodedText['charset'];
  #bytes: Buffer = Buffer.alloc(0);
  /** The same as text when every byte is a character: a slice of it is cheaper than decoding each field. */
  #ascii: string | undefined;
  #line = 1;
  /** Of the first byte of `#bytes`. */
  #offset = 0;
  #at = 0;
  #fields: string[] = [];
  #quoted: number[] = [];
  #problem: string | undefined;
  #newlines = 0;

  constructor(dialect: CsvDialect, charset: DecodedText['charset']) {
    this.#dialect = dialect;
    this.#charset = charset;
  }

  get pendingBytes(): number {
    return this.#bytes.length;
  }

  /** The records that are complete; at the end of the file also the last one. */
  read(chunks: readonly Buffer[], atEnd: boolean): CsvRecord[] {
    this.#bytes = Buffer.concat([this.#bytes, ...chunks]);
    this.#ascii = isAscii(this.#bytes) ? this.#bytes.toString('latin1') : undefined;
    const records: CsvRecord[] = [];
    let start = 0;
    while (start < this.#bytes.length) {
      this.#at = start;
      if (!this.#record(atEnd)) break;
      records.push({
        fields: this.#fields,
        quoted: this.#quoted,
        line: this.#line,
        offset: this.#offset + start,
        problem: this.#problem,
      });
      this.#line += this.#newlines;
      start = this.#at;
    }
    this.#offset += start;
    this.#bytes = Buffer.from(this.#bytes.subarray(start));
    return records;
  }

  /** Reads one record and its line end; false: more bytes are needed. */
  #record(atEnd: boolean): boolean {
    this.#fields = [];
    this.#quoted = [];
    this.#problem = undefined;
    this.#newlines = 0;
    for (;;) {
      const isQuoted = this.#bytes[this.#at] === this.#dialect.quote && this.#at < this.#bytes.length;
      if (!(isQuoted ? this.#quotedField(atEnd) : this.#plainField(atEnd))) return false;
      if (this.#problem !== undefined) return this.#skipLine(atEnd);
      if (this.#bytes[this.#at] === this.#dialect.delimiter && this.#at < this.#bytes.length) {
        this.#at++;
        continue;
      }
      return this.#lineEnd(atEnd);
    }
  }

  #plainField(atEnd: boolean): boolean {
    const bytes = this.#bytes;
    const { delimiter, allowZeroBytes } = this.#dialect;
    const start = this.#at;
    let at = start;
    let hasZero = false;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === delimiter || byte === LF || byte === CR) break;
      hasZero ||= byte === 0;
    }
    if (at === bytes.length && !atEnd) return false;
    this.#at = at;
    this.#fields.push(this.#text(start, at));
    if (hasZero && !allowZeroBytes) this.#problem = 'Bad character (ASCII 0) encountered.';
    return true;
  }

  #quotedField(atEnd: boolean): boolean {
    const bytes = this.#bytes;
    const { delimiter, quote, allowQuotedNewlines, allowZeroBytes } = this.#dialect;
    const start = this.#at + 1;
    let escapes = false;
    let newlines = 0;
    let hasZero = false;
    let at = start;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === quote) {
        if (at + 1 === bytes.length && !atEnd) return false;
        if (bytes[at + 1] !== quote) break;
        escapes = true;
        at++;
      } else if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) {
        if (!allowQuotedNewlines) break;
        newlines++;
      }
      hasZero ||= byte === 0;
    }
    if (at >= bytes.length && !atEnd) return false;
    const quoteText = String.fromCharCode(quote ?? 0);
    const text = this.#text(start, Math.min(at, bytes.length));
    this.#quoted.push(this.#fields.length);
    this.#fields.push(escapes ? text.replaceAll(quoteText + quoteText, quoteText) : text);
    this.#newlines += newlines;
    this.#at = at;
    if (at >= bytes.length || bytes[at] !== quote) {
      this.#problem = `Missing close quote character (${quoteText}).`;
      return true;
    }
    this.#at = at + 1;
    const next = bytes[this.#at];
    if (this.#at < bytes.length && next !== delimiter && next !== LF && next !== CR) {
      this.#problem = `Data between close quote character (${quoteText}) and field separator.`;
    } else if (hasZero && !allowZeroBytes) {
      this.#problem = 'Bad character (ASCII 0) encountered.';
    }
    return true;
  }

  #text(start: number, end: number): string {
    return this.#ascii?.slice(start, end) ?? this.#bytes.toString(this.#charset, start, end);
  }

  #skipLine(atEnd: boolean): boolean {
    const bytes = this.#bytes;
    while (this.#at < bytes.length && bytes[this.#at] !== LF && bytes[this.#at] !== CR) this.#at++;
    return this.#lineEnd(atEnd);
  }

  #lineEnd(atEnd: boolean): boolean {
    const bytes = this.#bytes;
    if (this.#at >= bytes.length) return atEnd;
    if (bytes[this.#at] === CR) {
      if (this.#at + 1 === bytes.length && !atEnd) return false;
      if (bytes[this.#at + 1] === LF) this.#at++;
    }
    this.#at++;
    this.#newlines++;
    return true;
  }
}
