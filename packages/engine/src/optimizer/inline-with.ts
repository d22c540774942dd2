import type { ComputedColumn, Scan, WithScan } from '../logical/index.ts';
import { forEachScan } from '../logical/rewrite.ts';
import type { Rule } from './rule.ts';
import { rewriteScans } from './scan-tree.ts';

/** A WITH entry that is read once stands where it is read, so that other rules see through it; unread ones go. */
export const inlineWith: Rule = {
  name: 'inline_with',
  apply: (plan) => rewriteScans(plan, (s) => (s.kind === 'WithScan' ? inlineEntries(s) : s)),
};

function inlineEntries(scan: WithScan): Scan {
  let { entries, query } = scan;
  for (const entry of [...entries].reverse()) {
    const readers = [...entries.map((e) => e.scan), query];
    const references = readers.reduce((n, s) => n + countReferences(s, entry.id), 0);
    const recursive = countReferences(entry.scan, entry.id) > 0;
    if (references > 1 || recursive) continue;
    const replace = (s: Scan): Scan => rewriteScans(s, (x) => (isReference(x, entry.id) ? renamed(entry.scan, x) : x));
    entries = entries.filter((e) => e.id !== entry.id).map((e) => ({ ...e, scan: replace(e.scan) }));
    query = replace(query);
  }
  return entries.length === 0 ? query : { ...scan, entries, query };
}

const isReference = (s: Scan, entryId: number) => s.kind === 'WithRefScan' && s.entryId === entryId;

function countReferences(scan: Scan, entryId: number): number {
  let count = 0;
  forEachScan(scan, (s) => {
    if (isReference(s, entryId)) count++;
  });
  return count;
}

function renamed(entry: Scan, reference: Scan): Scan {
  const computed = reference.columns.flatMap((column, i): ComputedColumn[] => {
    const source = entry.columns[i];
    return source
      ? [{ column, expression: { kind: 'ColumnRef', column: source, correlated: false, type: source.type } }]
      : [];
  });
  return { kind: 'ProjectScan', columns: reference.columns, input: entry, computed };
}
