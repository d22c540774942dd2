import { invariant, notImplemented } from '@bqml-emulator/common';
import type { PlanColumn, RecursiveScan, WithRefScan, WithScan } from '../../../logical/index.ts';
import { forEachScan } from '../../../logical/rewrite.ts';
import type { EmissionContext } from '../emission-context.ts';
import { columnNames, distinctColumns, selectList } from './columns.ts';
import { emitFrom, emitScan } from './emit-scan.ts';
import { emitStoredRelation } from './source.ts';

export function emitWithScan(scan: WithScan, context: EmissionContext): string {
  const entries = scan.entries.filter((entry) => !context.storedEntries.has(entry.id));
  const texts = entries.map((entry) => {
    const text = emitScan(entry.scan, context);
    const name = `w${entry.id}`;
    context.entries.set(entry.id, { name, columns: entry.scan.columns });
    return `${name} AS ${references(scan, entry.id) > 1 ? 'MATERIALIZED' : 'NOT MATERIALIZED'} (${text})`;
  });
  const query = emitScan(scan.query, context);
  const columns = selectList(columnNames(scan.columns));
  return `${texts.length === 0 ? '' : `WITH ${texts.join(', ')} `}SELECT ${columns} FROM (${query}) AS ${context.stage.alias('t')}`;
}

export function emitWithRefScan(scan: WithRefScan, context: EmissionContext): string {
  const stored = context.storedEntries.get(scan.entryId);
  if (stored) {
    const columns = stored.columns.map((_, i) => scan.columns[i]).filter((c) => c !== undefined);
    return emitStoredRelation({ ...stored, columns });
  }
  const entry = context.entries.get(scan.entryId);
  invariant(entry, 'a WITH entry is written before its references');
  return `SELECT ${selectList(renamed(entry.columns, scan.columns))} FROM ${entry.name}`;
}

/** https://cloud.google.com/bigquery/docs/recursive-ctes#iteration_limit_errors */
const MAX_ITERATIONS = 500;

/**
 * The engine's own recursion. UNION ALL counts its iterations in a column: all rows of an iteration have the same
 * number. UNION DISTINCT must not, because the number would make every row a new one.
 */
export function emitRecursiveScan(scan: RecursiveScan, context: EmissionContext): string {
  forEachScan(scan.recursive, (s) => {
    if (s.kind === 'TvfScan' || s.kind === 'ObjectTableScan' || s.kind === 'ExternalTableScan') {
      throw notImplemented('table functions, object tables and external tables in WITH RECURSIVE');
    }
  });
  const name = `r${scan.entryId}`;
  const outer = context.entries.get(scan.entryId);
  const part = (input: RecursiveScan['anchor'], more: readonly string[], from: string) =>
    `SELECT ${[...renamed(input.columns, scan.columns), ...more].join(', ')} FROM ${emitFrom(input, context)}${from}`;
  const names = columnNames(scan.columns);
  const columns = names.join(', ');
  const anchor = part(scan.anchor, scan.distinct ? [] : ['1 AS iteration'], '');
  context.entries.set(scan.entryId, { name, columns: scan.columns });
  const recursive = part(
    scan.recursive,
    scan.distinct ? [] : ['iteration'],
    scan.distinct ? '' : `, (${nextIteration(name)}) AS ${context.stage.alias('t')}`,
  );
  if (outer) context.entries.set(scan.entryId, outer);
  return scan.distinct
    ? `WITH RECURSIVE ${name}(${columns}) AS (${anchor} UNION ${recursive}) SELECT ${columns} FROM ${name}`
    : `WITH RECURSIVE ${name}(${columns}, iteration) AS (${anchor} UNION ALL ${recursive}) SELECT ${columns} FROM ${name}`;
}

function nextIteration(name: string): string {
  const message = `'A recursive CTE has reached the maximum number of iterations: ${MAX_ITERATIONS}'`;
  return `SELECT CASE WHEN max(iteration) >= ${MAX_ITERATIONS} THEN error(${message}) ELSE max(iteration) + 1 END AS iteration FROM ${name}`;
}

function renamed(from: readonly PlanColumn[], to: readonly PlanColumn[]): string[] {
  return distinctColumns(to).map((column) => `c${from[to.indexOf(column)]?.id ?? column.id} AS c${column.id}`);
}

function references(scan: WithScan, entryId: number): number {
  let count = 0;
  forEachScan(scan, (s) => {
    if (s.kind === 'WithRefScan' && s.entryId === entryId) count++;
  });
  return count;
}
