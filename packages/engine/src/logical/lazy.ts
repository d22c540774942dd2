import type { PlanColumn } from './column.ts';
import type { Expression } from './expression.ts';
import { forEachScan } from './rewrite.ts';
import type { Scan } from './scan.ts';

/**
 * The ids of the columns anywhere in `scan`, subqueries included, that travel as handles instead of values: `data` of
 * an object table, columns kept in segments, results of functions that give lazy values, and whatever passes one of
 * those on. `outerEntries` are the WITH entries around `scan` by id, in the order of their definition; a recursive
 * entry is never lazy.
 */
export function lazyColumns(scan: Scan, outerEntries: ReadonlyMap<number, Scan> = new Map()): ReadonlySet<number> {
  const lazy = new Set<number>();
  const entries = new Map([...outerEntries].map(([id, entry]) => [id, entry.columns]));
  const enter = (s: Scan) => {
    if (s.kind === 'WithScan') for (const e of s.entries) entries.set(e.id, e.scan.columns);
    if (s.kind === 'RecursiveScan') entries.set(s.entryId, s.columns);
  };
  const visit = (s: Scan) => {
    for (const column of lazyOutputs(s, lazy, entries)) lazy.add(column.id);
  };
  for (const entry of outerEntries.values()) forEachScan(entry, visit, enter);
  forEachScan(scan, visit, enter);
  return lazy;
}

/** Columns that `s` adds and that are lazy; those of its inputs are in `lazy`. */
function lazyOutputs(
  s: Scan,
  lazy: ReadonlySet<number>,
  entries: ReadonlyMap<number, readonly PlanColumn[]>,
): readonly PlanColumn[] {
  switch (s.kind) {
    case 'TableScan':
      return s.columns.filter((_, i) => s.table.schema[s.columnIndices[i] ?? -1]?.storage === 'segment');
    case 'ObjectTableScan':
      return s.columns.filter((_, i) => s.columnIndices[i] === s.table.schema.length);
    case 'ProjectScan':
      return s.computed.filter((c) => isLazyExpression(c.expression, lazy)).map((c) => c.column);
    case 'AggregateScan':
      return [
        ...s.groupBy.filter((c) => isLazyExpression(c.expression, lazy)),
        ...s.aggregates.filter(({ call }) => call.signature.passesHandles && isLazyArgument(call.arguments[0], lazy)),
      ].map((c) => c.column);
    case 'SetOperationScan':
      return s.columns.filter((_, i) => s.inputs.some((input) => lazy.has(input.inputColumns[i]?.id ?? -1)));
    case 'WithRefScan':
      return s.columns.filter((_, i) => lazy.has(entries.get(s.entryId)?.[i]?.id ?? -1));
    case 'TvfScan':
      return s.columns.filter((_, i) => s.function.columns[i]?.lazy);
    case 'SingleRowScan':
    case 'ExternalTableScan':
    case 'FilterScan':
    case 'JoinScan':
    case 'ArrayScan':
    case 'AnalyticScan':
    case 'DistinctScan':
    case 'OrderByScan':
    case 'LimitOffsetScan':
    case 'WithScan':
    case 'RecursiveScan':
      return [];
  }
}

const isLazyArgument = (argument: Expression | undefined, lazy: ReadonlySet<number>): boolean =>
  argument !== undefined && isLazyExpression(argument, lazy);

/** Whether the value of `expression` travels as a handle when the columns of `lazy` do. */
export function isLazyExpression(expression: Expression, lazy: ReadonlySet<number>): boolean {
  switch (expression.kind) {
    case 'ColumnRef':
      return lazy.has(expression.column.id);
    case 'FunctionCall':
      return expression.signature.lazyResult === true;
    case 'Case':
      return (
        isLazyExpression(expression.otherwise, lazy) || expression.branches.some((b) => isLazyExpression(b.then, lazy))
      );
    case 'Coalesce':
      return expression.operands.some((operand) => isLazyExpression(operand, lazy));
    case 'GetStructField':
      return isLazyExpression(expression.operand, lazy);
    case 'Literal':
    case 'Parameter':
    case 'Logical':
    case 'Cast':
    case 'MakeStruct':
    case 'MakeArray':
    case 'ArrayElement':
    case 'InList':
    case 'Subquery':
      return false;
  }
}
