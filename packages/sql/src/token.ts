export type TokenType = 'word' | 'quoted' | 'string' | 'bytes' | 'integer' | 'float' | 'attached' | 'symbol' | 'end';

/** A lexical element. Offsets are UTF-8 bytes. */
export interface Token {
  readonly type: TokenType;
  /** As written. */
  readonly text: string;
  /** A keyword in upper case, or punctuation; empty for anything else, so that one comparison finds a keyword. */
  readonly symbol: string;
  /** Of a keyword that is not an identifier here. */
  readonly isReserved: boolean;
  readonly start: number;
  readonly end: number;
}

export interface Comment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A lexical error surfaces when the parser reaches the token, so that an earlier syntax error comes first. */
export interface LexicalError {
  readonly detail: string;
  readonly offset: number;
}

export interface TokenizedText {
  /** The last is of type `end`. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  /** What stopped the lexer at the last token. */
  readonly error: LexicalError | undefined;
}
