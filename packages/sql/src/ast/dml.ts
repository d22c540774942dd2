import type { Expression, GeneralizedPathExpression } from './expression.ts';
import type { Alias, ColumnList, PathExpression } from './identifier.ts';
import type { DefaultLiteral } from './literal.ts';
import type { Hint } from './option.ts';
import type { Query, SelectList } from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { FromClause, TableExpression, WithOffset } from './table-expression.ts';

/** Exactly one of `rows` and `query` is set, none in pipe INSERT. */
export interface InsertStatement extends SourceRange {
  readonly kind: 'InsertStatement';
  readonly mode: 'IGNORE' | 'REPLACE' | 'UPDATE' | undefined;
  readonly target: GeneralizedPathExpression;
  readonly hint: Hint | undefined;
  readonly columns: ColumnList | undefined;
  readonly rows: InsertValuesRowList | undefined;
  readonly query: Query | undefined;
  readonly assertRowsModified: AssertRowsModified | undefined;
  readonly returning: ReturningClause | undefined;
}

export interface InsertValuesRowList extends SourceRange {
  readonly kind: 'InsertValuesRowList';
  readonly rows: readonly InsertValuesRow[];
}

/** Empty for `INSERT ROW` of MERGE. */
export interface InsertValuesRow extends SourceRange {
  readonly kind: 'InsertValuesRow';
  readonly values: readonly (Expression | DefaultLiteral)[];
}

export interface AssertRowsModified extends SourceRange {
  readonly kind: 'AssertRowsModified';
  readonly count: Expression;
}

/** `THEN RETURN [WITH ACTION [AS alias]] list`. */
export interface ReturningClause extends SourceRange {
  readonly kind: 'ReturningClause';
  readonly selectList: SelectList;
  readonly actionAlias: Alias | undefined;
}

export interface DeleteStatement extends SourceRange {
  readonly kind: 'DeleteStatement';
  readonly target: GeneralizedPathExpression;
  readonly hint: Hint | undefined;
  readonly alias: Alias | undefined;
  readonly withOffset: WithOffset | undefined;
  readonly where: Expression | undefined;
  readonly assertRowsModified: AssertRowsModified | undefined;
  readonly returning: ReturningClause | undefined;
}

export interface UpdateStatement extends SourceRange {
  readonly kind: 'UpdateStatement';
  readonly target: GeneralizedPathExpression;
  readonly hint: Hint | undefined;
  readonly alias: Alias | undefined;
  readonly withOffset: WithOffset | undefined;
  readonly items: UpdateItemList;
  readonly from: FromClause | undefined;
  readonly where: Expression | undefined;
  readonly assertRowsModified: AssertRowsModified | undefined;
  readonly returning: ReturningClause | undefined;
}

export interface UpdateItemList extends SourceRange {
  readonly kind: 'UpdateItemList';
  readonly items: readonly UpdateItem[];
}

/** An assignment, or a nested DML statement in parentheses. */
export interface UpdateItem extends SourceRange {
  readonly kind: 'UpdateItem';
  readonly item: UpdateSetValue | InsertStatement | DeleteStatement | UpdateStatement;
}

export interface UpdateSetValue extends SourceRange {
  readonly kind: 'UpdateSetValue';
  readonly path: GeneralizedPathExpression;
  readonly value: Expression | DefaultLiteral;
}

export interface TruncateStatement extends SourceRange {
  readonly kind: 'TruncateStatement';
  readonly target: PathExpression;
  readonly where: Expression | undefined;
}

export interface MergeStatement extends SourceRange {
  readonly kind: 'MergeStatement';
  readonly target: PathExpression;
  readonly alias: Alias | undefined;
  readonly source: TableExpression;
  readonly condition: Expression;
  readonly whenClauses: MergeWhenClauseList;
}

export interface MergeWhenClauseList extends SourceRange {
  readonly kind: 'MergeWhenClauseList';
  readonly clauses: readonly MergeWhenClause[];
}

export interface MergeWhenClause extends SourceRange {
  readonly kind: 'MergeWhenClause';
  readonly matchType: 'MATCHED' | 'NOT_MATCHED_BY_TARGET' | 'NOT_MATCHED_BY_SOURCE';
  readonly condition: Expression | undefined;
  readonly action: MergeAction;
}

/** INSERT has `row` (empty for INSERT ROW) and perhaps `columns`; UPDATE has `items`; DELETE nothing. */
export interface MergeAction extends SourceRange {
  readonly kind: 'MergeAction';
  readonly action: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly columns: ColumnList | undefined;
  readonly row: InsertValuesRow | undefined;
  readonly items: UpdateItemList | undefined;
}
