import { keywordClass } from './keywords.ts';
import { byteOffsets } from './source-text.ts';
import type { Comment, LexicalError, Token, TokenizedText, TokenType } from './token.ts';

const isDigit = (c: number) => c >= 48 && c <= 57;
const isHexDigit = (c: number) => isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70);
const isWordStart = (c: number) => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;
const isWordPart = (c: number) => isWordStart(c) || isDigit(c);

/** GoogleSQL's white space: ASCII without comments, and the Unicode spaces that have a width. */
const isWhitespace = (c: number) =>
  c === 32 ||
  (c >= 8 && c <= 13) ||
  (c > 127 && (c === 0xa0 || (c >= 0x2000 && c <= 0x200a) || c === 0x202f || c === 0x205f || c === 0x3000));

const TWO_CHARACTERS = new Set(['+=', '-=', '!=', '<=', '>=', '@@', '||', '=>', '->', '<<', '|>', '**']);
const ONE_CHARACTER = new Set('*,;()=<>|^&!%[]@+-/~.}{?:$\\');
const LITERAL_PREFIX = /^(?:r|b|rb|br)$/i;

class Lexer {
  readonly tokens: Token[] = [];
  readonly comments: Comment[] = [];
  error: LexicalError | undefined;
  private readonly sql: string;
  private readonly byteOf: (index: number) => number;
  private at = 0;

  constructor(sql: string) {
    this.sql = sql;
    this.byteOf = byteOffsets(sql);
  }

  run(): void {
    const { sql } = this;
    while (!this.error) {
      this.skipBlank();
      if (this.at >= sql.length || this.error) break;
      const code = sql.charCodeAt(this.at);
      if (isWordStart(code)) this.word();
      else if (isDigit(code)) this.number();
      else if (code === 39 || code === 34) this.text(this.at, this.at, false, false);
      else if (code === 96) this.quotedIdentifier();
      else this.symbol();
    }
    const end = this.error ? this.error.offset : this.byteOf(sql.length);
    this.tokens.push({ type: 'end', text: '', symbol: '', isReserved: false, start: end, end });
  }

  private push(type: TokenType, start: number, end: number, symbol: string, isReserved = false): void {
    const startByte = this.byteOf(start);
    this.tokens.push({
      type,
      text: this.sql.slice(start, end),
      symbol,
      isReserved,
      start: startByte,
      end: this.byteOf(end),
    });
    this.at = end;
  }

  private fail(detail: string, index: number): void {
    this.error = { detail: `Syntax error: ${detail}`, offset: this.byteOf(index) };
  }

  private skipBlank(): void {
    const { sql } = this;
    for (;;) {
      const code = sql.charCodeAt(this.at);
      if (isWhitespace(code)) {
        this.at++;
        continue;
      }
      const start = this.at;
      let end: number;
      if (code === 35 || (code === 45 && sql.charCodeAt(start + 1) === 45)) {
        end = start;
        while (end < sql.length && sql.charCodeAt(end) !== 10 && sql.charCodeAt(end) !== 13) end++;
      } else if (code === 47 && sql.charCodeAt(start + 1) === 42) {
        const close = sql.indexOf('*/', start + 2);
        if (close < 0) return this.fail('Unclosed comment', start);
        end = close + 2;
      } else {
        return;
      }
      const startByte = this.byteOf(start);
      this.comments.push({ text: sql.slice(start, end), start: startByte, end: this.byteOf(end) });
      this.at = end;
    }
  }

  /** Whether the previous token makes a following dot part of a path. */
  private dotContinuesPath(previous: Token | undefined): boolean {
    if (!previous) return false;
    if (previous.type === 'word') return !previous.isReserved;
    return previous.type === 'quoted' || previous.symbol === ')' || previous.symbol === ']' || previous.symbol === '?';
  }

  /** Whether a word or a number here is a name whatever it is spelt like: after the dot of a path, `@` and `@@`. */
  private isForcedIdentifier(): boolean {
    const previous = this.tokens.at(-1);
    if (!previous) return false;
    if (previous.symbol === '@' || previous.symbol === '@@') return true;
    return previous.symbol === '.' && this.dotContinuesPath(this.tokens.at(-2));
  }

  private touchesNumber(start: number): boolean {
    const previous = this.tokens.at(-1);
    if (!previous || (previous.type !== 'integer' && previous.type !== 'float')) return false;
    return previous.end === this.byteOf(start) && !previous.text.endsWith('.');
  }

  private word(): void {
    const { sql } = this;
    const start = this.at;
    let end = start + 1;
    while (isWordPart(sql.charCodeAt(end))) end++;
    const quote = sql.charCodeAt(end);
    if ((quote === 39 || quote === 34) && end - start <= 2) {
      const prefix = sql.slice(start, end);
      if (LITERAL_PREFIX.test(prefix)) {
        const lower = prefix.toLowerCase();
        return this.text(start, end, lower.includes('r'), lower.includes('b'));
      }
    }
    if (this.touchesNumber(start)) return this.push('attached', start, end, '');
    if (this.isForcedIdentifier()) return this.push('word', start, end, '');
    const upper = sql.slice(start, end).toUpperCase();
    const kind = keywordClass(upper);
    this.push('word', start, end, kind ? upper : '', kind === 'reserved');
  }

  private digits(index: number): number {
    let end = index;
    while (isDigit(this.sql.charCodeAt(end))) end++;
    return end;
  }

  /** The end of an exponent that starts at `index`, or `index`. */
  private exponent(index: number): number {
    const code = this.sql.charCodeAt(index);
    if (code !== 101 && code !== 69) return index;
    const sign = this.sql.charCodeAt(index + 1);
    const first = sign === 43 || sign === 45 ? index + 2 : index + 1;
    const end = this.isHexadecimal(first) ? first : this.digits(first);
    // Without a sign the exponent is a word of its own, so that `1e10x` is a number and a name that touch it.
    if (end === first || (first === index + 1 && isWordPart(this.sql.charCodeAt(end)))) return index;
    return end;
  }

  private number(): void {
    const { sql } = this;
    const start = this.at;
    if (this.isForcedIdentifier() && this.tokens.at(-1)?.symbol === '.') {
      let end = this.digits(start);
      while (isWordPart(sql.charCodeAt(end))) end++;
      return this.push('word', start, end, '');
    }
    if (this.isHexadecimal(start)) {
      let end = start + 3;
      while (isHexDigit(sql.charCodeAt(end))) end++;
      return this.push('integer', start, end, '');
    }
    let end = this.digits(start);
    if (sql.charCodeAt(end) === 46) {
      end = this.exponent(this.fractionEnd(end + 1));
      return this.push('float', start, end, '');
    }
    const exponentEnd = this.exponent(end);
    this.push(exponentEnd > end ? 'float' : 'integer', start, exponentEnd, '');
  }

  /** A hexadecimal number is a token of its own, also after a dot or an exponent sign. */
  private isHexadecimal(index: number): boolean {
    const { sql } = this;
    const marker = sql.charCodeAt(index + 1);
    return sql.charCodeAt(index) === 48 && (marker === 120 || marker === 88) && isHexDigit(sql.charCodeAt(index + 2));
  }

  private fractionEnd(index: number): number {
    return this.isHexadecimal(index) ? index : this.digits(index);
  }

  private symbol(): void {
    const { sql } = this;
    const start = this.at;
    const code = sql.charCodeAt(start);
    if (code === 46 && isDigit(sql.charCodeAt(start + 1)) && !this.dotContinuesPath(this.tokens.at(-1))) {
      const fraction = this.fractionEnd(start + 1);
      if (fraction > start + 1) return this.push('float', start, this.exponent(fraction), '');
    }
    if (code === 60 && sql.charCodeAt(start + 1) === 62 && this.tokens.at(-1)?.symbol !== 'STRUCT') {
      return this.push('symbol', start, start + 2, '<>');
    }
    const two = sql.slice(start, start + 2);
    if (TWO_CHARACTERS.has(two)) return this.push('symbol', start, start + 2, two);
    const one = sql.charAt(start);
    if (ONE_CHARACTER.has(one)) return this.push('symbol', start, start + 1, one);
    this.fail(`Illegal input character "${escapeByte(sql, start)}"`, start);
  }

  private quotedIdentifier(): void {
    const { sql } = this;
    const start = this.at;
    let end = start + 1;
    for (;;) {
      const code = sql.charCodeAt(end);
      if (end >= sql.length || code === 10 || code === 13) return this.fail('Unclosed identifier literal', start);
      if (code === 92) end += sql.charCodeAt(end + 1) === 13 && sql.charCodeAt(end + 2) === 10 ? 3 : 2;
      else if (code === 96) return this.push('quoted', start, end + 1, '');
      else end++;
    }
  }

  private text(start: number, quoteIndex: number, isRaw: boolean, isBytes: boolean): void {
    const { sql } = this;
    const quote = sql.charCodeAt(quoteIndex);
    const isTriple = sql.charCodeAt(quoteIndex + 1) === quote && sql.charCodeAt(quoteIndex + 2) === quote;
    let end = quoteIndex + (isTriple ? 3 : 1);
    for (;;) {
      const code = sql.charCodeAt(end);
      if (end >= sql.length || (!isTriple && (code === 10 || code === 13))) {
        const kind = `${isTriple ? 'triple-quoted ' : ''}${isRaw ? 'raw ' : ''}${isBytes ? 'bytes' : 'string'}`;
        return this.fail(`Unclosed ${kind} literal`, start);
      }
      if (code === 92) {
        end += sql.charCodeAt(end + 1) === 13 && sql.charCodeAt(end + 2) === 10 ? 3 : 2;
      } else if (code !== quote) {
        end++;
      } else if (!isTriple) {
        end++;
        break;
      } else if (sql.charCodeAt(end + 1) === quote && sql.charCodeAt(end + 2) === quote) {
        end += 3;
        break;
      } else {
        end++;
      }
    }
    this.push(isBytes ? 'bytes' : 'string', start, end, '');
  }
}

/** The first byte of the character, as C escapes it. */
function escapeByte(sql: string, index: number): string {
  const [byte = 0] = new TextEncoder().encode(String.fromCodePoint(sql.codePointAt(index) ?? 0));
  if (byte === 34) return '\\"';
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}

/** Splits a text into tokens and comments. Never throws. */
export function tokenize(sql: string): TokenizedText {
  const lexer = new Lexer(sql);
  lexer.run();
  return { tokens: lexer.tokens, comments: lexer.comments, error: lexer.error };
}
