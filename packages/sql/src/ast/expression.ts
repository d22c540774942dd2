import type { Alias, Identifier, PathExpression } from './identifier.ts';
import type { Literal } from './literal.ts';
import type { Hint, OptionsList } from './option.ts';
import type { GroupBy, Having, LimitOffset, OrderBy, Query, SelectList, StarModifiers, WhereClause } from './query.ts';
import type { Location, SourceRange } from './source-range.ts';
import type { ConnectionClause, Descriptor, ModelClause, TableClause } from './table-function.ts';
import type { ArrayType, StructType, Type } from './type.ts';
import type { WindowSpecification } from './window.ts';

export type Expression =
  | Literal
  | PathExpression
  | DotIdentifier
  | DotGeneralizedField
  | ArrayElement
  | ParameterExpr
  | SystemVariableExpr
  | UnaryExpression
  | BinaryExpression
  | BitwiseShiftExpression
  | AndExpr
  | OrExpr
  | ConcatExpr
  | BetweenExpression
  | InExpression
  | LikeExpression
  | QuantifiedComparisonExpression
  | CaseValueExpression
  | CaseNoValueExpression
  | CastExpression
  | ExtractExpression
  | IntervalExpr
  | FunctionCall
  | AnalyticFunctionCall
  | ArrayConstructor
  | StructConstructorWithParens
  | StructConstructorWithKeyword
  | ExpressionSubquery
  | WithExpression;

/** What may be written between the parentheses of a function call. */
export type FunctionCallArgument =
  | Expression
  | ExpressionWithAlias
  | NamedArgument
  | Lambda
  | ModelArg
  | TableClause
  | ModelClause
  | ConnectionClause
  | Descriptor
  | SequenceArg
  | InputTableArgument
  | Star;

/** A path that may start from any expression: the target of a field access, of DML and of hidden columns. */
export type GeneralizedPathExpression = PathExpression | DotIdentifier | DotGeneralizedField | ArrayElement;

export type ParameterExpression = ParameterExpr | SystemVariableExpr;

/** `expr.name`, where `expr` is not itself a plain path. */
export interface DotIdentifier extends SourceRange {
  readonly kind: 'DotIdentifier';
  readonly expression: Expression;
  readonly name: Identifier;
}

/** `expr.(path)`. */
export interface DotGeneralizedField extends SourceRange {
  readonly kind: 'DotGeneralizedField';
  readonly expression: Expression;
  readonly path: PathExpression;
}

/** `array[position]`; `OFFSET(n)`, `ORDINAL(n)` and their SAFE forms are a FunctionCall in `position`. */
export interface ArrayElement extends SourceRange {
  readonly kind: 'ArrayElement';
  readonly array: Expression;
  readonly bracketLocation: Location;
  readonly position: Expression;
}

/** `@name`, or `?` with its 1-based position in the statement. Exactly one of the two is set. */
export interface ParameterExpr extends SourceRange {
  readonly kind: 'ParameterExpr';
  readonly name: Identifier | undefined;
  readonly position: number | undefined;
}

/** `@@path`. */
export interface SystemVariableExpr extends SourceRange {
  readonly kind: 'SystemVariableExpr';
  readonly path: PathExpression;
}

export type UnaryOperator = '-' | '+' | '~' | 'NOT';

export interface UnaryExpression extends SourceRange {
  readonly kind: 'UnaryExpression';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

/** `IS` has a NullLiteral, a BooleanLiteral or the path `UNKNOWN` on its right. */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '|'
  | '&'
  | '^'
  | '='
  | '!='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'IS'
  | 'IS DISTINCT FROM';

export interface BinaryExpression extends SourceRange {
  readonly kind: 'BinaryExpression';
  readonly operator: BinaryOperator;
  /** `NOT LIKE`, `IS NOT`, `IS NOT DISTINCT FROM`. */
  readonly isNot: boolean;
  readonly left: Expression;
  readonly right: Expression;
}

export interface BitwiseShiftExpression extends SourceRange {
  readonly kind: 'BitwiseShiftExpression';
  readonly operator: '<<' | '>>';
  readonly left: Expression;
  readonly operatorLocation: Location;
  readonly right: Expression;
}

/** Two or more operands of the same AND chain. */
export interface AndExpr extends SourceRange {
  readonly kind: 'AndExpr';
  readonly operands: readonly Expression[];
}

/** Two or more operands of the same OR chain. */
export interface OrExpr extends SourceRange {
  readonly kind: 'OrExpr';
  readonly operands: readonly Expression[];
}

/** Two or more operands of the same `||` chain. */
export interface ConcatExpr extends SourceRange {
  readonly kind: 'ConcatExpr';
  readonly operands: readonly Expression[];
}

export interface BetweenExpression extends SourceRange {
  readonly kind: 'BetweenExpression';
  readonly isNot: boolean;
  readonly value: Expression;
  readonly operatorLocation: Location;
  readonly low: Expression;
  readonly high: Expression;
}

/** Exactly one of `list`, `query` and `unnest` is set. */
export interface InExpression extends SourceRange {
  readonly kind: 'InExpression';
  readonly isNot: boolean;
  readonly value: Expression;
  readonly operatorLocation: Location;
  readonly hint: Hint | undefined;
  readonly list: InList | undefined;
  readonly query: Query | undefined;
  readonly unnest: UnnestExpression | undefined;
}

export interface InList extends SourceRange {
  readonly kind: 'InList';
  readonly values: readonly Expression[];
}

/** `LIKE ANY|SOME|ALL`; a plain LIKE is a BinaryExpression. Exactly one of `list`, `query` and `unnest` is set. */
export interface LikeExpression extends SourceRange {
  readonly kind: 'LikeExpression';
  readonly isNot: boolean;
  readonly value: Expression;
  readonly operatorLocation: Location;
  readonly quantifier: AnySomeAllOp;
  readonly hint: Hint | undefined;
  readonly list: InList | undefined;
  readonly query: Query | undefined;
  readonly unnest: UnnestExpression | undefined;
}

/** `= ANY (...)` and the like. Exactly one of `list`, `query` and `unnest` is set. */
export interface QuantifiedComparisonExpression extends SourceRange {
  readonly kind: 'QuantifiedComparisonExpression';
  readonly operator: '=' | '!=' | '<>' | '<' | '<=' | '>' | '>=';
  readonly value: Expression;
  readonly operatorLocation: Location;
  readonly quantifier: AnySomeAllOp;
  readonly hint: Hint | undefined;
  readonly list: InList | undefined;
  readonly query: Query | undefined;
  readonly unnest: UnnestExpression | undefined;
}

export interface AnySomeAllOp extends SourceRange {
  readonly kind: 'AnySomeAllOp';
  readonly operator: 'ANY' | 'SOME' | 'ALL';
}

/** `CASE value WHEN a THEN b ... [ELSE c] END`; `arguments` is [value, a, b, ..., c?]. */
export interface CaseValueExpression extends SourceRange {
  readonly kind: 'CaseValueExpression';
  readonly arguments: readonly Expression[];
}

/** `CASE WHEN a THEN b ... [ELSE c] END`; `arguments` is [a, b, ..., c?]. */
export interface CaseNoValueExpression extends SourceRange {
  readonly kind: 'CaseNoValueExpression';
  readonly arguments: readonly Expression[];
}

export interface CastExpression extends SourceRange {
  readonly kind: 'CastExpression';
  /** SAFE_CAST. */
  readonly isSafe: boolean;
  readonly expression: Expression;
  readonly type: Type;
  readonly format: FormatClause | undefined;
}

/** `FORMAT text [AT TIME ZONE zone]` inside CAST. */
export interface FormatClause extends SourceRange {
  readonly kind: 'FormatClause';
  readonly format: Expression;
  readonly timeZone: Expression | undefined;
}

/** `EXTRACT(part FROM value [AT TIME ZONE zone])`; `part` is a path such as YEAR or a call such as WEEK(MONDAY). */
export interface ExtractExpression extends SourceRange {
  readonly kind: 'ExtractExpression';
  readonly part: Expression;
  readonly from: Expression;
  readonly timeZone: Expression | undefined;
}

/** `INTERVAL value part [TO part]`. */
export interface IntervalExpr extends SourceRange {
  readonly kind: 'IntervalExpr';
  readonly value: Expression;
  readonly datePart: Identifier;
  readonly datePartTo: Identifier | undefined;
}

export type NullHandling = 'IGNORE NULLS' | 'RESPECT NULLS';

export interface FunctionCall extends SourceRange {
  readonly kind: 'FunctionCall';
  /** As written: `SAFE.SUBSTR` has two names. */
  readonly function: PathExpression;
  readonly distinct: boolean;
  /** `(x).F(y)`: the first argument was written before the name. */
  readonly isChained: boolean;
  /** `CURRENT_DATE` and its kin, written without parentheses. */
  readonly isWithoutParentheses: boolean;
  readonly arguments: readonly FunctionCallArgument[];
  readonly where: WhereClause | undefined;
  readonly nullHandling: NullHandling | undefined;
  readonly havingModifier: HavingModifier | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Having | undefined;
  readonly clampedBetween: ClampedBetweenModifier | undefined;
  readonly withReport: WithReportModifier | undefined;
  readonly orderBy: OrderBy | undefined;
  readonly limit: LimitOffset | undefined;
  readonly hint: Hint | undefined;
}

/** `HAVING MAX x` or `HAVING MIN x` inside an aggregate call. */
export interface HavingModifier extends SourceRange {
  readonly kind: 'HavingModifier';
  readonly modifier: 'MAX' | 'MIN';
  readonly expression: Expression;
}

export interface ClampedBetweenModifier extends SourceRange {
  readonly kind: 'ClampedBetweenModifier';
  readonly low: Expression;
  readonly high: Expression;
}

export interface WithReportModifier extends SourceRange {
  readonly kind: 'WithReportModifier';
  readonly options: OptionsList | undefined;
}

/** A call with an OVER clause. */
export interface AnalyticFunctionCall extends SourceRange {
  readonly kind: 'AnalyticFunctionCall';
  readonly call: FunctionCall;
  readonly window: WindowSpecification;
}

/** `[a, b]`, `ARRAY[a, b]` and `ARRAY<T>[a, b]`. */
export interface ArrayConstructor extends SourceRange {
  readonly kind: 'ArrayConstructor';
  readonly type: ArrayType | undefined;
  readonly elements: readonly Expression[];
}

/** `(a, b)`: two or more fields without names. */
export interface StructConstructorWithParens extends SourceRange {
  readonly kind: 'StructConstructorWithParens';
  readonly fields: readonly Expression[];
}

/** `STRUCT(a AS x, b)` and `STRUCT<x INT64>(a)`. */
export interface StructConstructorWithKeyword extends SourceRange {
  readonly kind: 'StructConstructorWithKeyword';
  readonly type: StructType | undefined;
  readonly fields: readonly StructConstructorArg[];
}

export interface StructConstructorArg extends SourceRange {
  readonly kind: 'StructConstructorArg';
  readonly expression: Expression;
  readonly alias: Alias | undefined;
}

export interface ExpressionSubquery extends SourceRange {
  readonly kind: 'ExpressionSubquery';
  readonly modifier: 'NONE' | 'ARRAY' | 'EXISTS';
  readonly hint: Hint | undefined;
  readonly query: Query;
}

/** `WITH(a AS expr, ..., result)`; `variables` are SelectColumns that all have an alias. */
export interface WithExpression extends SourceRange {
  readonly kind: 'WithExpression';
  readonly variables: SelectList;
  readonly expression: Expression;
}

/** `name => value`. */
export interface NamedArgument extends SourceRange {
  readonly kind: 'NamedArgument';
  readonly name: Identifier;
  readonly value: FunctionCallArgument;
}

/** `x -> body` or `(x, y) -> body`; `parameters` is a path or a struct of paths. */
export interface Lambda extends SourceRange {
  readonly kind: 'Lambda';
  readonly parameters: PathExpression | StructConstructorWithParens;
  readonly body: Expression;
}

/** `MODEL path` as the value of a named argument or in a scalar call. */
export interface ModelArg extends SourceRange {
  readonly kind: 'ModelArg';
  readonly path: PathExpression;
}

export interface SequenceArg extends SourceRange {
  readonly kind: 'SequenceArg';
  readonly path: PathExpression;
}

/** `INPUT TABLE`, the table of a pipe CALL. */
export interface InputTableArgument extends SourceRange {
  readonly kind: 'InputTableArgument';
}

/** An argument with a name: `STRUCT`-like functions take `expr AS name`. */
export interface ExpressionWithAlias extends SourceRange {
  readonly kind: 'ExpressionWithAlias';
  readonly expression: Expression;
  readonly alias: Alias;
}

export interface ExpressionWithOptAlias extends SourceRange {
  readonly kind: 'ExpressionWithOptAlias';
  readonly expression: Expression;
  readonly alias: Alias | undefined;
}

/** `UNNEST(array, ...)`; BigQuery takes one array. */
export interface UnnestExpression extends SourceRange {
  readonly kind: 'UnnestExpression';
  readonly expressions: readonly ExpressionWithOptAlias[];
  readonly zipMode: NamedArgument | undefined;
}

/** A list of columns: EXCEPT(...), CORRESPONDING BY (...), UNPIVOT. */
export interface ExpressionList extends SourceRange {
  readonly kind: 'ExpressionList';
  readonly expressions: readonly Expression[] | readonly Identifier[];
}

/** `*` in a SELECT list or in COUNT(*). */
export interface Star extends SourceRange {
  readonly kind: 'Star';
}

export interface StarWithModifiers extends SourceRange {
  readonly kind: 'StarWithModifiers';
  readonly modifiers: StarModifiers;
}

/** `expr.*`. */
export interface DotStar extends SourceRange {
  readonly kind: 'DotStar';
  readonly expression: Expression;
}

export interface DotStarWithModifiers extends SourceRange {
  readonly kind: 'DotStarWithModifiers';
  readonly expression: Expression;
  readonly modifiers: StarModifiers;
}
