import type {
  AlterAllRowAccessPoliciesStatement,
  AlterRowAccessPolicyStatement,
  CreateRowAccessPolicyStatement,
  DropAllRowAccessPoliciesStatement,
  DropRowAccessPolicyStatement,
  GrantStatement,
  RevokeStatement,
} from './access.ts';
import type {
  AlterConnectionStatement,
  AlterEntityStatement,
  AlterExternalSchemaStatement,
  AlterIndexStatement,
  AlterMaterializedViewStatement,
  AlterModelStatement,
  AlterSchemaStatement,
  AlterTableStatement,
  AlterViewStatement,
} from './alter.ts';
import type {
  CreateFunctionStatement,
  CreateProcedureStatement,
  CreateTableFunctionStatement,
} from './create-function.ts';
import type { CreateConnectionStatement, CreateEntityStatement, CreateIndexStatement } from './create-index.ts';
import type {
  CreateExternalSchemaStatement,
  CreateExternalTableStatement,
  CreateMaterializedViewStatement,
  CreateSchemaStatement,
  CreateSnapshotTableStatement,
  CreateTableStatement,
  CreateViewStatement,
} from './create-table.ts';
import type { DeleteStatement, InsertStatement, MergeStatement, TruncateStatement, UpdateStatement } from './dml.ts';
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
  AuxLoadDataStatement,
  ExportDataStatement,
  ExportMetadataStatement,
  ExportModelStatement,
} from './export.ts';
import type { CreateModelStatement } from './model.ts';
import type { Query } from './query.ts';
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
  ExecuteImmediateStatement,
  ForInStatement,
  HintedStatement,
  IfStatement,
  ParameterAssignment,
  RaiseStatement,
  RepeatStatement,
  ReturnStatement,
  RollbackStatement,
  SetTransactionStatement,
  SingleAssignment,
  SystemVariableAssignment,
  VariableDeclaration,
  WhileStatement,
} from './script.ts';
import type { SourceRange } from './source-range.ts';

export interface QueryStatement extends SourceRange {
  readonly kind: 'QueryStatement';
  readonly query: Query;
}

export type CreateStatement =
  | CreateSchemaStatement
  | CreateExternalSchemaStatement
  | CreateTableStatement
  | CreateExternalTableStatement
  | CreateSnapshotTableStatement
  | CreateViewStatement
  | CreateMaterializedViewStatement
  | CreateModelStatement
  | CreateFunctionStatement
  | CreateTableFunctionStatement
  | CreateProcedureStatement
  | CreateIndexStatement
  | CreateConnectionStatement
  | CreateEntityStatement
  | CreateRowAccessPolicyStatement;

export type DropObjectStatement =
  | DropStatement
  | DropFunctionStatement
  | DropTableFunctionStatement
  | DropMaterializedViewStatement
  | DropSnapshotTableStatement
  | DropSearchIndexStatement
  | DropVectorIndexStatement
  | DropEntityStatement
  | DropRowAccessPolicyStatement
  | DropAllRowAccessPoliciesStatement;

export type AlterStatement =
  | AlterTableStatement
  | AlterViewStatement
  | AlterMaterializedViewStatement
  | AlterModelStatement
  | AlterSchemaStatement
  | AlterExternalSchemaStatement
  | AlterConnectionStatement
  | AlterIndexStatement
  | AlterEntityStatement
  | AlterRowAccessPolicyStatement
  | AlterAllRowAccessPoliciesStatement;

export type DmlStatement = InsertStatement | UpdateStatement | DeleteStatement | MergeStatement | TruncateStatement;

/** Statements that are allowed only in a script. */
export type ScriptStatement =
  | VariableDeclaration
  | SingleAssignment
  | AssignmentFromStruct
  | BeginEndBlock
  | IfStatement
  | CaseStatement
  | WhileStatement
  | RepeatStatement
  | ForInStatement
  | BreakStatement
  | ContinueStatement
  | ReturnStatement
  | RaiseStatement;

export type Statement =
  | QueryStatement
  | CreateStatement
  | DropObjectStatement
  | UndropStatement
  | AlterStatement
  | DmlStatement
  | ScriptStatement
  | ParameterAssignment
  | SystemVariableAssignment
  | SetTransactionStatement
  | BeginStatement
  | CommitStatement
  | RollbackStatement
  | CallStatement
  | ExecuteImmediateStatement
  | AssertStatement
  | ExportDataStatement
  | ExportModelStatement
  | ExportMetadataStatement
  | AuxLoadDataStatement
  | GrantStatement
  | RevokeStatement
  | HintedStatement;
