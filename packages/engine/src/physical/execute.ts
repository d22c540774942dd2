import { unreachable } from '@bqml-emulator/common';
import type {
  EvaluationContext,
  ExternalFiles,
  ObjectTableSource,
  RelationalSession,
  StageColumn,
  StageText,
} from '@bqml-emulator/catalog';
import { INT64 } from '@bqml-emulator/types';
import type { Batch } from '@bqml-emulator/types';
import type { PlanColumn, Scan } from '../logical/index.ts';
import type { StoredRelation } from './duckdb/emission-context.ts';
import { emitScan } from './duckdb/scan/emit-scan.ts';
import { distinctColumns } from './duckdb/scan/columns.ts';
import { StageBuilder } from './duckdb/stage-builder.ts';
import { runAsyncProject } from './operators/async-project-operator.ts';
import { runExternalTable } from './operators/external-table-operator.ts';
import { runFilter } from './operators/filter-operator.ts';
import { runObjectTable } from './operators/object-table-operator.ts';
import { pickColumns, positionsOf } from './operators/pick-columns.ts';
import { runSlice } from './operators/slice-operator.ts';
import { runTvf } from './operators/tvf-operator.ts';
import { gathered } from './operators/gather-batches.ts';
import type { BatchwiseStage, PhysicalOperator, PhysicalPlan, RelationalStage } from './physical-plan.ts';

export interface ExecutionContext {
  readonly session: RelationalSession;
  readonly objectTables: ObjectTableSource;
  readonly externalFiles: ExternalFiles;
  readonly evaluation: EvaluationContext;
  readonly signal: AbortSignal;
}

/** Runs physical plans in one session. Rows come in the order of the plan; columns are `plan.root.columns`. */
export class PlanExecution {
  private readonly plan: PhysicalPlan;
  private readonly context: ExecutionContext;
  private readonly storedEntries = new Map<number, StoredRelation>();

  constructor(plan: PhysicalPlan, context: ExecutionContext) {
    this.plan = plan;
    this.context = context;
  }

  async *run(): AsyncIterable<Batch> {
    await this.storeEntries();
    yield* this.open(this.plan.root);
  }

  /** The text of the last stage, with everything before it run and stored; for statements that wrap it. */
  async stage(): Promise<StageText> {
    await this.storeEntries();
    const { root } = this.plan;
    if (root.kind === 'RelationalStage') return this.stageText(root);
    const scan: Scan = { kind: 'SingleRowScan', columns: root.columns };
    return this.stageText({ kind: 'RelationalStage', scan, inputs: [{ scan, operator: root }], columns: root.columns });
  }

  private async storeEntries(): Promise<void> {
    for (const entry of this.plan.entries) {
      this.storedEntries.set(entry.id, await this.store(entry.operator, entry.columns));
    }
  }

  private open(operator: PhysicalOperator): AsyncIterable<Batch> {
    const { signal, evaluation, objectTables, externalFiles } = this.context;
    switch (operator.kind) {
      case 'RelationalStage':
        return this.openStage(operator);
      case 'BatchwiseStage':
        return this.openBatchwise(operator);
      case 'TvfOperator':
        return runTvf(operator, this.open(operator.input), signal);
      case 'AsyncProjectOperator':
        return runAsyncProject(operator, this.open(operator.input), evaluation, this.plan.lazyColumns, signal);
      case 'ObjectTableOperator':
        return runObjectTable(operator, objectTables, signal);
      case 'ExternalTableOperator':
        return runExternalTable(operator, externalFiles, signal);
      case 'FilterOperator':
        return runFilter(operator, this.open(operator.input), evaluation, signal);
      case 'SliceOperator':
        return runSlice(operator, this.open(operator.input));
      default:
        return unreachable(operator);
    }
  }

  private async *openStage(stage: RelationalStage): AsyncIterable<Batch> {
    const text = await this.stageText(stage);
    const positions = positionsOf(stage.columns, distinctColumns(stage.columns));
    for await (const batch of this.context.session.run(text, this.context.signal)) yield pickColumns(batch, positions);
  }

  private async *openBatchwise(operator: BatchwiseStage): AsyncIterable<Batch> {
    const { session, signal } = this.context;
    const { columns } = operator;
    const positions = positionsOf(columns, distinctColumns(columns));
    for await (const text of this.batchTexts(operator)) {
      for await (const rows of session.run(text, signal)) yield pickColumns(rows, positions);
    }
  }

  /** The stage's text over some rows of its input after the other; each is good until the next one is asked for. */
  private async *batchTexts({ scan, input, inputScan, columns }: BatchwiseStage): AsyncIterable<StageText> {
    const { session, signal } = this.context;
    const stage: RelationalStage = { kind: 'RelationalStage', scan, inputs: [], columns };
    for await (const batch of gathered(this.open(input))) {
      const tableName = await session.materialize(this.stageColumns(input.columns), only(batch), signal);
      const text = this.emitStage(stage, new Map([[inputScan, { tableName, columns: input.columns }]]));
      yield text;
      await session.execute({ text: `DROP TABLE ${tableName}`, parameters: [], functions: [] }, signal);
    }
  }

  private async stageText(stage: RelationalStage): Promise<StageText> {
    const storedScans = new Map<Scan, StoredRelation>();
    for (const { scan, operator } of stage.inputs) storedScans.set(scan, await this.store(operator, operator.columns));
    return this.emitStage(stage, storedScans);
  }

  private emitStage(stage: RelationalStage, storedScans: ReadonlyMap<Scan, StoredRelation>): StageText {
    const builder = new StageBuilder();
    const text = emitScan(stage.scan, {
      stage: builder,
      lazyColumns: this.plan.lazyColumns,
      evaluation: this.context.evaluation,
      storedScans,
      storedEntries: this.storedEntries,
      entries: new Map(),
    });
    return builder.build(text, this.stageColumns(distinctColumns(stage.columns)));
  }

  /** `columns` may list a column twice; the relation keeps each place. */
  private async store(operator: PhysicalOperator, columns: readonly PlanColumn[]): Promise<StoredRelation> {
    const { session, signal } = this.context;
    if (operator.kind === 'BatchwiseStage') return this.storeBatchwise(operator);
    const tableName = await session.materialize(this.stageColumns(columns), this.open(operator), signal);
    return { tableName, columns };
  }

  /** The rows go from stage to stage without passing through JavaScript. */
  private async storeBatchwise(operator: BatchwiseStage): Promise<StoredRelation> {
    const { session, signal } = this.context;
    const columns = distinctColumns(operator.columns);
    const tableName = await session.materialize(this.stageColumns(columns), nothing(), signal);
    for await (const stage of this.batchTexts(operator)) {
      await session.execute({ ...stage, text: `INSERT INTO ${tableName} ${stage.text}` }, signal);
    }
    return { tableName, columns };
  }

  private stageColumns(columns: readonly PlanColumn[]): readonly StageColumn[] {
    // A relation without columns has one all the same: see `selectList`.
    if (columns.length === 0) return [{ type: INT64, lazy: false }];
    return columns.map((c) => ({ type: c.type, lazy: this.plan.lazyColumns.has(c.id) }));
  }
}

async function* nothing(): AsyncGenerator<Batch> {
  // A relation without rows.
}

async function* only(batch: Batch): AsyncGenerator<Batch> {
  yield batch;
}
