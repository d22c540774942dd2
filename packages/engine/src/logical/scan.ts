import type { BaseTable, BoundTableFunction, ExternalTable, ObjectTable } from '@bqml-emulator/catalog';
import type { PlanColumn } from './column.ts';
import type { AggregateCall, Expression, OrderByItem } from './expression.ts';

/** Every scan lists its output columns in order. GoogleSQL's scan names. */
interface ScanBase {
  readonly columns: readonly PlanColumn[];
}

/** One row without columns: SELECT without FROM. */
export interface SingleRowScan extends ScanBase {
  readonly kind: 'SingleRowScan';
}

/** `columnIndices[i]` is the schema position of `columns[i]`. */
export interface TableScan extends ScanBase {
  readonly kind: 'TableScan';
  readonly table: BaseTable;
  readonly columnIndices: readonly number[];
}

/** As TableScan; the position after the last schema column is the pseudocolumn `data`. */
export interface ObjectTableScan extends ScanBase {
  readonly kind: 'ObjectTableScan';
  readonly table: ObjectTable;
  readonly columnIndices: readonly number[];
}

/** As TableScan; the position after the last schema column is the pseudocolumn `_FILE_NAME`. */
export interface ExternalTableScan extends ScanBase {
  readonly kind: 'ExternalTableScan';
  readonly table: ExternalTable;
  readonly columnIndices: readonly number[];
}

export interface ComputedColumn {
  readonly column: PlanColumn;
  readonly expression: Expression;
}

/** Output: any of the input's columns and the computed ones. */
export interface ProjectScan extends ScanBase {
  readonly kind: 'ProjectScan';
  readonly input: Scan;
  readonly computed: readonly ComputedColumn[];
}

export interface FilterScan extends ScanBase {
  readonly kind: 'FilterScan';
  readonly input: Scan;
  readonly condition: Expression;
}

export interface JoinScan extends ScanBase {
  readonly kind: 'JoinScan';
  readonly joinType: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
  readonly left: Scan;
  readonly right: Scan;
  /** Undefined: CROSS. USING is resolved into equality, with COALESCE columns in a ProjectScan above for FULL. */
  readonly condition: Expression | undefined;
}

/** UNNEST. Output: the input's columns, the element, the offset. `outer` keeps rows whose array is empty (LEFT JOIN). */
export interface ArrayScan extends ScanBase {
  readonly kind: 'ArrayScan';
  /** Undefined: FROM UNNEST(...) alone. */
  readonly input: Scan | undefined;
  readonly array: Expression;
  readonly elementColumn: PlanColumn;
  /** Zero based; the array's order. */
  readonly offsetColumn: PlanColumn | undefined;
  readonly condition: Expression | undefined;
  readonly outer: boolean;
}

/**
 * `groupBy` computed before grouping. `groupingSets`: indices into groupBy; undefined is plain GROUP BY. `inParts`: it
 * may run over some rows at a time, so that a group comes several times, or not at all when there are no rows.
 */
export interface AggregateScan extends ScanBase {
  readonly kind: 'AggregateScan';
  readonly inParts?: true;
  readonly input: Scan;
  readonly groupBy: readonly ComputedColumn[];
  readonly groupingSets: readonly (readonly number[])[] | undefined;
  readonly aggregates: readonly { readonly column: PlanColumn; readonly call: AggregateCall }[];
}

export interface WindowFrameBound {
  readonly kind: 'UNBOUNDED_PRECEDING' | 'PRECEDING' | 'CURRENT_ROW' | 'FOLLOWING' | 'UNBOUNDED_FOLLOWING';
  readonly offset: Expression | undefined;
}

export interface WindowSpecification {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderByItem[];
  readonly frame:
    { readonly unit: 'ROWS' | 'RANGE'; readonly start: WindowFrameBound; readonly end: WindowFrameBound } | undefined;
}

/** Output: the input's columns and one for each call. */
export interface AnalyticScan extends ScanBase {
  readonly kind: 'AnalyticScan';
  readonly input: Scan;
  readonly calls: readonly {
    readonly column: PlanColumn;
    readonly call: AggregateCall;
    readonly window: WindowSpecification;
  }[];
}

/** SELECT DISTINCT over all columns of the input. */
export interface DistinctScan extends ScanBase {
  readonly kind: 'DistinctScan';
  readonly input: Scan;
}

/** Output: any of the input's columns, so a column that only the order needs ends here. */
export interface OrderByScan extends ScanBase {
  readonly kind: 'OrderByScan';
  readonly input: Scan;
  readonly items: readonly OrderByItem[];
}

export interface LimitOffsetScan extends ScanBase {
  readonly kind: 'LimitOffsetScan';
  readonly input: Scan;
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}

/** Each input gives, at its `inputColumns[i]`, the columns that make `columns[i]`, already one type. */
export interface SetOperationScan extends ScanBase {
  readonly kind: 'SetOperationScan';
  readonly operation: 'UNION_ALL' | 'UNION_DISTINCT' | 'INTERSECT_DISTINCT' | 'EXCEPT_DISTINCT';
  readonly inputs: readonly { readonly scan: Scan; readonly inputColumns: readonly PlanColumn[] }[];
}

/** WITH: each entry is evaluated once and read by WithRefScan. */
export interface WithScan extends ScanBase {
  readonly kind: 'WithScan';
  readonly entries: readonly { readonly id: number; readonly name: string; readonly scan: Scan }[];
  readonly query: Scan;
}

/** `columns[i]` is a new column for the entry's `scan.columns[i]`. */
export interface WithRefScan extends ScanBase {
  readonly kind: 'WithRefScan';
  readonly entryId: number;
}

/** WITH RECURSIVE: `columns[i]` stands for the i-th column of both parts; inside `recursive` a WithRefScan reads it. */
export interface RecursiveScan extends ScanBase {
  readonly kind: 'RecursiveScan';
  readonly entryId: number;
  readonly distinct: boolean;
  readonly anchor: Scan;
  readonly recursive: Scan;
}

/** A table function over rows. `columns[i]` is `function.columns[i]`. */
export interface TvfScan extends ScanBase {
  readonly kind: 'TvfScan';
  readonly name: string;
  readonly input: Scan;
  /** `inputColumns[i]` is the column of `input` that the function knows as its input column i. */
  readonly inputColumns: readonly PlanColumn[];
  readonly function: BoundTableFunction;
}

export type Scan =
  | SingleRowScan
  | TableScan
  | ObjectTableScan
  | ExternalTableScan
  | ProjectScan
  | FilterScan
  | JoinScan
  | ArrayScan
  | AggregateScan
  | AnalyticScan
  | DistinctScan
  | OrderByScan
  | LimitOffsetScan
  | SetOperationScan
  | WithScan
  | WithRefScan
  | RecursiveScan
  | TvfScan;
