import type { FunctionCallArgument } from './expression.ts';
import type { Alias, Identifier, PathExpression } from './identifier.ts';
import type { DefaultLiteral } from './literal.ts';
import type { Hint } from './option.ts';
import type { WhereClause } from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { PostfixTableOperator } from './table-expression.ts';

/** A table-valued call such as `ML.PREDICT(MODEL m, TABLE t, STRUCT(...))`. */
export interface TVF extends SourceRange {
  readonly kind: 'TVF';
  readonly isLateral: boolean;
  readonly name: PathExpression;
  readonly arguments: readonly TVFArgument[];
  readonly hint: Hint | undefined;
  readonly alias: Alias | undefined;
  readonly postfixOperators: readonly PostfixTableOperator[];
}

/** `value` is an expression (a query is an ExpressionSubquery), or a TABLE, MODEL, CONNECTION or DESCRIPTOR argument. */
export interface TVFArgument extends SourceRange {
  readonly kind: 'TVFArgument';
  readonly value: FunctionCallArgument;
}

/** `TABLE path` or `TABLE tvf(...)`: exactly one of `path` and `tvf` is set. */
export interface TableClause extends SourceRange {
  readonly kind: 'TableClause';
  readonly path: PathExpression | undefined;
  readonly tvf: TVF | undefined;
  readonly where: WhereClause | undefined;
}

/** `MODEL path`. */
export interface ModelClause extends SourceRange {
  readonly kind: 'ModelClause';
  readonly path: PathExpression;
}

/** `CONNECTION path` or `CONNECTION DEFAULT`. */
export interface ConnectionClause extends SourceRange {
  readonly kind: 'ConnectionClause';
  readonly path: PathExpression | DefaultLiteral;
}

/** `WITH CONNECTION ...`. */
export interface WithConnectionClause extends SourceRange {
  readonly kind: 'WithConnectionClause';
  readonly connection: ConnectionClause;
}

/** `DESCRIPTOR(a, b)`. */
export interface Descriptor extends SourceRange {
  readonly kind: 'Descriptor';
  readonly columns: DescriptorColumnList;
}

export interface DescriptorColumnList extends SourceRange {
  readonly kind: 'DescriptorColumnList';
  readonly columns: readonly DescriptorColumn[];
}

export interface DescriptorColumn extends SourceRange {
  readonly kind: 'DescriptorColumn';
  readonly name: Identifier;
}
