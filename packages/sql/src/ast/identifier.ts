import type { SourceRange } from './source-range.ts';

/** One name. `name` is without backquotes and with escapes resolved; a quoted `a.b` is one identifier. */
export interface Identifier extends SourceRange {
  readonly kind: 'Identifier';
  readonly name: string;
  readonly quoted: boolean;
}

/** Names joined by dots. In table paths a dashed project (`my-project`) is one identifier. */
export interface PathExpression extends SourceRange {
  readonly kind: 'PathExpression';
  readonly names: readonly Identifier[];
}

/** `[AS] name`. */
export interface Alias extends SourceRange {
  readonly kind: 'Alias';
  readonly identifier: Identifier;
}

export interface IdentifierList extends SourceRange {
  readonly kind: 'IdentifierList';
  readonly identifiers: readonly Identifier[];
}

/** `(a, b)` in constraints, INSERT and MERGE. */
export interface ColumnList extends SourceRange {
  readonly kind: 'ColumnList';
  readonly identifiers: readonly Identifier[];
}

export interface PathExpressionList extends SourceRange {
  readonly kind: 'PathExpressionList';
  readonly paths: readonly PathExpression[];
}
