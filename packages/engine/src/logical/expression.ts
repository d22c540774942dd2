import type { AggregateFunction, AggregateSignature, ScalarFunction, ScalarSignature } from '@bqml-emulator/catalog';
import type { SqlType, Value } from '@bqml-emulator/types';
import type { PlanColumn } from './column.ts';
import type { Scan } from './scan.ts';

/** Every resolved expression has a type. `start` is the byte offset of its source, for run-time errors. */
interface ExpressionBase {
  readonly type: SqlType;
}

export interface Literal extends ExpressionBase {
  readonly kind: 'Literal';
  readonly value: Value;
}

/** A query parameter; its value is known when the plan is made but it is not folded into the text. */
export interface Parameter extends ExpressionBase {
  readonly kind: 'Parameter';
  readonly name: string;
  readonly value: Value;
}

/** `correlated`: the column belongs to a query around this one. */
export interface ColumnRef extends ExpressionBase {
  readonly kind: 'ColumnRef';
  readonly column: PlanColumn;
  readonly correlated: boolean;
}

/** Arguments are already coerced to what the signature wants. `safe`: written with `SAFE.`. */
export interface FunctionCall extends ExpressionBase {
  readonly kind: 'FunctionCall';
  readonly function: ScalarFunction;
  readonly signature: ScalarSignature;
  readonly arguments: readonly Expression[];
  readonly safe: boolean;
}

/** CASE WHEN; a simple CASE is resolved to this with equality. Without `otherwise` it gives NULL. Branches are lazy. */
export interface Case extends ExpressionBase {
  readonly kind: 'Case';
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression;
}

/** AND and OR keep SQL's three-valued logic and evaluate left to right. */
export interface Logical extends ExpressionBase {
  readonly kind: 'Logical';
  readonly operator: 'AND' | 'OR';
  readonly operands: readonly Expression[];
}

/** The first operand that is not NULL. */
export interface Coalesce extends ExpressionBase {
  readonly kind: 'Coalesce';
  readonly operands: readonly Expression[];
}

/** `safe` is SAFE_CAST. `format` is CAST(... FORMAT text), `timeZone` its AT TIME ZONE. Implicit coercions too. */
export interface Cast extends ExpressionBase {
  readonly kind: 'Cast';
  readonly operand: Expression;
  readonly safe: boolean;
  readonly format: Expression | undefined;
  readonly timeZone: Expression | undefined;
}

export interface MakeStruct extends ExpressionBase {
  readonly kind: 'MakeStruct';
  readonly fields: readonly Expression[];
}

export interface MakeArray extends ExpressionBase {
  readonly kind: 'MakeArray';
  readonly elements: readonly Expression[];
}

export interface GetStructField extends ExpressionBase {
  readonly kind: 'GetStructField';
  readonly operand: Expression;
  readonly index: number;
}

/** `a[OFFSET(i)]` and its siblings. */
export interface ArrayElement extends ExpressionBase {
  readonly kind: 'ArrayElement';
  readonly array: Expression;
  readonly index: Expression;
  readonly base: 0 | 1;
  readonly safe: boolean;
}

/** `x IN (a, b)`: FALSE, TRUE or NULL; operands are already one type. */
export interface InList extends ExpressionBase {
  readonly kind: 'InList';
  readonly operand: Expression;
  readonly list: readonly Expression[];
}

export interface Subquery extends ExpressionBase {
  readonly kind: 'Subquery';
  /** SCALAR: NULL for no row, an error for more than one. IN compares `operand` with the only column. */
  readonly form: 'SCALAR' | 'ARRAY' | 'EXISTS' | 'IN';
  readonly scan: Scan;
  /** The column that SCALAR, ARRAY and IN read. */
  readonly column: PlanColumn | undefined;
  readonly operand: Expression | undefined;
  /** Columns of the queries around it that `scan` reads. */
  readonly correlatedColumns: readonly PlanColumn[];
}

/** Only inside AggregateScan and AnalyticScan. */
export interface AggregateCall extends ExpressionBase {
  readonly kind: 'AggregateCall';
  readonly function: AggregateFunction;
  readonly signature: AggregateSignature;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly nullHandling: 'IGNORE' | 'RESPECT' | undefined;
  readonly having: { readonly kind: 'MAX' | 'MIN'; readonly expression: Expression } | undefined;
  readonly orderBy: readonly OrderByItem[];
  readonly limit: Expression | undefined;
}

export interface OrderByItem {
  readonly expression: Expression;
  readonly descending: boolean;
  /** Resolved: BigQuery's default is first for ascending, last for descending. */
  readonly nullsFirst: boolean;
}

export type Expression =
  | Literal
  | Parameter
  | ColumnRef
  | FunctionCall
  | Case
  | Logical
  | Coalesce
  | Cast
  | MakeStruct
  | MakeArray
  | GetStructField
  | ArrayElement
  | InList
  | Subquery;
