import type { ComputedColumn, Expression, LimitOffsetScan, OrderByScan, ProjectScan, Scan } from '../logical/index.ts';
import { isOperatorScan } from './asynchronous.ts';
import { columnRef, inlineColumns, isCorrelated } from './column-references.ts';
import { operandsOf, someExpression } from '../logical/expression-tree.ts';
import { lazyColumns } from '../logical/lazy.ts';
import { conjunction, conjunctsOf } from './conjunction.ts';
import { cannotFail } from '../physical/duckdb/cannot-fail.ts';
import type { Rule } from './rule.ts';
import { columnsReadBy, rewriteScans } from './scan-tree.ts';

/** Filters that need nothing of what an operator computes go below it: fewer images are read, fewer rows predicted. */
export const pushDownFilters: Rule = {
  name: 'push_down_filters',
  apply: (plan) => {
    const lazy = lazyColumns(plan);
    return rewriteScans(plan, (s) => {
      if (s.kind !== 'FilterScan') return s;
      let { input } = s;
      const staying = conjunctsOf(s.condition).filter((conjunct) => {
        const sunk = sinkCondition(input, conjunct, lazy);
        if (sunk) input = sunk;
        return sunk === undefined;
      });
      if (staying.length === 0) return picked(input, s);
      return { ...s, input, condition: conjunction(staying) };
    });
  },
};

/** As `sink`, for what keeps or drops each row by itself: also below scans that give several rows for one. */
function sinkCondition(s: Scan, condition: Expression, lazy: ReadonlySet<number>): Scan | undefined {
  const into = (input: Scan): Scan | undefined =>
    readsOnly(condition, input) ? sinkCondition(input, condition, lazy) : undefined;
  switch (s.kind) {
    case 'ArrayScan': {
      const input = s.input && into(s.input);
      return input && { ...s, input };
    }
    case 'FilterScan': {
      // Rows that the filter drops must not become errors.
      const input = cannotFail(condition) ? into(s.input) : undefined;
      return input && { ...s, input };
    }
    case 'JoinScan': {
      if (!cannotFail(condition)) return undefined;
      const left = s.joinType === 'INNER' || s.joinType === 'LEFT' ? into(s.left) : undefined;
      if (left) return { ...s, left };
      const right = s.joinType === 'INNER' || s.joinType === 'RIGHT' ? into(s.right) : undefined;
      return right && { ...s, right };
    }
    case 'ProjectScan':
      // A subquery is not rewritten: it goes down where it reads the same columns.
      if (hasSubquery(condition)) return sinkSubquery(s, condition, lazy);
      break;
    default:
      break;
  }
  return sink(
    s,
    [condition],
    ([moved], input) => sunkFilter(input, moved ?? condition, lazy),
    lazy,
    ([moved], input) => sinkCondition(input, moved ?? condition, lazy),
  );
}

/** A filter over `input`, or further down where the condition can go. */
const sunkFilter = (input: Scan, condition: Expression, lazy: ReadonlySet<number>): Scan =>
  sinkCondition(input, condition, lazy) ?? filtered(input, condition);

function sinkSubquery(s: ProjectScan, condition: Expression, lazy: ReadonlySet<number>): Scan | undefined {
  if (!readsOnly(condition, s.input) || isCorrelated(condition, s.columns) || someExpression(condition, isVolatile)) {
    return undefined;
  }
  const deeper = sinkCondition(s.input, condition, lazy);
  if (deeper) return { ...s, input: deeper };
  return isOperatorScan(s, lazy) ? { ...s, input: filtered(s.input, condition) } : undefined;
}

const hasSubquery = (e: Expression) => someExpression(e, (x) => x.kind === 'Subquery');

/** Whether the expression reads only columns that `input` gives. Those inside its subqueries are its own. */
function readsOnly(e: Expression, input: Scan): boolean {
  const given = new Set(input.columns.map((c) => c.id));
  const reads = (x: Expression): boolean => {
    if (x.kind === 'ColumnRef') return given.has(x.column.id);
    if (x.kind === 'Subquery' && !x.correlatedColumns.every((c) => given.has(c.id))) return false;
    return operandsOf(x).every(reads);
  };
  return reads(e);
}

const filtered = (input: Scan, condition: Expression): Scan => ({
  kind: 'FilterScan',
  columns: input.columns,
  input,
  condition,
});

const picked = (input: Scan, s: Scan): Scan => ({ kind: 'ProjectScan', input, columns: s.columns, computed: [] });

/** LIMIT, with the ORDER BY below it, goes below the operators: rows beyond it are not read at all. */
export const pushDownLimits: Rule = {
  name: 'push_down_limits',
  apply: (plan) => {
    const lazy = lazyColumns(plan);
    return rewriteScans(plan, (s) => (s.kind === 'LimitOffsetScan' ? sinkLimit(s, lazy) : s));
  },
};

/** ORDER BY at the top of the plan goes below the operators, which keep the order and stream it to the result. */
export const pushDownOrder: Rule = {
  name: 'push_down_order',
  apply: (plan) => {
    const lazy = lazyColumns(plan);
    const atTop = (s: Scan): Scan => {
      if (s.kind === 'ProjectScan') return { ...s, input: atTop(s.input) };
      if (s.kind !== 'OrderByScan') return s;
      const sunk = sinkOrder(s, lazy, (x) => x);
      return sunk ? picked(sunk, s) : s;
    };
    return atTop(plan);
  },
};

function sinkLimit(s: LimitOffsetScan, lazy: ReadonlySet<number>): Scan {
  const limited = (input: Scan): Scan => ({ ...s, input, columns: input.columns });
  const sunk =
    s.input.kind === 'OrderByScan'
      ? sinkOrder(s.input, lazy, limited)
      : sink(s.input, [], (_, input) => limited(input), lazy);
  return sunk ? picked(sunk, s) : s;
}

function sinkOrder(s: OrderByScan, lazy: ReadonlySet<number>, above: (x: Scan) => Scan): Scan | undefined {
  const keys = s.items.map((i) => i.expression);
  return sink(
    s.input,
    keys,
    (moved, input) =>
      above({
        ...s,
        input,
        columns: input.columns,
        items: s.items.map((item, i) => ({ ...item, expression: moved[i] ?? item.expression })),
      }),
    lazy,
  );
}

/**
 * Puts what `wrap` makes below the projections and operators of `s` that `expressions` do not depend on; undefined
 * when no operator would be passed. Every scan that is passed gives one row for each row, in order. `further` goes on
 * below a scan that is passed.
 */
function sink(
  s: Scan,
  expressions: readonly Expression[],
  wrap: (expressions: readonly Expression[], input: Scan) => Scan,
  lazy: ReadonlySet<number>,
  further = (moved: readonly Expression[], input: Scan) => sink(input, moved, wrap, lazy),
): Scan | undefined {
  if (s.kind !== 'ProjectScan' && s.kind !== 'TvfScan') return undefined;
  if (expressions.some((e) => isCorrelated(e, s.columns))) return undefined;
  if (expressions.some((e) => someExpression(e, (x) => x.kind === 'Subquery' || isVolatile(x)))) return undefined;
  const moved = expressions.map((e) => below(s, e));
  const known = moved.filter((e) => e !== undefined);
  if (known.length < moved.length) return undefined;
  const deeper = further(known, s.input);
  if (deeper) return { ...s, input: deeper };
  return isOperatorScan(s, lazy) ? { ...s, input: wrap(known, s.input) } : undefined;
}

const isVolatile = (e: Expression) => e.kind === 'FunctionCall' && e.signature.volatile === true;

/** The expression over the input of `s`; undefined when it depends on what `s` computes. */
function below(s: Extract<Scan, { kind: 'ProjectScan' | 'TvfScan' }>, e: Expression): Expression | undefined {
  const renames = s.kind === 'ProjectScan' ? s.computed.filter((c) => c.expression.kind === 'ColumnRef') : passed(s);
  const names = new Set(renames.map((r) => r.column.id));
  const own = s.kind === 'ProjectScan' ? s.computed.map((c) => c.column) : s.columns;
  const computed = new Set(own.map((c) => c.id).filter((id) => !names.has(id)));
  return [...columnsReadBy(e)].some((id) => computed.has(id)) ? undefined : inlineColumns(e, renames);
}

function passed(s: Extract<Scan, { kind: 'TvfScan' }>): readonly ComputedColumn[] {
  return s.columns.flatMap((column, i) => {
    const source = s.inputColumns[s.function.columns[i]?.passThrough ?? -1];
    return source ? [{ column, expression: columnRef(source) }] : [];
  });
}
