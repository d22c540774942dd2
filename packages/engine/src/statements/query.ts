import { datasetNotFound, invalidQuery, tableAlreadyExists, tableNotFound } from '@bqml-emulator/common';
import type { TableReference } from '@bqml-emulator/common';
import type { ColumnSchema, QueryResult } from '@bqml-emulator/catalog';
import { typesEqual } from '@bqml-emulator/types';
import type { Batch } from '@bqml-emulator/types';
import type { QueryStatement } from '../logical/index.ts';
import { bytesProcessed } from './bytes-processed.ts';
import { resultSchema } from './result-schema.ts';
import { withQueryRows } from './run-query.ts';
import type { StatementContext, StatementOutcome } from './statement-context.ts';

const COPY_ROWS = 4096;
const COPY_BYTES = 16_000_000;

/** SELECT: the rows go to the result store, and from there to the destination table if one is named. */
export async function runQuery(statement: QueryStatement, context: StatementContext): Promise<StatementOutcome> {
  const { query } = statement;
  const schema = resultSchema(query);
  const { destinationTable } = context.configuration;
  if (destinationTable) checkDestination(destinationTable, context);
  const result = await withQueryRows(query, context, (rows) => context.results.write(schema, rows, context.signal));
  if (destinationTable) await writeDestination(destinationTable, result, context);
  return {
    statistics: {
      statementType: 'SELECT',
      schema,
      referencedTables: query.referencedTables,
      totalBytesProcessed: bytesProcessed(query.scan),
    },
    result,
    ...(destinationTable && { destinationTable }),
  };
}

/** What can be refused before the query runs. */
function checkDestination(destination: TableReference, context: StatementContext): void {
  const { createDisposition, writeDisposition } = context.configuration;
  if (!context.catalog.getDataset(destination)) throw datasetNotFound(destination, context.location);
  const existing = context.catalog.getTable(destination);
  if (!existing) {
    if (createDisposition === 'CREATE_NEVER') throw tableNotFound(destination, context.location);
    return;
  }
  if (existing.kind !== 'TABLE')
    throw invalidQuery(`${describe(destination)} is not a table that a query can write to`);
  if (writeDisposition === 'WRITE_EMPTY' && existing.rowCount > 0n) throw tableAlreadyExists(destination);
}

async function writeDestination(
  destination: TableReference,
  result: QueryResult,
  context: StatementContext,
): Promise<void> {
  const { catalog, tables, signal, configuration } = context;
  const existing = catalog.getTable(destination);
  if (existing && configuration.writeDisposition !== 'WRITE_TRUNCATE') {
    const order = destinationOrder(existing.schema, result.schema, destination);
    await tables.appendRows(destination, reordered(rowsOf(result), order), signal);
    return;
  }
  const dataset = catalog.getDataset(destination);
  const expiration = dataset?.defaultTableExpirationMillis;
  await tables.createTable(
    {
      reference: destination,
      location: dataset?.location ?? context.location,
      schema: result.schema,
      friendlyName: undefined,
      description: undefined,
      labels: {},
      expirationMillis: expiration === undefined ? undefined : context.clock.nowMillis() + expiration,
    },
    rowsOf(result),
    existing ? 'replace' : 'error',
    signal,
  );
}

/** For each column of the table the position in the result; columns are matched by name. */
function destinationOrder(
  table: readonly ColumnSchema[],
  result: readonly ColumnSchema[],
  destination: TableReference,
): readonly number[] {
  const mismatch = (detail: string) =>
    invalidQuery(`Provided Schema does not match Table ${describe(destination)}. ${detail}`);
  const extra = result.find((r) => !table.some((t) => sameName(t, r)));
  if (extra) throw mismatch(`Cannot add fields (field: ${extra.name})`);
  return table.map((column) => {
    const position = result.findIndex((r) => sameName(column, r));
    const source = result[position];
    if (!source) throw mismatch(`Field ${column.name} is missing in new schema`);
    if (!typesEqual(source.type, column.type)) {
      throw mismatch(`Field ${column.name} has changed type from ${column.type.kind} to ${source.type.kind}`);
    }
    return position;
  });
}

const sameName = (a: ColumnSchema, b: ColumnSchema) => a.name.toLowerCase() === b.name.toLowerCase();
const describe = (t: TableReference) => `${t.projectId}:${t.datasetId}.${t.tableId}`;

async function* reordered(rows: AsyncIterable<Batch>, order: readonly number[]): AsyncIterable<Batch> {
  for await (const batch of rows) yield { ...batch, columns: order.flatMap((i) => batch.columns[i] ?? []) };
}

async function* rowsOf(result: QueryResult): AsyncIterable<Batch> {
  for (let row = 0n; row < result.rowCount;) {
    const batch = await result.read(row, COPY_ROWS, COPY_BYTES);
    yield batch;
    row += BigInt(batch.rowCount);
  }
}
