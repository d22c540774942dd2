import type { Expression } from './expression.ts';
import type { ColumnList, Identifier, PathExpression } from './identifier.ts';
import type { OptionsList } from './option.ts';
import type { NullOrder } from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { Collate, TypeParameterList } from './type.ts';

export interface TableElementList extends SourceRange {
  readonly kind: 'TableElementList';
  readonly elements: readonly TableElement[];
}

export type TableElement = ColumnDefinition | TableConstraint;

export interface ColumnDefinition extends SourceRange {
  readonly kind: 'ColumnDefinition';
  readonly name: Identifier;
  readonly schema: ColumnSchema;
}

export type ColumnSchema =
  SimpleColumnSchema | ArrayColumnSchema | StructColumnSchema | RangeColumnSchema | InferredTypeColumnSchema;

/** What may follow the type of a column. */
interface ColumnSchemaTail extends SourceRange {
  readonly typeParameters: TypeParameterList | undefined;
  readonly collate: Collate | undefined;
  readonly generated: GeneratedColumnInfo | undefined;
  readonly default: Expression | undefined;
  readonly attributes: ColumnAttributeList | undefined;
  readonly options: OptionsList | undefined;
}

export interface SimpleColumnSchema extends ColumnSchemaTail {
  readonly kind: 'SimpleColumnSchema';
  readonly typeName: PathExpression;
}

export interface ArrayColumnSchema extends ColumnSchemaTail {
  readonly kind: 'ArrayColumnSchema';
  readonly element: ColumnSchema;
}

export interface RangeColumnSchema extends ColumnSchemaTail {
  readonly kind: 'RangeColumnSchema';
  readonly element: ColumnSchema;
}

export interface StructColumnSchema extends ColumnSchemaTail {
  readonly kind: 'StructColumnSchema';
  readonly fields: readonly StructColumnField[];
}

/** A column without a type, whose type is that of its generating expression. */
export interface InferredTypeColumnSchema extends ColumnSchemaTail {
  readonly kind: 'InferredTypeColumnSchema';
}

export interface StructColumnField extends SourceRange {
  readonly kind: 'StructColumnField';
  readonly name: Identifier | undefined;
  readonly schema: ColumnSchema;
}

/** `GENERATED ALWAYS AS (expression) STORED` or `GENERATED ... AS IDENTITY(...)`. */
export interface GeneratedColumnInfo extends SourceRange {
  readonly kind: 'GeneratedColumnInfo';
  readonly mode: 'ALWAYS' | 'BY DEFAULT';
  readonly isModeExplicit: boolean;
  readonly storedMode: 'NON_STORED' | 'STORED' | 'STORED VOLATILE';
  readonly expression: Expression | undefined;
  readonly identity: IdentityColumnInfo | undefined;
}

export interface IdentityColumnInfo extends SourceRange {
  readonly kind: 'IdentityColumnInfo';
  readonly startWith: IdentityColumnStartWith | undefined;
  readonly incrementBy: IdentityColumnIncrementBy | undefined;
  readonly maxValue: IdentityColumnMaxValue | undefined;
  readonly minValue: IdentityColumnMinValue | undefined;
  /** `CYCLE` or `NO CYCLE`; undefined: not written. */
  readonly cycle: boolean | undefined;
}
export interface IdentityColumnStartWith extends SourceRange {
  readonly kind: 'IdentityColumnStartWith';
  readonly value: Expression;
}
export interface IdentityColumnIncrementBy extends SourceRange {
  readonly kind: 'IdentityColumnIncrementBy';
  readonly value: Expression;
}
export interface IdentityColumnMaxValue extends SourceRange {
  readonly kind: 'IdentityColumnMaxValue';
  readonly value: Expression;
}
export interface IdentityColumnMinValue extends SourceRange {
  readonly kind: 'IdentityColumnMinValue';
  readonly value: Expression;
}

export interface ColumnAttributeList extends SourceRange {
  readonly kind: 'ColumnAttributeList';
  readonly attributes: readonly ColumnAttribute[];
}

export type ColumnAttribute =
  NotNullColumnAttribute | HiddenColumnAttribute | PrimaryKeyColumnAttribute | ForeignKeyColumnAttribute;

export interface NotNullColumnAttribute extends SourceRange {
  readonly kind: 'NotNullColumnAttribute';
}
export interface HiddenColumnAttribute extends SourceRange {
  readonly kind: 'HiddenColumnAttribute';
}
export interface PrimaryKeyColumnAttribute extends SourceRange {
  readonly kind: 'PrimaryKeyColumnAttribute';
  /** undefined: not written, which enforces; BigQuery takes NOT ENFORCED only. */
  readonly enforced: boolean | undefined;
}
export interface ForeignKeyColumnAttribute extends SourceRange {
  readonly kind: 'ForeignKeyColumnAttribute';
  readonly constraintName: Identifier | undefined;
  readonly reference: ForeignKeyReference;
}

export type TableConstraint = PrimaryKey | ForeignKey | CheckConstraint;

export interface PrimaryKey extends SourceRange {
  readonly kind: 'PrimaryKey';
  readonly elements: PrimaryKeyElementList | undefined;
  readonly enforced: boolean | undefined;
  readonly options: OptionsList | undefined;
  readonly constraintName: Identifier | undefined;
}
export interface PrimaryKeyElementList extends SourceRange {
  readonly kind: 'PrimaryKeyElementList';
  readonly elements: readonly PrimaryKeyElement[];
}
export interface PrimaryKeyElement extends SourceRange {
  readonly kind: 'PrimaryKeyElement';
  readonly column: Identifier;
  readonly direction: 'ASC' | 'DESC' | undefined;
  readonly nullOrder: NullOrder | undefined;
}
export interface ForeignKey extends SourceRange {
  readonly kind: 'ForeignKey';
  readonly columns: ColumnList;
  readonly reference: ForeignKeyReference;
  readonly options: OptionsList | undefined;
  readonly constraintName: Identifier | undefined;
}
export interface ForeignKeyReference extends SourceRange {
  readonly kind: 'ForeignKeyReference';
  readonly table: PathExpression;
  readonly columns: ColumnList;
  /** undefined: not written, which is SIMPLE. */
  readonly match: 'SIMPLE' | 'FULL' | 'NOT DISTINCT' | undefined;
  readonly actions: ForeignKeyActions;
  readonly enforced: boolean | undefined;
}
export type ForeignKeyAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL';
/** An action that was not written is undefined, which is NO ACTION. */
export interface ForeignKeyActions extends SourceRange {
  readonly kind: 'ForeignKeyActions';
  readonly onUpdate: ForeignKeyAction | undefined;
  readonly onDelete: ForeignKeyAction | undefined;
}
export interface CheckConstraint extends SourceRange {
  readonly kind: 'CheckConstraint';
  readonly expression: Expression;
  readonly enforced: boolean | undefined;
  readonly options: OptionsList | undefined;
  readonly constraintName: Identifier | undefined;
}
