import type { Expression } from './expression.ts';
import type { Identifier } from './identifier.ts';
import type { Hint } from './option.ts';
import type { OrderBy } from './query.ts';
import type { SourceRange } from './source-range.ts';

/** `OVER name` has only `baseWindow`. */
export interface WindowSpecification extends SourceRange {
  readonly kind: 'WindowSpecification';
  readonly baseWindow: Identifier | undefined;
  readonly partitionBy: PartitionBy | undefined;
  readonly orderBy: OrderBy | undefined;
  readonly frame: WindowFrame | undefined;
}

export interface PartitionBy extends SourceRange {
  readonly kind: 'PartitionBy';
  readonly hint: Hint | undefined;
  readonly expressions: readonly Expression[];
}

/** Without BETWEEN, `upper` is undefined and means CURRENT ROW. */
export interface WindowFrame extends SourceRange {
  readonly kind: 'WindowFrame';
  readonly unit: 'ROWS' | 'RANGE';
  readonly lower: WindowFrameExpr;
  readonly upper: WindowFrameExpr | undefined;
}

/** `expression` is set for the OFFSET boundaries only. */
export interface WindowFrameExpr extends SourceRange {
  readonly kind: 'WindowFrameExpr';
  readonly boundary:
    'UNBOUNDED PRECEDING' | 'UNBOUNDED FOLLOWING' | 'CURRENT ROW' | 'OFFSET PRECEDING' | 'OFFSET FOLLOWING';
  readonly expression: Expression | undefined;
}

export interface WindowClause extends SourceRange {
  readonly kind: 'WindowClause';
  readonly windows: readonly WindowDefinition[];
}

export interface WindowDefinition extends SourceRange {
  readonly kind: 'WindowDefinition';
  readonly name: Identifier;
  readonly window: WindowSpecification;
}
