import type { EvaluationContext } from '@bqml-emulator/catalog';
import type { PlanColumn, Scan } from '../logical/index.ts';
import type { SqlType } from '@bqml-emulator/types';

export interface RuleContext {
  readonly evaluation: EvaluationContext;
  /** A column that the plan does not have yet. */
  newColumn(name: string, type: SqlType): PlanColumn;
}

/** Gives a plan with the same rows and the same output columns. */
export interface Rule {
  readonly name: string;
  apply(plan: Scan, context: RuleContext): Scan;
}
