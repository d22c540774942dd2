import type { ColumnSchema, Dataset, NewTable, QueryResult, Table } from '@bqml-emulator/catalog';
import { invalid, notImplemented } from '@bqml-emulator/common';
import type { TableReference } from '@bqml-emulator/common';
import { z } from 'zod';
import { etag } from '../wire/etag.ts';
import { readBody, tableReference, wireInteger, wireLabels, wireText } from '../wire/json.ts';
import { changedDescription, changedInteger, definedLabels } from './description.ts';
import type { Change } from './description.ts';
import { changedPart, toExternalDataConfiguration } from './external-data-configuration.ts';
import { fieldRequest, toColumnSchema, toFieldResource } from './schema.ts';

/** https://cloud.google.com/bigquery/docs/tables#table_naming */
const TABLE_ID = /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]{1,1024}$/u;

const tableRequest = z.object({
  tableReference,
  friendlyName: wireText,
  description: wireText,
  labels: wireLabels,
  expirationTime: wireInteger,
  schema: z.object({ fields: z.array(fieldRequest).nullish() }).nullish(),
});

const UNSUPPORTED_PARTS = ['view', 'materializedView', 'timePartitioning', 'rangePartitioning', 'clustering'] as const;

function refuseUnsupported(body: unknown, method: string): void {
  const parts = new Map(Object.entries(typeof body === 'object' && body !== null ? body : {}));
  const unsupported = UNSUPPORTED_PARTS.find((part) => (parts.get(part) ?? null) !== null);
  if (unsupported !== undefined) throw notImplemented(`${method} with ${unsupported}`);
}

/** The body of tables.insert for a table that holds rows. */
export function toNewTable(body: unknown, dataset: Dataset): NewTable {
  const request = readBody(tableRequest, body);
  refuseUnsupported(body, 'tables.insert');
  return {
    reference: { ...dataset.reference, tableId: readTableId(request.tableReference.tableId) },
    location: dataset.location,
    schema: (request.schema?.fields ?? []).map(toColumnSchema),
    friendlyName: request.friendlyName,
    description: request.description,
    labels: definedLabels(request.labels ?? {}),
    expirationMillis: request.expirationTime,
  };
}

export function readTableId(tableId: string): string {
  if (TABLE_ID.test(tableId)) return tableId;
  throw invalid(
    `Invalid table ID "${tableId}". Table IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long. Also, Table decorators cannot be used.`,
  );
}

const changeRequest = z.object({
  schema: z.object({ fields: z.array(fieldRequest).nullish() }).nullish(),
  maxStaleness: wireText,
  externalDataConfiguration: z.looseObject({}).nullish(),
});

/** What a request says of where an external table's rows are, and what the table has, must be the same. */
function refuseOtherSource(before: Table, request: z.infer<typeof changeRequest>): void {
  const staleness = before.kind === 'OBJECT_TABLE' ? before.maxStaleness : undefined;
  const changed =
    request.maxStaleness !== undefined && request.maxStaleness !== staleness
      ? 'maxStaleness'
      : changedPart(request.externalDataConfiguration ?? {}, toExternalDataConfiguration(before) ?? {});
  if (changed !== undefined) throw notImplemented(`changing ${changed} of a table`);
}

/** The body of tables.patch or tables.update: what describes the table and its columns. A schema of `null` is none. */
export function changedTable(before: Table, body: unknown, change: Change, nowMillis: number): Table {
  const request = readBody(changeRequest, body);
  refuseOtherSource(before, request);
  refuseUnsupported(body, 'tables.update');
  const fields = request.schema?.fields?.map(toColumnSchema);
  return {
    ...before,
    ...changedDescription(before, body, change),
    expirationMillis: changedInteger(before.expirationMillis, body, 'expirationTime', change),
    schema:
      fields?.map((column, i) => ({ ...column, storage: before.schema[i]?.storage ?? 'inline' })) ?? before.schema,
    lastModifiedMillis: nowMillis,
  };
}

const tableName = (r: TableReference) => `${r.projectId}:${r.datasetId}.${r.tableId}`;
const tableType = (table: Table) => (table.kind === 'TABLE' ? 'TABLE' : 'EXTERNAL');

function rowStatistics(rowCount: bigint, byteCount: bigint): Record<string, string> {
  return {
    numBytes: String(byteCount),
    numLongTermBytes: '0',
    numRows: String(rowCount),
    numTotalLogicalBytes: String(byteCount),
    numActiveLogicalBytes: String(byteCount),
    numLongTermLogicalBytes: '0',
  };
}

function described(reference: TableReference, baseUrl: string, rest: Record<string, unknown>): Record<string, unknown> {
  const { projectId, datasetId, tableId } = reference;
  const resource = {
    kind: 'bigquery#table',
    id: tableName(reference),
    tableReference: reference,
    ...rest,
  };
  const selfLink = `${baseUrl}/bigquery/v2/projects/${projectId}/datasets/${datasetId}/tables/${encodeURIComponent(tableId)}`;
  return { etag: etag(resource), ...resource, selfLink };
}

const schemaResource = (schema: readonly ColumnSchema[]) => ({
  fields: schema.map((column) => toFieldResource(column, false)),
});

export function toTableResource(table: Table, baseUrl: string): Record<string, unknown> {
  return described(table.reference, baseUrl, {
    ...(table.friendlyName === undefined ? {} : { friendlyName: table.friendlyName }),
    ...(table.description === undefined ? {} : { description: table.description }),
    ...(Object.keys(table.labels).length > 0 ? { labels: table.labels } : {}),
    schema: schemaResource(table.schema),
    ...(table.kind === 'TABLE'
      ? rowStatistics(table.rowCount, table.byteCount)
      : { externalDataConfiguration: toExternalDataConfiguration(table), ...rowStatistics(0n, 0n) }),
    ...(table.kind === 'OBJECT_TABLE' && table.maxStaleness !== undefined ? { maxStaleness: table.maxStaleness } : {}),
    ...(table.expirationMillis === undefined ? {} : { expirationTime: String(table.expirationMillis) }),
    creationTime: String(table.creationMillis),
    lastModifiedTime: String(table.lastModifiedMillis),
    type: tableType(table),
    location: table.location,
  });
}

/** The anonymous table that holds a query's rows. */
export function toResultTableResource(
  reference: TableReference,
  result: QueryResult,
  location: string,
  creationMillis: number,
  expirationMillis: number,
  baseUrl: string,
): Record<string, unknown> {
  return described(reference, baseUrl, {
    schema: schemaResource(result.schema),
    ...rowStatistics(result.rowCount, 0n),
    expirationTime: String(expirationMillis),
    creationTime: String(creationMillis),
    lastModifiedTime: String(creationMillis),
    type: 'TABLE',
    location,
  });
}

export function toTableListItem(table: Table): Record<string, unknown> {
  return {
    kind: 'bigquery#table',
    id: tableName(table.reference),
    tableReference: table.reference,
    ...(table.friendlyName === undefined ? {} : { friendlyName: table.friendlyName }),
    ...(Object.keys(table.labels).length > 0 ? { labels: table.labels } : {}),
    type: tableType(table),
    creationTime: String(table.creationMillis),
    ...(table.expirationMillis === undefined ? {} : { expirationTime: String(table.expirationMillis) }),
  };
}
