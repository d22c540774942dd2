import type { EvaluationContext } from '@bqml-emulator/catalog';
import type { PlanColumn, Scan } from '../../logical/index.ts';
import type { StageBuilder } from './stage-builder.ts';

/** A relation that the engine already holds: an operator's output, a materialised WITH entry. */
export interface StoredRelation {
  readonly tableName: string;
  /** `columns[i]` is stored as `c<i>`. */
  readonly columns: readonly PlanColumn[];
}

/** What the text of one stage is written against. */
export interface EmissionContext {
  readonly stage: StageBuilder;
  /** Columns that travel as handles. */
  readonly lazyColumns: ReadonlySet<number>;
  readonly evaluation: EvaluationContext;
  /** Scans that are not written out but read from what an operator left behind. */
  readonly storedScans: ReadonlyMap<Scan, StoredRelation>;
  readonly storedEntries: ReadonlyMap<number, StoredRelation>;
  /** WITH entries that are in scope as common table expressions. */
  readonly entries: Map<number, { readonly name: string; readonly columns: readonly PlanColumn[] }>;
}
