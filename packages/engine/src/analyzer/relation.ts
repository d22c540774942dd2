import type { Expression, PlanColumn, Scan } from '../logical/index.ts';
import { columnRef } from './name-scope.ts';
import type { NameList, NamedExpression, RangeVariable } from './name-scope.ts';

/** Rows and the names that they may be called by. */
export interface Relation {
  readonly scan: Scan;
  readonly names: NameList;
}

/** A column that a query gives. */
export interface ResultColumn {
  /** Undefined: anonymous. */
  readonly name: string | undefined;
  readonly column: PlanColumn;
  /** The constant that the column is, so that set operations and INSERT may coerce it as one; else a reference. */
  readonly source: Expression;
}

export interface QueryResult {
  readonly scan: Scan;
  readonly columns: readonly ResultColumn[];
  /** The one column is the row itself: SELECT AS STRUCT, SELECT AS VALUE. */
  readonly isValueTable: boolean;
}

/** The names of a relation under an alias; without one its columns can only be named alone. */
export function namesOfColumns(
  alias: string | undefined,
  columns: readonly NamedExpression[],
  hidden: readonly NamedExpression[] = [],
): NameList {
  const variables: RangeVariable[] = alias === undefined ? [] : [{ name: alias, columns, hidden, value: undefined }];
  return { columns, hidden, variables };
}

/** The names of rows that are one value each; `*` gives the fields of a STRUCT. */
export function namesOfValue(alias: string | undefined, column: PlanColumn): NameList {
  const value = columnRef(column);
  const { type } = column;
  const columns: readonly NamedExpression[] =
    type.kind === 'STRUCT'
      ? type.fields.map((f, index) => ({
          name: f.name,
          expression: { kind: 'GetStructField', type: f.type, operand: value, index },
        }))
      : [{ name: alias, expression: value }];
  return { columns, hidden: [], variables: alias === undefined ? [] : [{ name: alias, columns, hidden: [], value }] };
}

/** The rows of a subquery in FROM. */
export function namesOfResult(
  alias: string | undefined,
  result: Pick<QueryResult, 'columns' | 'isValueTable'>,
): NameList {
  const [only] = result.columns;
  if (result.isValueTable && only) return namesOfValue(alias, only.column);
  return namesOfColumns(
    alias,
    result.columns.map((c) => ({ name: c.name, expression: columnRef(c.column) })),
  );
}

/** Each column once, in order. */
export function distinctColumns(columns: readonly PlanColumn[]): readonly PlanColumn[] {
  return [...new Map(columns.map((c) => [c.id, c])).values()];
}
