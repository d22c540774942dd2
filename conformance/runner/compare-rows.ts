import { cellOf, difference, partialDifference } from './compare.ts';
import type { WireCell, WireField } from './compare.ts';
import type { ExpectedCell, ExpectedError, ExpectedRows } from './recording.ts';
import type { Reply } from './http-call.ts';

export interface WireRow {
  readonly f: readonly { readonly v: WireCell }[];
}

export const fieldsOf = (body: Record<string, unknown>): readonly WireField[] =>
  (body['schema'] as { fields: readonly WireField[] } | undefined)?.fields ?? [];

export const rowsOf = (body: Record<string, unknown>): readonly WireRow[] => (body['rows'] ?? []) as readonly WireRow[];

/** What differs between a refusal and the expected one, compared to the letter. */
export function compareError({ error }: ExpectedError, reply: Reply): string | undefined {
  if (reply.status === 200) return 'expected an error, got an answer';
  const { status, reason, message } = error;
  return partialDifference({ code: status, message, errors: [{ reason }] }, reply.body['error'], 'error');
}

/** What differs between the rows of jobs.query or getQueryResults and the expected ones. */
export function compareRows(expected: ExpectedRows, body: Record<string, unknown>): string | undefined {
  const fields = fieldsOf(body);
  const schemaDifference = expected.schema && partialDifference(expected.schema, fields, 'schema');
  if (schemaDifference) return schemaDifference;
  const rows = rowsOf(body).map((row) =>
    row.f.map((cell, i) => cellOf(cell.v, fields[i] ?? { name: '', type: 'STRING' })),
  );
  const inOrder = (list: readonly (readonly ExpectedCell[])[]) =>
    expected.ordered ? list : list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return difference(inOrder(expected.rows), inOrder(rows), expected.tolerance ?? 0, 'rows');
}
