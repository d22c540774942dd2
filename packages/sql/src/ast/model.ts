import type { TableElementList } from './column-schema.ts';
import type { CreateModifiers } from './create-table.ts';
import type { PathExpression } from './identifier.ts';
import type { OptionsList } from './option.ts';
import type { AliasedQuery, Query, SelectList } from './query.ts';
import type { SourceRange } from './source-range.ts';
import type { WithConnectionClause } from './table-function.ts';

/** Imported models have only options; remote ones `inputOutput`, `isRemote` and `connection`. */
export interface CreateModelStatement extends CreateModifiers {
  readonly kind: 'CreateModelStatement';
  readonly name: PathExpression;
  readonly inputOutput: InputOutputClause | undefined;
  readonly transform: TransformClause | undefined;
  readonly isRemote: boolean;
  readonly connection: WithConnectionClause | undefined;
  readonly options: OptionsList | undefined;
  /** At most one of `query` and `queries` is set. */
  readonly query: Query | undefined;
  /** `AS (name AS (query), ...)`. */
  readonly queries: AliasedQueryList | undefined;
}

/** `INPUT(...) OUTPUT(...)`. */
export interface InputOutputClause extends SourceRange {
  readonly kind: 'InputOutputClause';
  readonly input: TableElementList;
  readonly output: TableElementList;
}

export interface TransformClause extends SourceRange {
  readonly kind: 'TransformClause';
  readonly selectList: SelectList;
}

export interface AliasedQueryList extends SourceRange {
  readonly kind: 'AliasedQueryList';
  readonly queries: readonly AliasedQuery[];
}
