import type { Expression, PlanColumn, Scan } from '../logical/index.ts';
import { expressionsOf, mapScan } from '../logical/rewrite.ts';
import { mapOperands } from '../logical/expression-tree.ts';
import type { Rule } from './rule.ts';
import { columnsReadBy } from './scan-tree.ts';

/** Drops columns that nobody reads, and with them what would be computed or read from objects for them. */
export const pruneColumns: Rule = {
  name: 'prune_columns',
  apply: (plan) => prune(plan, new Set(plan.columns.map((c) => c.id))),
};

function prune(s: Scan, required: ReadonlySet<number>): Scan {
  const narrowed = withoutUnread(s, required);
  const below = requiredBelow(narrowed, required);
  return mapScan(narrowed, (input) => prune(input, below(input)), pruneSubqueries);
}

function pruneSubqueries(e: Expression): Expression {
  return mapOperands(e, pruneSubqueries, (scan) => {
    const read = e.kind === 'Subquery' && e.column ? [e.column.id] : [];
    return prune(scan, new Set(read));
  });
}

/** The scan without the columns of its own that nobody reads. */
function withoutUnread(s: Scan, required: ReadonlySet<number>): Scan {
  const isRead = (column: PlanColumn) => required.has(column.id);
  const columns = s.columns.filter(isRead);
  switch (s.kind) {
    case 'TableScan':
      return { ...s, columns, columnIndices: s.columnIndices.filter((_, i) => isReadAt(s.columns, i, required)) };
    case 'ObjectTableScan':
      // Rows that are only counted still have a column to travel in.
      return columns.length === 0
        ? { ...s, columns: s.columns.slice(0, 1), columnIndices: s.columnIndices.slice(0, 1) }
        : { ...s, columns, columnIndices: s.columnIndices.filter((_, i) => isReadAt(s.columns, i, required)) };
    case 'ExternalTableScan':
      // The name of the file costs nothing to read.
      return columns.length === 0
        ? { ...s, columns: s.columns.slice(-1), columnIndices: s.columnIndices.slice(-1) }
        : { ...s, columns, columnIndices: s.columnIndices.filter((_, i) => isReadAt(s.columns, i, required)) };
    case 'ProjectScan':
      return { ...s, columns, computed: s.computed.filter((c) => isRead(c.column)) };
    case 'AggregateScan':
      return { ...s, columns, aggregates: s.aggregates.filter((a) => isRead(a.column)) };
    case 'AnalyticScan': {
      const calls = s.calls.filter((c) => isRead(c.column));
      return { ...s, columns, calls };
    }
    case 'FilterScan':
    case 'JoinScan':
    case 'ArrayScan':
    case 'OrderByScan':
    case 'LimitOffsetScan':
    case 'WithScan':
      return { ...s, columns };
    default:
      return s;
  }
}

const isReadAt = (columns: readonly PlanColumn[], i: number, required: ReadonlySet<number>) =>
  required.has(columns[i]?.id ?? -1);

function requiredBelow(s: Scan, required: ReadonlySet<number>): (input: Scan) => ReadonlySet<number> {
  const all = (columns: readonly PlanColumn[]) => new Set(columns.map((c) => c.id));
  switch (s.kind) {
    case 'DistinctScan':
    case 'RecursiveScan':
      return (input) => all(input.columns);
    case 'SetOperationScan': {
      const read = all(s.inputs.flatMap((i) => i.inputColumns));
      return () => read;
    }
    case 'TvfScan':
      return () => all(s.inputColumns);
    case 'WithScan':
      return (input) => (input === s.query ? required : all(input.columns));
    case 'AggregateScan':
      return () => readBy(expressionsOf(s), []);
    default: {
      const read = readBy(expressionsOf(s), required);
      return () => read;
    }
  }
}

function readBy(expressions: readonly Expression[], required: Iterable<number>): ReadonlySet<number> {
  const read = new Set(required);
  for (const e of expressions) columnsReadBy(e, read);
  return read;
}
