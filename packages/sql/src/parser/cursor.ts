import { tokenize } from '../lexer.ts';
import { SqlSyntaxError } from '../syntax-error.ts';
import type { Token, TokenizedText } from '../token.ts';
import { describeToken, errorOffset, formatExpected } from './expectation.ts';

export type ParserMode = 'statement' | 'script' | 'expression' | 'type';

/**
 * How deep expressions, queries, types and statements may nest, and how long a left-associative chain may be. It keeps
 * every walk over the tree off the end of the stack.
 */
export const MAX_NESTING_DEPTH = 500;

/** BigQuery's text for a query that its planner cannot take. https://cloud.google.com/bigquery/docs/error-messages */
const TOO_DEEP =
  'Resources exceeded during query execution: Not enough resources for query planning - too many subqueries or query is too complex.';

/** The parser's place in the tokens, and everything that it needs to refuse them in GoogleSQL's words. */
export class TokenCursor {
  readonly sql: string;
  readonly mode: ParserMode;
  token: Token;
  /** The end of the token before the current one. */
  previousEnd = 0;
  /** The node that was last read in parentheses: parentheses leave no node, but some rules ask for them. */
  parenthesized: object | undefined;
  /** Where an operand starts that `.*` may follow: the item of a SELECT list, but no operand inside it. */
  dotStarStart = -1;
  /** How many `?` were read. */
  positionalParameters = 0;
  /** Greater than zero inside `<...>` of a type, where `>>` is two tokens. */
  typeDepth = 0;
  private readonly text: TokenizedText;
  private index = 0;
  /** Of the rules that are being read. */
  private depth = 0;
  /** Of the tree that the innermost rule has read so far. */
  private height = 0;

  constructor(sql: string, mode: ParserMode) {
    this.sql = sql;
    this.mode = mode;
    this.text = tokenize(sql);
    this.token = this.tokenAt(0);
    this.checkLexicalError();
  }

  private tokenAt(index: number): Token {
    const { tokens } = this.text;
    const token = tokens[index < tokens.length ? index : tokens.length - 1];
    if (!token) throw new RangeError('a token list always ends with a token');
    return token;
  }

  private checkLexicalError(): void {
    const { error } = this.text;
    if (error && this.token.type === 'end') throw new SqlSyntaxError(error.detail, this.sql, error.offset);
  }

  /** The token `distance` after the current one. */
  peek(distance: number): Token {
    return this.tokenAt(this.index + distance);
  }

  get previous(): Token | undefined {
    return this.index > 0 ? this.tokenAt(this.index - 1) : undefined;
  }

  advance(): Token {
    const { token } = this;
    this.previousEnd = token.end;
    this.index++;
    this.token = this.tokenAt(this.index);
    if (this.token.type === 'end') this.checkLexicalError();
    return token;
  }

  /** Whether the current token is this keyword or punctuation. */
  at(symbol: string): boolean {
    return this.token.symbol === symbol;
  }

  atSequence(...symbols: readonly string[]): boolean {
    return symbols.every((symbol, distance) => this.peek(distance).symbol === symbol);
  }

  atOneOf(symbols: ReadonlySet<string>): boolean {
    return symbols.has(this.token.symbol);
  }

  atEnd(): boolean {
    return this.token.type === 'end';
  }

  /** Whether the token can be an identifier: a word that is not reserved, or one in backquotes. */
  atIdentifier(distance = 0): boolean {
    const token = this.peek(distance);
    return (token.type === 'word' && !token.isReserved) || token.type === 'quoted';
  }

  /** Whether the current token follows the one before without white space. */
  touchesPrevious(): boolean {
    return this.token.start === this.previousEnd;
  }

  take(symbol: string): boolean {
    if (this.token.symbol !== symbol) return false;
    this.advance();
    return true;
  }

  takeSequence(...symbols: readonly string[]): boolean {
    if (!this.atSequence(...symbols)) return false;
    for (const _ of symbols) this.advance();
    return true;
  }

  /** Reads `symbol`; `also` are the other tokens that would have been right here. */
  expect(symbol: string, ...also: readonly string[]): Token {
    if (this.token.symbol === symbol) return this.advance();
    return this.expected(symbol, ...also);
  }

  expectSequence(...symbols: readonly string[]): void {
    for (const symbol of symbols) this.expect(symbol);
  }

  /** Refuses the current token where only these are right. */
  expected(...symbols: readonly string[]): never {
    this.refuse(symbols.includes(this.token.symbol) ? undefined : formatExpected(symbols));
  }

  /** Refuses the current token where more than four tokens are right. */
  unexpected(): never {
    this.refuse(undefined);
  }

  private refuse(expectation: string | undefined): never {
    const { token } = this;
    const offset = errorOffset(this.sql, token, this.previous);
    if (token.symbol === 'OVER') {
      throw new SqlSyntaxError('Syntax error: OVER keyword must follow a function call', this.sql, offset);
    }
    if (token.symbol === 'EXCEPT' && !this.isExceptInContext()) {
      throw new SqlSyntaxError('EXCEPT must be followed by ALL, DISTINCT, or "("', this.sql, offset);
    }
    const actual = describeToken(token, this.peek(1), this.mode, this.typeDepth > 0);
    const detail = expectation ? `Expected ${expectation} but got ${actual}` : `Unexpected ${actual}`;
    throw new SqlSyntaxError(`Syntax error: ${detail}`, this.sql, offset);
  }

  private isExceptInContext(): boolean {
    const { symbol } = this.peek(1);
    return symbol === '(' || symbol === 'ALL' || symbol === 'DISTINCT' || symbol === '@';
  }

  /** Refuses with a message of its own. `detail` carries `Syntax error: ` where GoogleSQL writes it. */
  fail(detail: string, offset: number = this.token.start): never {
    throw new SqlSyntaxError(detail, this.sql, offset);
  }

  /** Runs a rule that may contain itself. */
  nested<T>(read: () => T): T {
    const outer = this.enter();
    const result = read();
    this.leave(outer);
    return result;
  }

  /** Begins a rule that may contain itself; its result goes to `leave`. */
  enter(): number {
    this.depth++;
    if (this.depth > MAX_NESTING_DEPTH) this.tooDeep();
    const outer = this.height;
    this.height = 0;
    return outer;
  }

  leave(outer: number): void {
    this.depth--;
    this.deepen();
    if (outer > this.height) this.height = outer;
  }

  /** What was read becomes the left operand of something greater. */
  deepen(): void {
    this.height++;
    if (this.height > MAX_NESTING_DEPTH) this.tooDeep();
  }

  tooDeep(): never {
    throw new SqlSyntaxError(TOO_DEEP, this.sql, this.token.start);
  }
}
