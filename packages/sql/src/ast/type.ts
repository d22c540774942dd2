import type { ParameterExpression } from './expression.ts';
import type { Identifier, PathExpression } from './identifier.ts';
import type { BooleanLiteral, BytesLiteral, FloatLiteral, IntLiteral, MaxLiteral, StringLiteral } from './literal.ts';
import type { SourceRange } from './source-range.ts';

export type Type = SimpleType | ArrayType | StructType | RangeType | MapType | FunctionType;

/** A named type such as `INT64` or `NUMERIC(10, 2)`. */
export interface SimpleType extends SourceRange {
  readonly kind: 'SimpleType';
  readonly typeName: PathExpression;
  readonly typeParameters: TypeParameterList | undefined;
  readonly collate: Collate | undefined;
}

export interface ArrayType extends SourceRange {
  readonly kind: 'ArrayType';
  readonly elementType: Type;
  readonly typeParameters: TypeParameterList | undefined;
  readonly collate: Collate | undefined;
}

export interface StructType extends SourceRange {
  readonly kind: 'StructType';
  readonly fields: readonly StructField[];
  readonly typeParameters: TypeParameterList | undefined;
  readonly collate: Collate | undefined;
}

export interface StructField extends SourceRange {
  readonly kind: 'StructField';
  readonly name: Identifier | undefined;
  readonly type: Type;
}

export interface RangeType extends SourceRange {
  readonly kind: 'RangeType';
  readonly elementType: Type;
  readonly typeParameters: TypeParameterList | undefined;
  readonly collate: Collate | undefined;
}

export interface MapType extends SourceRange {
  readonly kind: 'MapType';
  readonly keyType: Type;
  readonly valueType: Type;
  readonly typeParameters: TypeParameterList | undefined;
  readonly collate: Collate | undefined;
}

/** `FUNCTION<(INT64) -> STRING>`, the type of a lambda parameter. */
export interface FunctionType extends SourceRange {
  readonly kind: 'FunctionType';
  readonly argumentTypes: FunctionTypeArgList;
  readonly returnType: Type;
  readonly typeParameters: TypeParameterList | undefined;
  readonly collate: Collate | undefined;
}

export interface FunctionTypeArgList extends SourceRange {
  readonly kind: 'FunctionTypeArgList';
  readonly types: readonly Type[];
}

export interface TypeParameterList extends SourceRange {
  readonly kind: 'TypeParameterList';
  readonly parameters: readonly (
    IntLiteral | FloatLiteral | BooleanLiteral | StringLiteral | BytesLiteral | MaxLiteral
  )[];
}

/** `COLLATE 'und:ci'`. */
export interface Collate extends SourceRange {
  readonly kind: 'Collate';
  readonly name: StringLiteral | ParameterExpression;
}
