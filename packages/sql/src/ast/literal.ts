import type { SourceRange } from './source-range.ts';
import type { RangeType } from './type.ts';

/** `text` as written: decimal or hexadecimal digits without a sign. */
export interface IntLiteral extends SourceRange {
  readonly kind: 'IntLiteral';
  readonly text: string;
}

/** `text` as written, such as `1.5`, `.5`, `1.` or `1e10`. */
export interface FloatLiteral extends SourceRange {
  readonly kind: 'FloatLiteral';
  readonly text: string;
}

export interface BooleanLiteral extends SourceRange {
  readonly kind: 'BooleanLiteral';
  readonly value: boolean;
  /** As written: `true`, `TRUE`, `True`. */
  readonly text: string;
}

export interface NullLiteral extends SourceRange {
  readonly kind: 'NullLiteral';
  readonly text: string;
}

/** One or more adjacent literals; `value` is their concatenation with escapes resolved. */
export interface StringLiteral extends SourceRange {
  readonly kind: 'StringLiteral';
  readonly components: readonly StringLiteralComponent[];
  readonly value: string;
}

export interface StringLiteralComponent extends SourceRange {
  readonly kind: 'StringLiteralComponent';
  /** As written, with prefix and quotes. */
  readonly text: string;
  readonly value: string;
}

export interface BytesLiteral extends SourceRange {
  readonly kind: 'BytesLiteral';
  readonly components: readonly BytesLiteralComponent[];
  readonly value: Uint8Array;
}

export interface BytesLiteralComponent extends SourceRange {
  readonly kind: 'BytesLiteralComponent';
  readonly text: string;
  readonly value: Uint8Array;
}

/** `NUMERIC '1.10'`; `DECIMAL` is the same. */
export interface NumericLiteral extends SourceRange {
  readonly kind: 'NumericLiteral';
  readonly string: StringLiteral;
}

/** `BIGNUMERIC '1e-30'`; `BIGDECIMAL` is the same. */
export interface BigNumericLiteral extends SourceRange {
  readonly kind: 'BigNumericLiteral';
  readonly string: StringLiteral;
}

export interface JSONLiteral extends SourceRange {
  readonly kind: 'JSONLiteral';
  readonly string: StringLiteral;
}

export interface DateOrTimeLiteral extends SourceRange {
  readonly kind: 'DateOrTimeLiteral';
  readonly typeKind: 'DATE' | 'DATETIME' | 'TIME' | 'TIMESTAMP';
  readonly string: StringLiteral;
}

/** `MAX` as a type parameter. */
export interface MaxLiteral extends SourceRange {
  readonly kind: 'MaxLiteral';
  readonly text: string;
}

/** The keyword `DEFAULT` in the place of a value or of a connection. */
export interface DefaultLiteral extends SourceRange {
  readonly kind: 'DefaultLiteral';
}

export type Literal =
  | IntLiteral
  | FloatLiteral
  | BooleanLiteral
  | NullLiteral
  | StringLiteral
  | BytesLiteral
  | NumericLiteral
  | BigNumericLiteral
  | JSONLiteral
  | DateOrTimeLiteral
  | RangeLiteral;

/** `RANGE<DATE> '[2020-01-01, UNBOUNDED)'`. */
export interface RangeLiteral extends SourceRange {
  readonly kind: 'RangeLiteral';
  readonly type: RangeType;
  readonly string: StringLiteral;
}
