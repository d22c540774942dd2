import type { Table } from '@bqml-emulator/catalog';
import {
  invalid,
  MAX_RESULT_PAGE_BYTES,
  notImplemented,
  RESULT_EXPIRATION_MILLIS,
  tableAlreadyExists,
  tableNotFound,
} from '@bqml-emulator/common';
import type { TableReference } from '@bqml-emulator/common';
import type { ServerContext } from '../../context.ts';
import { baseUrl } from '../../http/base-url.ts';
import type { Route, RouteRequest } from '../../http/route.ts';
import { toNewTable, toResultTableResource, toTableListItem, toTableResource } from '../converters/table.ts';
import { toWireRows, WireSize } from '../converters/row.ts';
import { etag } from '../wire/etag.ts';
import { pageOf, pageToken, readRowPageToken } from '../wire/page-token.ts';
import { existingDataset, referenceOf } from './datasets.ts';
import { readPage } from './queries.ts';

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
  };
  const result = context.engine.getAnonymousResult(tableReferenceOf(request));
  const fields = result
    ? await readPage(result, page)
    : await readTablePage(existingTable(request, context), context, page, request.signal);
  return { kind: 'bigquery#tableDataList', etag: etag([request.params, page]), ...fields };
}

async function readTablePage(
  table: Table,
  context: ServerContext,
  page: { readonly startRow: bigint; readonly maxResults: number | undefined; readonly useInt64Timestamp: boolean },
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  if (table.kind !== 'TABLE') throw invalid('Cannot list a table of type EXTERNAL.');
  const rows: unknown[] = [];
  const size = new WireSize(MAX_RESULT_PAGE_BYTES);
  const maxRows = page.maxResults ?? Number.MAX_SAFE_INTEGER;
  let position = 0n;
  scan: for await (const batch of context.tables.readTable(table, signal)) {
    const end = position + BigInt(batch.rowCount);
    if (end > page.startRow) {
      for (const row of await toWireRows(batch, page.useInt64Timestamp, signal)) {
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

export const tableRoutes: readonly Route[] = [
  {
    id: 'bigquery.tables.list',
    method: 'GET',
    path: '/projects/:projectId/datasets/:datasetId/tables',
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
    async handle(request, context) {
      const dataset = existingDataset(context, referenceOf(request));
      const { projectId, datasetId } = dataset.reference;
      const { table, unsupported } = toNewTable(request.body, projectId, datasetId, dataset.location);
      if (unsupported !== undefined) throw notImplemented(`tables.insert with ${unsupported}`);
      if (context.catalog.getTable(table.reference)) throw tableAlreadyExists(table.reference);
      const created = await context.tables.createTable(table, undefined, 'error', request.signal);
      return toTableResource(created, baseUrl(request.raw));
    },
  },
  {
    id: 'bigquery.tables.get',
    method: 'GET',
    path: '/projects/:projectId/datasets/:datasetId/tables/:tableId',
    handle: getTable,
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
    handle: listRows,
  },
];
