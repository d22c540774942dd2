import type { Expression } from './expression.ts';
import type { Identifier } from './identifier.ts';
import type { IntLiteral } from './literal.ts';
import type { SourceRange } from './source-range.ts';

/** `(name = value, ...)` after OPTIONS. */
export interface OptionsList extends SourceRange {
  readonly kind: 'OptionsList';
  readonly entries: readonly OptionsEntry[];
}

export interface OptionsEntry extends SourceRange {
  readonly kind: 'OptionsEntry';
  readonly name: Identifier;
  readonly operator: '=' | '+=' | '-=';
  readonly value: Expression;
}

/** `@{name = value, ...}` or `@5`. */
export interface Hint extends SourceRange {
  readonly kind: 'Hint';
  readonly shards: IntLiteral | undefined;
  readonly entries: readonly HintEntry[];
}

export interface HintEntry extends SourceRange {
  readonly kind: 'HintEntry';
  readonly qualifier: Identifier | undefined;
  readonly name: Identifier;
  readonly value: Expression;
}
