import type { TextEncoding } from '@bqml-emulator/catalog';

const BOM = '\uFEFF';
const REPLACEMENT = 0xfffd;
const MAX_CODE_POINT = 0x10ffff;

/** The bytes that lines are split in, and how a piece of them becomes text. */
export interface DecodedText {
  readonly bytes: AsyncIterable<Buffer>;
  readonly charset: 'utf8' | 'latin1';
}

/** UTF-16 and UTF-32 become UTF-8; a byte order mark at the start is dropped. */
export function decodeText(bytes: AsyncIterable<Uint8Array>, encoding: TextEncoding): DecodedText {
  switch (encoding) {
    case 'ISO-8859-1':
      return { bytes: buffers(bytes), charset: 'latin1' };
    case 'UTF-8':
      return { bytes: withoutMark(buffers(bytes)), charset: 'utf8' };
    case 'UTF-16BE':
    case 'UTF-16LE':
      return { bytes: withoutMark(fromUtf16(bytes, encoding)), charset: 'utf8' };
    case 'UTF-32BE':
    case 'UTF-32LE':
      return { bytes: withoutMark(fromUtf32(bytes, encoding === 'UTF-32BE')), charset: 'utf8' };
  }
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function* buffers(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield viewOf(chunk);
}

async function* withoutMark(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const mark = Buffer.from(BOM);
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < mark.length && mark.subarray(0, head.length).equals(head)) continue;
    yield head.subarray(0, mark.length).equals(mark) ? head.subarray(mark.length) : head;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield head;
}

async function* fromUtf16(bytes: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

async function* fromUtf32(bytes: AsyncIterable<Uint8Array>, bigEndian: boolean): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const units = Buffer.concat([rest, chunk]);
    const whole = units.length - (units.length % 4);
    const characters: string[] = [];
    for (let at = 0; at < whole; at += 4) {
      const unit = bigEndian ? units.readUInt32BE(at) : units.readUInt32LE(at);
      characters.push(String.fromCodePoint(unit > MAX_CODE_POINT ? REPLACEMENT : unit));
    }
    rest = units.subarray(whole);
    yield Buffer.from(characters.join(''));
  }
  if (rest.length > 0) yield Buffer.from(String.fromCodePoint(REPLACEMENT));
}
