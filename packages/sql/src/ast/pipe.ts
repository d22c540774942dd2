import type { CreateTableStatement } from './create-table.ts';
import type { InsertStatement } from './dml.ts';
import type { ExportDataStatement } from './export.ts';
import type { Expression, ExpressionList } from './expression.ts';
import type { Alias, Identifier } from './identifier.ts';
import type { MatchRecognizeClause } from './match-recognize.ts';
import type { Hint } from './option.ts';
import type {
  LimitOffset,
  OrderBy,
  Query,
  QueryExpression,
  RecursionDepthModifier,
  Select,
  SetOperationMetadata,
  WhereClause,
  WithClause,
  WithModifier,
} from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { Join, PivotClause, SampleClause, UnpivotClause } from './table-expression.ts';
import type { TVF } from './table-function.ts';

export type PipeOperator =
  | PipeSelect
  | PipeExtend
  | PipeAggregate
  | PipeWindow
  | PipeSet
  | PipeDrop
  | PipeRename
  | PipeAs
  | PipeWhere
  | PipeLimitOffset
  | PipeOrderBy
  | PipeDistinct
  | PipeTablesample
  | PipeJoin
  | PipeCall
  | PipePivot
  | PipeUnpivot
  | PipeMatchRecognize
  | PipeSetOperation
  | PipeRecursiveUnion
  | PipeAssert
  | PipeWith
  | PipeDescribe
  | PipeStaticDescribe
  | PipeLog
  | PipeIf
  | PipeFork
  | PipeTee
  | PipeExportData
  | PipeCreateTable
  | PipeInsert;

export interface PipeSelect extends SourceRange {
  readonly kind: 'PipeSelect';
  readonly select: Select;
}
/** `select` has only a select list, as in PipeWindow. */
export interface PipeExtend extends SourceRange {
  readonly kind: 'PipeExtend';
  readonly select: Select;
}
/** `select` has only a select list and GROUP BY. */
export interface PipeAggregate extends SourceRange {
  readonly kind: 'PipeAggregate';
  readonly withModifier: WithModifier | undefined;
  readonly select: Select;
}
export interface PipeWindow extends SourceRange {
  readonly kind: 'PipeWindow';
  readonly select: Select;
}
export interface PipeSet extends SourceRange {
  readonly kind: 'PipeSet';
  readonly items: readonly PipeSetItem[];
}
export interface PipeSetItem extends SourceRange {
  readonly kind: 'PipeSetItem';
  readonly column: Identifier;
  readonly expression: Expression;
}
export interface PipeDrop extends SourceRange {
  readonly kind: 'PipeDrop';
  readonly columns: ExpressionList;
}
export interface PipeRename extends SourceRange {
  readonly kind: 'PipeRename';
  readonly items: readonly PipeRenameItem[];
}
export interface PipeRenameItem extends SourceRange {
  readonly kind: 'PipeRenameItem';
  readonly oldName: Identifier;
  readonly newName: Identifier;
}
export interface PipeAs extends SourceRange {
  readonly kind: 'PipeAs';
  readonly alias: Alias;
}
export interface PipeWhere extends SourceRange {
  readonly kind: 'PipeWhere';
  readonly where: WhereClause;
}
export interface PipeLimitOffset extends SourceRange {
  readonly kind: 'PipeLimitOffset';
  readonly limit: LimitOffset;
}
export interface PipeOrderBy extends SourceRange {
  readonly kind: 'PipeOrderBy';
  readonly orderBy: OrderBy;
}
export interface PipeDistinct extends SourceRange {
  readonly kind: 'PipeDistinct';
}
export interface PipeTablesample extends SourceRange {
  readonly kind: 'PipeTablesample';
  readonly sample: SampleClause;
}
/** `join.left` is a PipeJoinLhsPlaceholder. */
export interface PipeJoin extends SourceRange {
  readonly kind: 'PipeJoin';
  readonly join: Join;
}
/** The piped table is the first table argument of `tvf`. */
export interface PipeCall extends SourceRange {
  readonly kind: 'PipeCall';
  readonly tvf: TVF;
}
export interface PipePivot extends SourceRange {
  readonly kind: 'PipePivot';
  readonly pivot: PivotClause;
}
export interface PipeUnpivot extends SourceRange {
  readonly kind: 'PipeUnpivot';
  readonly unpivot: UnpivotClause;
}
export interface PipeMatchRecognize extends SourceRange {
  readonly kind: 'PipeMatchRecognize';
  readonly matchRecognize: MatchRecognizeClause;
}
export interface PipeSetOperation extends SourceRange {
  readonly kind: 'PipeSetOperation';
  readonly metadata: SetOperationMetadata;
  readonly inputs: readonly QueryExpression[];
}
export interface PipeRecursiveUnion extends SourceRange {
  readonly kind: 'PipeRecursiveUnion';
  readonly metadata: SetOperationMetadata;
  readonly recursionDepth: RecursionDepthModifier | undefined;
  /** Exactly one of `subpipeline` and `query` is set. */
  readonly subpipeline: Subpipeline | undefined;
  readonly query: Query | undefined;
  readonly alias: Alias | undefined;
}
export interface PipeAssert extends SourceRange {
  readonly kind: 'PipeAssert';
  readonly condition: Expression;
  readonly messages: readonly Expression[];
}
export interface PipeWith extends SourceRange {
  readonly kind: 'PipeWith';
  readonly with: WithClause;
}
export interface PipeDescribe extends SourceRange {
  readonly kind: 'PipeDescribe';
}
export interface PipeStaticDescribe extends SourceRange {
  readonly kind: 'PipeStaticDescribe';
}
export interface PipeLog extends SourceRange {
  readonly kind: 'PipeLog';
  readonly hint: Hint | undefined;
  readonly subpipeline: Subpipeline | undefined;
}
export interface PipeIf extends SourceRange {
  readonly kind: 'PipeIf';
  readonly hint: Hint | undefined;
  readonly cases: readonly PipeIfCase[];
  readonly else: Subpipeline | undefined;
}
export interface PipeIfCase extends SourceRange {
  readonly kind: 'PipeIfCase';
  readonly condition: Expression;
  readonly subpipeline: Subpipeline;
}
export interface PipeFork extends SourceRange {
  readonly kind: 'PipeFork';
  readonly hint: Hint | undefined;
  readonly subpipelines: readonly Subpipeline[];
}
export interface PipeTee extends SourceRange {
  readonly kind: 'PipeTee';
  readonly hint: Hint | undefined;
  readonly subpipelines: readonly Subpipeline[];
}
/** `(|> op |> op ...)`. */
export interface Subpipeline extends SourceRange {
  readonly kind: 'Subpipeline';
  readonly operators: readonly PipeOperator[];
}
export interface PipeExportData extends SourceRange {
  readonly kind: 'PipeExportData';
  readonly statement: ExportDataStatement;
}
export interface PipeCreateTable extends SourceRange {
  readonly kind: 'PipeCreateTable';
  readonly statement: CreateTableStatement;
}
export interface PipeInsert extends SourceRange {
  readonly kind: 'PipeInsert';
  readonly statement: InsertStatement;
}
