import { notImplemented } from '@bqml-emulator/common';
import type { Expression, LimitOffsetScan, PlanColumn, ProjectScan, Scan, WithScan } from '../logical/index.ts';
import { isLazyExpression, lazyColumns } from '../logical/lazy.ts';
import { expressionsOf, forEachScan, freeColumns, inputsOf } from '../logical/rewrite.ts';
import { isOperatorScan } from '../optimizer/asynchronous.ts';
import { largeInput } from '../optimizer/large-input.ts';
import { operandsOf, someExpression } from '../logical/expression-tree.ts';
import { positionsOf } from './operators/pick-columns.ts';
import type { PhysicalOperator, PhysicalPlan, RelationalStage, SliceOperator } from './physical-plan.ts';

/** Cuts an optimized plan at its operators: stages of the relational engine between operators of Node. */
export function planOperators(plan: Scan): PhysicalPlan {
  const planner = new Planner(lazyColumns(plan));
  const root = planner.plan(plan);
  return { entries: planner.entries, root, lazyColumns: planner.lazyColumns };
}

class Planner {
  readonly entries: PhysicalPlan['entries'][number][] = [];
  readonly lazyColumns: ReadonlySet<number>;

  constructor(lazy: ReadonlySet<number>) {
    this.lazyColumns = lazy;
  }

  plan(s: Scan): PhysicalOperator {
    return this.planOperator(s) ?? this.planStream(s) ?? this.planStage(s);
  }

  private planOperator(s: Scan): PhysicalOperator | undefined {
    if (!isOperatorScan(s, this.lazyColumns)) return this.planBatchwise(s);
    if (freeColumns(s).length > 0) {
      throw notImplemented(
        'table functions, object tables, external tables and asynchronous functions in a correlated subquery',
      );
    }
    switch (s.kind) {
      case 'TvfScan':
        return { kind: 'TvfOperator', scan: s, input: this.plan(s.input), columns: s.columns };
      case 'ObjectTableScan':
        return { kind: 'ObjectTableOperator', scan: s, columns: s.columns };
      case 'ExternalTableScan':
        return { kind: 'ExternalTableOperator', scan: s, columns: s.columns };
      case 'ProjectScan':
        return { kind: 'AsyncProjectOperator', scan: s, input: this.plan(s.input), columns: s.columns };
      default:
        return undefined;
    }
  }

  /**
   * Column picks, filters, a constant LIMIT, and functions that only make handles of handles need no stage right above
   * an operator: its rows stream on as they come.
   */
  private planStream(s: Scan): PhysicalOperator | undefined {
    if (s.columns.length === 0) return undefined;
    if (s.kind === 'FilterScan' && !someExpression(s.condition, (e) => e.kind === 'Subquery')) {
      const input = this.planOperator(s.input) ?? this.planStream(s.input);
      return input && { kind: 'FilterOperator', scan: s, input, columns: s.columns };
    }
    if (s.kind === 'ProjectScan' && this.makesHandles(s)) {
      const input = this.planOperator(s.input) ?? this.planStream(s.input);
      return input && { kind: 'AsyncProjectOperator', scan: s, input, columns: s.columns };
    }
    const slice = sliceOf(s);
    if (!slice) return undefined;
    const input = this.planOperator(slice.input) ?? this.planStream(slice.input);
    return input && merged({ kind: 'SliceOperator', ...slice, input, columns: s.columns });
  }

  /** What reads large values and gives rows for each row by itself runs over some rows at a time. */
  private planBatchwise(s: Scan): PhysicalOperator | undefined {
    const inputScan = largeInput(s, this.lazyColumns);
    if (inputScan === undefined || freeColumns(s).length > 0) return undefined;
    return {
      kind: 'BatchwiseStage',
      scan: withItsColumns(s),
      input: this.plan(inputScan),
      inputScan,
      columns: s.columns,
    };
  }

  private makesHandles(s: ProjectScan): boolean {
    const computed = s.computed.map((c) => c.expression).filter((e) => e.kind !== 'ColumnRef');
    return (
      computed.length > 0 &&
      computed.every(
        (e) => isLazyExpression(e, this.lazyColumns) && !someExpression(e, (x) => x.kind === 'Subquery'),
      ) &&
      freeColumns(s).length === 0
    );
  }

  private planStage(s: Scan): RelationalStage {
    const inputs: { scan: Scan; operator: PhysicalOperator }[] = [];
    this.collectInputs(s, inputs);
    return { kind: 'RelationalStage', scan: withItsColumns(s), inputs, columns: s.columns };
  }

  private collectInputs(s: Scan, inputs: { scan: Scan; operator: PhysicalOperator }[]): void {
    const operator = this.planOperator(s);
    if (operator) {
      inputs.push({ scan: s, operator });
      return;
    }
    if (s.kind === 'WithScan' && this.hasOperator(s)) {
      for (const entry of s.entries) {
        if (freeColumns(entry.scan).length > 0) throw notImplemented('a correlated WITH over table functions');
        this.entries.push({ id: entry.id, columns: entry.scan.columns, operator: this.plan(entry.scan) });
      }
      this.collectInputs(s.query, inputs);
    } else {
      for (const input of inputsOf(s)) this.collectInputs(input, inputs);
    }
    const inExpression = (e: Expression): void => {
      if (e.kind === 'Subquery') this.collectInputs(e.scan, inputs);
      operandsOf(e).forEach(inExpression);
    };
    expressionsOf(s).forEach(inExpression);
  }

  private hasOperator(s: WithScan): boolean {
    let found = false;
    forEachScan(s, (x) => {
      found ||= isOperatorScan(x, this.lazyColumns);
    });
    return found;
  }
}

/** The text of an UNNEST gives all the columns of its input. */
const withItsColumns = (s: Scan): Scan =>
  s.kind === 'ArrayScan' ? { kind: 'ProjectScan', input: s, columns: s.columns, computed: [] } : s;

/** A pick of a slice's columns is a slice of what it slices. */
function merged(slice: SliceOperator): SliceOperator {
  const { input } = slice;
  if (input.kind !== 'SliceOperator' || slice.offset > 0 || slice.limit < Infinity) return slice;
  const sources = positionsOf(slice.sources, input.columns).flatMap((i) => input.sources[i] ?? []);
  return { ...input, sources, columns: slice.columns };
}

interface Slice {
  readonly input: Scan;
  readonly sources: readonly PlanColumn[];
  readonly offset: number;
  readonly limit: number;
}

function sliceOf(s: Scan): Slice | undefined {
  if (s.kind === 'ProjectScan') return pickOf(s);
  return s.kind === 'LimitOffsetScan' ? limitOf(s) : undefined;
}

function pickOf(s: ProjectScan): Slice | undefined {
  const computed = new Map(s.computed.map((c) => [c.column.id, c.expression]));
  const sources: PlanColumn[] = [];
  for (const column of s.columns) {
    const expression = computed.get(column.id);
    if (expression && expression.kind !== 'ColumnRef') return undefined;
    sources.push(expression?.column ?? column);
  }
  return { input: s.input, sources, offset: 0, limit: Infinity };
}

function limitOf(s: LimitOffsetScan): Slice | undefined {
  const limit = s.limit ? constantOf(s.limit) : Infinity;
  const offset = s.offset ? constantOf(s.offset) : 0;
  if (limit === undefined || offset === undefined) return undefined;
  return { input: s.input, sources: s.columns, offset, limit };
}

function constantOf(e: Expression): number | undefined {
  return (e.kind === 'Literal' || e.kind === 'Parameter') && typeof e.value === 'bigint' ? Number(e.value) : undefined;
}
