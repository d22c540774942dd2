import { invariant } from '@bqml-emulator/common';
import type { BaseTable, RelationalSession, StageColumn } from '@bqml-emulator/catalog';
import { INT64 } from '@bqml-emulator/types';
import type { Batch, Value } from '@bqml-emulator/types';
import { FIRST_STORED_HANDLE } from '../segments/stored-value.ts';
import type { StoredColumns } from './stored-columns.ts';

const HANDLE: StageColumn = { type: INT64, lazy: false };

/**
 * After a change of rows, gives every segment column values of its own: handles of the query and of other tables'
 * segments, which do not outlive them, are read and stored, and the rows point to the copies.
 */
export async function storeForeignValues(
  session: RelationalSession,
  table: BaseTable,
  ownSegments: readonly number[],
  stored: StoredColumns,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [index, { storage }] of table.schema.entries()) {
    if (storage !== 'segment') continue;
    const foreign = await foreignHandles(session, table.physicalName, `c${index}`, ownSegments, signal);
    if (foreign.length === 0) continue;
    const copies = await session.materialize([HANDLE, HANDLE], copy(session, foreign, index, stored, signal), signal);
    await session.execute(
      {
        text: `UPDATE ${table.physicalName} SET c${index} = copies.c1 FROM ${copies} copies WHERE ${table.physicalName}.c${index} = copies.c0`,
        parameters: [],
        functions: [],
      },
      signal,
    );
  }
}

async function foreignHandles(
  session: RelationalSession,
  physicalName: string,
  column: string,
  ownSegments: readonly number[],
  signal: AbortSignal | undefined,
): Promise<bigint[]> {
  const segment = `((${column} - ${FIRST_STORED_HANDLE}) >> 32)`;
  const own = ownSegments.length === 0 ? '' : ` OR ${segment} NOT IN (${ownSegments.map((id) => `${id}`).join(', ')})`;
  const owned = ownSegments.length === 0 ? 'true' : `${column} < ${FIRST_STORED_HANDLE}${own}`;
  const text = `SELECT DISTINCT ${column} FROM ${physicalName} WHERE ${column} IS NOT NULL AND (${owned})`;
  const handles: bigint[] = [];
  for await (const batch of session.run({ text, parameters: [], functions: [], columns: [HANDLE] }, signal)) {
    for (const handle of batch.columns[0]?.values ?? []) {
      invariant(typeof handle === 'bigint', 'a handle is a bigint');
      handles.push(handle);
    }
  }
  return handles;
}

async function* copy(
  session: RelationalSession,
  handles: readonly bigint[],
  index: number,
  stored: StoredColumns,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  for (const handle of handles) {
    const value = await session.handles.get(handle).read(signal);
    const copied: Value = value === null ? null : (await stored.write(index, value)).handle;
    yield {
      rowCount: 1,
      columns: [
        { type: INT64, values: [handle] },
        { type: INT64, values: [copied] },
      ],
    };
  }
}
