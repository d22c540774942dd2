import type { CreateModifiers, SqlSecurity } from './create-table.ts';
import type { Expression } from './expression.ts';
import type { Alias, Identifier, PathExpression } from './identifier.ts';
import type { StringLiteral } from './literal.ts';
import type { OptionsList } from './option.ts';
import type { Query } from './query.ts';
import type { Script } from './script.ts';
import type { SourceRange } from './source-range.ts';
import type { WithConnectionClause } from './table-function.ts';
import type { Type } from './type.ts';

export type DeterminismLevel = 'DETERMINISTIC' | 'NOT DETERMINISTIC' | 'IMMUTABLE' | 'STABLE' | 'VOLATILE';

/** A SQL function has `body`; a function in another language `language` and `code`; a remote one `isRemote`. */
export interface CreateFunctionStatement extends CreateModifiers {
  readonly kind: 'CreateFunctionStatement';
  readonly isAggregate: boolean;
  readonly isRemote: boolean;
  readonly declaration: FunctionDeclaration;
  readonly returnType: Type | undefined;
  readonly sqlSecurity: SqlSecurity | undefined;
  readonly determinism: DeterminismLevel | undefined;
  readonly language: Identifier | undefined;
  readonly connection: WithConnectionClause | undefined;
  readonly body: SqlFunctionBody | undefined;
  readonly code: StringLiteral | undefined;
  readonly options: OptionsList | undefined;
}

export interface FunctionDeclaration extends SourceRange {
  readonly kind: 'FunctionDeclaration';
  readonly name: PathExpression;
  readonly parameters: FunctionParameters;
}

export interface FunctionParameters extends SourceRange {
  readonly kind: 'FunctionParameters';
  readonly parameters: readonly FunctionParameter[];
}

/** Exactly one of `type`, `templatedType` and `tableSchema` is set. */
export interface FunctionParameter extends SourceRange {
  readonly kind: 'FunctionParameter';
  /** Of a procedure. */
  readonly mode: 'IN' | 'OUT' | 'INOUT' | undefined;
  readonly isNotAggregate: boolean;
  readonly name: Identifier | undefined;
  readonly type: Type | undefined;
  readonly templatedType: TemplatedParameterType | undefined;
  readonly tableSchema: TVFSchema | undefined;
  readonly alias: Alias | undefined;
  readonly default: Expression | undefined;
}

export interface TemplatedParameterType extends SourceRange {
  readonly kind: 'TemplatedParameterType';
  readonly typeKind: 'ANY TYPE' | 'ANY TABLE' | 'ANY STRING' | 'ANY STRUCT' | 'ANY ARRAY';
}

/** `AS (expression)`. */
export interface SqlFunctionBody extends SourceRange {
  readonly kind: 'SqlFunctionBody';
  readonly expression: Expression;
}

export interface CreateTableFunctionStatement extends CreateModifiers {
  readonly kind: 'CreateTableFunctionStatement';
  readonly declaration: FunctionDeclaration;
  readonly returnSchema: TVFSchema | undefined;
  readonly sqlSecurity: SqlSecurity | undefined;
  readonly options: OptionsList | undefined;
  readonly language: Identifier | undefined;
  readonly code: StringLiteral | undefined;
  readonly query: Query | undefined;
}

/** `TABLE<name type, ...>`. */
export interface TVFSchema extends SourceRange {
  readonly kind: 'TVFSchema';
  readonly columns: readonly TVFSchemaColumn[];
}

export interface TVFSchemaColumn extends SourceRange {
  readonly kind: 'TVFSchemaColumn';
  readonly name: Identifier | undefined;
  readonly type: Type;
}

/** A SQL procedure has `body`, whose only statement is the BEGIN ... END block; any other `language`. */
export interface CreateProcedureStatement extends CreateModifiers {
  readonly kind: 'CreateProcedureStatement';
  readonly name: PathExpression;
  readonly parameters: FunctionParameters;
  readonly externalSecurity: SqlSecurity | undefined;
  readonly options: OptionsList | undefined;
  readonly connection: WithConnectionClause | undefined;
  readonly body: Script | undefined;
  readonly language: Identifier | undefined;
  readonly code: StringLiteral | undefined;
}
