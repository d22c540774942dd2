const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossyDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const utf8Bytes = (text: string): Uint8Array => encoder.encode(text);

/** `undefined`: the bytes are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Each malformed sequence becomes U+FFFD. */
export const utf8TextLossy = (bytes: Uint8Array): string => lossyDecoder.decode(bytes);

/** Order of the code points, which is the order of the UTF-8 bytes; negative, zero or positive. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xSurrogate = x >= 0xd800 && x <= 0xdfff;
    const ySurrogate = y >= 0xd800 && y <= 0xdfff;
    return xSurrogate === ySurrogate ? x - y : xSurrogate ? 1 : -1;
  }
  return a.length - b.length;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** The inside of a bytes literal: printable ASCII as it is, everything else as `\xNN`. `quote` is escaped too. */
export function escapeBytes(bytes: Uint8Array, quote: string): string {
  let out = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === '\\' || char === quote) out += `\\${char}`;
    else out += byte >= 0x20 && byte < 0x7f ? char : escapeByte(byte);
  }
  return out;
}

/** `b"..."`, with the quote that needs no escape where there is one. */
export function bytesLiteral(bytes: Uint8Array): string {
  const quote = bytes.includes(0x22) && !bytes.includes(0x27) ? "'" : '"';
  return `b${quote}${escapeBytes(bytes, quote)}${quote}`;
}

/** `"..."` as a GoogleSQL string literal. */
export function stringLiteral(text: string): string {
  const quote = text.includes('"') && !text.includes("'") ? "'" : '"';
  let out = '';
  let afterHex = false;
  for (const char of text) {
    // A hexadecimal digit behind an escape would be read as part of it.
    const hex = char < ' ' || char === '\x7f' || (afterHex && /[0-9a-fA-F]/.test(char));
    afterHex = false;
    if (char === '\\') out += '\\\\';
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (char === '\t') out += '\\t';
    else if (char === quote) out += `\\${char}`;
    else if (hex) {
      out += escapeByte(char.charCodeAt(0));
      afterHex = true;
    } else out += char;
  }
  return `${quote}${out}${quote}`;
}
