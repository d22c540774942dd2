/** The quotes and prefix of a string, bytes or quoted-identifier token, and what they enclose. */
interface LiteralShape {
  readonly isRaw: boolean;
  readonly isBytes: boolean;
  /** String index of the first character inside the quotes, and of the one after the last. */
  readonly from: number;
  readonly to: number;
}

function shapeOf(text: string): LiteralShape {
  let quote = 0;
  while (!'\'"`'.includes(text.charAt(quote))) quote++;
  const prefix = text.slice(0, quote).toLowerCase();
  const mark = text.charAt(quote);
  const width = mark !== '`' && text.startsWith(mark.repeat(3), quote) && text.length >= quote + 6 ? 3 : 1;
  return {
    isRaw: prefix.includes('r'),
    isBytes: prefix.includes('b'),
    from: quote + width,
    to: text.length - width,
  };
}

/** An escape that GoogleSQL refuses. `index` is a string index into the token. */
export interface EscapeError {
  readonly detail: string;
  readonly index: number;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  "'": "'",
  '"': '"',
  '`': '`',
};

const MAX_CODE_POINT = 0x10ffff;

/** Reads one escape. `at` is the index after the backslash; returns the code point and the next index, or the error. */
function readEscape(text: string, at: number, to: number, isBytes: boolean): { code: number; next: number } | string {
  const letter = text.charAt(at);
  const simple = SIMPLE_ESCAPES[letter];
  if (simple !== undefined) return { code: simple.charCodeAt(0), next: at + 1 };
  const seen = (length: number) => text.slice(at, Math.min(at + length, to));
  if (letter >= '0' && letter <= '3') {
    const digits = text.slice(at, Math.min(at + 3, to));
    if (!/^[0-7]{3}$/.test(digits)) {
      return `Illegal escape sequence: Octal escape must be followed by 3 octal digits but saw: \\${digits}`;
    }
    return { code: Number.parseInt(digits, 8), next: at + 3 };
  }
  if (letter === 'x' || letter === 'X') {
    const digits = text.slice(at + 1, Math.min(at + 3, to));
    if (!/^[0-9a-f]{2}$/i.test(digits)) {
      return `Illegal escape sequence: Hex escape must be followed by 2 hex digits but saw: \\${seen(3)}`;
    }
    return { code: Number.parseInt(digits, 16), next: at + 3 };
  }
  if (letter === 'u' || letter === 'U') {
    if (isBytes) {
      return `Illegal escape sequence: Unicode escape sequence \\${letter} cannot be used in bytes literals`;
    }
    const count = letter === 'u' ? 4 : 8;
    const digits = text.slice(at + 1, Math.min(at + 1 + count, to));
    const valid = /^[0-9a-f]*/i.exec(digits)?.[0] ?? '';
    const code = Number.parseInt(valid, 16);
    if (digits.length === count && code > MAX_CODE_POINT) {
      return `Illegal escape sequence: Value of \\${seen(count + 1)} exceeds Unicode limit (0x0010FFFF)`;
    }
    if (valid.length < count) {
      return `Illegal escape sequence: \\${letter} must be followed by ${count} hex digits but saw: \\${seen(count + 1)}`;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      return `Illegal escape sequence: Unicode value \\${seen(count + 1)} is invalid`;
    }
    return { code, next: at + 1 + count };
  }
  if (letter === '\n' || letter === '\r') return 'Illegal escaped newline';
  return `Illegal escape sequence: \\${letter}`;
}

/**
 * The value of a string literal or quoted identifier as written in `text`, or the first escape that is wrong.
 * Line ends inside it become LF.
 */
export function decodeString(text: string): string | EscapeError {
  const { isRaw, from, to } = shapeOf(text);
  const body = text.slice(from, to);
  if (!body.includes('\\')) return body.includes('\r') ? body.replace(/\r\n?/g, '\n') : body;
  if (isRaw) return body.replace(/\r\n?/g, '\n');
  let value = '';
  let index = from;
  while (index < to) {
    const char = text.charAt(index);
    if (char === '\\') {
      const escape = readEscape(text, index + 1, to, false);
      if (typeof escape === 'string') return { detail: escape, index };
      value += String.fromCodePoint(escape.code);
      index = escape.next;
    } else if (char === '\r') {
      value += '\n';
      index += text.charAt(index + 1) === '\n' ? 2 : 1;
    } else {
      value += char;
      index++;
    }
  }
  return value;
}

/** The bytes of a bytes literal as written in `text`, or the first escape that is wrong. */
export function decodeBytes(text: string): Uint8Array | EscapeError {
  const { isRaw, from, to } = shapeOf(text);
  const encoder = new TextEncoder();
  const normalized = (part: string) => encoder.encode(part.replace(/\r\n?/g, '\n'));
  if (isRaw) return normalized(text.slice(from, to));
  const bytes: number[] = [];
  let index = from;
  while (index < to) {
    if (text.charAt(index) === '\\') {
      const escape = readEscape(text, index + 1, to, true);
      if (typeof escape === 'string') return { detail: escape, index };
      bytes.push(escape.code);
      index = escape.next;
    } else {
      let end = text.indexOf('\\', index);
      if (end < 0 || end > to) end = to;
      for (const byte of normalized(text.slice(index, end))) bytes.push(byte);
      index = end;
    }
  }
  return Uint8Array.from(bytes);
}
