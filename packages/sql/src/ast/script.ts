import type { Expression, ParameterExpr, SystemVariableExpr } from './expression.ts';
import type { Alias, Identifier, IdentifierList, PathExpression } from './identifier.ts';
import type { StringLiteral } from './literal.ts';
import type { Hint } from './option.ts';
import type { Query } from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { Statement } from './statement.ts';
import type { TVFArgument } from './table-function.ts';
import type { Type } from './type.ts';

/** Statements separated by semicolons. */
export interface Script extends SourceRange {
  readonly kind: 'Script';
  readonly statements: StatementList;
}
export interface StatementList extends SourceRange {
  readonly kind: 'StatementList';
  readonly statements: readonly Statement[];
}
export interface HintedStatement extends SourceRange {
  readonly kind: 'HintedStatement';
  readonly hint: Hint;
  readonly statement: Statement;
}

export interface VariableDeclaration extends SourceRange {
  readonly kind: 'VariableDeclaration';
  readonly variables: IdentifierList;
  /** At least one of `type` and `default` is set. */
  readonly type: Type | undefined;
  readonly default: Expression | undefined;
}
export interface SingleAssignment extends SourceRange {
  readonly kind: 'SingleAssignment';
  readonly variable: Identifier;
  readonly expression: Expression;
}
export interface ParameterAssignment extends SourceRange {
  readonly kind: 'ParameterAssignment';
  readonly parameter: ParameterExpr;
  readonly expression: Expression;
}
export interface SystemVariableAssignment extends SourceRange {
  readonly kind: 'SystemVariableAssignment';
  readonly variable: SystemVariableExpr;
  readonly expression: Expression;
}
/** `SET (a, b) = expression`. */
export interface AssignmentFromStruct extends SourceRange {
  readonly kind: 'AssignmentFromStruct';
  readonly variables: IdentifierList;
  readonly expression: Expression;
}

export interface Label extends SourceRange {
  readonly kind: 'Label';
  readonly name: Identifier;
}
export interface BeginEndBlock extends SourceRange {
  readonly kind: 'BeginEndBlock';
  readonly label: Label | undefined;
  readonly statements: StatementList;
  readonly exceptionHandlers: ExceptionHandlerList | undefined;
}
export interface ExceptionHandlerList extends SourceRange {
  readonly kind: 'ExceptionHandlerList';
  readonly handlers: readonly ExceptionHandler[];
}
/** `WHEN ERROR THEN ...`. */
export interface ExceptionHandler extends SourceRange {
  readonly kind: 'ExceptionHandler';
  readonly statements: StatementList;
}
export interface IfStatement extends SourceRange {
  readonly kind: 'IfStatement';
  readonly condition: Expression;
  readonly body: StatementList;
  readonly elseIfs: ElseifClauseList | undefined;
  readonly else: StatementList | undefined;
}
export interface ElseifClauseList extends SourceRange {
  readonly kind: 'ElseifClauseList';
  readonly clauses: readonly ElseifClause[];
}
export interface ElseifClause extends SourceRange {
  readonly kind: 'ElseifClause';
  readonly condition: Expression;
  readonly body: StatementList;
}
export interface CaseStatement extends SourceRange {
  readonly kind: 'CaseStatement';
  readonly value: Expression | undefined;
  readonly whens: WhenThenClauseList;
  readonly else: StatementList | undefined;
}
export interface WhenThenClauseList extends SourceRange {
  readonly kind: 'WhenThenClauseList';
  readonly clauses: readonly WhenThenClause[];
}
export interface WhenThenClause extends SourceRange {
  readonly kind: 'WhenThenClause';
  readonly condition: Expression;
  readonly body: StatementList;
}
/** `LOOP ... END LOOP` has no condition. */
export interface WhileStatement extends SourceRange {
  readonly kind: 'WhileStatement';
  readonly label: Label | undefined;
  readonly condition: Expression | undefined;
  readonly body: StatementList;
}
export interface RepeatStatement extends SourceRange {
  readonly kind: 'RepeatStatement';
  readonly label: Label | undefined;
  readonly body: StatementList;
  readonly until: UntilClause;
}
export interface UntilClause extends SourceRange {
  readonly kind: 'UntilClause';
  readonly condition: Expression;
}
export interface ForInStatement extends SourceRange {
  readonly kind: 'ForInStatement';
  readonly label: Label | undefined;
  readonly variable: Identifier;
  readonly query: Query;
  readonly body: StatementList;
}
export interface BreakStatement extends SourceRange {
  readonly kind: 'BreakStatement';
  readonly keyword: 'BREAK' | 'LEAVE';
  readonly label: Label | undefined;
}
export interface ContinueStatement extends SourceRange {
  readonly kind: 'ContinueStatement';
  readonly keyword: 'CONTINUE' | 'ITERATE';
  readonly label: Label | undefined;
}
export interface ReturnStatement extends SourceRange {
  readonly kind: 'ReturnStatement';
}
/** Without a message it raises the error that is being handled. */
export interface RaiseStatement extends SourceRange {
  readonly kind: 'RaiseStatement';
  readonly message: Expression | undefined;
}
export interface CallStatement extends SourceRange {
  readonly kind: 'CallStatement';
  readonly procedure: PathExpression;
  readonly arguments: readonly TVFArgument[];
}
export interface ExecuteImmediateStatement extends SourceRange {
  readonly kind: 'ExecuteImmediateStatement';
  readonly sql: Expression;
  readonly into: ExecuteIntoClause | undefined;
  readonly using: ExecuteUsingClause | undefined;
}
export interface ExecuteIntoClause extends SourceRange {
  readonly kind: 'ExecuteIntoClause';
  readonly variables: IdentifierList;
}
export interface ExecuteUsingClause extends SourceRange {
  readonly kind: 'ExecuteUsingClause';
  readonly arguments: readonly ExecuteUsingArgument[];
}
export interface ExecuteUsingArgument extends SourceRange {
  readonly kind: 'ExecuteUsingArgument';
  readonly expression: Expression;
  readonly alias: Alias | undefined;
}
export interface AssertStatement extends SourceRange {
  readonly kind: 'AssertStatement';
  readonly expression: Expression;
  readonly description: StringLiteral | undefined;
}

export interface BeginStatement extends SourceRange {
  readonly kind: 'BeginStatement';
  readonly modes: TransactionModeList | undefined;
}
export interface SetTransactionStatement extends SourceRange {
  readonly kind: 'SetTransactionStatement';
  readonly modes: TransactionModeList;
}
export interface CommitStatement extends SourceRange {
  readonly kind: 'CommitStatement';
}
export interface RollbackStatement extends SourceRange {
  readonly kind: 'RollbackStatement';
}
export interface TransactionModeList extends SourceRange {
  readonly kind: 'TransactionModeList';
  readonly modes: readonly (TransactionReadWriteMode | TransactionIsolationLevel)[];
}
export interface TransactionReadWriteMode extends SourceRange {
  readonly kind: 'TransactionReadWriteMode';
  readonly mode: 'READ ONLY' | 'READ WRITE';
}
export interface TransactionIsolationLevel extends SourceRange {
  readonly kind: 'TransactionIsolationLevel';
  readonly names: readonly Identifier[];
}
