import type { Expression, ExpressionList, UnnestExpression } from './expression.ts';
import type { Alias, Identifier, PathExpression } from './identifier.ts';
import type { IntLiteral, StringLiteral } from './literal.ts';
import type { MatchRecognizeClause } from './match-recognize.ts';
import type { Hint } from './option.ts';
import type { Query } from './query.ts';
import type { Location, SourceRange } from './source-range.ts';
import type { TVF } from './table-function.ts';
import type { PartitionBy } from './window.ts';

export type TableExpression =
  TablePathExpression | TableSubquery | Join | ParenthesizedJoin | TVF | PipeJoinLhsPlaceholder;

/** What may follow a table expression, in the order in which it was written. */
export type PostfixTableOperator = PivotClause | UnpivotClause | SampleClause | MatchRecognizeClause;

export interface FromClause extends SourceRange {
  readonly kind: 'FromClause';
  readonly table: TableExpression;
}

/** A table, a correlated array path, or UNNEST: exactly one of `path` and `unnest` is set. */
export interface TablePathExpression extends SourceRange {
  readonly kind: 'TablePathExpression';
  readonly path: PathExpression | undefined;
  readonly unnest: UnnestExpression | undefined;
  readonly hint: Hint | undefined;
  readonly alias: Alias | undefined;
  readonly withOffset: WithOffset | undefined;
  readonly forSystemTime: ForSystemTime | undefined;
  readonly postfixOperators: readonly PostfixTableOperator[];
}

export interface WithOffset extends SourceRange {
  readonly kind: 'WithOffset';
  readonly alias: Alias | undefined;
}

/** `FOR SYSTEM_TIME AS OF expression`. */
export interface ForSystemTime extends SourceRange {
  readonly kind: 'ForSystemTime';
  readonly expression: Expression;
}

export interface TableSubquery extends SourceRange {
  readonly kind: 'TableSubquery';
  readonly isLateral: boolean;
  readonly query: Query;
  readonly alias: Alias | undefined;
  readonly postfixOperators: readonly PostfixTableOperator[];
}

export interface ParenthesizedJoin extends SourceRange {
  readonly kind: 'ParenthesizedJoin';
  readonly join: TableExpression;
  readonly postfixOperators: readonly PostfixTableOperator[];
}

/** `COMMA` is the comma of a FROM clause; `INNER` also stands for a bare JOIN. */
export type JoinType = 'COMMA' | 'CROSS' | 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';

export interface Join extends SourceRange {
  readonly kind: 'Join';
  readonly joinType: JoinType;
  /** Whether INNER was written. */
  readonly isExplicitInner: boolean;
  readonly natural: boolean;
  readonly joinHint: 'HASH' | 'LOOKUP' | undefined;
  readonly left: TableExpression;
  readonly hint: Hint | undefined;
  readonly location: Location;
  readonly right: TableExpression;
  readonly on: OnClause | undefined;
  readonly using: UsingClause | undefined;
}

export interface OnClause extends SourceRange {
  readonly kind: 'OnClause';
  readonly expression: Expression;
}

export interface UsingClause extends SourceRange {
  readonly kind: 'UsingClause';
  readonly keys: readonly Identifier[];
}

/** The piped input of `|> JOIN`. */
export interface PipeJoinLhsPlaceholder extends SourceRange {
  readonly kind: 'PipeJoinLhsPlaceholder';
}

export interface PivotClause extends SourceRange {
  readonly kind: 'PivotClause';
  readonly expressions: PivotExpressionList;
  readonly forExpression: Expression;
  readonly values: PivotValueList;
  readonly alias: Alias | undefined;
}

export interface PivotExpressionList extends SourceRange {
  readonly kind: 'PivotExpressionList';
  readonly expressions: readonly PivotExpression[];
}

export interface PivotExpression extends SourceRange {
  readonly kind: 'PivotExpression';
  readonly expression: Expression;
  readonly alias: Alias | undefined;
}

export interface PivotValueList extends SourceRange {
  readonly kind: 'PivotValueList';
  readonly values: readonly PivotValue[];
}

export interface PivotValue extends SourceRange {
  readonly kind: 'PivotValue';
  readonly value: Expression;
  readonly alias: Alias | undefined;
}

export interface UnpivotClause extends SourceRange {
  readonly kind: 'UnpivotClause';
  /** undefined: not written, which excludes. */
  readonly nullFilter: 'INCLUDE NULLS' | 'EXCLUDE NULLS' | undefined;
  readonly valueColumns: ExpressionList;
  readonly nameColumn: PathExpression;
  readonly items: UnpivotInItemList;
  readonly alias: Alias | undefined;
}

export interface UnpivotInItemList extends SourceRange {
  readonly kind: 'UnpivotInItemList';
  readonly items: readonly UnpivotInItem[];
}

export interface UnpivotInItem extends SourceRange {
  readonly kind: 'UnpivotInItem';
  readonly columns: ExpressionList;
  readonly label: UnpivotInItemLabel | undefined;
}

export interface UnpivotInItemLabel extends SourceRange {
  readonly kind: 'UnpivotInItemLabel';
  readonly value: StringLiteral | IntLiteral;
}

/** `TABLESAMPLE SYSTEM (10 PERCENT)`. */
export interface SampleClause extends SourceRange {
  readonly kind: 'SampleClause';
  readonly method: Identifier;
  readonly size: SampleSize;
  readonly suffix: SampleSuffix | undefined;
}

export interface SampleSize extends SourceRange {
  readonly kind: 'SampleSize';
  readonly size: Expression;
  readonly unit: 'PERCENT' | 'ROWS';
  readonly partitionBy: PartitionBy | undefined;
}

export interface SampleSuffix extends SourceRange {
  readonly kind: 'SampleSuffix';
  readonly weight: WithWeight | undefined;
  readonly repeatable: RepeatableClause | undefined;
}

export interface WithWeight extends SourceRange {
  readonly kind: 'WithWeight';
  readonly alias: Alias | undefined;
}

export interface RepeatableClause extends SourceRange {
  readonly kind: 'RepeatableClause';
  readonly argument: Expression;
}
