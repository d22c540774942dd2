import type { FilterUsingClause, GrantToClause, RenameToClause, RevokeFromClause } from './access.ts';
import type { ColumnDefinition, ColumnSchema, GeneratedColumnInfo, TableConstraint } from './column-schema.ts';
import type { Expression } from './expression.ts';
import type { Identifier, PathExpression } from './identifier.ts';
import type { JSONLiteral, StringLiteral } from './literal.ts';
import type { OptionsList } from './option.ts';
import type { SourceRange } from './source-range.ts';
import type { Collate } from './type.ts';

interface AlterBase extends SourceRange {
  readonly ifExists: boolean;
  readonly path: PathExpression;
  readonly actions: AlterActionList;
}
export interface AlterTableStatement extends AlterBase {
  readonly kind: 'AlterTableStatement';
}
export interface AlterViewStatement extends AlterBase {
  readonly kind: 'AlterViewStatement';
}
export interface AlterMaterializedViewStatement extends AlterBase {
  readonly kind: 'AlterMaterializedViewStatement';
}
export interface AlterModelStatement extends AlterBase {
  readonly kind: 'AlterModelStatement';
}
export interface AlterSchemaStatement extends AlterBase {
  readonly kind: 'AlterSchemaStatement';
}
export interface AlterExternalSchemaStatement extends AlterBase {
  readonly kind: 'AlterExternalSchemaStatement';
}
export interface AlterConnectionStatement extends AlterBase {
  readonly kind: 'AlterConnectionStatement';
}
/** `ALTER VECTOR INDEX name ON table ...` and its kin. */
export interface AlterIndexStatement extends SourceRange {
  readonly kind: 'AlterIndexStatement';
  readonly indexType: 'SEARCH' | 'VECTOR';
  readonly ifExists: boolean;
  readonly path: PathExpression;
  readonly table: PathExpression | undefined;
  readonly actions: AlterActionList;
}
/** An object whose type is not a keyword: CAPACITY, RESERVATION, ORGANIZATION, PROJECT, BI_CAPACITY ... */
export interface AlterEntityStatement extends SourceRange {
  readonly kind: 'AlterEntityStatement';
  readonly ifExists: boolean;
  readonly type: Identifier;
  /** ALTER PROJECT and ALTER ORGANIZATION may have none. */
  readonly path: PathExpression | undefined;
  readonly actions: AlterActionList;
}

export interface AlterActionList extends SourceRange {
  readonly kind: 'AlterActionList';
  readonly actions: readonly AlterAction[];
}

export type AlterAction =
  | SetOptionsAction
  | SetAsAction
  | SetCollateClause
  | AddConstraintAction
  | DropPrimaryKeyAction
  | DropConstraintAction
  | AlterConstraintEnforcementAction
  | AlterConstraintSetOptionsAction
  | AddColumnAction
  | DropColumnAction
  | RenameColumnAction
  | AlterColumnTypeAction
  | AlterColumnOptionsAction
  | AlterColumnSetDefaultAction
  | AlterColumnDropDefaultAction
  | AlterColumnDropNotNullAction
  | AlterColumnSetGeneratedAction
  | AlterColumnDropGeneratedAction
  | RenameToClause
  | GrantToClause
  | FilterUsingClause
  | RevokeFromClause
  | RebuildAction
  | AddSubEntityAction
  | AlterSubEntityAction
  | DropSubEntityAction;

export interface SetOptionsAction extends SourceRange {
  readonly kind: 'SetOptionsAction';
  readonly options: OptionsList;
}
export interface SetAsAction extends SourceRange {
  readonly kind: 'SetAsAction';
  readonly body: JSONLiteral | StringLiteral;
}
/** `SET DEFAULT COLLATE`. */
export interface SetCollateClause extends SourceRange {
  readonly kind: 'SetCollateClause';
  readonly collate: Collate;
}
export interface AddConstraintAction extends SourceRange {
  readonly kind: 'AddConstraintAction';
  readonly ifNotExists: boolean;
  readonly constraint: TableConstraint;
}
export interface DropPrimaryKeyAction extends SourceRange {
  readonly kind: 'DropPrimaryKeyAction';
  readonly ifExists: boolean;
}
export interface DropConstraintAction extends SourceRange {
  readonly kind: 'DropConstraintAction';
  readonly ifExists: boolean;
  readonly name: Identifier;
}
export interface AlterConstraintEnforcementAction extends SourceRange {
  readonly kind: 'AlterConstraintEnforcementAction';
  readonly ifExists: boolean;
  readonly name: Identifier;
  readonly enforced: boolean;
}
export interface AlterConstraintSetOptionsAction extends SourceRange {
  readonly kind: 'AlterConstraintSetOptionsAction';
  readonly ifExists: boolean;
  readonly name: Identifier;
  readonly options: OptionsList;
}
export interface AddColumnAction extends SourceRange {
  readonly kind: 'AddColumnAction';
  readonly ifNotExists: boolean;
  readonly column: ColumnDefinition;
  readonly position: ColumnPosition | undefined;
  readonly fill: Expression | undefined;
}
export interface ColumnPosition extends SourceRange {
  readonly kind: 'ColumnPosition';
  readonly relation: 'PRECEDING' | 'FOLLOWING';
  readonly column: Identifier;
}
export interface DropColumnAction extends SourceRange {
  readonly kind: 'DropColumnAction';
  readonly ifExists: boolean;
  readonly column: Identifier;
}
export interface RenameColumnAction extends SourceRange {
  readonly kind: 'RenameColumnAction';
  readonly ifExists: boolean;
  readonly column: Identifier;
  readonly newName: Identifier;
}
/** `ALTER COLUMN c SET DATA TYPE schema`. */
export interface AlterColumnTypeAction extends SourceRange {
  readonly kind: 'AlterColumnTypeAction';
  readonly ifExists: boolean;
  readonly column: Identifier;
  readonly schema: ColumnSchema;
  readonly collate: Collate | undefined;
}
export interface AlterColumnOptionsAction extends SourceRange {
  readonly kind: 'AlterColumnOptionsAction';
  readonly ifExists: boolean;
  readonly column: Identifier;
  readonly options: OptionsList;
}
export interface AlterColumnSetDefaultAction extends SourceRange {
  readonly kind: 'AlterColumnSetDefaultAction';
  readonly ifExists: boolean;
  readonly column: Identifier;
  readonly default: Expression;
}
export interface AlterColumnDropDefaultAction extends SourceRange {
  readonly kind: 'AlterColumnDropDefaultAction';
  readonly ifExists: boolean;
  readonly column: Identifier;
}
export interface AlterColumnDropNotNullAction extends SourceRange {
  readonly kind: 'AlterColumnDropNotNullAction';
  readonly ifExists: boolean;
  readonly column: Identifier;
}
export interface AlterColumnSetGeneratedAction extends SourceRange {
  readonly kind: 'AlterColumnSetGeneratedAction';
  readonly ifExists: boolean;
  readonly column: Identifier;
  readonly generated: GeneratedColumnInfo;
}
export interface AlterColumnDropGeneratedAction extends SourceRange {
  readonly kind: 'AlterColumnDropGeneratedAction';
  readonly ifExists: boolean;
  readonly column: Identifier;
}
export interface RebuildAction extends SourceRange {
  readonly kind: 'RebuildAction';
}
/** `ADD type name OPTIONS(...)`, for types of sub-objects that are not keywords. */
export interface AddSubEntityAction extends SourceRange {
  readonly kind: 'AddSubEntityAction';
  readonly type: Identifier;
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly options: OptionsList | undefined;
}
export interface AlterSubEntityAction extends SourceRange {
  readonly kind: 'AlterSubEntityAction';
  readonly type: Identifier;
  readonly ifExists: boolean;
  readonly name: Identifier;
  readonly action: AlterAction;
}
export interface DropSubEntityAction extends SourceRange {
  readonly kind: 'DropSubEntityAction';
  readonly type: Identifier;
  readonly ifExists: boolean;
  readonly name: Identifier;
}
