import type { TextPosition } from '@bqml-emulator/common';

// eslint-disable-next-line no-control-regex
const NOT_ASCII = /[^\u0000-\u007f]/;

/** The last text that was looked at: callers ask about many nodes of the same one. */
const last = { text: '', isAscii: true };

/** Whether byte offsets and string indexes are the same. */
export function isAscii(text: string): boolean {
  if (text !== last.text) {
    last.text = text;
    last.isAscii = !NOT_ASCII.test(text);
  }
  return last.isAscii;
}

const utf8Length = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);

/** The string index of a UTF-8 byte offset. */
export function indexOfByte(text: string, byteOffset: number): number {
  if (isAscii(text)) return byteOffset;
  let index = 0;
  let bytes = 0;
  while (bytes < byteOffset && index < text.length) {
    const code = text.codePointAt(index) ?? 0;
    bytes += utf8Length(code);
    index += code > 0xffff ? 2 : 1;
  }
  return index;
}

/** The UTF-8 byte offset of each ascending string index; `identity` for ASCII. */
export function byteOffsets(text: string): (index: number) => number {
  if (isAscii(text)) return (index) => index;
  let lastIndex = 0;
  let lastByte = 0;
  return (index) => {
    if (index < lastIndex) {
      lastIndex = 0;
      lastByte = 0;
    }
    while (lastIndex < index) {
      const code = text.codePointAt(lastIndex) ?? 0;
      lastByte += utf8Length(code);
      lastIndex += code > 0xffff ? 2 : 1;
    }
    return lastByte;
  };
}

const TAB_WIDTH = 8;

/**
 * The 1-based line and column of a byte offset, as BigQuery prints them: columns count characters, a tab advances to
 * the next multiple of 8, and CR, LF and CRLF each end a line.
 */
export function locate(sql: string, byteOffset: number): TextPosition {
  const end = indexOfByte(sql, byteOffset);
  let line = 1;
  let column = 1;
  for (let i = 0; i < end; i++) {
    const code = sql.charCodeAt(i);
    if (code === 10 || (code === 13 && sql.charCodeAt(i + 1) !== 10)) {
      line++;
      column = 1;
    } else if (code === 9) {
      column += TAB_WIDTH - ((column - 1) % TAB_WIDTH);
    } else if (code < 0xdc00 || code > 0xdfff) {
      column++;
    }
  }
  return { line, column };
}

/** What was written at a node. */
export function textOf(sql: string, range: { readonly start: number; readonly end: number }): string {
  return sql.slice(indexOfByte(sql, range.start), indexOfByte(sql, range.end));
}
