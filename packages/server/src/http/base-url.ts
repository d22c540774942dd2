import type { FastifyRequest } from 'fastify';

/** Links are built from the request's own `Host`, so that they work through a port map. */
export function baseUrl(request: FastifyRequest): string {
  return `${request.protocol}://${request.headers.host ?? 'localhost'}`;
}
