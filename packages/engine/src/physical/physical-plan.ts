import type {
  ExternalTableScan,
  FilterScan,
  ObjectTableScan,
  PlanColumn,
  ProjectScan,
  Scan,
  TvfScan,
} from '../logical/index.ts';

/** One text for the relational engine. `inputs` are the operators whose output it reads from stored relations. */
export interface RelationalStage {
  readonly kind: 'RelationalStage';
  readonly scan: Scan;
  readonly inputs: readonly { readonly scan: Scan; readonly operator: PhysicalOperator }[];
  readonly columns: readonly PlanColumn[];
}

/** A table function over the rows of its input. */
export interface TvfOperator {
  readonly kind: 'TvfOperator';
  readonly scan: TvfScan;
  readonly input: PhysicalOperator;
  readonly columns: readonly PlanColumn[];
}

/** Computes columns that read large values or wait for something outside of the process. */
export interface AsyncProjectOperator {
  readonly kind: 'AsyncProjectOperator';
  readonly scan: ProjectScan;
  readonly input: PhysicalOperator;
  readonly columns: readonly PlanColumn[];
}

/**
 * What is computed of the large values of each row, a few rows at a time: `scan` runs as a stage over some rows of
 * `input` after the other, so that the values of a whole table are never stored together.
 */
export interface BatchwiseStage {
  readonly kind: 'BatchwiseStage';
  readonly scan: Scan;
  readonly input: PhysicalOperator;
  /** The part of `scan` that gives the rows of `input`. */
  readonly inputScan: Scan;
  readonly columns: readonly PlanColumn[];
}

/** The rows of an object table; no object is read. */
export interface ObjectTableOperator {
  readonly kind: 'ObjectTableOperator';
  readonly scan: ObjectTableScan;
  readonly columns: readonly PlanColumn[];
}

/** The rows of the files behind an external table. */
export interface ExternalTableOperator {
  readonly kind: 'ExternalTableOperator';
  readonly scan: ExternalTableScan;
  readonly columns: readonly PlanColumn[];
}

/** Columns and rows picked out of an operator's stream, without a stage; it stops pulling after `limit` rows. */
export interface SliceOperator {
  readonly kind: 'SliceOperator';
  readonly input: PhysicalOperator;
  readonly columns: readonly PlanColumn[];
  /** `sources[i]` is the column of `input` that gives `columns[i]`. */
  readonly sources: readonly PlanColumn[];
  readonly offset: number;
  readonly limit: number;
}

/** Rows of an operator's stream that meet a condition, without a stage, so that a LIMIT above can stop the stream. */
export interface FilterOperator {
  readonly kind: 'FilterOperator';
  readonly scan: FilterScan;
  readonly input: PhysicalOperator;
  readonly columns: readonly PlanColumn[];
}

export type PhysicalOperator =
  | RelationalStage
  | BatchwiseStage
  | TvfOperator
  | AsyncProjectOperator
  | ObjectTableOperator
  | ExternalTableOperator
  | FilterOperator
  | SliceOperator;

export interface PhysicalPlan {
  /** WITH entries that operators read: each is stored before the next one and before `root` run. */
  readonly entries: readonly {
    readonly id: number;
    readonly columns: readonly PlanColumn[];
    readonly operator: PhysicalOperator;
  }[];
  readonly root: PhysicalOperator;
  readonly lazyColumns: ReadonlySet<number>;
}
