import type { ComputedColumn, Expression, PlanColumn, Scan } from '../logical/index.ts';
import type { Analysis } from './analysis.ts';
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

/** What a query gives that has these rows: the columns of `*`, those that are fields of a value computed. */
export function resultOfRelation(analysis: Analysis, { scan, names }: Relation): QueryResult {
  const computed: ComputedColumn[] = [];
  const columns = names.columns.map(({ name, expression }): ResultColumn => {
    let column = expression.kind === 'ColumnRef' ? expression.column : undefined;
    if (!column) {
      column = analysis.newColumn(name ?? '$col', expression.type);
      computed.push({ column, expression });
    }
    return { name, column, source: columnRef(column) };
  });
  const wanted = distinctColumns(columns.map((c) => c.column));
  return { scan: projectInOrder(scan, wanted, computed), columns, isValueTable: false };
}

export function sameColumns(a: readonly PlanColumn[], b: readonly PlanColumn[]): boolean {
  return a.length === b.length && a.every((c, i) => c.id === b[i]?.id);
}

/**
 * `columns` of the scan and of `computed`. The projection goes below ORDER BY and LIMIT, because only the outermost
 * order is an order; so `computed` has to be cheap, such as the fields of a value.
 */
export function projectInOrder(scan: Scan, columns: readonly PlanColumn[], computed: readonly ComputedColumn[]): Scan {
  if (computed.length === 0 && sameColumns(columns, scan.columns)) return scan;
  switch (scan.kind) {
    case 'OrderByScan': {
      const all = distinctColumns([...scan.input.columns, ...columns]);
      return { ...scan, columns, input: projectInOrder(scan.input, all, computed) };
    }
    case 'LimitOffsetScan':
      return { ...scan, columns, input: projectInOrder(scan.input, columns, computed) };
    case 'WithScan':
      return { ...scan, columns, query: projectInOrder(scan.query, columns, computed) };
    default:
      return { kind: 'ProjectScan', columns, input: scan, computed };
  }
}

/** Each column once, in order. */
export function distinctColumns(columns: readonly PlanColumn[]): readonly PlanColumn[] {
  return [...new Map(columns.map((c) => [c.id, c])).values()];
}
