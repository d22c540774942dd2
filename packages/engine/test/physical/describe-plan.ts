import type { EvaluationContext } from '@bqml-emulator/catalog';
import { typeName } from '@bqml-emulator/types';
import type { PlanColumn, Scan } from '../../src/logical/index.ts';
import type { StoredRelation } from '../../src/physical/duckdb/emission-context.ts';
import { emitScan } from '../../src/physical/duckdb/scan/emit-scan.ts';
import { StageBuilder } from '../../src/physical/duckdb/stage-builder.ts';
import type { PhysicalOperator, PhysicalPlan, RelationalStage } from '../../src/physical/physical-plan.ts';

/** Prints the operators from the top, each stage with its text; what a stage reads is printed below it. */
export function describePlan(plan: PhysicalPlan, evaluation: EvaluationContext): string {
  const printer = new Printer(plan, evaluation);
  const entries = plan.entries.map((e) => `WITH entry ${e.id}\n${printer.print(e.operator, 1)}`);
  return [...entries, printer.print(plan.root, 0)].join('\n');
}

class Printer {
  private readonly plan: PhysicalPlan;
  private readonly evaluation: EvaluationContext;
  private stored = 0;

  constructor(plan: PhysicalPlan, evaluation: EvaluationContext) {
    this.plan = plan;
    this.evaluation = evaluation;
  }

  print(operator: PhysicalOperator, depth: number): string {
    const indent = '  '.repeat(depth);
    const head = `${indent}${operator.kind} ${operator.columns.map((c) => this.column(c)).join(', ')}`;
    switch (operator.kind) {
      case 'RelationalStage':
        return [head, this.stage(operator, depth + 1)].join('\n');
      case 'ObjectTableOperator':
      case 'ExternalTableOperator':
        return head;
      case 'SliceOperator': {
        const rows = `${indent}  rows ${operator.offset} to ${operator.offset + operator.limit}`;
        return [head, rows, this.print(operator.input, depth + 1)].join('\n');
      }
      default:
        return [head, this.print(operator.input, depth + 1)].join('\n');
    }
  }

  private column(column: PlanColumn): string {
    return `c${column.id}${this.plan.lazyColumns.has(column.id) ? ' lazy' : ''}`;
  }

  private stage(stage: RelationalStage, depth: number): string {
    const indent = '  '.repeat(depth);
    const storedScans = new Map<Scan, StoredRelation>();
    const below: string[] = [];
    for (const { scan, operator } of stage.inputs) {
      const tableName = `stored${this.stored++}`;
      storedScans.set(scan, { tableName, columns: operator.columns });
      below.push(`${indent}${tableName}\n${this.print(operator, depth + 1)}`);
    }
    const builder = new StageBuilder();
    const storedEntries = new Map(
      this.plan.entries.map((e) => [e.id, { tableName: `entry${e.id}`, columns: e.columns }]),
    );
    const text = emitScan(stage.scan, {
      stage: builder,
      lazyColumns: this.plan.lazyColumns,
      evaluation: this.evaluation,
      storedScans,
      storedEntries,
      entries: new Map(),
    });
    const built = builder.build(text, []);
    const functions = built.functions.map(
      (f) =>
        `${indent}${f.name}(${f.parameters.map((p) => typeName(p.type) + (p.lazy ? ' lazy' : '')).join(', ')}) ${typeName(f.result.type)}${f.result.lazy ? ' lazy' : ''}`,
    );
    const parameters = built.parameters.map((p, i) => `${indent}$${i + 1} ${typeName(p.type)}`);
    return [`${indent}${text}`, ...functions, ...parameters, ...below].join('\n');
  }
}
