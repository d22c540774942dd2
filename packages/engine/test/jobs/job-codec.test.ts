import { expect, test } from 'vitest';
import { anonymousResultId, anonymousTable } from '../../src/jobs/anonymous-table.ts';
import { decodeRecord, encodeRecord } from '../../src/jobs/job-codec.ts';

test('values that JSON does not know come back', () => {
  const record = { a: 1n, b: [NaN, -0, Infinity, 1.5], c: new Uint8Array([0, 255]), d: { e: null, f: 'x' }, g: true };
  const text = JSON.stringify(encodeRecord(record));
  expect(decodeRecord(JSON.parse(text))).toEqual(record);
});

test('an anonymous table leads back to its result and no other table does', () => {
  const table = anonymousTable('p', 'user@example.com', 'r-17');
  expect(table).toMatchObject({ projectId: 'p', datasetId: expect.stringMatching(/^_[0-9a-f]{40}$/) });
  expect(anonymousResultId(table)).toBe('r-17');
  expect(anonymousResultId({ projectId: 'p', datasetId: 'd', tableId: 'anon00' })).toBeUndefined();
});
