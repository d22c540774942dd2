import type { Dataset, NewTable, Table } from '@bqml-emulator/catalog';
import {
  invalid,
  MAX_RESULT_PAGE_BYTES,
  RESULT_EXPIRATION_MILLIS,
  tableAlreadyExists,
  tableNotFound,
} from '@bqml-emulator/common';
import type { TableReference } from '@bqml-emulator/common';
import type { Batch } from '@bqml-emulator/types';
import type { ServerContext } from '../../context.ts';
import { baseUrl } from '../../http/base-url.ts';
import { requireMatch } from '../../http/precondition.ts';
import type { Route, RouteRequest } from '../../http/route.ts';
import type { Change } from '../converters/description.ts';
import { toExternalTableDefinition } from '../converters/external-table.ts';
import { toObjectTableDefinition } from '../converters/object-table.ts';
import { selectedColumns } from '../converters/schema.ts';
import { changedMetadataCache } from '../converters/metadata-cache.ts';
import {
  changedTable,
  toNewTable,
  toResultTableResource,
  toTableListItem,
  toTableResource,
} from '../converters/table.ts';
import { toWireRows, WireSize } from '../converters/row.ts';
import { etag } from '../wire/etag.ts';
import { pageOf, pageToken, readRowPageToken } from '../wire/page-token.ts';
import { existingDataset, referenceOf } from './datasets.ts';
import { readPage } from './queries.ts';
import type { PageRequest } from './queries.ts';

function tableReferenceOf(request: RouteRequest): TableReference {
  return { ...referenceOf(request), tableId: request.params.tableId ?? '' };
}

function existingTable(request: RouteRequest, context: ServerContext): Table {
  const reference = tableReferenceOf(request);
  const table = context.catalog.getTable(reference);
  if (table) return table;
  existingDataset(context, reference);
  throw tableNotFound(reference);
}

function getTable(request: RouteRequest, context: ServerContext): unknown {
  const reference = tableReferenceOf(request);
  const result = context.engine.getAnonymousResult(reference);
  if (!result) return toTableResource(existingTable(request, context), baseUrl(request.raw));
  const now = context.clock.nowMillis();
  return toResultTableResource(
    reference,
    result,
    context.location,
    now,
    now + RESULT_EXPIRATION_MILLIS,
    baseUrl(request.raw),
  );
}

async function listRows(request: RouteRequest, context: ServerContext): Promise<unknown> {
  const { query } = request;
  const page = {
    startRow: readRowPageToken(query.text('pageToken')) ?? BigInt(query.count('startIndex') ?? 0),
    maxResults: query.count('maxResults'),
    useInt64Timestamp: query.flag('formatOptions.useInt64Timestamp'),
    selectedFields: query.text('selectedFields')?.split(','),
  };
  const result = context.engine.getAnonymousResult(tableReferenceOf(request));
  const fields = result
    ? await readPage(result, page)
    : await readTablePage(existingTable(request, context), context, page, request.signal);
  return { kind: 'bigquery#tableDataList', etag: etag([request.params, page]), ...fields };
}

interface TablePage extends PageRequest {
  readonly selectedFields: readonly string[] | undefined;
}

async function readTablePage(
  table: Table,
  context: ServerContext,
  page: TablePage,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  if (table.kind !== 'TABLE') throw invalid('Cannot list a table of type EXTERNAL.');
  const positions = selectedColumns(table.schema, page.selectedFields);
  const rows: unknown[] = [];
  const size = new WireSize(MAX_RESULT_PAGE_BYTES);
  const maxRows = page.maxResults ?? Number.MAX_SAFE_INTEGER;
  let position = 0n;
  scan: for await (const batch of context.tables.readTable(table, signal)) {
    const end = position + BigInt(batch.rowCount);
    if (end > page.startRow) {
      for (const row of await toWireRows(pickColumns(batch, positions), page.useInt64Timestamp, signal)) {
        if (position++ < page.startRow) continue;
        if (rows.length >= maxRows || (rows.length > 0 && size.isFull())) break scan;
        rows.push(row);
        size.add(row);
      }
    }
    position = end;
  }
  const next = page.startRow + BigInt(rows.length);
  return {
    totalRows: String(table.rowCount),
    ...(next < table.rowCount ? { pageToken: pageToken(next) } : {}),
    ...(rows.length > 0 ? { rows } : {}),
  };
}

const pickColumns = (batch: Batch, positions: readonly number[]): Batch => ({
  ...batch,
  columns: positions.flatMap((position) => batch.columns[position] ?? []),
});

async function createAnyTable(
  { body, signal }: RouteRequest,
  dataset: Dataset,
  context: ServerContext,
): Promise<Table> {
  const objectTable = toObjectTableDefinition(body, dataset);
  if (objectTable) return context.engine.createObjectTable(objectTable, signal);
  const externalTable = toExternalTableDefinition(body, dataset);
  if (externalTable) return context.engine.createExternalTable(externalTable, signal);
  return createTable(toNewTable(body, dataset), context, signal);
}

async function createTable(table: NewTable, context: ServerContext, signal: AbortSignal): Promise<Table> {
  if (context.catalog.getTable(table.reference)) throw tableAlreadyExists(table.reference);
  return context.tables.createTable(table, undefined, 'error', signal);
}

function changeTable(request: RouteRequest, context: ServerContext, change: Change): unknown {
  const before = existingTable(request, context);
  requireMatch(request, toTableResource(before, baseUrl(request.raw)));
  const { table, rest } =
    before.kind === 'OBJECT_TABLE' ? changedMetadataCache(before, request.body) : { table: before, rest: request.body };
  context.catalog.updateTable(changedTable(table, rest, change, context.clock.nowMillis()));
  return toTableResource(existingTable(request, context), baseUrl(request.raw));
}

export const tableRoutes: readonly Route[] = [
  {
    id: 'bigquery.tables.list',
    method: 'GET',
    path: '/projects/:projectId/datasets/:datasetId/tables',
    query: { maxResults: 'integer', pageToken: 'string' },
    response: 'TableList',
    handle(request, context) {
      const { reference } = existingDataset(context, referenceOf(request));
      const tables = context.catalog.listTables(reference);
      const { page, nextPageToken } = pageOf(
        tables,
        (t) => t.reference.tableId,
        request.query.count('maxResults'),
        request.query.text('pageToken'),
      );
      return {
        kind: 'bigquery#tableList',
        etag: etag(page.map((t) => [t.reference, t.lastModifiedMillis])),
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
        ...(page.length > 0 ? { tables: page.map(toTableListItem) } : {}),
        totalItems: tables.length,
      };
    },
  },
  {
    id: 'bigquery.tables.insert',
    method: 'POST',
    path: '/projects/:projectId/datasets/:datasetId/tables',
    request: 'Table',
    response: 'Table',
    async handle(request, context) {
      const dataset = existingDataset(context, referenceOf(request));
      return toTableResource(await createAnyTable(request, dataset, context), baseUrl(request.raw));
    },
  },
  {
    id: 'bigquery.tables.get',
    method: 'GET',
    path: '/projects/:projectId/datasets/:datasetId/tables/:tableId',
    query: { selectedFields: 'string', view: 'string' },
    response: 'Table',
    handle: getTable,
  },
  {
    id: 'bigquery.tables.patch',
    method: 'PATCH',
    path: '/projects/:projectId/datasets/:datasetId/tables/:tableId',
    query: { autodetect_schema: 'boolean' },
    request: 'Table',
    response: 'Table',
    handle: (request, context) => changeTable(request, context, 'patch'),
  },
  {
    id: 'bigquery.tables.update',
    method: 'PUT',
    path: '/projects/:projectId/datasets/:datasetId/tables/:tableId',
    query: { autodetect_schema: 'boolean' },
    request: 'Table',
    response: 'Table',
    handle: (request, context) => changeTable(request, context, 'update'),
  },
  {
    id: 'bigquery.tables.delete',
    method: 'DELETE',
    path: '/projects/:projectId/datasets/:datasetId/tables/:tableId',
    handle: (request, context) => context.tables.dropTable(existingTable(request, context).reference),
  },
  {
    id: 'bigquery.tabledata.list',
    method: 'GET',
    path: '/projects/:projectId/datasets/:datasetId/tables/:tableId/data',
    query: {
      'formatOptions.timestampOutputFormat': 'string',
      'formatOptions.useInt64Timestamp': 'boolean',
      maxResults: 'integer',
      pageToken: 'string',
      selectedFields: 'string',
      startIndex: 'string',
    },
    response: 'TableDataList',
    handle: listRows,
  },
];
