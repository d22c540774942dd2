import type { AlterActionList } from './alter.ts';
import type { CreateModifiers } from './create-table.ts';
import type { Expression, ParameterExpression } from './expression.ts';
import type { Identifier, PathExpression, PathExpressionList } from './identifier.ts';
import type { StringLiteral } from './literal.ts';
import type { SourceRange } from './source-range.ts';

/** GRANT and REVOKE share their clauses. */
export interface GrantStatement extends SourceRange {
  readonly kind: 'GrantStatement';
  readonly privileges: Privileges;
  /** `TABLE`, or two words such as `EXTERNAL TABLE`; none is allowed. */
  readonly objectType: readonly Identifier[];
  readonly path: PathExpression;
  readonly grantees: GranteeList;
}
export interface RevokeStatement extends SourceRange {
  readonly kind: 'RevokeStatement';
  readonly privileges: Privileges;
  readonly objectType: readonly Identifier[];
  readonly path: PathExpression;
  readonly grantees: GranteeList;
}
/** ALL PRIVILEGES when empty. */
export interface Privileges extends SourceRange {
  readonly kind: 'Privileges';
  readonly privileges: readonly Privilege[];
}
export interface Privilege extends SourceRange {
  readonly kind: 'Privilege';
  readonly action: Identifier;
  readonly paths: PathExpressionList | undefined;
}
export interface GranteeList extends SourceRange {
  readonly kind: 'GranteeList';
  readonly grantees: readonly (StringLiteral | ParameterExpression)[];
}

export interface CreateRowAccessPolicyStatement extends CreateModifiers {
  readonly kind: 'CreateRowAccessPolicyStatement';
  /** Whether ROW ACCESS POLICY or, as was once allowed, ROW POLICY was written. */
  readonly hasAccessKeyword: boolean;
  readonly target: PathExpression;
  readonly grantTo: GrantToClause | undefined;
  readonly filterUsing: FilterUsingClause;
  readonly name: PathExpression | undefined;
}
export interface GrantToClause extends SourceRange {
  readonly kind: 'GrantToClause';
  /** `GRANT TO (...)`, or the older `TO ...`. */
  readonly hasGrantKeyword: boolean;
  readonly grantees: GranteeList;
}
export interface FilterUsingClause extends SourceRange {
  readonly kind: 'FilterUsingClause';
  readonly hasFilterKeyword: boolean;
  readonly predicate: Expression;
}
export interface RevokeFromClause extends SourceRange {
  readonly kind: 'RevokeFromClause';
  /** FROM ALL when undefined. */
  readonly grantees: GranteeList | undefined;
}
export interface RenameToClause extends SourceRange {
  readonly kind: 'RenameToClause';
  readonly newName: PathExpression;
}
export interface DropRowAccessPolicyStatement extends SourceRange {
  readonly kind: 'DropRowAccessPolicyStatement';
  readonly hasAccessKeyword: boolean;
  readonly ifExists: boolean;
  readonly name: PathExpression;
  readonly table: PathExpression;
}
export interface DropAllRowAccessPoliciesStatement extends SourceRange {
  readonly kind: 'DropAllRowAccessPoliciesStatement';
  readonly hasAccessKeyword: boolean;
  readonly table: PathExpression;
}
export interface AlterRowAccessPolicyStatement extends SourceRange {
  readonly kind: 'AlterRowAccessPolicyStatement';
  readonly ifExists: boolean;
  readonly name: Identifier;
  readonly path: PathExpression;
  readonly actions: AlterActionList;
}
export interface AlterAllRowAccessPoliciesStatement extends SourceRange {
  readonly kind: 'AlterAllRowAccessPoliciesStatement';
  readonly table: PathExpression;
  readonly action: RevokeFromClause;
}
