import type { ModelReference, TextPosition } from '@bqml-emulator/common';
import type { Batch, SqlType, Value } from '@bqml-emulator/types';
import type { Catalog } from './catalog-port.ts';
import type { Model } from './resource.ts';

/**
 * The type that a parameter or a result of a signature may have. `ANY` binds a type variable: all parameters that
 * name the same variable get their common supertype. `ARRAY_OF_ANY` is ARRAY<variable>.
 */
export type TypePattern =
  | { readonly pattern: 'EXACT'; readonly type: SqlType }
  | { readonly pattern: 'ANY'; readonly variable: string }
  | { readonly pattern: 'ARRAY_OF_ANY'; readonly variable: string }
  | { readonly pattern: 'RANGE_OF_ANY'; readonly variable: string };

export interface Parameter {
  readonly type: TypePattern;
  /** For `name => value` and for messages. */
  readonly name?: string;
  readonly optional?: boolean;
  /** Zero or more times; only the last parameter, or the last group of equal repeat number. */
  readonly repeated?: boolean;
  /** The argument must be a literal or a query parameter. */
  readonly constant?: boolean;
}

/** What an evaluation may ask of the query that runs it. */
export interface EvaluationContext {
  /** CURRENT_TIMESTAMP of the query: microseconds, the same at every call. */
  readonly queryMicros: bigint;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly timeZone: string;
  readonly projectId: string;
  readonly userEmail: string;
}

export interface ScalarSignature {
  readonly parameters: readonly Parameter[];
  /** A pattern over the variables of the parameters, or computed from the argument types after coercion. */
  readonly result:
    TypePattern | ((argumentTypes: readonly SqlType[], constants: readonly (Value | undefined)[]) => SqlType);
  /**
   * `propagate`: any NULL argument gives NULL and `evaluate` never sees one. `receive`: it sees them.
   */
  readonly nulls: 'propagate' | 'receive';
  /**
   * The exact meaning. `types` are the argument types after coercion, then the result type last.
   * Throws `ServiceError` for BigQuery's run-time errors; `SAFE.` turns those into NULL.
   */
  readonly evaluate?: (args: readonly Value[], types: readonly SqlType[], context: EvaluationContext) => Value;
  /** Instead of `evaluate` where an argument is lazy: lazy ones come unread. */
  readonly evaluateLazy?: (args: readonly Value[], signal: AbortSignal) => Promise<Value>;
  /** Instead of `evaluate`, for what needs I/O: it runs as an operator between stages, over whole batches of rows. */
  readonly evaluateAsync?: (
    rows: readonly (readonly Value[])[],
    types: readonly SqlType[],
    context: EvaluationContext,
    signal: AbortSignal,
  ) => Promise<readonly Value[]>;
  /**
   * Text in the relational engine's dialect that equals `evaluate` for every non-lazy input, NULLs and errors
   * included; `undefined` from the call: not for these types.
   */
  readonly duckdb?: (args: readonly string[], types: readonly SqlType[]) => string | undefined;
  /** The result travels as a handle. Its arguments may be lazy where `lazyParameters` says so. */
  readonly lazyResult?: boolean;
  /** Indices of parameters that `evaluate` takes as LazyValue or as plain value, without reading them first. */
  readonly lazyParameters?: readonly number[];
  /** RAND, GENERATE_UUID, and what must not be folded. */
  readonly volatile?: boolean;
}

export interface ScalarFunction {
  readonly kind: 'scalar';
  /** Upper case with its namespace: `CONCAT`, `NET.HOST`, `ML.DECODE_IMAGE`. Operators are `$add`, `$equal`, ... */
  readonly name: string;
  readonly signatures: readonly ScalarSignature[];
  readonly docUrl: string;
  /** Where reservations are required: how the error begins that says that the project has none. */
  readonly needsReservation?: string;
}

export interface AggregateSignature {
  readonly parameters: readonly Parameter[];
  readonly result: TypePattern | ((argumentTypes: readonly SqlType[]) => SqlType);
  /** Text of the aggregate call in the relational engine's dialect, given argument texts and modifiers. */
  readonly duckdb?: (call: AggregateCallText) => string | undefined;
  /** The result is the first argument of some row: where that is a handle, it stays one. */
  readonly passesHandles?: boolean;
  /**
   * How a group is folded some of its rows at a time: `parts` over those rows, `whole` over what the parts gave; `self`
   * where the function is its own part and whole. The result is the same but for the order in which floats are added.
   */
  readonly split?: 'self' | { readonly parts: readonly AggregatePart[]; readonly whole: AggregatePart };
  /** Folds the rows of a group (rows where an argument is NULL are left out when `skipNulls`), in ORDER BY order. */
  readonly evaluate?: (
    rows: readonly (readonly Value[])[],
    types: readonly SqlType[],
    context: EvaluationContext,
  ) => Value;
  readonly skipNulls: boolean;
}

export interface AggregatePart {
  readonly function: AggregateFunction;
  readonly signature: AggregateSignature;
}

export interface AggregateCallText {
  readonly args: readonly string[];
  readonly types: readonly SqlType[];
  readonly distinct: boolean;
  /** ` ORDER BY ...` inside the call, or the empty string. */
  readonly orderBy: string;
  readonly limit: string | undefined;
  readonly ignoreNulls: boolean | undefined;
}

export interface AggregateFunction {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly signatures: readonly AggregateSignature[];
  readonly supportsDistinct: boolean;
  readonly supportsOrderBy: boolean;
  readonly supportsLimit: boolean;
  readonly supportsNullHandling: boolean;
  /** May be called with OVER (also true of pure analytic functions, which have `analyticOnly`). */
  readonly supportsOver: boolean;
  readonly analyticOnly?: boolean;
  readonly docUrl: string;
}

/** A column that a table function reads or gives. */
export interface TableColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly lazy: boolean;
}

export type TableFunctionArgument =
  | {
      readonly kind: 'model';
      readonly reference: ModelReference;
      readonly model: Model;
      readonly position: TextPosition;
    }
  /** A query or `TABLE t`, already resolved. */
  | {
      readonly kind: 'relation';
      readonly columns: readonly TableColumn[];
      readonly objectTable: boolean;
      readonly position: TextPosition;
    }
  | { readonly kind: 'scalar'; readonly type: SqlType; readonly value: Value; readonly position: TextPosition };

/**
 * A table function whose output schema is known. `open` may be called once.
 * Each output column is either computed or passes an input column through unchanged.
 */
export interface BoundTableFunction {
  readonly columns: readonly (TableColumn & { readonly passThrough: number | undefined })[];
  /** Input columns that `open` reads, in the order in which it gets them. */
  readonly inputColumns: readonly number[];
  /**
   * `batches` hold `inputColumns`; the result holds the computed columns in order. One row out for each row in, in
   * the same order, batch by batch.
   */
  open(batches: AsyncIterable<Batch>, signal: AbortSignal): AsyncIterable<Batch>;
}

export interface TableFunction {
  readonly kind: 'table';
  readonly name: string;
  /** Errors end with the position of the argument at fault. */
  bind(args: readonly TableFunctionArgument[], catalog: Catalog): BoundTableFunction;
  readonly docUrl: string;
  /** As for scalar functions, when its relation reads an object table. */
  readonly needsReservation?: string;
}

export type FunctionDefinition = ScalarFunction | AggregateFunction | TableFunction;
