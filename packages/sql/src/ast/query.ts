import type {
  DotStar,
  DotStarWithModifiers,
  Expression,
  ExpressionList,
  Star,
  StarWithModifiers,
} from './expression.ts';
import type { Alias, Identifier, PathExpression } from './identifier.ts';
import type { Hint, OptionsList } from './option.ts';
import type { PipeOperator } from './pipe.ts';
import type { SourceRange } from './source-range.ts';
import type { FromClause } from './table-expression.ts';
import type { TableClause } from './table-function.ts';
import type { Collate } from './type.ts';
import type { WindowClause } from './window.ts';

/** A query with everything that follows its body. Where parentheses are part of the syntax they are outside of it. */
export interface Query extends SourceRange {
  readonly kind: 'Query';
  readonly with: WithClause | undefined;
  readonly body: QueryExpression;
  readonly orderBy: OrderBy | undefined;
  readonly limit: LimitOffset | undefined;
  readonly pipeOperators: readonly PipeOperator[];
}

/** A nested Query was written in parentheses. */
export type QueryExpression = Query | Select | SetOperation | FromQuery | TableClause;

export interface Select extends SourceRange {
  readonly kind: 'Select';
  readonly hint: Hint | undefined;
  readonly withModifier: WithModifier | undefined;
  readonly distinct: boolean;
  readonly selectAs: SelectAs | undefined;
  readonly selectList: SelectList;
  readonly from: FromClause | undefined;
  readonly where: WhereClause | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Having | undefined;
  readonly qualify: Qualify | undefined;
  readonly window: WindowClause | undefined;
}

/** `WITH DIFFERENTIAL_PRIVACY OPTIONS(...)` and its kin. */
export interface WithModifier extends SourceRange {
  readonly kind: 'WithModifier';
  readonly name: Identifier;
  readonly options: OptionsList | undefined;
}

/** `AS STRUCT`, `AS VALUE`, or `AS type` for which `typeName` is set. */
export interface SelectAs extends SourceRange {
  readonly kind: 'SelectAs';
  readonly mode: 'STRUCT' | 'VALUE' | 'TYPE';
  readonly typeName: PathExpression | undefined;
}

export interface SelectList extends SourceRange {
  readonly kind: 'SelectList';
  readonly columns: readonly SelectColumn[];
}

/** `order` occurs in pipe AGGREGATE only. */
export interface SelectColumn extends SourceRange {
  readonly kind: 'SelectColumn';
  readonly expression: Expression | Star | StarWithModifiers | DotStar | DotStarWithModifiers;
  readonly alias: Alias | undefined;
  readonly order: GroupingItemOrder | undefined;
}

/** `EXCEPT (...)` and `REPLACE (...)` after a star. */
export interface StarModifiers extends SourceRange {
  readonly kind: 'StarModifiers';
  readonly except: StarExceptList | undefined;
  readonly replace: readonly StarReplaceItem[];
}

export interface StarExceptList extends SourceRange {
  readonly kind: 'StarExceptList';
  readonly columns: ExpressionList;
}

export interface StarReplaceItem extends SourceRange {
  readonly kind: 'StarReplaceItem';
  readonly expression: Expression;
  readonly name: Identifier;
}

/** `FROM ...` that starts a pipe query. */
export interface FromQuery extends SourceRange {
  readonly kind: 'FromQuery';
  readonly from: FromClause;
}

export interface WhereClause extends SourceRange {
  readonly kind: 'WhereClause';
  readonly expression: Expression;
}

export interface Having extends SourceRange {
  readonly kind: 'Having';
  readonly expression: Expression;
}

export interface Qualify extends SourceRange {
  readonly kind: 'Qualify';
  readonly expression: Expression;
}

/** `all` and `items` exclude each other. */
export interface GroupBy extends SourceRange {
  readonly kind: 'GroupBy';
  readonly hint: Hint | undefined;
  /** `GROUP AND ORDER BY` of pipe AGGREGATE. */
  readonly andOrderBy: boolean;
  readonly all: GroupByAll | undefined;
  readonly items: readonly GroupingItem[];
}

export interface GroupByAll extends SourceRange {
  readonly kind: 'GroupByAll';
}

/** One of the first four is set; none for the empty grouping `()`. */
export interface GroupingItem extends SourceRange {
  readonly kind: 'GroupingItem';
  readonly expression: Expression | undefined;
  readonly rollup: Rollup | undefined;
  readonly cube: Cube | undefined;
  readonly groupingSets: GroupingSetList | undefined;
  readonly alias: Alias | undefined;
  readonly order: GroupingItemOrder | undefined;
}

export interface GroupingItemOrder extends SourceRange {
  readonly kind: 'GroupingItemOrder';
  readonly direction: 'ASC' | 'DESC' | 'UNSPECIFIED';
  readonly nullOrder: NullOrder | undefined;
}

export interface Rollup extends SourceRange {
  readonly kind: 'Rollup';
  readonly expressions: readonly Expression[];
}

export interface Cube extends SourceRange {
  readonly kind: 'Cube';
  readonly expressions: readonly Expression[];
}

export interface GroupingSetList extends SourceRange {
  readonly kind: 'GroupingSetList';
  readonly sets: readonly GroupingSet[];
}

/** None of the three is set for the empty grouping `()`. */
export interface GroupingSet extends SourceRange {
  readonly kind: 'GroupingSet';
  readonly expression: Expression | undefined;
  readonly rollup: Rollup | undefined;
  readonly cube: Cube | undefined;
}

export interface OrderBy extends SourceRange {
  readonly kind: 'OrderBy';
  readonly hint: Hint | undefined;
  readonly items: readonly OrderingExpression[];
}

export interface OrderingExpression extends SourceRange {
  readonly kind: 'OrderingExpression';
  readonly expression: Expression;
  readonly collate: Collate | undefined;
  /** undefined: not written, which sorts ascending. */
  readonly direction: 'ASC' | 'DESC' | undefined;
  readonly nullOrder: NullOrder | undefined;
  /** In CREATE INDEX only. */
  readonly options: OptionsList | undefined;
}

export interface NullOrder extends SourceRange {
  readonly kind: 'NullOrder';
  readonly nullsFirst: boolean;
}

export interface LimitOffset extends SourceRange {
  readonly kind: 'LimitOffset';
  readonly limit: Limit;
  readonly offset: Expression | undefined;
}

/** `LIMIT ALL` has `all`, any other an expression. */
export interface Limit extends SourceRange {
  readonly kind: 'Limit';
  readonly all: LimitAll | undefined;
  readonly expression: Expression | undefined;
}

export interface LimitAll extends SourceRange {
  readonly kind: 'LimitAll';
}

export interface WithClause extends SourceRange {
  readonly kind: 'WithClause';
  readonly recursive: boolean;
  readonly entries: readonly WithClauseEntry[];
}

export interface WithClauseEntry extends SourceRange {
  readonly kind: 'WithClauseEntry';
  readonly aliasedQuery: AliasedQuery;
}

export interface AliasedQuery extends SourceRange {
  readonly kind: 'AliasedQuery';
  readonly name: Identifier;
  readonly query: Query;
  readonly modifiers: AliasedQueryModifiers | undefined;
}

export interface AliasedQueryModifiers extends SourceRange {
  readonly kind: 'AliasedQueryModifiers';
  readonly recursionDepth: RecursionDepthModifier | undefined;
}

/** `WITH DEPTH [AS alias] [BETWEEN lower AND upper]`. */
export interface RecursionDepthModifier extends SourceRange {
  readonly kind: 'RecursionDepthModifier';
  readonly alias: Alias | undefined;
  readonly lower: IntOrUnbounded;
  readonly upper: IntOrUnbounded;
}

/** UNBOUNDED when `bound` is undefined. */
export interface IntOrUnbounded extends SourceRange {
  readonly kind: 'IntOrUnbounded';
  readonly bound: Expression | undefined;
}

/** `metadata.entries[i]` stands between `inputs[i]` and `inputs[i + 1]`. */
export interface SetOperation extends SourceRange {
  readonly kind: 'SetOperation';
  readonly metadata: SetOperationMetadataList;
  readonly inputs: readonly QueryExpression[];
}

export interface SetOperationMetadataList extends SourceRange {
  readonly kind: 'SetOperationMetadataList';
  readonly entries: readonly SetOperationMetadata[];
}

export interface SetOperationMetadata extends SourceRange {
  readonly kind: 'SetOperationMetadata';
  readonly operation: SetOperationType;
  readonly allOrDistinct: SetOperationAllOrDistinct;
  readonly hint: Hint | undefined;
  readonly columnMatchMode: SetOperationColumnMatchMode | undefined;
  readonly columnPropagationMode: SetOperationColumnPropagationMode | undefined;
  readonly correspondingBy: ExpressionList | undefined;
}

export interface SetOperationType extends SourceRange {
  readonly kind: 'SetOperationType';
  readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
}

export interface SetOperationAllOrDistinct extends SourceRange {
  readonly kind: 'SetOperationAllOrDistinct';
  readonly value: 'ALL' | 'DISTINCT';
}

export interface SetOperationColumnMatchMode extends SourceRange {
  readonly kind: 'SetOperationColumnMatchMode';
  readonly mode: 'CORRESPONDING' | 'CORRESPONDING BY' | 'BY NAME' | 'BY NAME ON';
}

export interface SetOperationColumnPropagationMode extends SourceRange {
  readonly kind: 'SetOperationColumnPropagationMode';
  readonly mode: 'FULL' | 'LEFT' | 'INNER' | 'STRICT';
}
