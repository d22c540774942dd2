import type { FunctionParameters } from './create-function.ts';
import type { Identifier, PathExpression } from './identifier.ts';
import type { SourceRange } from './source-range.ts';

export type DropObjectKind =
  | 'SCHEMA'
  | 'EXTERNAL SCHEMA'
  | 'TABLE'
  | 'EXTERNAL TABLE'
  | 'VIEW'
  | 'MODEL'
  | 'PROCEDURE'
  | 'CONNECTION'
  | 'CONSTANT'
  | 'DATABASE'
  | 'INDEX'
  | 'SEQUENCE';

export interface DropStatement extends SourceRange {
  readonly kind: 'DropStatement';
  readonly objectKind: DropObjectKind;
  readonly ifExists: boolean;
  readonly name: PathExpression;
  readonly mode: 'CASCADE' | 'RESTRICT' | undefined;
}
export interface DropFunctionStatement extends SourceRange {
  readonly kind: 'DropFunctionStatement';
  readonly ifExists: boolean;
  readonly name: PathExpression;
  readonly parameters: FunctionParameters | undefined;
}
export interface DropTableFunctionStatement extends SourceRange {
  readonly kind: 'DropTableFunctionStatement';
  readonly ifExists: boolean;
  readonly name: PathExpression;
}
export interface DropMaterializedViewStatement extends SourceRange {
  readonly kind: 'DropMaterializedViewStatement';
  readonly ifExists: boolean;
  readonly name: PathExpression;
}
export interface DropSnapshotTableStatement extends SourceRange {
  readonly kind: 'DropSnapshotTableStatement';
  readonly ifExists: boolean;
  readonly name: PathExpression;
}
export interface DropSearchIndexStatement extends SourceRange {
  readonly kind: 'DropSearchIndexStatement';
  readonly ifExists: boolean;
  readonly name: PathExpression;
  readonly table: PathExpression | undefined;
}
export interface DropVectorIndexStatement extends SourceRange {
  readonly kind: 'DropVectorIndexStatement';
  readonly ifExists: boolean;
  readonly name: PathExpression;
  readonly table: PathExpression | undefined;
}
/** An object whose type is not a keyword: CAPACITY, RESERVATION, ASSIGNMENT ... */
export interface DropEntityStatement extends SourceRange {
  readonly kind: 'DropEntityStatement';
  readonly type: Identifier;
  readonly ifExists: boolean;
  readonly name: PathExpression;
}
/** `UNDROP SCHEMA`. */
export interface UndropStatement extends SourceRange {
  readonly kind: 'UndropStatement';
  readonly objectKind: DropObjectKind;
  readonly ifNotExists: boolean;
  readonly name: PathExpression;
}
