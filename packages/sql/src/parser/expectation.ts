import type { Token } from '../token.ts';
import type { ParserMode } from './cursor.ts';

/** Bytes of a literal, quotes included, that a message shows. */
const MAX_LITERAL_LENGTH = 50;

/** GoogleSQL never offers FROM, OR, `?` and the pipe, which would be right almost everywhere. */
const NEVER_OFFERED = new Set(['FROM', 'OR', '?', '|>']);

/** The list after `Expected`, or undefined when it would name more than four tokens. */
export function formatExpected(symbols: readonly string[]): string | undefined {
  if (symbols.length > 4) return undefined;
  const names = symbols
    .filter((symbol) => !NEVER_OFFERED.has(symbol))
    .map((symbol) => {
      if (/^[A-Z]+$/.test(symbol)) return `keyword ${symbol}`;
      return /^[a-z@]/.test(symbol) && symbol.length > 2 ? symbol : /^[A-Z]/.test(symbol) ? symbol : `"${symbol}"`;
    });
  if (names.length === 0) return undefined;
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : 1)).join(' or ');
}

/** The token as messages name it. */
export function describeToken(token: Token, next: Token, mode: ParserMode, isInType: boolean): string {
  const { text, symbol } = token;
  switch (token.type) {
    case 'end':
      return `end of ${mode}`;
    case 'string':
      return `string literal ${shorten(escapeLineEnds(text))}`;
    case 'bytes':
      return `bytes literal ${shorten(escapeLineEnds(text))}`;
    case 'integer':
      return `integer literal "${text}"`;
    case 'float':
      return `floating point literal "${text}"`;
    case 'quoted':
      return `identifier ${text}`;
    case 'word':
      return symbol === '' ? `identifier "${text}"` : `keyword ${symbol}`;
    case 'symbol':
      if (symbol === '@@') return '"@@"';
      return symbol === '>' && next.symbol === '>' && next.start === token.end && !isInType ? '">>"' : `"${text}"`;
    default:
      return `"${text}"`;
  }
}

const escapeLineEnds = (text: string) => text.replace(/\r/g, '\\r').replace(/\n/g, '\\n');

function shorten(literal: string): string {
  const bytes = Buffer.from(literal);
  if (bytes.length <= MAX_LITERAL_LENGTH) return literal;
  const endQuotes = /^(?:r|b|rb|br)?("""|''')/i.test(literal) ? 3 : 1;
  let excerpt = MAX_LITERAL_LENGTH - endQuotes;
  if (excerpt > bytes.length - endQuotes - 4) return literal;
  while (((bytes[excerpt] ?? 0) & 0xc0) === 0x80) excerpt--;
  return `${bytes.toString('utf8', 0, excerpt)}...${bytes.toString('utf8', bytes.length - endQuotes)}`;
}

/**
 * Where the message points: the token, but for the end of the text the end of the last token, or of the comment that
 * follows it.
 */
export function errorOffset(sql: string, token: Token, previous: Token | undefined): number {
  if (token.type !== 'end') return token.start;
  const offset = previous?.end ?? 0;
  const text = Buffer.from(sql);
  const tail = text.toString('utf8', offset).trimStart();
  if (!/^(?:--|#|\/\*)/.test(tail)) return offset;
  const trimmed = tail.trimEnd();
  return trimmed.endsWith('*/') ? text.length - Buffer.byteLength(tail) + Buffer.byteLength(trimmed) : text.length;
}
