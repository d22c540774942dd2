import type {
  AlterAllRowAccessPoliciesStatement,
  AlterRowAccessPolicyStatement,
  CreateRowAccessPolicyStatement,
  DropAllRowAccessPoliciesStatement,
  DropRowAccessPolicyStatement,
  FilterUsingClause,
  GrantStatement,
  GrantToClause,
  GranteeList,
  Privilege,
  Privileges,
  RenameToClause,
  RevokeFromClause,
  RevokeStatement,
} from './access.ts';
import type {
  AddColumnAction,
  AddConstraintAction,
  AddSubEntityAction,
  AlterActionList,
  AlterColumnDropDefaultAction,
  AlterColumnDropGeneratedAction,
  AlterColumnDropNotNullAction,
  AlterColumnOptionsAction,
  AlterColumnSetDefaultAction,
  AlterColumnSetGeneratedAction,
  AlterColumnTypeAction,
  AlterConnectionStatement,
  AlterConstraintEnforcementAction,
  AlterConstraintSetOptionsAction,
  AlterEntityStatement,
  AlterExternalSchemaStatement,
  AlterIndexStatement,
  AlterMaterializedViewStatement,
  AlterModelStatement,
  AlterSchemaStatement,
  AlterSubEntityAction,
  AlterTableStatement,
  AlterViewStatement,
  ColumnPosition,
  DropColumnAction,
  DropConstraintAction,
  DropPrimaryKeyAction,
  DropSubEntityAction,
  RebuildAction,
  RenameColumnAction,
  SetAsAction,
  SetCollateClause,
  SetOptionsAction,
} from './alter.ts';
import type {
  ArrayColumnSchema,
  CheckConstraint,
  ColumnAttributeList,
  ColumnDefinition,
  ForeignKey,
  ForeignKeyActions,
  ForeignKeyColumnAttribute,
  ForeignKeyReference,
  GeneratedColumnInfo,
  HiddenColumnAttribute,
  IdentityColumnIncrementBy,
  IdentityColumnInfo,
  IdentityColumnMaxValue,
  IdentityColumnMinValue,
  IdentityColumnStartWith,
  InferredTypeColumnSchema,
  NotNullColumnAttribute,
  PrimaryKey,
  PrimaryKeyColumnAttribute,
  PrimaryKeyElement,
  PrimaryKeyElementList,
  RangeColumnSchema,
  SimpleColumnSchema,
  StructColumnField,
  StructColumnSchema,
  TableElementList,
} from './column-schema.ts';
import type {
  CreateFunctionStatement,
  CreateProcedureStatement,
  CreateTableFunctionStatement,
  FunctionDeclaration,
  FunctionParameter,
  FunctionParameters,
  SqlFunctionBody,
  TVFSchema,
  TVFSchemaColumn,
  TemplatedParameterType,
} from './create-function.ts';
import type {
  CreateConnectionStatement,
  CreateEntityStatement,
  CreateIndexStatement,
  IndexAllColumns,
  IndexItemList,
  IndexStoringExpressionList,
  IndexUnnestExpressionList,
  UnnestExpressionWithOptAliasAndOffset,
} from './create-index.ts';
import type {
  CloneDataSource,
  ClusterBy,
  ColumnWithOptions,
  ColumnWithOptionsList,
  CopyDataSource,
  CreateExternalSchemaStatement,
  CreateExternalTableStatement,
  CreateMaterializedViewStatement,
  CreateSchemaStatement,
  CreateSnapshotTableStatement,
  CreateTableStatement,
  CreateViewStatement,
  WithPartitionColumnsClause,
} from './create-table.ts';
import type {
  AssertRowsModified,
  DeleteStatement,
  InsertStatement,
  InsertValuesRow,
  InsertValuesRowList,
  MergeAction,
  MergeStatement,
  MergeWhenClause,
  MergeWhenClauseList,
  ReturningClause,
  TruncateStatement,
  UpdateItem,
  UpdateItemList,
  UpdateSetValue,
  UpdateStatement,
} from './dml.ts';
import type {
  DropEntityStatement,
  DropFunctionStatement,
  DropMaterializedViewStatement,
  DropSearchIndexStatement,
  DropSnapshotTableStatement,
  DropStatement,
  DropTableFunctionStatement,
  DropVectorIndexStatement,
  UndropStatement,
} from './drop.ts';
import type {
  AuxLoadDataFromFilesOptionsList,
  AuxLoadDataPartitionsClause,
  AuxLoadDataStatement,
  ExportDataStatement,
  ExportMetadataStatement,
  ExportModelStatement,
} from './export.ts';
import type {
  AnalyticFunctionCall,
  AndExpr,
  AnySomeAllOp,
  ArrayConstructor,
  ArrayElement,
  BetweenExpression,
  BinaryExpression,
  BitwiseShiftExpression,
  CaseNoValueExpression,
  CaseValueExpression,
  CastExpression,
  ClampedBetweenModifier,
  ConcatExpr,
  DotGeneralizedField,
  DotIdentifier,
  DotStar,
  DotStarWithModifiers,
  ExpressionList,
  ExpressionSubquery,
  ExpressionWithAlias,
  ExpressionWithOptAlias,
  ExtractExpression,
  FormatClause,
  FunctionCall,
  HavingModifier,
  InExpression,
  InList,
  InputTableArgument,
  IntervalExpr,
  Lambda,
  LikeExpression,
  ModelArg,
  NamedArgument,
  OrExpr,
  ParameterExpr,
  QuantifiedComparisonExpression,
  SequenceArg,
  Star,
  StarWithModifiers,
  StructConstructorArg,
  StructConstructorWithKeyword,
  StructConstructorWithParens,
  SystemVariableExpr,
  UnaryExpression,
  UnnestExpression,
  WithExpression,
  WithReportModifier,
} from './expression.ts';
import type {
  Alias,
  ColumnList,
  Identifier,
  IdentifierList,
  PathExpression,
  PathExpressionList,
} from './identifier.ts';
import type {
  BigNumericLiteral,
  BooleanLiteral,
  BytesLiteral,
  BytesLiteralComponent,
  DateOrTimeLiteral,
  DefaultLiteral,
  FloatLiteral,
  IntLiteral,
  JSONLiteral,
  MaxLiteral,
  NullLiteral,
  NumericLiteral,
  RangeLiteral,
  StringLiteral,
  StringLiteralComponent,
} from './literal.ts';
import type {
  AfterMatchSkipClause,
  BoundedQuantifier,
  EmptyRowPattern,
  FixedQuantifier,
  MatchRecognizeClause,
  QuantifierBound,
  RowPatternAnchor,
  RowPatternOperation,
  RowPatternQuantification,
  RowPatternVariable,
  SymbolQuantifier,
} from './match-recognize.ts';
import type { AliasedQueryList, CreateModelStatement, InputOutputClause, TransformClause } from './model.ts';
import type { Hint, HintEntry, OptionsEntry, OptionsList } from './option.ts';
import type {
  PipeAggregate,
  PipeAs,
  PipeAssert,
  PipeCall,
  PipeCreateTable,
  PipeDescribe,
  PipeDistinct,
  PipeDrop,
  PipeExportData,
  PipeExtend,
  PipeFork,
  PipeIf,
  PipeIfCase,
  PipeInsert,
  PipeJoin,
  PipeLimitOffset,
  PipeLog,
  PipeMatchRecognize,
  PipeOrderBy,
  PipePivot,
  PipeRecursiveUnion,
  PipeRename,
  PipeRenameItem,
  PipeSelect,
  PipeSet,
  PipeSetItem,
  PipeSetOperation,
  PipeStaticDescribe,
  PipeTablesample,
  PipeTee,
  PipeUnpivot,
  PipeWhere,
  PipeWindow,
  PipeWith,
  Subpipeline,
} from './pipe.ts';
import type {
  AliasedQuery,
  AliasedQueryModifiers,
  Cube,
  FromQuery,
  GroupBy,
  GroupByAll,
  GroupingItem,
  GroupingItemOrder,
  GroupingSet,
  GroupingSetList,
  Having,
  IntOrUnbounded,
  Limit,
  LimitAll,
  LimitOffset,
  NullOrder,
  OrderBy,
  OrderingExpression,
  Qualify,
  Query,
  RecursionDepthModifier,
  Rollup,
  Select,
  SelectAs,
  SelectColumn,
  SelectList,
  SetOperation,
  SetOperationAllOrDistinct,
  SetOperationColumnMatchMode,
  SetOperationColumnPropagationMode,
  SetOperationMetadata,
  SetOperationMetadataList,
  SetOperationType,
  StarExceptList,
  StarModifiers,
  StarReplaceItem,
  WhereClause,
  WithClause,
  WithClauseEntry,
  WithModifier,
} from './query.ts';
import type {
  AssertStatement,
  AssignmentFromStruct,
  BeginEndBlock,
  BeginStatement,
  BreakStatement,
  CallStatement,
  CaseStatement,
  CommitStatement,
  ContinueStatement,
  ElseifClause,
  ElseifClauseList,
  ExceptionHandler,
  ExceptionHandlerList,
  ExecuteImmediateStatement,
  ExecuteIntoClause,
  ExecuteUsingArgument,
  ExecuteUsingClause,
  ForInStatement,
  HintedStatement,
  IfStatement,
  Label,
  ParameterAssignment,
  RaiseStatement,
  RepeatStatement,
  ReturnStatement,
  RollbackStatement,
  Script,
  SetTransactionStatement,
  SingleAssignment,
  StatementList,
  SystemVariableAssignment,
  TransactionIsolationLevel,
  TransactionModeList,
  TransactionReadWriteMode,
  UntilClause,
  VariableDeclaration,
  WhenThenClause,
  WhenThenClauseList,
  WhileStatement,
} from './script.ts';
import type { Location } from './source-range.ts';
import type { QueryStatement } from './statement.ts';
import type {
  ForSystemTime,
  FromClause,
  Join,
  OnClause,
  ParenthesizedJoin,
  PipeJoinLhsPlaceholder,
  PivotClause,
  PivotExpression,
  PivotExpressionList,
  PivotValue,
  PivotValueList,
  RepeatableClause,
  SampleClause,
  SampleSize,
  SampleSuffix,
  TablePathExpression,
  TableSubquery,
  UnpivotClause,
  UnpivotInItem,
  UnpivotInItemLabel,
  UnpivotInItemList,
  UsingClause,
  WithOffset,
  WithWeight,
} from './table-expression.ts';
import type {
  ConnectionClause,
  Descriptor,
  DescriptorColumn,
  DescriptorColumnList,
  ModelClause,
  TVF,
  TVFArgument,
  TableClause,
  WithConnectionClause,
} from './table-function.ts';
import type {
  ArrayType,
  Collate,
  FunctionType,
  FunctionTypeArgList,
  MapType,
  RangeType,
  SimpleType,
  StructField,
  StructType,
  TypeParameterList,
} from './type.ts';
import type {
  PartitionBy,
  WindowClause,
  WindowDefinition,
  WindowFrame,
  WindowFrameExpr,
  WindowSpecification,
} from './window.ts';

/** Every node of the tree, discriminated by `kind`: GoogleSQL's node names. */
export type Node =
  | AddColumnAction
  | AddConstraintAction
  | AddSubEntityAction
  | AfterMatchSkipClause
  | Alias
  | AliasedQuery
  | AliasedQueryList
  | AliasedQueryModifiers
  | AlterActionList
  | AlterAllRowAccessPoliciesStatement
  | AlterColumnDropDefaultAction
  | AlterColumnDropGeneratedAction
  | AlterColumnDropNotNullAction
  | AlterColumnOptionsAction
  | AlterColumnSetDefaultAction
  | AlterColumnSetGeneratedAction
  | AlterColumnTypeAction
  | AlterConnectionStatement
  | AlterConstraintEnforcementAction
  | AlterConstraintSetOptionsAction
  | AlterEntityStatement
  | AlterExternalSchemaStatement
  | AlterIndexStatement
  | AlterMaterializedViewStatement
  | AlterModelStatement
  | AlterRowAccessPolicyStatement
  | AlterSchemaStatement
  | AlterSubEntityAction
  | AlterTableStatement
  | AlterViewStatement
  | AnalyticFunctionCall
  | AndExpr
  | AnySomeAllOp
  | ArrayColumnSchema
  | ArrayConstructor
  | ArrayElement
  | ArrayType
  | AssertRowsModified
  | AssertStatement
  | AssignmentFromStruct
  | AuxLoadDataFromFilesOptionsList
  | AuxLoadDataPartitionsClause
  | AuxLoadDataStatement
  | BeginEndBlock
  | BeginStatement
  | BetweenExpression
  | BigNumericLiteral
  | BinaryExpression
  | BitwiseShiftExpression
  | BooleanLiteral
  | BoundedQuantifier
  | BreakStatement
  | BytesLiteral
  | BytesLiteralComponent
  | CallStatement
  | CaseNoValueExpression
  | CaseStatement
  | CaseValueExpression
  | CastExpression
  | CheckConstraint
  | ClampedBetweenModifier
  | CloneDataSource
  | ClusterBy
  | Collate
  | ColumnAttributeList
  | ColumnDefinition
  | ColumnList
  | ColumnPosition
  | ColumnWithOptions
  | ColumnWithOptionsList
  | CommitStatement
  | ConcatExpr
  | ConnectionClause
  | ContinueStatement
  | CopyDataSource
  | CreateConnectionStatement
  | CreateEntityStatement
  | CreateExternalSchemaStatement
  | CreateExternalTableStatement
  | CreateFunctionStatement
  | CreateIndexStatement
  | CreateMaterializedViewStatement
  | CreateModelStatement
  | CreateProcedureStatement
  | CreateRowAccessPolicyStatement
  | CreateSchemaStatement
  | CreateSnapshotTableStatement
  | CreateTableFunctionStatement
  | CreateTableStatement
  | CreateViewStatement
  | Cube
  | DateOrTimeLiteral
  | DefaultLiteral
  | DeleteStatement
  | Descriptor
  | DescriptorColumn
  | DescriptorColumnList
  | DotGeneralizedField
  | DotIdentifier
  | DotStar
  | DotStarWithModifiers
  | DropAllRowAccessPoliciesStatement
  | DropColumnAction
  | DropConstraintAction
  | DropEntityStatement
  | DropFunctionStatement
  | DropMaterializedViewStatement
  | DropPrimaryKeyAction
  | DropRowAccessPolicyStatement
  | DropSearchIndexStatement
  | DropSnapshotTableStatement
  | DropStatement
  | DropSubEntityAction
  | DropTableFunctionStatement
  | DropVectorIndexStatement
  | ElseifClause
  | ElseifClauseList
  | EmptyRowPattern
  | ExceptionHandler
  | ExceptionHandlerList
  | ExecuteImmediateStatement
  | ExecuteIntoClause
  | ExecuteUsingArgument
  | ExecuteUsingClause
  | ExportDataStatement
  | ExportMetadataStatement
  | ExportModelStatement
  | ExpressionList
  | ExpressionSubquery
  | ExpressionWithAlias
  | ExpressionWithOptAlias
  | ExtractExpression
  | FilterUsingClause
  | FixedQuantifier
  | FloatLiteral
  | ForInStatement
  | ForSystemTime
  | ForeignKey
  | ForeignKeyActions
  | ForeignKeyColumnAttribute
  | ForeignKeyReference
  | FormatClause
  | FromClause
  | FromQuery
  | FunctionCall
  | FunctionDeclaration
  | FunctionParameter
  | FunctionParameters
  | FunctionType
  | FunctionTypeArgList
  | GeneratedColumnInfo
  | GrantStatement
  | GrantToClause
  | GranteeList
  | GroupBy
  | GroupByAll
  | GroupingItem
  | GroupingItemOrder
  | GroupingSet
  | GroupingSetList
  | Having
  | HavingModifier
  | HiddenColumnAttribute
  | Hint
  | HintEntry
  | HintedStatement
  | Identifier
  | IdentifierList
  | IdentityColumnIncrementBy
  | IdentityColumnInfo
  | IdentityColumnMaxValue
  | IdentityColumnMinValue
  | IdentityColumnStartWith
  | IfStatement
  | InExpression
  | InList
  | IndexAllColumns
  | IndexItemList
  | IndexStoringExpressionList
  | IndexUnnestExpressionList
  | InferredTypeColumnSchema
  | InputOutputClause
  | InputTableArgument
  | InsertStatement
  | InsertValuesRow
  | InsertValuesRowList
  | IntLiteral
  | IntOrUnbounded
  | IntervalExpr
  | JSONLiteral
  | Join
  | Label
  | Lambda
  | LikeExpression
  | Limit
  | LimitAll
  | LimitOffset
  | Location
  | MapType
  | MatchRecognizeClause
  | MaxLiteral
  | MergeAction
  | MergeStatement
  | MergeWhenClause
  | MergeWhenClauseList
  | ModelArg
  | ModelClause
  | NamedArgument
  | NotNullColumnAttribute
  | NullLiteral
  | NullOrder
  | NumericLiteral
  | OnClause
  | OptionsEntry
  | OptionsList
  | OrExpr
  | OrderBy
  | OrderingExpression
  | ParameterAssignment
  | ParameterExpr
  | ParenthesizedJoin
  | PartitionBy
  | PathExpression
  | PathExpressionList
  | PipeAggregate
  | PipeAs
  | PipeAssert
  | PipeCall
  | PipeCreateTable
  | PipeDescribe
  | PipeDistinct
  | PipeDrop
  | PipeExportData
  | PipeExtend
  | PipeFork
  | PipeIf
  | PipeIfCase
  | PipeInsert
  | PipeJoin
  | PipeJoinLhsPlaceholder
  | PipeLimitOffset
  | PipeLog
  | PipeMatchRecognize
  | PipeOrderBy
  | PipePivot
  | PipeRecursiveUnion
  | PipeRename
  | PipeRenameItem
  | PipeSelect
  | PipeSet
  | PipeSetItem
  | PipeSetOperation
  | PipeStaticDescribe
  | PipeTablesample
  | PipeTee
  | PipeUnpivot
  | PipeWhere
  | PipeWindow
  | PipeWith
  | PivotClause
  | PivotExpression
  | PivotExpressionList
  | PivotValue
  | PivotValueList
  | PrimaryKey
  | PrimaryKeyColumnAttribute
  | PrimaryKeyElement
  | PrimaryKeyElementList
  | Privilege
  | Privileges
  | Qualify
  | QuantifiedComparisonExpression
  | QuantifierBound
  | Query
  | QueryStatement
  | RaiseStatement
  | RangeColumnSchema
  | RangeLiteral
  | RangeType
  | RebuildAction
  | RecursionDepthModifier
  | RenameColumnAction
  | RenameToClause
  | RepeatStatement
  | RepeatableClause
  | ReturnStatement
  | ReturningClause
  | RevokeFromClause
  | RevokeStatement
  | RollbackStatement
  | Rollup
  | RowPatternAnchor
  | RowPatternOperation
  | RowPatternQuantification
  | RowPatternVariable
  | SampleClause
  | SampleSize
  | SampleSuffix
  | Script
  | Select
  | SelectAs
  | SelectColumn
  | SelectList
  | SequenceArg
  | SetAsAction
  | SetCollateClause
  | SetOperation
  | SetOperationAllOrDistinct
  | SetOperationColumnMatchMode
  | SetOperationColumnPropagationMode
  | SetOperationMetadata
  | SetOperationMetadataList
  | SetOperationType
  | SetOptionsAction
  | SetTransactionStatement
  | SimpleColumnSchema
  | SimpleType
  | SingleAssignment
  | SqlFunctionBody
  | Star
  | StarExceptList
  | StarModifiers
  | StarReplaceItem
  | StarWithModifiers
  | StatementList
  | StringLiteral
  | StringLiteralComponent
  | StructColumnField
  | StructColumnSchema
  | StructConstructorArg
  | StructConstructorWithKeyword
  | StructConstructorWithParens
  | StructField
  | StructType
  | Subpipeline
  | SymbolQuantifier
  | SystemVariableAssignment
  | SystemVariableExpr
  | TVF
  | TVFArgument
  | TVFSchema
  | TVFSchemaColumn
  | TableClause
  | TableElementList
  | TablePathExpression
  | TableSubquery
  | TemplatedParameterType
  | TransactionIsolationLevel
  | TransactionModeList
  | TransactionReadWriteMode
  | TransformClause
  | TruncateStatement
  | TypeParameterList
  | UnaryExpression
  | UndropStatement
  | UnnestExpression
  | UnnestExpressionWithOptAliasAndOffset
  | UnpivotClause
  | UnpivotInItem
  | UnpivotInItemLabel
  | UnpivotInItemList
  | UntilClause
  | UpdateItem
  | UpdateItemList
  | UpdateSetValue
  | UpdateStatement
  | UsingClause
  | VariableDeclaration
  | WhenThenClause
  | WhenThenClauseList
  | WhereClause
  | WhileStatement
  | WindowClause
  | WindowDefinition
  | WindowFrame
  | WindowFrameExpr
  | WindowSpecification
  | WithClause
  | WithClauseEntry
  | WithConnectionClause
  | WithExpression
  | WithModifier
  | WithOffset
  | WithPartitionColumnsClause
  | WithReportModifier
  | WithWeight;

export type NodeKind = Node['kind'];
export type NodeOfKind<K extends NodeKind> = Extract<Node, { readonly kind: K }>;
