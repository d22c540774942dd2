import type { PlanColumn } from '../../../logical/index.ts';

/** Each column once; a plan may list one twice. */
export function distinctColumns(columns: readonly PlanColumn[]): readonly PlanColumn[] {
  const seen = new Set<number>();
  return columns.filter((c) => !seen.has(c.id) && seen.add(c.id));
}

/** A select list; the engine has no relation without columns. */
export function selectList(items: readonly string[]): string {
  return items.length === 0 ? 'CAST(1 AS BIGINT) AS z' : items.join(', ');
}

export const columnNames = (columns: readonly PlanColumn[]): string[] =>
  distinctColumns(columns).map((c) => `c${c.id}`);
