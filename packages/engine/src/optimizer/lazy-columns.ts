import type { Expression, PlanColumn, Scan } from '../logical/index.ts';
import { isLazyExpression } from '../logical/lazy.ts';
import { forEachScan } from './scan-tree.ts';

/**
 * Ids of the columns that travel as handles instead of values: the `data` of object tables, stored tensors, images
 * that a function has not computed yet, and every column that takes its values from one of them. Unlike
 * `logical/lazy.ts` it also tells this of the columns inside subqueries.
 */
export function lazyColumns(plan: Scan): ReadonlySet<number> {
  const lazy = new Set<number>();
  const entries = new Map<number, readonly PlanColumn[]>();
  const derive = (columns: readonly PlanColumn[], isSourceLazy: (index: number) => boolean): void => {
    columns.forEach((column, i) => {
      if (isSourceLazy(i)) lazy.add(column.id);
    });
  };
  forEachScan(
    plan,
    (s) => {
      switch (s.kind) {
        case 'TableScan':
          derive(s.columns, (i) => s.table.schema[s.columnIndices[i] ?? -1]?.storage === 'segment');
          break;
        case 'ObjectTableScan':
          derive(s.columns, (i) => s.columnIndices[i] === s.table.schema.length);
          break;
        case 'ProjectScan':
          derive(
            s.computed.map((c) => c.column),
            (i) => isLazyAt(s.computed, i, lazy),
          );
          break;
        case 'SetOperationScan':
          derive(s.columns, (i) => s.inputs.some((input) => lazy.has(input.inputColumns[i]?.id ?? -1)));
          break;
        case 'TvfScan':
          derive(s.columns, (i) => s.function.columns[i]?.lazy === true);
          break;
        case 'WithRefScan':
          derive(s.columns, (i) => lazy.has(entries.get(s.entryId)?.[i]?.id ?? -1));
          break;
        default:
          break;
      }
    },
    (s) => {
      registerEntries(s, entries);
    },
  );
  return lazy;
}

function isLazyAt(
  computed: readonly { readonly expression: Expression }[],
  i: number,
  lazy: ReadonlySet<number>,
): boolean {
  const c = computed[i];
  return c !== undefined && isLazyExpression(c.expression, lazy);
}

function registerEntries(s: Scan, entries: Map<number, readonly PlanColumn[]>): void {
  if (s.kind === 'WithScan') for (const e of s.entries) entries.set(e.id, e.scan.columns);
  if (s.kind === 'RecursiveScan') entries.set(s.entryId, s.columns);
}
