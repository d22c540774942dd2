import { ServiceError } from '@bqml-emulator/common';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { datasetRoutes } from './bigquery/routes/datasets.ts';
import { jobRoutes } from './bigquery/routes/jobs.ts';
import { modelRoutes } from './bigquery/routes/models.ts';
import { projectRoutes } from './bigquery/routes/projects.ts';
import { queryRoutes } from './bigquery/routes/queries.ts';
import { refusedRoutes } from './bigquery/routes/refused.ts';
import { tableRoutes } from './bigquery/routes/tables.ts';
import { connectionRoutes } from './connection/routes.ts';
import type { ServerContext } from './context.ts';
import { discoveryRoutes } from './discovery/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { isAllowedHost, isAllowedOrigin } from './http/allowed-host.ts';
import { errorResponse, serviceErrorResponse } from './http/error-response.ts';
import { keepObjectPathsApart } from './http/object-path.ts';
import { acceptRequestBodies, acceptStreams } from './http/request-body.ts';
import { rewriteUrl } from './http/rewrite-url.ts';
import { QueryString } from './http/route.ts';
import type { Route } from './http/route.ts';
import { refuseBadSignatures } from './http/signed-url.ts';
import { metadataRoutes } from './metadata-server/routes.ts';
import { reservationRoutes } from './reservation/routes.ts';
import { rewriteStorageUrl } from './storage/rewrite-storage-url.ts';
import { storageRoutes } from './storage/routes.ts';
import { StorageError, storageErrorResponse } from './storage/storage-error.ts';

const apiRoutes: readonly Route[] = [
  ...projectRoutes,
  ...datasetRoutes,
  ...tableRoutes,
  ...modelRoutes,
  ...jobRoutes,
  ...queryRoutes,
  ...refusedRoutes,
  ...connectionRoutes,
  ...reservationRoutes,
  ...metadataRoutes,
  ...healthRoutes,
  ...storageRoutes,
];

/** Every method that is served, in one table. */
export const routes: readonly Route[] = [...apiRoutes, ...discoveryRoutes(apiRoutes)];

export interface ServerOptions {
  /** Host names besides the loopback ones that requests may be addressed to, lower case. */
  readonly allowedHosts: ReadonlySet<string>;
  /** Called with what is no `ServiceError`: a defect of the emulator. */
  readonly onDefect: (error: unknown, request: string) => void;
}

/** A request holds its whole body in memory; larger ones are refused. Python uploads chunks of 100 MiB. */
const MAX_BODY_BYTES = 1 << 28;

export function createServer(context: ServerContext, options: ServerOptions): FastifyInstance {
  const app = serveRoutes(routes, context, options);
  keepObjectPathsApart(app);
  refuseBadSignatures(app, context.urlSigner);
  return app;
}

/** A server of some routes, and of what these need. */
export function serveRoutes<Context>(
  served: readonly Route<Context>[],
  context: Context,
  options: ServerOptions,
): FastifyInstance {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: 4096 },
    rewriteUrl: (request) => rewriteStorageUrl(rewriteUrl(request.url ?? '/')),
    forceCloseConnections: true,
  });
  acceptRequestBodies(app);
  app.addHook('onRequest', (request, reply, done) => {
    const { host, origin } = request.headers;
    if (!isAllowedHost(host, options.allowedHosts) || !isAllowedOrigin(origin, options.allowedHosts)) {
      const message = `Requests must be addressed to a loopback name, not to ${host}${origin ? ` from ${origin}` : ''}.`;
      sendJson(reply, 403, errorResponse(403, 'forbidden', message));
      return;
    }
    done();
  });
  for (const route of served) if (!route.streams) addRoute(app, route, context);
  app.register(async (scope) => {
    acceptStreams(scope);
    for (const route of served) if (route.streams) addRoute(scope, route, context);
  });
  app.setNotFoundHandler((request, reply) => {
    sendJson(reply, 404, errorResponse(404, 'notFound', `Not found: ${request.method} ${request.url}`));
  });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, options));
  return app;
}

function addRoute<Context>(app: FastifyInstance, route: Route<Context>, context: Context): void {
  app.route<{ Params: Record<string, string> }>({
    method: route.method,
    config: { streams: route.streams === true },
    url: route.verb === undefined ? route.path : `${route.path}/::${route.verb}`,
    async handler(request, reply) {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const answer = await route.handle(
        {
          params: request.params,
          query: new QueryString(request.query),
          body: request.body,
          raw: request,
          signal: gone.signal,
        },
        context,
        reply,
      );
      // It has been answered already, or is being answered from a stream.
      if (answer === reply) return reply;
      if (answer === undefined) return reply.code(204).send();
      if (typeof answer === 'string') return reply.type('text/plain; charset=utf-8').send(answer);
      return sendJson(reply, 200, answer);
    },
  });
}

function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).type('application/json; charset=UTF-8').send(JSON.stringify(body));
}

/** The one boundary at which errors become HTTP. Clients retry 5xx for minutes, so a defect answers 400. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, options: ServerOptions): void {
  if (error instanceof ServiceError) {
    sendJson(reply, error.httpStatus, serviceErrorResponse(error));
    return;
  }
  if (error instanceof StorageError) {
    sendJson(reply, error.httpStatus, storageErrorResponse(error));
    return;
  }
  const status = statusOf(error);
  if (status !== undefined && status < 500) {
    sendJson(
      reply,
      status,
      errorResponse(status, 'badRequest', error instanceof Error ? error.message : String(error)),
    );
    return;
  }
  options.onDefect(error, `${request.method} ${request.url}`);
  sendJson(
    reply,
    400,
    errorResponse(400, 'invalid', 'The emulator failed on this request. Its log says where; please report it.'),
  );
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
