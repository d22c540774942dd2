export { RequestIds } from './bigquery/request-ids.ts';
export { toDataset } from './bigquery/converters/dataset.ts';
export { toObjectTableDefinition } from './bigquery/converters/object-table.ts';
export { toNewTable } from './bigquery/converters/table.ts';
export type { ServerContext } from './context.ts';
export { createServer, routes } from './server.ts';
export type { ServerOptions } from './server.ts';
export { ResumableSessions } from './http/resumable-sessions.ts';
export type { Route } from './http/route.ts';
