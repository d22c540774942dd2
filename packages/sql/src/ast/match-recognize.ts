import type { Expression } from './expression.ts';
import type { Alias, Identifier } from './identifier.ts';
import type { OptionsList } from './option.ts';
import type { OrderBy, SelectList } from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { PartitionBy } from './window.ts';

/** `MATCH_RECOGNIZE(...)`. */
export interface MatchRecognizeClause extends SourceRange {
  readonly kind: 'MatchRecognizeClause';
  readonly options: OptionsList | undefined;
  readonly partitionBy: PartitionBy | undefined;
  readonly orderBy: OrderBy;
  readonly measures: SelectList | undefined;
  readonly afterMatchSkip: AfterMatchSkipClause | undefined;
  readonly pattern: RowPatternExpression;
  /** SelectColumns that all have an alias. */
  readonly definitions: SelectList;
  readonly alias: Alias | undefined;
}

export interface AfterMatchSkipClause extends SourceRange {
  readonly kind: 'AfterMatchSkipClause';
  readonly target: 'PAST LAST ROW' | 'TO NEXT ROW';
}

export type RowPatternExpression =
  RowPatternVariable | RowPatternOperation | EmptyRowPattern | RowPatternAnchor | RowPatternQuantification;

export interface RowPatternVariable extends SourceRange {
  readonly kind: 'RowPatternVariable';
  readonly name: Identifier;
}

export interface RowPatternOperation extends SourceRange {
  readonly kind: 'RowPatternOperation';
  readonly operator: 'CONCAT' | 'ALTERNATE';
  readonly operands: readonly RowPatternExpression[];
}

export interface EmptyRowPattern extends SourceRange {
  readonly kind: 'EmptyRowPattern';
  readonly parenthesized: boolean;
}

export interface RowPatternAnchor extends SourceRange {
  readonly kind: 'RowPatternAnchor';
  readonly anchor: '^' | '$';
}

export interface RowPatternQuantification extends SourceRange {
  readonly kind: 'RowPatternQuantification';
  readonly operand: RowPatternExpression;
  readonly quantifier: Quantifier;
}

export type Quantifier = SymbolQuantifier | FixedQuantifier | BoundedQuantifier;

export interface SymbolQuantifier extends SourceRange {
  readonly kind: 'SymbolQuantifier';
  readonly symbol: '?' | '*' | '+';
  readonly isReluctant: boolean;
}

/** `{n}`. */
export interface FixedQuantifier extends SourceRange {
  readonly kind: 'FixedQuantifier';
  readonly bound: Expression;
  readonly isReluctant: boolean;
}

/** `{n,m}`, each end optional. */
export interface BoundedQuantifier extends SourceRange {
  readonly kind: 'BoundedQuantifier';
  readonly lower: QuantifierBound;
  readonly upper: QuantifierBound;
  readonly isReluctant: boolean;
}

export interface QuantifierBound extends SourceRange {
  readonly kind: 'QuantifierBound';
  readonly bound: Expression | undefined;
}
