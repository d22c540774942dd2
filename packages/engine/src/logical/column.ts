import type { SqlType } from '@bqml-emulator/types';

/**
 * A column of the plan. Identity is `id`, unique in one plan; the name is for people and may repeat.
 * Scans give columns; expressions point at them with `ColumnRef`.
 */
export interface PlanColumn {
  readonly id: number;
  readonly name: string;
  readonly type: SqlType;
}
