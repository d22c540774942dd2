import type { BaseTable, RelationalSession, StageText } from '@bqml-emulator/catalog';
import { INT64 } from '@bqml-emulator/types';
import type { ComputedColumn, Expression, PlanColumn, Scan } from '../logical/index.ts';
import { largestColumnId, optimize } from '../optimizer/optimize.ts';
import { ROW_IDENTITY } from '../physical/duckdb/scan/source.ts';
import { PlanExecution } from '../physical/execute.ts';
import { planOperators } from '../physical/plan-operators.ts';
import type { StatementContext } from './statement-context.ts';

export interface ChangedRows {
  /** Gives the identity of each row that changes and the new values, in columns of these names. */
  readonly stage: StageText;
  readonly identity: string;
  readonly values: readonly string[];
}

/** The rows of a table that meet `condition`, with the values of expressions over them. */
export async function changedRows(
  table: BaseTable,
  tableColumns: readonly PlanColumn[],
  condition: Expression,
  expressions: readonly Expression[],
  session: RelationalSession,
  context: StatementContext,
): Promise<ChangedRows> {
  const project = (identity: PlanColumn, computed: readonly ComputedColumn[]): Scan => {
    const columns = [...tableColumns, identity];
    const columnIndices = [...tableColumns.keys(), ROW_IDENTITY];
    const rows: Scan = { kind: 'TableScan', table, columns, columnIndices };
    const filtered: Scan = { kind: 'FilterScan', columns, input: rows, condition };
    return { kind: 'ProjectScan', columns: [identity, ...computed.map((c) => c.column)], input: filtered, computed };
  };
  const column = (id: number, type: PlanColumn['type']): PlanColumn => ({ id, name: '$changed', type });
  const unnumbered = expressions.map((expression) => ({ column: column(0, expression.type), expression }));
  const nextId = 1 + largestColumnId(project(column(0, INT64), unnumbered));
  const identity = column(nextId, INT64);
  const computed = expressions.map((expression, i) => ({
    column: column(nextId + 1 + i, expression.type),
    expression,
  }));
  const plan = planOperators(optimize(project(identity, computed), context.evaluation));
  const { objectTables, externalFiles, evaluation, signal } = context;
  const execution = new PlanExecution(plan, { session, objectTables, externalFiles, evaluation, signal });
  return {
    stage: await execution.stage(),
    identity: `c${identity.id}`,
    values: computed.map((c) => `c${c.column.id}`),
  };
}
