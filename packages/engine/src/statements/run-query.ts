import type { ColumnSchema } from '@bqml-emulator/catalog';
import type { Batch } from '@bqml-emulator/types';
import type { ComputedColumn, PlanColumn, QueryOutput, Scan } from '../logical/index.ts';
import { columnRef } from '../optimizer/column-references.ts';
import { lazyColumns } from '../logical/lazy.ts';
import { optimize } from '../optimizer/optimize.ts';
import { PlanExecution } from '../physical/execute.ts';
import { pickColumns, positionsOf } from '../physical/operators/pick-columns.ts';
import { planOperators } from '../physical/plan-operators.ts';
import type { StatementContext } from './statement-context.ts';

/** The columns of `query` in the order and number of its output. */
async function* rowsOf(
  query: QueryOutput,
  context: StatementContext,
  session: ConstructorParameters<typeof PlanExecution>[1]['session'],
): AsyncIterable<Batch> {
  const plan = planOperators(optimize(query.scan, context.evaluation));
  const { objectTables, externalFiles, evaluation, signal } = context;
  const execution = new PlanExecution(plan, { session, objectTables, externalFiles, evaluation, signal });
  const wanted = query.columns.map((c) => c.column);
  const positions = positionsOf(wanted, plan.root.columns);
  for await (const batch of execution.run()) yield pickColumns(batch, positions);
}

/** Runs a query in a session of its own, which is open until `consume` has ended. */
export async function withQueryRows<T>(
  query: QueryOutput,
  context: StatementContext,
  consume: (rows: AsyncIterable<Batch>) => Promise<T>,
): Promise<T> {
  const session = await context.relational.openSession(context.signal);
  try {
    return await consume(rowsOf(query, context, session));
  } finally {
    await session.close();
  }
}

/** The query with every lazy column read whose place in `schema` holds values and not handles. */
export function readInlineColumns(query: QueryOutput, schema: readonly ColumnSchema[]): QueryOutput {
  const lazy = lazyColumns(query.scan);
  const inline = query.columns.filter((c, i) => schema[i]?.storage === 'inline' && lazy.has(c.column.id));
  if (inline.length === 0) return query;
  let nextId = -1;
  const read = new Map<number, ComputedColumn>();
  for (const { column } of inline) {
    const value: PlanColumn = { ...column, id: nextId-- };
    const expression = {
      kind: 'Cast',
      operand: columnRef(column),
      safe: false,
      format: undefined,
      timeZone: undefined,
      type: column.type,
    } as const;
    read.set(column.id, { column: value, expression });
  }
  const columns = query.columns.map((c, i) => {
    const value = schema[i]?.storage === 'inline' ? read.get(c.column.id) : undefined;
    return value ? { ...c, column: value.column } : c;
  });
  const scan: Scan = {
    kind: 'ProjectScan',
    input: query.scan,
    columns: [...query.scan.columns, ...[...read.values()].map((c) => c.column)],
    computed: [...read.values()],
  };
  return { ...query, scan, columns };
}
