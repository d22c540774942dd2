export { RequestIds } from './bigquery/request-ids.ts';
export type { ServerContext } from './context.ts';
export { createServer, routes } from './server.ts';
export type { ServerOptions } from './server.ts';
export { ResumableSessions } from './http/resumable-sessions.ts';
export type { Route } from './http/route.ts';
