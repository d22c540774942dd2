import { MAX_ROW_BYTES } from '@bqml-emulator/common';
import { rowTooLarge } from '../csv/csv-records.ts';
import type { DecodedText } from '../text-encoding.ts';

const LF = 0x0a;

export interface JsonLine {
  readonly text: string;
  /** Of the line's first byte in the unpacked file. */
  readonly offset: number;
}

/** The lines that are not blank, some at a time. */
export async function* jsonLines({ bytes, charset }: DecodedText): AsyncGenerator<readonly JsonLine[]> {
  let parts: Buffer[] = [];
  let partBytes = 0;
  let offset = 0;
  for await (const chunk of bytes) {
    const lines: JsonLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const line = joined(parts, chunk.subarray(start, end));
      addLine(lines, line.toString(charset), offset);
      offset += line.length + 1;
      parts = [];
      partBytes = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    parts.push(Buffer.from(rest));
    partBytes += rest.length;
    if (partBytes > MAX_ROW_BYTES) throw rowTooLarge();
    if (lines.length > 0) yield lines;
  }
  const last: JsonLine[] = [];
  addLine(last, Buffer.concat(parts).toString(charset), offset);
  if (last.length > 0) yield last;
}

const joined = (parts: readonly Buffer[], end: Buffer): Buffer =>
  parts.length === 0 ? end : Buffer.concat([...parts, end]);

function addLine(lines: JsonLine[], text: string, offset: number): void {
  if (/\S/.test(text)) lines.push({ text, offset });
}
