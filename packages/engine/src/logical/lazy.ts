import type { Expression } from './expression.ts';
import type { Scan } from './scan.ts';

/**
 * The ids of the columns anywhere in `scan` that travel as handles: `data` of an object table, columns kept in
 * segments, results of functions that give lazy values, and whatever passes one of those on. `outerEntries` are the
 * WITH entries around `scan`, by id; a recursive entry is never lazy.
 */
export function lazyColumns(scan: Scan, outerEntries: ReadonlyMap<number, Scan> = new Map()): ReadonlySet<number> {
  const lazy = new Set<number>();
  // Entries are in the order of their definition, so each is known before those that read it.
  for (const entry of outerEntries.values()) collect(entry, lazy, new Map(outerEntries));
  collect(scan, lazy, new Map(outerEntries));
  return lazy;
}

function collect(scan: Scan, lazy: Set<number>, entries: Map<number, Scan>): void {
  const inner = (input: Scan) => collect(input, lazy, entries);
  switch (scan.kind) {
    case 'SingleRowScan':
    case 'ExternalTableScan':
      return;
    case 'TableScan':
      scan.columns.forEach((column, i) => {
        if (scan.table.schema[scan.columnIndices[i] ?? -1]?.storage === 'segment') lazy.add(column.id);
      });
      return;
    case 'ObjectTableScan':
      scan.columns.forEach((column, i) => {
        if (scan.columnIndices[i] === scan.table.schema.length) lazy.add(column.id);
      });
      return;
    case 'ProjectScan':
      inner(scan.input);
      for (const c of scan.computed) if (isLazyExpression(c.expression, lazy)) lazy.add(c.column.id);
      return;
    case 'AggregateScan':
      inner(scan.input);
      for (const c of scan.groupBy) if (isLazyExpression(c.expression, lazy)) lazy.add(c.column.id);
      return;
    case 'FilterScan':
    case 'AnalyticScan':
    case 'DistinctScan':
    case 'OrderByScan':
    case 'LimitOffsetScan':
      return inner(scan.input);
    case 'JoinScan':
      inner(scan.left);
      return inner(scan.right);
    case 'ArrayScan':
      if (scan.input) inner(scan.input);
      return;
    case 'SetOperationScan':
      for (const input of scan.inputs) {
        inner(input.scan);
        input.inputColumns.forEach((column, i) => {
          const output = scan.columns[i];
          if (output && lazy.has(column.id)) lazy.add(output.id);
        });
      }
      return;
    case 'WithScan':
      for (const entry of scan.entries) {
        inner(entry.scan);
        entries.set(entry.id, entry.scan);
      }
      return inner(scan.query);
    case 'WithRefScan': {
      const entry = entries.get(scan.entryId);
      scan.columns.forEach((column, i) => {
        const source = entry?.columns[i];
        if (source && lazy.has(source.id)) lazy.add(column.id);
      });
      return;
    }
    case 'RecursiveScan':
      inner(scan.anchor);
      return inner(scan.recursive);
    case 'TvfScan':
      inner(scan.input);
      scan.columns.forEach((column, i) => {
        if (scan.function.columns[i]?.lazy) lazy.add(column.id);
      });
      return;
  }
}

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
