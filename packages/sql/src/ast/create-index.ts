import type { CreateModifiers } from './create-table.ts';
import type { Expression, UnnestExpression } from './expression.ts';
import type { Alias, Identifier, PathExpression } from './identifier.ts';
import type { JSONLiteral, StringLiteral } from './literal.ts';
import type { OptionsList } from './option.ts';
import type { OrderingExpression } from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { WithOffset } from './table-expression.ts';
import type { PartitionBy } from './window.ts';

/** BigQuery has SEARCH and VECTOR indexes. */
export interface CreateIndexStatement extends CreateModifiers {
  readonly kind: 'CreateIndexStatement';
  readonly indexType: 'SEARCH' | 'VECTOR' | undefined;
  readonly isUnique: boolean;
  readonly name: PathExpression;
  readonly table: PathExpression;
  readonly tableAlias: Alias | undefined;
  readonly unnests: IndexUnnestExpressionList | undefined;
  readonly items: IndexItemList | IndexAllColumns;
  readonly storing: IndexStoringExpressionList | undefined;
  readonly partitionBy: PartitionBy | undefined;
  readonly options: OptionsList | undefined;
}
export interface IndexItemList extends SourceRange {
  readonly kind: 'IndexItemList';
  readonly items: readonly OrderingExpression[];
}
/** `ALL COLUMNS [WITH COLUMN OPTIONS (...)]`. */
export interface IndexAllColumns extends SourceRange {
  readonly kind: 'IndexAllColumns';
  readonly columnOptions: IndexItemList | undefined;
}
export interface IndexUnnestExpressionList extends SourceRange {
  readonly kind: 'IndexUnnestExpressionList';
  readonly unnests: readonly UnnestExpressionWithOptAliasAndOffset[];
}
export interface UnnestExpressionWithOptAliasAndOffset extends SourceRange {
  readonly kind: 'UnnestExpressionWithOptAliasAndOffset';
  readonly unnest: UnnestExpression;
  readonly alias: Alias | undefined;
  readonly withOffset: WithOffset | undefined;
}
export interface IndexStoringExpressionList extends SourceRange {
  readonly kind: 'IndexStoringExpressionList';
  readonly expressions: readonly Expression[];
}

export interface CreateConnectionStatement extends CreateModifiers {
  readonly kind: 'CreateConnectionStatement';
  readonly name: PathExpression;
  readonly options: OptionsList | undefined;
}
/** An object whose type is not a keyword: CAPACITY, RESERVATION, ASSIGNMENT ... */
export interface CreateEntityStatement extends CreateModifiers {
  readonly kind: 'CreateEntityStatement';
  readonly type: Identifier;
  readonly name: PathExpression;
  readonly options: OptionsList | undefined;
  readonly body: JSONLiteral | StringLiteral | undefined;
}
